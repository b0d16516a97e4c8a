"""Working days of Kazakhstan: weekends, holidays and what decrees have moved."""

from datetime import date

from crm.core import clock
from crm.core.database import db
from crm.core.working_days import WorkingCalendar
from crm.reference.models import DayKind, WorkingDay
from crm.reference.queries import working_calendar

PLAIN = WorkingCalendar({})


def test_nobody_works_on_weekends_and_holidays():
    assert PLAIN.is_working(date(2026, 11, 23))
    assert not PLAIN.is_working(date(2026, 11, 22))  # a Sunday
    assert not PLAIN.is_working(date(2026, 12, 16))  # Independence Day
    assert not PLAIN.is_working(date(2026, 3, 25))  # for Nauryz on a Sunday


def test_the_next_working_day_passes_over_days_off():
    assert PLAIN.on_or_after(date(2026, 3, 20)) == date(2026, 3, 20)
    assert PLAIN.on_or_after(date(2026, 3, 21)) == date(2026, 3, 26)
    assert PLAIN.on_or_before(date(2026, 3, 25)) == date(2026, 3, 20)


def test_working_days_are_counted_from_the_day_after():
    assert PLAIN.after(date(2026, 11, 20), 5) == date(2026, 11, 27)
    assert PLAIN.after(date(2026, 12, 14), 2) == date(2026, 12, 17)
    assert PLAIN.before(date(2026, 12, 17), 2) == date(2026, 12, 14)


def test_a_week_begins_with_its_first_working_day():
    assert PLAIN.first_of_week(date(2026, 3, 27)) == date(2026, 3, 26)


def test_a_decree_moves_a_day_until_it_is_retired(app):
    friday, saturday = date(2027, 1, 8), date(2027, 1, 16)
    rows = [
        WorkingDay(day=friday, kind=DayKind.DAY_OFF, decree="№ 1"),
        WorkingDay(day=saturday, kind=DayKind.WORKING, decree="№ 1"),
    ]
    db.session.add_all(rows)
    db.session.commit()
    moved = working_calendar()
    assert [moved.is_working(day) for day in (friday, saturday)] == [False, True]
    rows[1].archive(clock.now(), "Withdrawn")
    db.session.commit()
    assert not working_calendar().is_working(saturday)
