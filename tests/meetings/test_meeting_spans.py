"""Meetings of a week or longer, and what is offered of meetings elsewhere."""

from datetime import date, time

import pytest
from sqlalchemy import select

from crm.accounts.models import User
from crm.core import clock
from crm.core.database import db
from crm.meetings.models import Meeting
from crm.meetings.queries import meeting_choices, meetings_between
from tests.factories import make_country, make_meeting
from tests.meetings.recording import TODAY

pytestmark = pytest.mark.usefixtures("today")


def test_the_week_holds_what_is_known_to_the_day(app):
    monday, sunday = clock.week_of(TODAY)
    hits = [
        make_meeting(title="Day", held_on=TODAY, starts_at=time(9)),
        make_meeting(
            title="Range",
            held_on=date(2026, 11, 20),
            held_until=monday,
            date_precision="range",
        ),
        make_meeting(title="Week", held_on=monday, date_precision="week"),
    ]
    make_meeting(title="Month", held_on=monday, date_precision="month")
    make_meeting(title="Undated")
    make_meeting(title="Cancelled", held_on=TODAY, status="cancelled")
    make_meeting(title="Before", held_on=date(2026, 11, 22))
    make_meeting(title="After", held_on=date(2026, 11, 30))
    found = db.session.scalars(meetings_between(monday, sunday)).unique().all()
    assert {one.title for one in found} == {one.title for one in hits}


def test_choices_keep_an_archived_one_only_where_it_is_stored(app):
    old = make_meeting(title="Old")
    old.archive(clock.now(), "x")
    new = make_meeting(title="New")
    db.session.commit()
    assert [key for key, _text in meeting_choices()] == [new.id]
    assert [key for key, _text in meeting_choices(old.id)] == [new.id]
    assert [key for key, _text in meeting_choices(stored=old.id)] == [new.id, old.id]
    assert meeting_choices(2**31 - 1) == meeting_choices()


def test_what_lasts_is_found_by_any_of_its_days(officer):
    spans = {
        "Week": (date(2026, 3, 2), None, "week"),
        "Month": (date(2026, 3, 1), None, "month"),
        "Quarter": (date(2026, 1, 1), None, "quarter"),
        "Year": (date(2026, 1, 1), None, "year"),
        "Range": (date(2026, 2, 20), date(2026, 3, 8), "range"),
        "Day": (date(2026, 3, 8), None, "day"),
    }
    misses = {
        "Week before": (date(2026, 2, 23), None, "week"),
        "Day before": (date(2026, 3, 7), None, "day"),
        "Range before": (date(2026, 3, 5), date(2026, 3, 7), "range"),
        "Year before": (date(2025, 1, 1), None, "year"),
        "Day after": (date(2026, 3, 9), None, "day"),
    }
    for title, (held_on, held_until, precision) in (spans | misses).items():
        make_meeting(title=title, held_on=held_on, held_until=held_until, date_precision=precision)
    officer.open("/meetings/?held_from=2026-03-08&held_to=2026-03-08&sort=held_on")
    assert [row[1].removesuffix(" Working meeting") for row in officer.rows] == [
        *("Quarter", "Year", "Range", "Month", "Week", "Day")
    ]


SPANS = {
    "kk": ("23.11.2026 күнгі апта", "17.02.2026 – 19.02.2026"),
    "ru": ("неделя с 23.11.2026", "17.02.2026 – 19.02.2026"),
    "en": ("week of 23 Nov 2026", "17 Feb 2026 – 19 Feb 2026"),
}


def test_a_week_and_a_range_are_typed_and_told_in_three_languages(officer):
    make_country("DE", "Germany")
    for span in (
        {"held_on": "26.11.2026", "held_until": "2026-11-27", "date_precision": "week"},
        {"held_on": "2026-02-17", "held_until": "2026-02-19", "date_precision": "range"},
    ):
        officer.open("/meetings/new?country=DE").submit("Save", title="Talks", **span)
    days = select(Meeting.held_on, Meeting.held_until, Meeting.span_ends_on).order_by(Meeting.id)
    assert db.session.execute(days).all() == [
        (date(2026, 11, 23), None, date(2026, 11, 29)),
        (date(2026, 2, 17), date(2026, 2, 19), date(2026, 2, 19)),
    ]
    for language, texts in SPANS.items():
        db.session.scalars(select(User)).one().language = language
        db.session.commit()
        officer.open("/meetings/?sort=-held_on")
        assert tuple(row[0] for row in officer.rows) == texts


def test_a_week_ends_within_itself(officer):
    make_country("DE", "Germany")
    officer.open("/meetings/new?country=DE").submit(
        "Save", title="No", held_on="2026-11-26", held_until="2026-12-01", date_precision="week"
    )
    assert officer.status == 422
    assert any("Only a range of days has a last day" in error for error in officer.errors)
    assert officer.page.select_one("[name=held_until]")["value"] == "2026-12-01"
