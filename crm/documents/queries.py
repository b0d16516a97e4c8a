"""Reads of documents; each session sees what its reader may see."""

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from crm.audit.queries import entry_count
from crm.core.prepared import prepared
from crm.documents.models import Document, Purpose


@prepared
def documents_of(kind: str, record_id: str) -> Select[Document]:
    """Every document of a record, the archived ones last, newest first, with who added it."""
    return _of_record(kind, record_id).order_by(
        Document.archived_at.is_not(None), Document.id.desc()
    )


@prepared
def proofs_of(kind: str, record_id: str) -> Select[Document]:
    """The documents a point was closed with, newest first, with who added them."""
    proofs = (Document.purpose != Purpose.ATTACHMENT, Document.archived_at.is_(None))
    return _of_record(kind, record_id).where(*proofs).order_by(Document.id.desc())


def _of_record(kind: str, record_id: str) -> Select[Document]:
    return (
        select(Document)
        .where(Document.record_kind == kind, Document.record_id == record_id)
        .options(joinedload(Document.added_by))
    )


@prepared
def document_by_id(document_id: int) -> Select[Document]:
    """One document, archived or not, with its team."""
    statement = select(Document).where(Document.id == document_id)
    return statement.options(joinedload(Document.team))


@prepared
def document_count(kind: str, record_id: str) -> Select[int]:
    """How many documents a record has, but for archived ones."""
    return (
        select(func.count())
        .select_from(Document)
        .where(
            Document.record_kind == kind,
            Document.record_id == record_id,
            Document.archived_at.is_(None),
        )
    )


@prepared
def tab_counts(kind: str, table: str, record_id: str) -> Select[int, int]:
    """How many documents a record has, and how long its history is."""
    return select(
        document_count(kind, record_id).scalar_subquery(),
        entry_count(table, record_id).scalar_subquery(),
    )
