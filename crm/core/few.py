"""The first records of a statement, and how many there are: what a section of a page shows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, inspect

from crm.core.database import db
from crm.core.prepared import made_of

Record = TypeVar("Record")


@dataclass(frozen=True)
class Few(Generic[Record]):
    """The first records of a query and how many there are; ``is_more``: more than were counted,
    of which ``total`` is the first.
    """

    rows: Sequence[Record]
    total: int
    is_more: bool = False


def first_few(
    statement: Select[Record], limit: int, shown: Callable[[], Select[Record]]
) -> Few[Record]:
    """At most ``limit`` records of ``statement``, and how many it finds; one statement.

    ``shown`` selects records of the kind with what a row of them shows, in no order: of those
    found first alone, for PostgreSQL would join what they show to everything that is found.
    """
    asked: Any = made_of(statement, ("few", limit), lambda whole: _first(whole, limit, shown()))
    found = db.session.execute(asked).unique().all()
    return Few([row[0] for row in found], found[0][1] if found else 0)


def _first(statement: Any, limit: int, shown: Any) -> Any:
    key = inspect(statement.column_descriptions[0]["entity"]).primary_key[0]
    keys = statement.with_only_columns(key, maintain_column_froms=True).limit(limit).subquery()
    whole = statement.order_by(None).with_only_columns(func.count(), maintain_column_froms=True)
    # SQLAlchemy 2.1 has no public name for what a statement is ordered by.
    order = statement._order_by_clauses
    counted = shown.add_columns(whole.scalar_subquery())
    return counted.join(keys, key == keys.c[0]).order_by(None).order_by(*order)
