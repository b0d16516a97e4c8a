"""The trail: one entry for every change of a record, one row for every field of it."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core.database import BigId, Model
from crm.core.words import Term


class Action(Term):
    """What happened to a record or to a part of it."""

    CREATED = "created", _l("Created")
    CHANGED = "changed", _l("Changed")
    REMOVED = "removed", _l("Removed")
    ARCHIVED = "archived", _l("Archived")
    RESTORED = "restored", _l("Restored")


class AuditEntry(Model):
    """Who changed which record when; ``version`` is the record's own after the change.

    The database refuses to update or delete an entry (triggers on both databases).
    """

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_record", "kind", "record_id", "id"),)
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
        lazy="raise_on_sql", order_by="AuditChange.id"
    )


class AuditChange(Model):
    """One field of an entry: its old and new value, as JSON."""

    __tablename__ = "audit_changes"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    entry_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("audit_entries.id", ondelete="RESTRICT"), index=True
    )
    field: Mapped[str] = mapped_column(String(60))
    old: Mapped[object | None] = mapped_column(JSON)
    new: Mapped[object | None] = mapped_column(JSON)
