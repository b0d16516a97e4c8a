"""The index of the search: one row for each token of a record. The feature ``search`` fills it."""

from typing import Any

from sqlalchemy import ColumnElement, Integer, String, or_
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.database import Model, SortKey


class SearchToken(Model):
    """A token of the record ``record_id`` in the table ``kind``; in the order of its key."""

    __tablename__ = "search_tokens"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012  SQLAlchemy declares it so
    kind: Mapped[str] = mapped_column(String(30), primary_key=True)
    token: Mapped[str] = mapped_column(SortKey(), primary_key=True)
    record_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)


def holds(search_text: Any, beginnings: frozenset[str]) -> ColumnElement[bool]:
    """Whether a text of ``core.tokens`` has a token with one of ``beginnings``."""
    return or_(*(search_text.contains(f" {one}", autoescape=True) for one in sorted(beginnings)))
