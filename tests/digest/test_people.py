"""On which days a digest is written, and which mail it is."""

from datetime import date, timedelta

import pytest

from crm.accounts.models import DigestFrequency
from crm.core.working_days import WorkingCalendar
from crm.digest.queries.people import is_due, period_of

MONDAY = date(2026, 11, 23)
TUESDAY, SATURDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=5)
USUAL = WorkingCalendar({})
MOVED = WorkingCalendar({MONDAY: False, SATURDAY: True})


@pytest.mark.parametrize(
    ("frequency", "calendar", "days"),
    [
        ("daily", USUAL, [0, 1, 2, 3, 4]),
        ("daily", MOVED, [1, 2, 3, 4, 5]),
        ("weekly", USUAL, [0]),
        ("weekly", MOVED, [1]),
        ("weekly", WorkingCalendar({MONDAY + timedelta(days=one): False for one in range(5)}), []),
        ("off", USUAL, []),
    ],
)
def test_a_daily_one_is_due_when_people_work_a_weekly_one_on_the_first_such_day(
    frequency, calendar, days
):
    week = [MONDAY + timedelta(days=one) for one in range(7)]
    due = [is_due(DigestFrequency(frequency), day, calendar) for day in week]
    assert [number for number, is_one in enumerate(due) if is_one] == days


def test_a_weekly_mail_is_that_of_the_week_whenever_it_goes():
    weekly, daily = DigestFrequency.WEEKLY, DigestFrequency.DAILY
    assert {period_of(weekly, day) for day in (MONDAY, TUESDAY, SATURDAY)} == {"2026-11-23"}
    assert period_of(weekly, MONDAY + timedelta(days=7)) == "2026-11-30"
    assert period_of(daily, TUESDAY) == "2026-11-24"
