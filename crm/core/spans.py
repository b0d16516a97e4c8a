"""How a date is typed: a day, a month or any other span; what is stored of it, and asked."""

from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, func, or_

from crm.core.dates import EXACT, DatePrecision
from crm.core.faults import refuse

_WITH_LAST_DAY = (DatePrecision.RANGE, DatePrecision.WEEK)


def first_of(day: date, precision: DatePrecision) -> date:
    """The first day of the week, month, quarter or year that holds ``day``; else ``day``."""
    match precision:
        case DatePrecision.WEEK:
            return day - timedelta(days=day.weekday())
        case DatePrecision.MONTH:
            return day.replace(day=1)
        case DatePrecision.QUARTER:
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case DatePrecision.YEAR:
            return day.replace(month=1, day=1)
        case _:
            return day


def falls_between(
    begins: Any, ends: Any, precision: Any, first: date, last: date
) -> ColumnElement[bool]:
    """Whether the span of three columns touches the days ``first`` to ``last``, both included.

    Only what is known to the day or the week does: a month is no day.
    """
    of_days = precision.in_((*EXACT, DatePrecision.RANGE))
    of_week = precision == DatePrecision.WEEK
    return and_(
        begins <= last,
        or_(
            and_(of_days, func.coalesce(ends, begins) >= first),
            and_(of_week, begins >= first - timedelta(days=6)),
        ),
    )


def settle_span(
    precision: Any, first: Any, last: Any, *, two_days_are_a_range: bool = False
) -> bool:
    """Bring the three fields into the form that is stored; False when that cannot be done.

    A day typed while the precision was left «unknown» is an exact day. What is wrong is said at
    the field. ``two_days_are_a_range``: an exact first day with a later last one is a range.
    """
    if first.errors or last.errors or precision.errors:
        return False
    if first.data is None:
        return _settle_undated(precision, first, last)
    if last.data == first.data and precision.data in (*EXACT, DatePrecision.UNKNOWN):
        last.data = None
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


def _last_day_fits(precision: DatePrecision, first: Any, last: Any) -> bool:
    if last.data is None:
        if precision == DatePrecision.RANGE:
            return refuse(last, _("Write the last day of the range"))
        return True
    if precision not in _WITH_LAST_DAY:
        return refuse(last, _("Only a range of days or a week has a last day"))
    if last.data < first.data:
        return refuse(last, _("The last day is before the first one"))
    return True
