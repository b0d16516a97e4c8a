"""What a merge did, row by row, so that it can be undone."""

import enum
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import JSON, BigInteger, ColumnElement, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core import clock, records
from crm.core.database import BigId, Model
from crm.core.trail import AuditedPart, words_of

Whose = tuple[type[Any], Any]
Told = dict[str, list[Any]]  # by column: what stood there, what the merge wrote


def moved_text(moved: dict[str, int]) -> str:
    """How many rows moved, in the reader's words; those of tables called alike together."""
    found: dict[str, int] = {}
    for table, count in moved.items():
        label = str(words_of(table).label)
        found[label] = found.get(label, 0) + count
    return ", ".join(f"{label}: {count}" for label, count in found.items()) or _("none")


class Merge(AuditedPart, Model):
    """Two records of one kind made one: ``merged_id`` is archived, its links are ``kept_id``'s.

    ``told`` is what changed in the kept record itself, ``given`` what the merged one had to give
    up for it (no two organisations have one BIN). ``moved`` counts rows by table. Of what stands in
    the trail after ``entry_id`` the merge knew nothing. ``stayed``: what was edited since and so
    was not undone.
    """

    __tablename__ = "merges"
    __parent__ = "kept"
    __unaudited__ = frozenset(
        {"record_kind", "kept_id", "merged_id", "made_at", "made_by_id", "told", "given"}
        | {"entry_id", "undone_by_id", "stayed"}
    )
    __table_args__ = (
        Index("ix_merges_kept", "record_kind", "kept_id"),
        Index("ix_merges_merged", "record_kind", "merged_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    record_kind: Mapped[str] = mapped_column(String(40))
    kept_id: Mapped[int]
    merged_id: Mapped[int]
    merged_name: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    made_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="RESTRICT"), index=True
    )
    told: Mapped[Told] = mapped_column(JSON, default=dict)
    given: Mapped[Told] = mapped_column(JSON, default=dict)
    moved: Mapped[dict[str, int]] = mapped_column(JSON, default=dict, info={"shown": moved_text})
    entry_id: Mapped[int] = mapped_column(BigInteger, default=0)
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="RESTRICT"), index=True
    )
    stayed: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    made_by: Mapped[User | None] = relationship(foreign_keys=made_by_id, lazy="raise_on_sql")
    undone_by: Mapped[User | None] = relationship(foreign_keys=undone_by_id, lazy="raise_on_sql")

    @classmethod
    def hides(cls, row: Any, reader_id: Any) -> ColumnElement[bool]:
        """Nothing: everybody sees organisations and people."""
        return false()

    def whose(self) -> Whose:
        return records.kind_named(self.record_kind).model, self.kept_id


class Fate(enum.StrEnum):
    """What became of a row that led to the merged record."""

    MOVED = "moved"  # it leads to the kept one
    UNITED = "united"  # the kept record had such a row: it is gone, that one says what it said
    RETURNED = "returned"  # undone


class MergeMove(Model):
    """One row that led to the merged record.

    Of a united one: the row in ``into_id`` stayed, ``told`` is what changed there, ``row`` how this
    one was. Of a text that names the record (the filters of a view) ``told`` holds both texts.
    """

    __tablename__ = "merge_moves"
    __table_args__ = (Index("ix_merge_moves_row", "table_name", "row_id"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    merge_id: Mapped[int] = mapped_column(ForeignKey("merges.id", ondelete="CASCADE"), index=True)
    table_name: Mapped[str] = mapped_column(String(60))
    column_name: Mapped[str] = mapped_column(String(60))
    row_id: Mapped[int]
    fate: Mapped[Fate] = mapped_column(default=Fate.MOVED)
    into_id: Mapped[int | None]
    told: Mapped[Told | None] = mapped_column(JSON(none_as_null=True))
    row: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
