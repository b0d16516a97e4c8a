"""Instants, days and weeks as East Kazakhstan has them, and how dates are written."""

from datetime import UTC, date, datetime

import pytest
from flask_babel import force_locale

from crm.core import clock
from crm.core.dates import (
    DatePrecision,
    imprecise_date,
    last_of,
    long_date,
    short_date,
    weekday_name,
)
from tests.postgres import on_sqlite


@pytest.mark.parametrize(
    ("instant", "local"),
    [
        (datetime(2024, 2, 28, 18, 0, tzinfo=UTC), "2024-02-29 00:00 +0600"),
        (datetime(2024, 2, 29, 17, 59, tzinfo=UTC), "2024-02-29 23:59 +0600"),
        (datetime(2024, 2, 29, 18, 0, tzinfo=UTC), "2024-02-29 23:00 +0500"),  # the hour twice
        (datetime(2024, 2, 29, 19, 0, tzinfo=UTC), "2024-03-01 00:00 +0500"),
        (datetime(2026, 11, 24, 19, 0, tzinfo=UTC), "2026-11-25 00:00 +0500"),
        (datetime(2026, 7, 1, 18, 59, tzinfo=UTC), "2026-07-01 23:59 +0500"),
    ],
)
def test_an_instant_has_the_wall_time_of_its_day(instant, local):
    assert clock.to_local(instant).strftime("%Y-%m-%d %H:%M %z") == local


@pytest.mark.parametrize(
    ("now", "today"),
    [
        (datetime(2026, 11, 24, 18, 59, 59, tzinfo=UTC), date(2026, 11, 24)),
        (datetime(2026, 11, 24, 19, 0, 0, tzinfo=UTC), date(2026, 11, 25)),
    ],
)
def test_the_day_begins_at_local_midnight(monkeypatch, now, today):
    monkeypatch.setattr(clock, "now", lambda: now)
    assert clock.today() == today


def test_now_is_aware():
    assert clock.now().tzinfo is UTC


@pytest.mark.parametrize("day", [date(2026, 11, 23), date(2026, 11, 26), date(2026, 11, 29)])
def test_a_week_runs_from_monday_to_sunday(day):
    assert clock.week_of(day) == (date(2026, 11, 23), date(2026, 11, 29))


def test_the_next_monday_is_another_week():
    assert clock.week_of(date(2026, 11, 30))[0] == date(2026, 11, 30)


@pytest.fixture
def reading(app):
    """A function: what ``write`` says to a reader of a language."""

    def said(language, write, *given):
        with app.test_request_context(), force_locale(language):
            return write(*given)

    return said


DAY = date(2026, 11, 5)


@on_sqlite
@pytest.mark.parametrize(
    ("language", "short", "long", "weekday"),
    [
        ("kk", "05.11.2026", "2026 жылғы 5 қараша", "бейсенбі"),
        ("ru", "05.11.2026", "5 ноября 2026 года", "четверг"),
        ("en", "5 Nov 2026", "5 November 2026", "Thursday"),
    ],
)
def test_a_day_is_written_as_its_reader_writes_it(reading, language, short, long, weekday):
    assert reading(language, short_date, DAY) == short
    assert reading(language, long_date, DAY) == long
    assert reading(language, weekday_name, DAY) == weekday
    assert reading(language, short_date, None) == ""


@on_sqlite
@pytest.mark.parametrize(
    ("precision", "text"),
    [
        (DatePrecision.DAY, "5 Nov 2026"),
        (DatePrecision.PUBLICATION_DAY, "5 Nov 2026"),
        (DatePrecision.WEEK, "week of 5 Nov 2026"),
        (DatePrecision.MONTH, "November 2026"),
        (DatePrecision.QUARTER, "quarter 4 of 2026"),
        (DatePrecision.YEAR, "year 2026"),
        (DatePrecision.RANGE, "5 Nov 2026 – 7 Nov 2026"),
        (DatePrecision.UNKNOWN, "date unknown"),
    ],
)
def test_a_date_says_no_more_than_is_known(reading, precision, text):
    assert reading("en", imprecise_date, DAY, date(2026, 11, 7), precision) == text


@on_sqlite
def test_a_date_that_is_missing_is_unknown(reading):
    assert reading("en", imprecise_date, None, None, DatePrecision.DAY) == "date unknown"
    assert reading("en", imprecise_date, DAY, None, DatePrecision.RANGE) == "5 Nov 2026"


@on_sqlite
@pytest.mark.parametrize(
    ("language", "text"), [("kk", "2025 жылғы қыркүйек"), ("ru", "сентябрь 2025 года")]
)
def test_a_month_is_in_words(reading, language, text):
    assert reading(language, imprecise_date, date(2025, 9, 1), None, DatePrecision.MONTH) == text


@pytest.mark.parametrize(
    ("precision", "day", "last"),
    [
        (DatePrecision.DAY, DAY, DAY),
        (DatePrecision.PUBLICATION_DAY, DAY, DAY),
        (DatePrecision.WEEK, DAY, date(2026, 11, 8)),
        (DatePrecision.MONTH, date(2026, 2, 1), date(2026, 2, 28)),
        (DatePrecision.MONTH, date(2028, 2, 1), date(2028, 2, 29)),
        (DatePrecision.MONTH, date(2026, 12, 1), date(2026, 12, 31)),
        (DatePrecision.QUARTER, date(2026, 1, 1), date(2026, 3, 31)),
        (DatePrecision.QUARTER, date(2026, 7, 1), date(2026, 9, 30)),
        (DatePrecision.QUARTER, date(2026, 10, 1), date(2026, 12, 31)),
        (DatePrecision.YEAR, date(2026, 1, 1), date(2026, 12, 31)),
        (DatePrecision.YEAR, date(2028, 1, 1), date(2028, 12, 31)),
        (DatePrecision.UNKNOWN, None, None),
    ],
)
def test_a_span_ends_with_its_last_day(precision, day, last):
    assert last_of(day, None, precision) == last


def test_a_range_ends_when_it_is_said_to():
    assert last_of(DAY, date(2026, 11, 7), DatePrecision.RANGE) == date(2026, 11, 7)
