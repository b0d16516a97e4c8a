"""Reading the trail."""

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from crm.audit.models import AuditChange, AuditEntry


def history_of(kind: str, record_id: object) -> Select[AuditEntry]:
    """Every entry of a record and its parts, newest first, with actor and changes loaded."""
    return (
        select(AuditEntry)
        .where(AuditEntry.kind == kind, AuditEntry.record_id == str(record_id))
        .options(joinedload(AuditEntry.actor), selectinload(AuditEntry.changes))
        .order_by(AuditEntry.id.desc())
    )


def changes_since(kind: str, record_id: object, version: int) -> Select[AuditEntry, AuditChange]:
    """Entry and change rows of the record itself after ``version``, oldest first.

    The first change of a field carries, as its old value, what stood there at ``version``.
    """
    return (
        select(AuditEntry, AuditChange)
        .join(AuditChange, AuditChange.entry_id == AuditEntry.id)
        .where(
            AuditEntry.kind == kind,
            AuditEntry.record_id == str(record_id),
            AuditEntry.part.is_(None),
            AuditEntry.version > version,
        )
        .options(joinedload(AuditEntry.actor))
        .order_by(AuditEntry.id, AuditChange.id)
    )
