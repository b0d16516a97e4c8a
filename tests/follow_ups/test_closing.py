"""How a point ends: done, off control, cancelled; and how it is reopened."""

from datetime import date

import pytest

from tests.browser import text_of
from tests.factories import make_follow_up, make_meeting, make_user
from tests.follow_ups.points import TODAY, me, step, stored

pytestmark = pytest.mark.usefixtures("today")


def closed(status, **given):
    return make_follow_up(
        status=status, outcome="Held", done_on=date(2026, 11, 20), owner=me(), **given
    )


def test_done_asks_for_the_outcome_and_takes_today(officer, point):
    officer.open(f"/follow-ups/{point.id}")
    officer.submit("Mark as done", within=step("done"))
    assert (officer.status, stored(point).status) == (422, "agreed")
    assert any("This field is required" in error for error in officer.errors)
    officer.submit("Mark as done", within=step("done"), outcome="Two universities agreed")
    kept = stored(point)
    assert (kept.status, kept.outcome, kept.done_on) == ("done", "Two universities agreed", TODAY)
    assert "a head removes it from control" in officer.text


def test_a_point_can_have_been_done_on_an_earlier_day_at_a_closing_meeting(officer, point):
    meeting = make_meeting(title="Consultation by video")
    officer.open(f"/follow-ups/{point.id}")
    officer.submit(
        "Mark as done",
        within=step("done"),
        outcome="Held",
        done_on="2026-11-20",
        closing_meeting_id=meeting.id,
    )
    kept = stored(point)
    assert (kept.done_on, kept.closing_meeting_id) == (date(2026, 11, 20), meeting.id)
    assert "Consultation by video" in text_of(officer.page.select_one(".sk-dl"))


def test_what_was_done_lies_not_ahead(officer, point):
    officer.open(f"/follow-ups/{point.id}")
    officer.submit("Mark as done", within=step("done"), outcome="Held", done_on="2026-11-25")
    assert officer.status == 422
    assert "This day is still ahead" in " ".join(officer.errors)


def test_only_the_owner_or_a_head_closes_a_point(officer, head, app):
    point = make_follow_up(owner=make_user(name="Dauren"))
    officer.open(f"/follow-ups/{point.id}")
    assert officer.page.select_one(step("done")) is None
    officer.post(f"/follow-ups/{point.id}/done", outcome="Held", version=point.version)
    assert officer.status == 422
    assert "Owner: Dauren" in " ".join(officer.errors)
    head.open(f"/follow-ups/{point.id}")
    head.submit("Mark as done", within=step("done"), outcome="Held by phone")
    assert stored(point).status == "done"


def test_an_officer_cannot_take_a_point_off_control(officer, app):
    point = closed("done")
    officer.open(f"/follow-ups/{point.id}")
    assert officer.page.select_one(step("off-control")) is None
    officer.post(f"/follow-ups/{point.id}/off-control", removal_number="1", version=point.version)
    assert (officer.status, stored(point).status) == (403, "done")


def test_a_head_takes_an_executed_point_off_control_by_a_document(officer, head, app):
    point = closed("done")
    head.open(f"/follow-ups/{point.id}")
    head.submit("Remove from control", within=step("off-control"), removed_on="2026-11-19")
    assert head.status == 422
    assert len(head.errors) == 4  # at both fields and in the summary
    head.submit(
        "Remove from control",
        within=step("off-control"),
        removal_number="12-3/45",
        removed_on="2026-11-23",
    )
    kept = stored(point)
    assert (kept.status, kept.removal_number) == ("off_control", "12-3/45")
    assert kept.removed_on == date(2026, 11, 23)


def test_nothing_leaves_control_before_it_is_done(head, app):
    point = make_follow_up()
    head.open(f"/follow-ups/{point.id}")
    head.post(f"/follow-ups/{point.id}/off-control", removal_number="1", version=point.version)
    assert head.status == 422
    assert "mark it as done first" in " ".join(head.errors)


def test_no_longer_relevant_needs_a_reason(officer, point):
    officer.open(f"/follow-ups/{point.id}")
    officer.submit("Give up as no longer relevant", within=step("cancel"))
    assert (officer.status, stored(point).status) == (422, "agreed")
    officer.submit(
        "Give up as no longer relevant", within=step("cancel"), reason="The firm has left"
    )
    assert stored(point).status == "cancelled"
    assert "The firm has left" in text_of(officer.page.select_one("#progress"))


@pytest.mark.parametrize("status", ["done", "off_control", "cancelled"])
def test_a_head_reopens_with_a_reason_an_officer_does_not(officer, head, status):
    point = closed(status)
    officer.open(f"/follow-ups/{point.id}")
    assert officer.page.select_one(step("reopen")) is None
    officer.post(f"/follow-ups/{point.id}/reopen", reason="R", version=point.version)
    assert officer.status == 403
    head.open(f"/follow-ups/{point.id}")
    head.submit("Reopen the point", within=step("reopen"))
    assert (head.status, stored(point).status) == (422, status)
    head.submit("Reopen the point", within=step("reopen"), reason="Not everything was done")
    kept = stored(point)
    assert (kept.status, kept.outcome, kept.done_on) == ("in_progress", None, None)
    assert "Not everything was done" in head.text


@pytest.mark.parametrize("status", ["done", "off_control", "cancelled"])
def test_a_closed_point_stays_closed_and_says_so(officer, status):
    point = closed(status)
    officer.open(f"/follow-ups/{point.id}")
    for address, fields in (
        ("status", {"status": "in_progress"}),
        ("due", {"due_on": "2026-12-01"}),
        ("done", {"outcome": "Held again"}),
        ("cancel", {"reason": "R"}),
    ):
        officer.post(f"/follow-ups/{point.id}/{address}", version=1, **fields)
        assert officer.status == 422, address
        assert "The point is closed" in " ".join(officer.errors), address
    assert stored(point).version == 1


@pytest.mark.parametrize(
    ("agreed_on", "done_on", "words"),
    [
        (date(2026, 11, 10), "2026-11-09", "It was agreed later than that: 10 Nov 2026"),
        (None, "1900-01-01", "This is very long ago: check the year"),
        (None, "2022-01-01", None),
        (date(2015, 1, 1), "2016-01-01", None),
    ],
)
def test_nothing_is_done_before_it_was_agreed(officer, agreed_on, done_on, words):
    one = make_follow_up(owner=me(), agreed_on=agreed_on)
    officer.open(f"/follow-ups/{one.id}")
    officer.submit("Mark as done", outcome="Held by phone", done_on=done_on, within=step("done"))
    if words is None:
        assert str(stored(one).done_on) == done_on
    else:
        assert officer.status == 422
        assert words in officer.text
