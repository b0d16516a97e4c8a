"""What stood in a record at the end of a past day, read out of the trail in one statement.

The trail keeps the old value of every change. So what stood in a field at a moment is the old
value of the first change after it; where nothing changed since, it is what stands there now. That
needs no entry from before the moment: records written without values in their trail are fine. Of a
record made later it tells the first values: whoever wants none leaves it out.

Values are texts as in ISO form: days compare as texts, on both databases alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    Subquery,
    case,
    cast,
    func,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from crm.audit.models import Action, AuditChange, AuditEntry
from crm.core import clock

_NONE = "null"  # as the trail writes it, in JSON


@dataclass(frozen=True)
class Span:
    """From the day ``since`` to the end of the day ``on``, both local."""

    since: date
    on: date

    @property
    def until(self) -> datetime:
        """The first instant after the span."""
        return clock.at_local(datetime.combine(self.on + timedelta(days=1), time()))

    @property
    def first(self) -> str:
        """``since`` as texts of days compare."""
        return self.since.isoformat()

    @property
    def last(self) -> str:
        """``on`` as texts of days compare."""
        return self.on.isoformat()


class Rewound:
    """What was changed after a moment in records of a table, or in their parts of one table.

    ``table`` has a row for each of them, ``key`` is its id; it is to be joined loosely.
    """

    def __init__(
        self, kind: str, fields: Sequence[str], until: datetime, part: str | None = None
    ) -> None:
        self.table = _first_changes(kind, fields, until, part)
        self.key: ColumnElement[int] = self.table.c.key

    def text(self, field: str, present: Any) -> ColumnElement[str]:
        """``field`` as it stood, as text; ``present`` is what stands there now."""
        old = self.table.c[field]
        told = func.nullif(func.replace(old, '"', ""), _NONE, type_=String())
        return case((old.is_(None), cast(present, String)), else_=told)

    def number(self, field: str, present: Any) -> ColumnElement[int]:
        """The same of a field that holds an id."""
        old = self.table.c[field]
        return case((old.is_(None), present), else_=cast(func.nullif(old, _NONE), Integer))


def _first_changes(kind: str, fields: Sequence[str], until: datetime, part: str | None) -> Subquery:
    """By record or part the old value of the first change of each field: a text of JSON, and NULL
    where nothing changed.
    """
    # Plain tables: whoever joins this has asked already who sees the record.
    entry, change = AuditEntry.__table__.alias(), AuditChange.__table__.alias()
    first_of, key = change.c, entry.c.record_id if part is None else entry.c.part_id
    firsts = (
        select(key.label("key"), first_of.field, func.min(first_of.id).label("id"))
        .select_from(entry.join(change, first_of.entry_id == entry.c.id))
        .where(
            entry.c.kind == kind,
            entry.c.part.is_(None) if part is None else entry.c.part == part,
            entry.c.made_at >= until,
            entry.c.action != Action.CREATED,  # there is no value from before
            first_of.field.in_(fields),
        )
        .group_by(key, first_of.field)
        .subquery()
    )
    told = AuditChange.__table__.alias().c
    old = func.coalesce(cast(told.old, String), _NONE)
    values = [func.max(case((firsts.c.field == name, old))).label(name) for name in fields]
    return (
        select(cast(firsts.c.key, Integer).label("key"), *values)
        .join(told.id.table, told.id == firsts.c.id)
        .group_by(firsts.c.key)
        .subquery()
    )


class DaysTo(FunctionElement[int]):
    """How many days lie between two days written as texts."""

    inherit_cache = True
    type = Integer()


@compiles(DaysTo)
def _in_sqlite(element: DaysTo, compiler: SQLCompiler, **options: Any) -> str:
    first, last = (compiler.process(one, **options) for one in element.clauses)
    return f"CAST(julianday({last}) - julianday({first}) AS INTEGER)"


@compiles(DaysTo, "postgresql")
def _in_postgresql(element: DaysTo, compiler: SQLCompiler, **options: Any) -> str:
    first, last = (compiler.process(one, **options) for one in element.clauses)
    return f"(CAST({last} AS DATE) - CAST({first} AS DATE))"
