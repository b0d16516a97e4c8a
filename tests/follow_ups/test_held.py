"""A consultation is closed by the meeting in which it was held, recorded from the point."""

from datetime import date

import pytest
from sqlalchemy import select

from crm.accounts.queries import user_called
from crm.core import clock
from crm.core.database import db
from crm.core.sight import seeing_everything
from crm.meetings.models import Meeting, MeetingSector, Participant
from tests.browser import text_of
from tests.factories import (
    make_delegation,
    make_extension_request,
    make_follow_up,
    make_meeting,
    make_organisation,
    make_sector,
    make_user,
)

TODAY = date(2026, 11, 24)
BUTTON = "Save the meeting and close the point"


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def user_named(role):
    return db.session.scalars(user_called(f"{role}@test.example")).one()


@pytest.fixture
def point(app, officer):
    """A consultation agreed in a meeting of a delegation about metallurgy, with one company."""
    delegation = make_delegation(title="German delegation")
    make_sector()
    meeting = make_meeting(delegation_id=delegation.id, held_on=date(2026, 10, 1))
    db.session.add(MeetingSector(meeting_id=meeting.id, sector_code="MET", weight="focus"))
    company = make_organisation(name_en="Alpha GmbH")
    db.session.add(Participant(meeting_id=meeting.id, side="partner", organisation_id=company.id))
    return make_follow_up(
        text="Exchange of experience",
        owner=user_named("officer"),
        meeting_id=meeting.id,
        delegation_id=delegation.id,
        country_code="DE",
        agreed_on=date(2026, 10, 1),
        due_on=date(2026, 12, 1),
    )


def stored(record):
    db.session.rollback()
    db.session.expire_all()
    with seeing_everything():
        return db.session.get(type(record), record.id)


def new_meetings():
    return db.session.scalars(select(Meeting).where(Meeting.kind == "consultation")).all()


def test_one_form_records_the_meeting_and_closes_the_point(officer, point):
    request = make_extension_request(point, new_due_on=date(2026, 12, 18))
    officer.open(f"/follow-ups/{point.id}").click("Held: record the meeting", within=".sk-head")
    assert (officer.status, officer.url) == (200, f"/follow-ups/{point.id}/held")
    officer.submit(BUTTON, outcome="Two universities agreed", held_on="2026-11-20")
    assert officer.url == f"/follow-ups/{point.id}"
    (meeting,) = new_meetings()
    assert (meeting.title, meeting.status, meeting.country_code) == (
        "Exchange of experience",
        "held",
        "DE",
    )
    assert (meeting.delegation_id, meeting.held_on) == (point.delegation_id, date(2026, 11, 20))
    links = select(MeetingSector.sector_code, MeetingSector.weight)
    assert db.session.execute(links.where(MeetingSector.meeting_id == meeting.id)).all() == [
        ("MET", "focus")
    ]
    came = db.session.scalars(select(Participant).where(Participant.meeting_id == meeting.id)).one()
    assert (came.side, came.organisation_text) == ("partner", "Alpha GmbH")
    kept = stored(point)
    assert (kept.status, kept.outcome) == ("done", "Two universities agreed")
    assert (kept.done_on, kept.closing_meeting_id) == (date(2026, 11, 20), meeting.id)
    assert stored(request).decision == "settled"
    # A closed point has no such form.
    assert officer.open(f"/follow-ups/{point.id}/held").heading == "Exchange of experience"
    assert BUTTON not in officer.text


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"outcome": " "}, "This field is required"),
        ({"country": ""}, "This field is required"),
        ({"held_on": "2026-11-25"}, "This day is still ahead"),
        ({"status": "planned"}, "A point is closed by a meeting that was held"),
        ({"held_on": "2026-09-30"}, "It was agreed later than that: 1 Oct 2026"),
    ],
)
def test_nothing_is_saved_of_a_refused_form(officer, point, typed, why):
    officer.open(f"/follow-ups/{point.id}/held")
    officer.submit(BUTTON, **{"outcome": "They agreed", "place": "Oskemen", **typed})
    assert officer.status == 422
    assert why in " ".join(officer.errors)
    assert officer.page.select_one("[name=place]")["value"] == "Oskemen"
    assert (new_meetings(), stored(point).status) == ([], "agreed")


def test_what_changed_in_the_meantime_is_looked_at_first(officer, point):
    officer.open(f"/follow-ups/{point.id}/held")
    point.touch()
    db.session.commit()
    officer.submit(BUTTON, outcome="They agreed")
    assert (officer.status, new_meetings()) == (422, [])
    assert "The point was changed in the meantime" in " ".join(officer.errors)
    officer.submit(BUTTON)
    assert stored(point).status == "done"
    assert stored(point).done_on == TODAY  # the day of the meeting is not known
    assert new_meetings()[0].held_on is None


def test_who_may_not_close_the_point_gets_no_such_form(officer, viewer, app):
    make_meeting()
    point = make_follow_up(owner=make_user(name="Dauren"), country_code="DE")
    officer.open(f"/follow-ups/{point.id}")
    assert "record the meeting" not in officer.text
    assert BUTTON not in officer.open(f"/follow-ups/{point.id}/held").text
    sent = {"title": "T", "country": "DE", "outcome": "They agreed", "version": "1"}
    assert officer.post(f"/follow-ups/{point.id}/held", **sent).status == 422
    assert "Owner: Dauren" in " ".join(officer.errors)
    assert viewer.open(f"/follow-ups/{point.id}/held").status == 403
    assert stored(point).status == "agreed"


def test_the_meeting_of_a_restricted_point_is_restricted_unless_said_otherwise(officer, viewer):
    me, helper = user_named("officer"), make_user()
    make_meeting()
    point = make_follow_up(
        text="Secret talks", owner=me, country_code="DE", restricted=True, team=[helper]
    )
    officer.open(f"/follow-ups/{point.id}/held").submit(BUTTON, outcome="They agreed")
    with seeing_everything():
        (meeting,) = new_meetings()
        assert meeting.restricted
    assert viewer.open(f"/meetings/{meeting.id}").status == 404
    # So is that of a point under a meeting its own owner is kept from.
    hidden = make_meeting(title="Hidden", restricted=True, officer=make_user())
    under = make_follow_up(owner=me, country_code="DE", meeting_id=hidden.id)
    page = officer.open(f"/follow-ups/{under.id}/held").page
    assert page.select_one("[name=restricted]").has_attr("checked")


def test_the_meeting_is_recorded_from_the_desk_and_lists_too(officer, point):
    plot = make_follow_up(text="Plot", owner=user_named("officer"), kind="land_plot")
    for url in ("/", "/follow-ups/"):
        links = officer.open(url).page.select("a[href$='/held']")
        assert [one["href"] for one in links] == [f"/follow-ups/{point.id}/held"], plot.text


def test_meetings_held_with_the_country_of_the_point_come_first(officer, point):
    make_meeting(title="Ours", country_code="DE")
    make_meeting(title="Newer", country_code="CN")
    make_meeting(title="Called off", country_code="DE", status="cancelled")
    page = officer.open(f"/follow-ups/{point.id}?step=done").page
    offered = [text_of(one) for one in page.select("select[name=closing_meeting_id] option")]
    titles = [one.partition(" · ")[0] for one in offered if one]
    assert (titles[0], titles[2:]) == ("Ours", ["Called off", "Newer"])


def test_without_a_meeting_the_outcome_says_how_it_was_held(officer, point):
    officer.open(f"/follow-ups/{point.id}")
    officer.submit("Mark as done", within="#step-done", outcome="Held")
    assert (officer.status, stored(point).status) == (422, "agreed")
    assert "Without a meeting, say how the consultation was held" in " ".join(officer.errors)
    officer.submit("Mark as done", within="#step-done", outcome="By phone, nothing was written")
    assert stored(point).status == "done"
    assert "Closing meeting not stated" in text_of(officer.page.select_one(".sk-dl"))
    assert len(officer.open("/follow-ups/?held_nowhere=1").rows) == 1
    other = make_follow_up(kind="training", owner=user_named("officer"))
    officer.open(f"/follow-ups/{other.id}").submit(
        "Mark as done", within="#step-done", outcome="Held"
    )
    assert stored(other).status == "done"


def test_a_meeting_that_is_only_planned_closes_nothing(officer, point):
    planned = make_meeting(title="Ahead", status="planned", held_on=date(2026, 12, 1))
    officer.open(f"/follow-ups/{point.id}")
    officer.submit(
        "Mark as done", within="#step-done", outcome="They agreed", closing_meeting_id=planned.id
    )
    assert (officer.status, stored(point).status) == (422, "agreed")
    assert "A point is closed by a meeting that was held" in " ".join(officer.errors)


def test_a_reopened_point_keeps_its_reason_in_sight(head, app):
    point = make_follow_up(
        status="off_control", outcome="Held", done_on=TODAY, removal_number="1", removed_on=TODAY
    )
    head.open(f"/follow-ups/{point.id}")
    head.submit("Reopen the point", within="#step-reopen", reason="The partner denies it")
    assert "Reopened on 24 Nov 2026 The partner denies it" in text_of(
        head.page.select_one(".sk-dl")
    )
    assert "The partner denies it" in text_of(head.page.select_one("#history li"))
    assert stored(point).reopen_reason == "The partner denies it"


def test_what_is_removed_from_control_has_number_and_day(head, app):
    point = make_follow_up(status="done", outcome="Held", done_on=TODAY)
    head.open(f"/follow-ups/{point.id}")
    head.submit("Remove from control", within="#step-off-control", removed_on="", removal_number="")
    assert (head.status, stored(point).status) == (422, "done")
    assert len(head.page.select("#step-off-control .sk-err")) == 2


def test_what_the_partner_owes_is_shown_as_theirs_and_since_when_it_is_awaited(officer, head, app):
    meeting = make_meeting()
    given = {"status": "awaiting_partner", "status_since": date(2026, 11, 3)}
    given |= {"owner": user_named("officer"), "due_on": date(2026, 11, 20)}
    point = make_follow_up(
        meeting_id=meeting.id, country_code="DE", responsible_side="partner", **given
    )
    for address in (
        "/",
        "/follow-ups/",
        f"/follow-ups/{point.id}",
        f"/meetings/{meeting.id}",
        "/countries/DE",
    ):
        text = text_of(officer.open(address).page.select_one("main"))
        assert "partner side" in text.lower(), address
        assert "Awaiting the foreign side" in text, address
        assert "since 3 Nov 2026" in text, address
