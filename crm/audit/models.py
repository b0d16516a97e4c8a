"""The trail: one entry for every change of a record, one row for every field of it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    String,
    and_,
    case,
    cast,
    false,
    func,
    inspect,
    or_,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core import records
from crm.core.database import BigId, Model
from crm.core.sight import Guarded, Part, Restrictable, exists_in, is_hidden_by
from crm.core.trail import AuditedPart, audited_models
from crm.core.words import Term


class Action(Term):
    """What happened to a record or to a part of it."""

    CREATED = "created", _l("Created")
    CHANGED = "changed", _l("Changed")
    REMOVED = "removed", _l("Removed")
    ARCHIVED = "archived", _l("Archived")
    RESTORED = "restored", _l("Restored")


class AuditEntry(Guarded, Model):
    """Who changed which record when; ``version`` is the record's own after the change.

    The database refuses to update or delete an entry (triggers on both databases).
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_record", "kind", "record_id", "id"),
        Index("ix_audit_entries_kind_id", "kind", "id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    made_at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="RESTRICT"), index=True
    )
    kind: Mapped[str] = mapped_column(String(40))  # the record's table
    record_id: Mapped[str] = mapped_column(String(40))
    version: Mapped[int | None]
    part: Mapped[str | None] = mapped_column(String(40))  # the part's table, if a part changed
    part_id: Mapped[str | None] = mapped_column(String(40))
    action: Mapped[Action]
    actor: Mapped[User | None] = relationship(lazy="raise_on_sql")
    changes: Mapped[list["AuditChange"]] = relationship(
        back_populates="entry", lazy="raise_on_sql", order_by="AuditChange.id"
    )

    @classmethod
    def hides(cls, row: Any, reader_id: Any) -> ColumnElement[bool]:
        """The entries of records the reader is kept from, or of their parts."""
        tied = [one for one in _audited_parts() if one.__seen_with__]
        return or_(
            false(),
            *(_is_of_hidden(kind.model, row, reader_id) for kind in records.kinds()),
            *(_is_of_hidden_part(model, row, reader_id) for model in tied),
            *_are_of_restricted_parts(row, reader_id),
        )

    @classmethod
    def hides_of(cls, whose: type[Any], row: Any, reader_id: Any) -> ColumnElement[bool]:
        own = (one for one in _audited_parts() if one.__seen_with__ and _parent_of(one) is whose)
        return or_(
            row.kind != whose.__tablename__,
            _is_of_hidden(whose, row, reader_id),
            *(_is_of_hidden_part(model, row, reader_id) for model in own),
            *_are_of_restricted_parts(row, reader_id, whose),
        )


class AuditChange(Part, Model):
    """One field of an entry: its old and new value, as JSON."""

    __tablename__ = "audit_changes"
    __parent__ = "entry"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    entry_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("audit_entries.id", ondelete="RESTRICT"), index=True
    )
    field: Mapped[str] = mapped_column(String(60))
    old: Mapped[object | None] = mapped_column(JSON)
    new: Mapped[object | None] = mapped_column(JSON)
    entry: Mapped[AuditEntry] = relationship(back_populates="changes", lazy="raise_on_sql")


def _audited_parts() -> list[Any]:
    return [one for one in audited_models() if issubclass(one, AuditedPart)]


def _parent_of(part: Any) -> Any:
    return inspect(part).relationships[part.__parent__].mapper.class_


def _is_of_hidden(model: Any, row: Any, reader_id: Any) -> ColumnElement[bool]:
    if not issubclass(model, Guarded):
        return false()
    is_of_model = row.kind == model.__tablename__
    return and_(is_of_model, is_hidden_by(model, _id_where(is_of_model, row.record_id), reader_id))


def _is_of_hidden_part(model: Any, row: Any, reader_id: Any) -> ColumnElement[bool]:
    """Whether it is an entry of a part that names a hidden record, though removed by now."""
    parent, other = _parent_of(model), inspect(model).relationships[model.__seen_with__].mapper
    changes = AuditChange.__table__.alias("told")
    names_other = changes.c.field == f"{model.__seen_with__}_id"
    hidden = (
        is_hidden_by(other.class_, _id_where(names_other, value), reader_id)
        for value in (changes.c.old, changes.c.new)
    )
    return and_(
        row.kind == parent.__tablename__,
        row.part == model.__tablename__,
        exists_in(changes, changes.c.entry_id == row.id, names_other, or_(*hidden)),
    )


def _are_of_restricted_parts(
    row: Any, reader_id: Any, whose: type[Any] | None = None
) -> Iterator[ColumnElement[bool]]:
    """Whether it is an entry of a part that is kept from the reader, who sees its record."""
    for model in _audited_parts():
        if issubclass(model, Restrictable):
            is_of_model = row.part == model.__tablename__
            key = _id_where(is_of_model, row.part_id)
            yield and_(
                row.part.is_not(None), is_of_model, is_hidden_by(model, key, reader_id, whose)
            )


def _id_where(is_id: ColumnElement[bool], value: Any) -> ColumnElement[Any]:
    """The number written as ``value`` in the trail; other texts are no numbers and not read."""
    return case((is_id, cast(func.nullif(cast(value, String(40)), "null"), Integer)))
