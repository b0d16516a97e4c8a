"""The date of a meeting as it is typed: as exact as it is known, and its status with it."""

from datetime import date

import pytest
from sqlalchemy import select

from crm.core import clock
from crm.core.database import db
from crm.follow_ups.models.follow_up import FollowUp
from crm.meetings.models import Meeting
from tests.factories import make_country, make_follow_up, make_meeting
from tests.meetings.recording import count, only, record
from tests.postgres import on_sqlite

pytestmark = pytest.mark.usefixtures("world")


# What a form makes of what is typed does not hang on the database.

DATES = [
    ({}, (None, None, "unknown")),
    ({"held_on": "24.11.2026"}, (date(2026, 11, 24), None, "day")),
    ({"held_on": "2026-11-24", "date_precision": "day"}, (date(2026, 11, 24), None, "day")),
    (
        {"held_on": "2026-11-24", "date_precision": "publication_day"},
        (date(2026, 11, 24), None, "publication_day"),
    ),
    ({"held_on": "2026-11-24", "date_precision": "month"}, (date(2026, 11, 1), None, "month")),
    (
        {"held_on": "2026-11-24", "date_precision": "quarter"},
        (date(2026, 10, 1), None, "quarter"),
    ),
    ({"held_on": "2026-11-24", "date_precision": "year"}, (date(2026, 1, 1), None, "year")),
    ({"held_on": "2026-11-26", "date_precision": "week"}, (date(2026, 11, 23), None, "week")),
    (
        {"held_on": "2026-02-17", "held_until": "2026-02-19", "date_precision": "range"},
        (date(2026, 2, 17), date(2026, 2, 19), "range"),
    ),
    (
        {"held_on": "2026-02-17", "held_until": "2026-02-19"},
        (date(2026, 2, 17), date(2026, 2, 19), "range"),
    ),
]


@on_sqlite
def test_a_date_is_kept_as_precisely_as_it_is_known(officer):
    for given, stored in DATES:
        record(officer, title="Talks", country="DE", **given)
        meeting = db.session.scalars(select(Meeting).order_by(Meeting.id.desc())).first()
        assert (meeting.held_on, meeting.held_until, meeting.date_precision) == stored


CONTRADICTIONS = [
    ({"date_precision": "day"}, "Date: Write the date, or choose that it is unknown"),
    ({"held_until": "2026-02-19"}, "Date: Write the first day too"),
    (
        {"held_on": "2026-02-19", "held_until": "2026-02-17", "date_precision": "range"},
        "Last day: The last day is before the first one",
    ),
    (
        {"held_on": "2026-02-17", "date_precision": "range"},
        "Last day: Write the last day of the range",
    ),
    (
        {"held_on": "2026-02-17", "held_until": "2026-02-19", "date_precision": "day"},
        "Last day: Only a range of days has a last day: choose it, or empty this",
    ),
    (
        {"held_on": "2026-02-17", "starts_at": "16:00", "ends_at": "15:00"},
        "Ends at: The meeting ends before it begins",
    ),
    ({"starts_at": "25:00"}, "Begins at: There is no such time: write it as 15:00"),
    (
        {"source_url": "javascript:alert(1)"},
        "Web address of the source: Write the whole address, from https:// on",
    ),
]


@on_sqlite
def test_dates_that_contradict_each_other_are_refused(officer):
    for given, message in CONTRADICTIONS:
        record(officer, title="Talks", country="DE", **given)
        assert officer.status == 422
        assert message in officer.errors
        assert count(Meeting) == 0


def test_a_meeting_now_held_gives_its_day_to_the_points_that_have_none(officer, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: date(2030, 1, 15))
    meeting = make_meeting(title="Talks", held_on=date(2030, 1, 14), status="planned")
    make_follow_up(text="Send the plan", meeting_id=meeting.id)
    make_follow_up(text="Own day", meeting_id=meeting.id, agreed_on=date(2029, 12, 1))
    make_follow_up(text="Elsewhere", meeting_id=make_meeting(title="Other").id)
    officer.open(f"/meetings/{meeting.id}/edit").submit("Save", title="Talks again")
    days = select(FollowUp.agreed_on).order_by(FollowUp.id)
    assert db.session.scalars(days).all() == [None, date(2029, 12, 1), None]
    officer.open(f"/meetings/{meeting.id}/edit").submit("Save", status="held")
    assert db.session.scalars(days).all() == [date(2030, 1, 14), date(2029, 12, 1), None]


def test_no_date_is_invented_from_the_day_of_recording(officer, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: date(2030, 1, 15))
    record(officer, title="Talks", country="DE", **{"points-0-text": "Send the plan"})
    assert only(Meeting).held_on is None
    assert (only(FollowUp).status_since, only(FollowUp).agreed_on) == (date(2030, 1, 15), None)


DAY, TALKS = date(2026, 11, 24), {"title": "Talks", "country": "DE"}


@on_sqlite
@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, "held"),
        ({"held_on": "2026-11-24"}, "held"),
        ({"held_on": "2026-11-25"}, "planned"),
        ({"held_on": "2027-03-31", "date_precision": "month"}, "planned"),
        ({"held_on": "2026-11-30", "date_precision": "month"}, "held"),
        ({"held_on": "2026-11-25", "status": "cancelled"}, "cancelled"),
    ],
)
def test_a_status_left_open_follows_the_date(officer, monkeypatch, given, status):
    monkeypatch.setattr(clock, "today", lambda: DAY)
    record(officer, **TALKS, **given)
    assert only(Meeting).status == status


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            {"status": "held", "held_on": "2026-11-25"},
            "This day is still ahead: choose «Planned», or correct the date",
        ),
        ({"starts_at": "15:00"}, "A time needs the exact day"),
        (
            {"starts_at": "15:00", "held_on": "2026-11-01", "date_precision": "quarter"},
            "A time needs the exact day",
        ),
        (
            {"held_on": "2026-11-20", "points-0-text": "Plan", "points-0-due_on": "2025-11-30"},
            "It was agreed later than that: 20 Nov 2026",
        ),
    ],
)
def test_what_does_not_fit_the_date_is_refused(officer, monkeypatch, given, words):
    monkeypatch.setattr(clock, "today", lambda: DAY)
    record(officer, **TALKS, **given)
    assert officer.status == 422
    assert words in officer.text
    assert count(Meeting) == 0


def test_a_range_of_one_day_is_a_day(officer):
    days = {"held_on": "2026-11-02", "held_until": "2026-11-02", "date_precision": "range"}
    record(officer, **TALKS, **days)
    meeting = only(Meeting)
    assert (meeting.date_precision, meeting.held_until) == ("day", None)


def test_what_was_said_to_be_held_on_a_day_to_come_is_put_right(officer, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: DAY)
    url = f"/meetings/{make_meeting(held_on=date(2027, 3, 1)).id}/edit"
    officer.open(url).submit("Save", status="planned")
    assert only(Meeting).status == "planned"


def test_a_refused_form_shows_the_precision_that_was_chosen(officer):
    make_country()
    chosen = "[name=date_precision] option[selected]"
    for path, day in (("/meetings/new", "held_on"), ("/delegations/new", "arrives_on")):
        officer.open(path).submit("Save", country="DE", fields={day: "2026-02-03"})
        assert officer.status == 422
        assert officer.page.select_one(chosen)["value"] == "unknown"
        assert officer.page.select_one(f"[name={day}]")["value"] == "2026-02-03"
        officer.submit("Save", title="Talks")
        assert officer.status == 200
        assert "3 Feb 2026" in officer.text
