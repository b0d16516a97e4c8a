"""The steps of a point: status, deadline, progress, done, off control, cancelled, reopened."""

from datetime import date

import pytest
from sqlalchemy import select

from crm.accounts.queries import user_called
from crm.core import clock
from crm.core.database import db
from crm.follow_ups.models.extensions import Extension
from crm.follow_ups.models.follow_up import FollowUp, Progress
from tests.browser import Browser, text_of
from tests.factories import PASSWORD, make_follow_up, make_meeting, make_user

TODAY = date(2026, 11, 24)


def user_named(email):
    return db.session.scalars(user_called(email)).one()


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)


@pytest.fixture
def point(app, officer):
    return make_follow_up(text="Exchange of experience", owner=me(), status_since=TODAY)


def me():
    return user_named("officer@test.example")


def stored(point):
    db.session.expire_all()
    return db.session.get(FollowUp, point.id)


def step(name):
    return f"#step-{name}"


def closed(status, **given):
    return make_follow_up(
        status=status, outcome="Held", done_on=date(2026, 11, 20), owner=me(), **given
    )


def test_a_point_goes_to_work_and_waits_for_the_partner(officer, point):
    page = officer.open(f"/follow-ups/{point.id}")
    page.submit("Change the status", within=step("status"), status="in_progress")
    assert officer.redirects == [f"/follow-ups/{point.id}"]
    assert stored(point).status == "in_progress"
    officer.submit(
        "Change the status",
        within=step("status"),
        status="awaiting_partner",
        progress="The embassy was asked",
    )
    assert stored(point).status == "awaiting_partner"
    assert "The embassy was asked" in text_of(officer.page.select_one("#progress"))
    history = [text_of(one.b) for one in officer.page.select("#history li")]
    assert history == ["Awaiting the foreign side", "In progress", "On the control list"]


def test_the_first_deadline_is_set_freely(officer, point):
    officer.open(f"/follow-ups/{point.id}?step=due")
    assert officer.page.select_one(step("due")).has_attr("open")
    officer.submit("Set a deadline", within=step("due"), due_on="2026-12-01")
    kept = stored(point)
    assert (kept.due_on, kept.original_due_on) == (date(2026, 12, 1), date(2026, 12, 1))
    assert db.session.scalars(select(Extension)).all() == []


@pytest.fixture
def dated(point):
    point.set_due(date(2026, 12, 1))
    db.session.commit()
    return point


def test_an_officers_extension_names_reason_and_authority(officer, dated):
    officer.open(f"/follow-ups/{dated.id}")
    officer.submit("Extend the deadline", within=step("due"), due_on="2026-12-21")
    assert officer.status == 422
    assert "A set deadline moves only with a reason" in officer.text
    assert stored(dated).due_on == date(2026, 12, 1)
    typed = officer.page.select_one("[name=due_on]")
    assert typed["value"] == "2026-12-21"
    officer.submit(
        "Extend the deadline",
        within=step("due"),
        reason="The partner asked",
        authority="Deputy akim",
    )
    kept = stored(dated)
    assert (kept.due_on, kept.original_due_on) == (date(2026, 12, 21), date(2026, 12, 1))
    assert "originally 1 Dec 2026" in officer.text
    assert officer.rows[0][2:] == ["The partner asked", "Deputy akim"]


def test_a_head_extends_on_the_heads_own_authority(head, app):
    point = make_follow_up(due_on=date(2026, 12, 1), original_due_on=date(2026, 12, 1))
    head.open(f"/follow-ups/{point.id}")
    head.submit("Extend the deadline", within=step("due"), due_on="2026-12-21", reason="Holidays")
    assert head.status == 200
    assert (
        db.session.scalars(select(Extension)).one().authority
        == user_named("head@test.example").name
    )


@pytest.mark.parametrize(
    ("due_on", "why"),
    [
        ("2026-11-23", "already past"),
        ("2026-11-30", "Due on 1 Dec 2026 already"),
        ("2026-12-01", "Due on 1 Dec 2026 already"),
        ("31.11.2026", "There is no such date"),
        ("", "This field is required"),
    ],
)
def test_a_new_deadline_that_cannot_be_says_why(officer, dated, due_on, why):
    officer.open(f"/follow-ups/{dated.id}")
    officer.submit(
        "Extend the deadline", within=step("due"), due_on=due_on, reason="R", authority="A"
    )
    assert officer.status == 422
    assert why in " ".join(officer.errors)
    assert officer.page.select_one("[name=reason]").get_text().strip() == "R"
    assert stored(dated).due_on == date(2026, 12, 1)


def test_an_extension_by_one_day_is_one(officer, dated):
    officer.open(f"/follow-ups/{dated.id}")
    officer.submit(
        "Extend the deadline", within=step("due"), due_on="2.12.2026", reason="R", authority="A"
    )
    assert stored(dated).due_on == date(2026, 12, 2)


# Of the forms in a row of the list: what is typed wrongly, and what beside it is right.
FROM_THE_ROW = {
    "Change the status": ({"progress": "x" * 20_001}, {"status": "in_progress"}, "status"),
    "Set a deadline": ({"due_on": "31.11.2026"}, {}, "due"),
    "Add a progress line": ({"noted_on": "25.11.2026"}, {"text": "Asked <b>"}, None),
    "Mark as done": ({"done_on": "25.11.2026"}, {"outcome": "Held <b>"}, "done"),
}


@pytest.mark.parametrize("button", FROM_THE_ROW)
def test_a_refused_form_of_a_row_keeps_what_was_typed_and_says_why_at_the_field(
    officer, point, button
):
    wrong, right, name = FROM_THE_ROW[button]
    officer.open("/follow-ups/?status=pending")
    officer.submit(button, within="main table", **wrong, **right)
    assert (officer.status, stored(point).version) == (422, 1)
    form = officer.page.select_one(f"{step(name)}[open] form" if name else "#progress form")
    for field, typed in {**wrong, **right}.items():
        control = form.select_one(f"[name={field}]")
        chosen = control.select_one("[selected]") or control
        assert chosen.get("value", control.get_text().removeprefix("\n").strip("\r\n")) == typed
        errors = form.select(f"[id='{control['id']}-error']")
        assert [control["id"] + "-error" in control.get("aria-describedby", "")] == [field in wrong]
        assert len(errors) == (field in wrong)
    # Put right, it leads back to the row.
    within = f"{step(name)} form" if name else "#progress form"
    officer.submit(button, within=within, **dict.fromkeys(wrong, "2026-11-24"))
    assert officer.url == "/follow-ups/?status=pending"


def test_the_address_of_a_step_leads_back_to_the_point(officer, point):
    """A refused form stands there: whoever opens it again, or changes the language, gets on."""
    officer.open(f"/follow-ups/{point.id}")
    officer.submit("Mark as done", within=step("done"))
    assert (officer.url, officer.status) == (f"/follow-ups/{point.id}/done", 422)
    officer.click("Рус", within="header")
    assert officer.redirects == [f"/follow-ups/{point.id}/done", f"/follow-ups/{point.id}"]
    assert officer.status == 200
    assert officer.open(f"/follow-ups/{point.id}/no-step").status == 404
    assert officer.open("/follow-ups/99/done").status == 404


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


def test_progress_lines_are_dated_and_need_no_version(officer, point):
    officer.open(f"/follow-ups/{point.id}")
    officer.submit("Add a progress line", within="#progress", text="The letter went out")
    officer.submit(
        "Add a progress line", within="#progress", text="It was drafted", noted_on="2026-11-02"
    )
    lines = [
        (
            text_of(one.time),
            text_of(one.select_one(".body > span")),
            text_of(one.select_one(".sub")),
        )
        for one in officer.page.select("#progress li")
    ]
    assert lines == [
        ("24 Nov 2026", "The letter went out", me().name),
        ("2 Nov 2026", "It was drafted", me().name),
    ]
    assert stored(point).version == 1


def test_a_progress_line_needs_words_and_a_day_gone_by(officer, point):
    officer.open(f"/follow-ups/{point.id}")
    officer.submit("Add a progress line", within="#progress", text=" ", noted_on="2026-11-25")
    assert officer.status == 422
    assert len(officer.page.select("#progress .sk-err")) == 2
    assert db.session.scalars(select(Progress)).all() == []


def test_two_browsers_set_the_same_point_at_once(officer, head, point):
    for browser in (officer, head):
        browser.open(f"/follow-ups/{point.id}")
    head.submit("Set a deadline", within=step("due"), due_on="2026-12-01")
    officer.submit("Set a deadline", within=step("due"), due_on="2026-12-15")
    assert (officer.status, stored(point).due_on) == (409, date(2026, 12, 1))
    assert user_named("head@test.example").name in officer.text
    for day in ("1 Dec 2026", "15 Dec 2026"):
        assert day in officer.text
    # What was typed goes on with a fresh version; now it is an extension and says so.
    officer.submit("Save what is chosen")
    assert officer.status == 422
    officer.submit(
        "Extend the deadline", within=step("due"), reason="The partner asked", authority="Head"
    )
    kept = stored(point)
    assert (kept.due_on, kept.original_due_on) == (date(2026, 12, 15), date(2026, 12, 1))


def test_the_same_step_pressed_twice_is_told_as_a_conflict(officer, point):
    second = Browser(officer.client.application).sign_in(me().email, PASSWORD)
    for browser in (officer, second):
        browser.open(f"/follow-ups/{point.id}")
    officer.submit("Mark as done", within=step("done"), outcome="Held in May")
    second.submit("Mark as done", within=step("done"), outcome="Held in June")
    assert (second.status, stored(point).outcome) == (409, "Held in May")
    assert "Held in June" in second.text


def test_a_viewer_sees_everything_and_changes_nothing(viewer, point):
    viewer.open(f"/follow-ups/{point.id}")
    assert viewer.page.select("main form") == []
    steps = ("status", "due", "done", "cancel", "off-control", "reopen", "progress")
    for name in steps:
        viewer.open("/follow-ups/")
        viewer.post(f"/follow-ups/{point.id}/{name}", version=1, text="x", status="in_progress")
        assert viewer.status == 403, name
    assert stored(point).version == 1


def test_an_archived_point_takes_no_step(officer, head, point):
    point.archive(clock.now(), "Entered twice")
    db.session.commit()
    officer.open(f"/follow-ups/{point.id}")
    assert "Entered twice" in officer.text
    assert officer.page.select("#steps") == []
    officer.post(f"/follow-ups/{point.id}/due", due_on="2026-12-01", version=point.version)
    assert officer.status == 409
    head.open(f"/follow-ups/{point.id}").submit("Restore")
    assert stored(point).archived_at is None


def test_a_step_without_a_version_is_no_form(officer, point):
    for version in ("", "abc", "1.5", "99999999999999999999"):
        officer.open(f"/follow-ups/{point.id}")
        officer.post(f"/follow-ups/{point.id}/status", status="in_progress", version=version)
        assert officer.status == 400, version


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


def test_forms_that_look_alike_on_many_points_are_each_points_and_each_readers_own(
    head, officer, point
):
    shown, secret = (
        make_meeting(title=title, status="held", country_code="DE", restricted=hidden)
        for title, hidden in (("Shown", False), ("Secret", True))
    )
    other = make_follow_up(text="Another one", owner=me(), country_code="DE", due_on=TODAY)
    for reader, sees in ((head, True), (officer, False), (head, True)):
        for one in (point, other):
            page = reader.open(f"/follow-ups/{one.id}").page
            forms = [*page.select("#steps form"), *page.select("#progress form")]
            assert forms
            assert all(form["action"].startswith(f"/follow-ups/{one.id}/") for form in forms)
            versions = {form["value"] for form in page.select("#steps [name=version]")}
            assert versions == {str(stored(one).version)}
            assert "\x00" not in str(page)
        offered = page.select("#step-done [name=closing_meeting_id] option")
        ids = {option["value"] for option in offered}
        assert str(shown.id) in ids
        assert (str(secret.id) in ids) is sees
        reader.submit("Add a progress line", text="called them")
