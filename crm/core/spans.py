"""How a date is typed: a day, a month or any other span; what is stored of it, and asked."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, case, func

from crm.core import clock
from crm.core.dates import EXACT, DatePrecision, first_of, short_date
from crm.core.faults import refuse
from crm.core.forms import TermField
from crm.core.prepared import is_among

_WEEK = DatePrecision.WEEK
_RANGE = DatePrecision.RANGE
_OF_DAYS = (*EXACT, _RANGE, _WEEK)
_LONG = (DatePrecision.MONTH, DatePrecision.QUARTER, DatePrecision.YEAR)


class PrecisionField(TermField):
    """How exactly a date is given. Settling may change it; a refused form shows what was chosen."""

    @property
    def shown(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else super().shown


def falls_between(
    begins: Any, ends: Any, precision: Any, first: date, last: date
) -> ColumnElement[bool]:
    """Whether a span of three columns touches the days ``first`` to ``last``, both included.

    Only what is known to the day or the week does: a month is no day.
    """
    # Found by their ends: most records have begun before any day, so an index of the beginnings
    # would lead through almost all of them.
    has_begun = func.coalesce(begins, ends) <= last
    return and_(precision.in_(_OF_DAYS), has_begun, ends >= first)


def order_by_coming(begins: Any, ends: Any, precision: Any) -> ColumnElement[date]:
    """The day by which a span of three columns is sure to have begun: «December» by its last."""
    return case((is_among(precision, (_WEEK, *_LONG)), ends), else_=begins)


def coming_on(begins: date | None, ends: date | None, precision: DatePrecision) -> date | None:
    """What ``order_by_coming`` sorts by, of one record."""
    return ends if precision in (_WEEK, *_LONG) else begins


def is_ahead(first: Any) -> bool:
    """Whether the whole settled span that begins in ``first`` lies after today."""
    return first.data is not None and first.data > clock.today()


def check_agreed(field: Any, agreed_on: date | None) -> bool:
    """Whether the day in ``field`` is not before that of the agreement, where that is known."""
    if field.data is None or agreed_on is None or field.data >= agreed_on:
        return True
    return refuse(field, _("It was agreed later than that: %(day)s", day=short_date(agreed_on)))


def check_clock(first: Any, precision: Any, *times: Any) -> bool:
    """Whether the times of day have a day they are of; says so at the first that has none."""
    if first.data is not None and precision.data not in _LONG:
        return True
    typed = [one for one in times if one.data]
    if not typed:
        return True
    return refuse(typed[0], _("A time needs the exact day: write the date, or empty the time"))


class _NoLastDay:
    """Stands for the last day where a form asks for none."""

    data = None
    errors = ()


def settle_span(
    precision: Any, first: Any, last: Any = None, *, two_days_are_a_range: bool = False
) -> bool:
    """Bring the three fields into the form that is stored; False when that cannot be done.

    A day typed while the precision was left «unknown» is an exact day. What is wrong is said at
    the field. ``two_days_are_a_range``: an exact first day with a later last one is a range.
    """
    last = _NoLastDay() if last is None else last
    if first.errors or last.errors or precision.errors:
        return False
    if first.data is None:
        return _settle_undated(precision, first, last)
    if last.data == first.data and precision.data in (*EXACT, _RANGE, DatePrecision.UNKNOWN):
        last.data = None  # a range of one day is a day
        precision.data = DatePrecision.DAY if precision.data == _RANGE else precision.data
    if precision.data == _WEEK and _is_in_week(last.data, first.data):
        last.data = None  # the week says it
    if precision.data == DatePrecision.UNKNOWN:
        precision.data = DatePrecision.RANGE if last.data else DatePrecision.DAY
    elif two_days_are_a_range and last.data and precision.data == DatePrecision.DAY:
        precision.data = DatePrecision.RANGE
    first.data = first_of(first.data, precision.data)
    return _last_day_fits(precision.data, first, last)


def _settle_undated(precision: Any, first: Any, last: Any) -> bool:
    if last.data is not None:
        return refuse(first, _("Write the first day too"))
    if precision.data != DatePrecision.UNKNOWN:
        return refuse(first, _("Write the date, or choose that it is unknown"))
    return True


def _is_in_week(day: date | None, other: date) -> bool:
    return day is not None and first_of(day, _WEEK) == first_of(other, _WEEK) and day >= other


def _last_day_fits(precision: DatePrecision, first: Any, last: Any) -> bool:
    if last.data is None:
        if precision == DatePrecision.RANGE:
            return refuse(last, _("Write the last day of the range"))
        return True
    if precision != DatePrecision.RANGE:
        return refuse(last, _("Only a range of days has a last day: choose it, or empty this"))
    if last.data < first.data:
        return refuse(last, _("The last day is before the first one"))
    return True
