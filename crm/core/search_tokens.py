"""The index of the search: one row for each token of a record. The feature ``search`` fills it."""

from typing import Any

from sqlalchemy import ColumnElement, Integer, String, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from crm.core.database import Model, SortKey


class SearchToken(Model):
    """A token of the record ``record_id`` in the table ``kind``; in the order of its key."""

    __tablename__ = "search_tokens"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012  SQLAlchemy declares it so
    kind: Mapped[str] = mapped_column(String(30), primary_key=True)
    token: Mapped[str] = mapped_column(SortKey(), primary_key=True)
    record_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)


class PlaceIn(GenericFunction[int]):
    """Where in a text another one stands, from 1; 0 when it does not. No sign is a wildcard, and
    SQLite finds it several times faster than by LIKE.
    """

    type = Integer()
    inherit_cache = True


@compiles(PlaceIn)
def _write(element: PlaceIn, compiler: SQLCompiler, **options: Any) -> str:
    name = "strpos" if compiler.dialect.name == "postgresql" else "instr"
    return f"{name}({compiler.process(element.clauses, **options)})"


def holds(search_text: Any, beginnings: frozenset[str]) -> ColumnElement[bool]:
    """Whether a text of ``core.tokens`` has a token with one of ``beginnings``."""
    return or_(*(PlaceIn(search_text, f" {one}") > 0 for one in sorted(beginnings)))
