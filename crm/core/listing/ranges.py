"""Filters by a span: of days, with names for those asked for most, and of numbers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import ColumnElement, and_

from crm.core import clock
from crm.core.dates import YEARS, DatePrecision, first_of, last_of, short_date
from crm.core.listing.filters import EMPTY, Args, BadQueryError
from crm.core.money import plain_number
from crm.core.numbers import read_number
from crm.core.words import Term

Days = tuple[date | None, date | None]
WeekEnd = Callable[[date], date]
_DAY = timedelta(days=1)


class Period(Term):
    """A span named by where it stands to today: the days it means move on by themselves."""

    THIS_WEEK = "this_week", _l("This week")
    THIS_MONTH = "this_month", _l("This month")
    THIS_QUARTER = "this_quarter", _l("This quarter")
    THIS_YEAR = "this_year", _l("This year")
    LAST_WEEK = "last_week", _l("Last week")
    LAST_MONTH = "last_month", _l("Last month")
    LAST_QUARTER = "last_quarter", _l("Last quarter")
    LAST_YEAR = "last_year", _l("Last year")
    NEXT_WEEK = "next_week", _l("Next week")
    NEXT_MONTH = "next_month", _l("Next month")
    NEXT_QUARTER = "next_quarter", _l("Next quarter")

    def days(self, today: date, week_end: WeekEnd | None = None) -> tuple[date, date]:
        """Its first and its last day, seen from ``today``; weeks last to Sunday, or to the day
        ``week_end`` tells of any day of theirs.
        """
        way, unit = self.value.split("_")
        precision = DatePrecision(unit)
        first = first_of(today, precision)
        last = last_of(today, None, precision) or today
        if way == "last":
            first, last = first_of(first - _DAY, precision), first - _DAY
        elif way == "next":
            first = last + _DAY
            last = last_of(first, None, precision) or first
        if precision is DatePrecision.WEEK and week_end is not None:
            first = week_end(first - _DAY) + _DAY if way == "next" else first
            last = week_end(last)
        return first, last


def read_day(text: str) -> date | None:
    """The day an address says, None for no text; raises BadQueryError for what is no day."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise BadQueryError(text) from error
    # 20260101 and 2026-W01-1 are ISO, too
    if day.isoformat() != text or day.year not in YEARS:
        raise BadQueryError(text)
    return day


PAST = tuple(one for one in Period if not one.value.startswith("next"))


@dataclass(frozen=True)
class DateRangeFilter:
    """Days from ``<name>_from`` to ``<name>_to``, both included, either open, or a period of
    ``<name>``, or both: what lies in both.

    What lasts from ``column`` to ``until`` is found by any of its days. ``empty`` are the words of
    ``<name>=none``, the records without a day; None where each has one. ``periods`` are offered;
    the address may name any. ``week_end`` says when their weeks end, None on Sundays.
    """

    name: str
    label: LazyString
    column: Any
    until: Any = None
    empty: LazyString | None = None
    periods: Sequence[Period] = tuple(Period)
    week_end: WeekEnd | None = None
    kind = "date_range"

    @property
    def typed(self) -> tuple[str, str]:
        """The names of what is typed."""
        return f"{self.name}_from", f"{self.name}_to"

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names it reads from the address."""
        return (self.name, *self.typed)

    @property
    def offered(self) -> list[tuple[str, LazyString]]:
        """The values of ``name`` the bar offers, with their words."""
        periods = [(one.value, one.label) for one in self.periods]
        return periods if self.empty is None else [*periods, (EMPTY, self.empty)]

    def bounds(self, args: Args) -> Days:
        """First and last day; raises BadQueryError for what is no date and no period."""
        first, last = (read_day(args.get(parameter, "")) for parameter in self.typed)
        period = self._period(args)
        if period is not None:
            begin, end = period.days(clock.today(), self.week_end)
            first = begin if first is None else max(first, begin)
            last = end if last is None else min(last, end)
        return first, last

    def _period(self, args: Args) -> Period | None:
        word = args.get(self.name, "")
        if not word or self._wants_empty(args):
            return None
        try:
            return Period(word)
        except ValueError as error:
            raise BadQueryError(self.name) from error

    def _wants_empty(self, args: Args) -> bool:
        return self.empty is not None and args.get(self.name) == EMPTY

    def clause(self, args: Args) -> ColumnElement[bool] | None:
        """The condition, or None when nothing is set; raises BadQueryError."""
        conditions = self.conditions(*self.bounds(args))
        if self._wants_empty(args):
            conditions.append(self.column.is_(None))
        return and_(*conditions) if conditions else None

    def conditions(self, first: date | None, last: date | None) -> list[ColumnElement[bool]]:
        """What puts a record between the days."""
        conditions = []
        if first is not None:
            conditions.append((self.column if self.until is None else self.until) >= first)
        if last is not None:
            conditions.append(self.column <= last)
        return conditions

    def described(self, args: Args) -> str | None:
        """The period and the span in words, None when nothing is set."""
        chosen = [str(text) for value, text in self.offered if value == args.get(self.name)]
        period = self._period(args)
        if period is not None:
            chosen = [str(period.label)]
        days = [read_day(args.get(parameter, "")) for parameter in self.typed]
        if any(days):
            chosen.append(" – ".join(short_date(day) or "…" for day in days))
        return ", ".join(chosen) or None


@dataclass(frozen=True)
class MomentRangeFilter(DateRangeFilter):
    """Local days from which to which something happened; the column holds instants."""

    def conditions(self, first: date | None, last: date | None) -> list[ColumnElement[bool]]:
        """What a record between the days fits."""
        conditions = []
        if first is not None:
            conditions.append(self.column >= _start_of(first))
        if last is not None:
            conditions.append(self.column < _start_of(last + _DAY))
        return conditions


def _start_of(day: date) -> datetime:
    return clock.at_local(datetime.combine(day, time()))


@dataclass(frozen=True)
class NumberRangeFilter:
    """Numbers from ``<name>_from`` to ``<name>_to``, both included, either open."""

    name: str
    label: LazyString
    condition: Callable[[Decimal | None, Decimal | None], ColumnElement[bool]]
    kind = "number_range"

    @property
    def typed(self) -> tuple[str, str]:
        """The names of what is typed."""
        return f"{self.name}_from", f"{self.name}_to"

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names it reads from the address."""
        return self.typed

    def bounds(self, args: Args) -> tuple[Decimal | None, Decimal | None]:
        """The least and the greatest; raises BadQueryError for what is no number."""
        try:
            least, most = (read_number(args.get(name, "")) for name in self.typed)
        except ValueError as error:
            raise BadQueryError(self.name) from error
        return least, most

    def clause(self, args: Args) -> ColumnElement[bool] | None:
        """The condition, or None when neither bound is set; raises BadQueryError."""
        least, most = self.bounds(args)
        return None if least is None and most is None else self.condition(least, most)

    def described(self, args: Args) -> str | None:
        """The range in words, None when neither bound is set."""
        bounds = self.bounds(args)
        if bounds == (None, None):
            return None
        return " – ".join("…" if one is None else plain_number(one) for one in bounds)
