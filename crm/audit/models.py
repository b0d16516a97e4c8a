"""The trail: one entry for every change of a record, one row for every field of it."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    JSON,
    CompoundSelect,
    ForeignKey,
    Index,
    Select,
    String,
    cast,
    inspect,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.sql.selectable import SelectBase

from crm.accounts.models import User
from crm.core import records
from crm.core.database import BigId, Model
from crm.core.sight import Guarded, Part
from crm.core.trail import audited_models
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
    def hidden_from(cls, reader_id: Any) -> CompoundSelect[int]:
        """Ids of the entries of records the reader is kept from, or of their parts."""
        entries = AuditEntry.__table__.c
        tied = [one for one in audited_models() if getattr(one, "__seen_with__", None)]
        return union_all(
            *(_of_hidden_parts(model, reader_id) for model in tied),
            *(
                select(entries.id).where(
                    entries.kind == kind.model.__tablename__,
                    entries.record_id.in_(_as_texts(kind.model.hidden_from(reader_id))),
                )
                for kind in records.kinds()
                if issubclass(kind.model, Guarded)
            ),
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


def _of_hidden_parts(model: Any, reader_id: Any) -> Select[int]:
    """Ids of the entries of parts that name a hidden record, though they may be removed by now."""
    entries, changes = AuditEntry.__table__.c, AuditChange.__table__.c
    relations = inspect(model).relationships
    parent, other = (relations[one].mapper for one in (model.__parent__, model.__seen_with__))
    hidden = _as_texts(other.class_.hidden_from(reader_id))
    return (
        select(entries.id)
        .join(AuditChange.__table__, changes.entry_id == entries.id)
        .where(
            entries.kind == parent.local_table.name,
            entries.part == model.__tablename__,
            changes.field == f"{model.__seen_with__}_id",
            or_(*(cast(value, String(40)).in_(hidden) for value in (changes.old, changes.new))),
        )
    )


def _as_texts(ids: SelectBase) -> Select[str]:
    """``ids`` as the trail writes them."""
    found = ids.subquery()
    return select(cast(next(iter(found.c)), String(40)))
