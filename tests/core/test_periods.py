"""Periods of a date filter: named by where they stand to today."""

from datetime import date

import pytest

from crm.core import clock
from crm.core.listing.filters import Args, BadQueryError
from crm.core.listing.ranges import DateRangeFilter, Period
from crm.meetings.models import Meeting

HELD = DateRangeFilter("held", "Date", Meeting.held_on, empty="Date unknown")
TUESDAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("this_week", date(2026, 11, 23), date(2026, 11, 29)),
        ("last_week", date(2026, 11, 16), date(2026, 11, 22)),
        ("next_week", date(2026, 11, 30), date(2026, 12, 6)),
        ("this_month", date(2026, 11, 1), date(2026, 11, 30)),
        ("last_month", date(2026, 10, 1), date(2026, 10, 31)),
        ("next_month", date(2026, 12, 1), date(2026, 12, 31)),
        ("this_quarter", date(2026, 10, 1), date(2026, 12, 31)),
        ("last_quarter", date(2026, 7, 1), date(2026, 9, 30)),
        ("next_quarter", date(2027, 1, 1), date(2027, 3, 31)),
        ("this_year", date(2026, 1, 1), date(2026, 12, 31)),
        ("last_year", date(2025, 1, 1), date(2025, 12, 31)),
    ],
)
def test_a_period_has_the_days_around_today(period, first, last):
    assert Period(period).days(TUESDAY) == (first, last)


def test_periods_cross_the_turn_of_the_year_and_short_months():
    assert Period.LAST_MONTH.days(date(2028, 3, 31)) == (date(2028, 2, 1), date(2028, 2, 29))
    assert Period.NEXT_MONTH.days(date(2027, 1, 31)) == (date(2027, 2, 1), date(2027, 2, 28))
    assert Period.LAST_QUARTER.days(date(2027, 1, 1)) == (date(2026, 10, 1), date(2026, 12, 31))
    assert Period.THIS_WEEK.days(date(2027, 1, 1)) == (date(2026, 12, 28), date(2027, 1, 3))


def test_an_address_with_a_period_moves_on_with_the_day(monkeypatch):
    asked = Args({"held": "this_quarter"})
    for today, first in ((TUESDAY, date(2026, 10, 1)), (date(2027, 1, 1), date(2027, 1, 1))):
        monkeypatch.setattr(clock, "today", lambda today=today: today)
        assert HELD.bounds(asked)[0] == first


def test_a_period_and_typed_days_leave_what_lies_in_both(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TUESDAY)
    asked = Args({"held": "this_month", "held_from": "2026-11-10", "held_to": "2026-12-31"})
    assert HELD.bounds(asked) == (date(2026, 11, 10), date(2026, 11, 30))


def test_only_words_that_mean_something_are_taken():
    for day in ("0001-01-01", "1899-12-31", "9999-12-31"):  # no instant is reckoned so far off
        with pytest.raises(BadQueryError):
            HELD.clause(Args({"held_from": day}))
    for word in ("soon", "this_day", "THIS_WEEK", "next_year", "_", "none "):
        with pytest.raises(BadQueryError):
            HELD.clause(Args({"held": word}))
    with pytest.raises(BadQueryError):
        DateRangeFilter("rated", "Date", Meeting.held_on).clause(Args({"rated": "none"}))
