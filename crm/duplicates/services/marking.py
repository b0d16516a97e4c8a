"""Marking two records as not the same, and taking that back."""

from typing import Any

from crm.core import clock, records
from crm.core.database import db
from crm.core.names.likeness import NameKind
from crm.duplicates.models import NotTheSame
from crm.duplicates.queries.pairs import marks_between
from crm.duplicates.services.keeping import renew


def mark(kind: NameKind, one: Any, other: Any, user_id: int) -> None:
    """Say for ``user_id`` that the two records are not the same; the first saying stands."""
    if db.session.scalars(marks_between(kind, one.id, other.id)).first() is not None:
        return
    for record, another in ((one, other), (other, one)):
        said = NotTheSame(
            kind=kind,
            record_id=record.id,
            other_id=another.id,
            other_name=records.kind_of(another).title(another),
            marked_by_id=user_id,
            marked_at=clock.now(),
        )
        db.session.add(said)
    db.session.flush()
    renew(kind, sorted((one.id, other.id)))


def unmark(kind: NameKind, one: Any, other: Any) -> None:
    """Take back that the two records are not the same."""
    for said in db.session.scalars(marks_between(kind, one.id, other.id)).all():
        db.session.delete(said)
    db.session.flush()
    renew(kind, sorted((one.id, other.id)))
