"""The first records of a statement, and how many there are: what a section of a page shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func

from crm.core.database import db
from crm.core.prepared import made_of

Record = TypeVar("Record")


@dataclass(frozen=True)
class Few(Generic[Record]):
    """The first records of a query and how many there are."""

    rows: Sequence[Record]
    total: int


def first_few(statement: Select[Record], limit: int) -> Few[Record]:
    """At most ``limit`` records of ``statement``, and how many it finds; one statement."""
    counted: Any = made_of(statement, ("few", limit), lambda whole: _counted(whole, limit))
    found = db.session.execute(counted).unique().all()
    return Few([row[0] for row in found], found[0][1] if found else 0)


def _counted(statement: Any, limit: int) -> Any:
    whole = statement.order_by(None).with_only_columns(func.count(), maintain_column_froms=True)
    return statement.add_columns(whole.scalar_subquery()).limit(limit)
