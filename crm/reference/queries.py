"""Reads of the reference lists."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    SQLColumnExpression,
    cast,
    extract,
    func,
    or_,
    select,
    union_all,
)

from crm.accounts.models import Department
from crm.core.choices import cached_choices
from crm.core.database import db
from crm.core.language import worded
from crm.core.words import entry_text
from crm.core.working_days import WorkingCalendar
from crm.reference.models import (
    CalculationIndex,
    DayKind,
    District,
    ExchangeRate,
    Sector,
    WorkingDay,
)


def every_sector() -> Select[Sector]:
    """Every sector, retired ones too, in the order of the list."""
    return select(Sector).order_by(Sector.position, Sector.code)


def every_district() -> Select[District]:
    """Every district, retired ones too, in the order of the classifier."""
    return select(District).order_by(District.position, District.code)


def every_department() -> Select[Department]:
    """Every department, retired ones too, in the order of the list."""
    return select(Department).order_by(Department.position, Department.id)


def every_moved_day(first: date, last: date) -> Select[WorkingDay]:
    """Days from ``first`` to ``last`` that a decree moved, retired ones too, in their order."""
    return select(WorkingDay).where(WorkingDay.day.between(first, last)).order_by(WorkingDay.day)


def working_calendar() -> WorkingCalendar:
    """The working days, as decrees have moved them up to now."""
    return _calendars()[0]


@cached_choices
def _calendars() -> list[WorkingCalendar]:
    rows = select(WorkingDay.day, WorkingDay.kind).where(WorkingDay.archived_at.is_(None))
    moved = {day: kind == DayKind.WORKING for day, kind in db.session.execute(rows)}
    return [WorkingCalendar(moved)]


def week_end(day: date) -> date:
    """The last day that is the matter of the week of ``day``: see ``WorkingCalendar``."""
    return working_calendar().end_of_week(day)


def years_of_moved_days() -> Select[int]:
    """The years that have such days, retired ones too, in no order."""
    return select(extract("year", WorkingDay.day)).distinct()


def every_rate() -> Select[ExchangeRate]:
    """Every exchange rate, retired ones too, in no order."""
    return select(ExchangeRate)


def rates_between(first: date, last: date) -> Select[ExchangeRate]:
    """Every exchange rate of the days from ``first`` to ``last``, retired ones too, in no order."""
    return every_rate().where(ExchangeRate.rated_on.between(first, last))


def rated_currencies() -> Select[str]:
    """The currencies that have rates, those with most of them first."""
    return (
        select(ExchangeRate.currency)
        .group_by(ExchangeRate.currency)
        .order_by(func.count().desc(), ExchangeRate.currency)
    )


def rated_years() -> Select[int]:
    """The years that have rates, newest first."""
    year = extract("year", ExchangeRate.rated_on)
    return select(cast(year, Integer)).distinct().order_by(cast(year, Integer).desc())


def every_index() -> Select[CalculationIndex]:
    """Every yearly calculation index, retired ones too, newest first."""
    return select(CalculationIndex).order_by(CalculationIndex.year.desc())


def sector_choices(selected: Collection[str] = ()) -> list[tuple[str, str]]:
    """Code and name in the reader's language; children stand behind their parent, indented.

    Retired ones are left out but for the ``selected``: saving a record must not lose them.
    """
    return _indented([one for one in _sectors() if not one.is_retired or one.code in selected])


@cached_choices
def every_sector_choices() -> list[tuple[str, str]]:
    """The same of every sector, retired ones marked and last: the choices of a list's filter."""
    retired = _indented([one for one in _sectors() if one.is_retired])
    return [
        *_indented([one for one in _sectors() if not one.is_retired]),
        *((code, entry_text(name, is_retired=True)) for code, name in retired),
    ]


class _Entry(NamedTuple):
    code: str
    name: str
    is_retired: bool
    parent_code: str | None = None


@cached_choices
def _sectors() -> list[_Entry]:
    return [
        _Entry(one.code, worded(one, "name").text, one.archived_at is not None, one.parent_code)
        for one in db.session.scalars(every_sector())
    ]


def _indented(found: Sequence[_Entry]) -> list[tuple[str, str]]:
    offered = {one.code for one in found}
    upper = [one for one in found if one.parent_code not in offered]
    ordered = [
        (sector, child)
        for sector in upper
        for child in [sector, *(one for one in found if one.parent_code == sector.code)]
    ]
    return [
        (child.code, f"{'' if child is parent else '— '}{child.name}") for parent, child in ordered
    ]


def district_choices(selected: str | None = None) -> list[tuple[str, str]]:
    """KATO code and name in the reader's language; of the retired ones only the ``selected``."""
    return [
        (one.code, one.name) for one in _districts() if not one.is_retired or one.code == selected
    ]


def every_district_choices() -> list[tuple[str, str]]:
    """The same of every one, retired ones behind the others: the choices of a list's filter."""
    return [(one.code, one.name) for one in sorted(_districts(), key=lambda one: one.is_retired)]


@cached_choices
def _districts() -> list[_Entry]:
    return [
        _Entry(one.code, worded(one, "name").text, one.archived_at is not None)
        for one in db.session.scalars(every_district())
    ]


def within_sector(column: SQLColumnExpression[str], code: str) -> ColumnElement[bool]:
    """Whether the sector code in ``column`` is ``code`` or one of its children."""
    children = select(Sector.code).where((Sector.code == code) | (Sector.parent_code == code))
    return column.in_(children)


def akin_to_sector(column: SQLColumnExpression[str], code: str) -> ColumnElement[bool]:
    """Whether the sector code in ``column`` is ``code``, one of its children, or its parent."""
    own = select(Sector.code).where(or_(Sector.code == code, Sector.parent_code == code))
    parent = select(Sector.parent_code).where(Sector.code == code, Sector.parent_code.is_not(None))
    return column.in_(union_all(own, parent))  # one list: SQLite finds no index for two
