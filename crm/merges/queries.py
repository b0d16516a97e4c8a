"""Reads of merges, and of what happened after them."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, literal, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from crm.audit.models import Action, AuditEntry
from crm.core import records
from crm.merges.models import Fate, Merge, MergeMove


def merge_by_id(merge_id: int) -> Select[Merge]:
    """One merge, undone or not, with who made and who undid it."""
    return _with_people(select(Merge).where(Merge.id == merge_id))


def merges_into(kind: str, kept_id: int) -> Select[Merge]:
    """What was made one with this record, newest first, undone or not, with who did it."""
    found = select(Merge).where(Merge.record_kind == kind, Merge.kept_id == kept_id)
    return _with_people(found.order_by(Merge.id.desc()))


def merge_of(kind: str, merged_id: int) -> Select[Merge]:
    """The merge that took this record away, if one did."""
    return select(Merge).where(
        Merge.record_kind == kind, Merge.merged_id == merged_id, Merge.undone_at.is_(None)
    )


def kept_instead(kind: str, record_id: int) -> Select[int | None]:
    """The id of the record this one was made one with; none where it was not."""
    model: Any = records.kind_named(kind).model
    return select(model.merged_into_id).where(model.id == record_id)


def _with_people(statement: Select[Merge]) -> Select[Merge]:
    return statement.options(joinedload(Merge.made_by), joinedload(Merge.undone_by))


def moves_of(merge: Merge, fate: Fate, after: int, most: int) -> Select[MergeMove]:
    """The first rows with this ``fate`` behind the id ``after``."""
    found = select(MergeMove).where(MergeMove.merge_id == merge.id, MergeMove.fate == fate)
    return found.where(MergeMove.id > after).order_by(MergeMove.id).limit(most)


def built_on(merge: Merge) -> Select[Merge]:
    """A later merge that must be undone before ``merge``: it took the kept record away, or a row
    that ``merge`` moved; the newest one.
    """
    moved, taken = aliased(MergeMove), aliased(MergeMove)
    of_rows = (
        select(taken.merge_id)
        .join(
            moved,
            and_(
                moved.table_name == taken.table_name,
                or_(moved.row_id == taken.row_id, moved.into_id == taken.row_id),
            ),
        )
        .where(moved.merge_id == merge.id, taken.fate == Fate.UNITED, taken.merge_id > merge.id)
    )
    took_kept = and_(Merge.record_kind == merge.record_kind, Merge.merged_id == merge.kept_id)
    return (
        select(Merge)
        .where(Merge.undone_at.is_(None), or_(took_kept, Merge.id.in_(of_rows)))
        .order_by(Merge.id.desc())
        .limit(1)
    )


def entries_since(merge: Merge, links: list[Any]) -> Select[AuditEntry]:
    """What the trail tells of after ``merge``: changes of the kept record itself, of the rows that
    moved, and rows of the ``links`` that were added to the kept record; newest first, with actor
    and changes loaded.
    """
    table = records.kind_named(merge.record_kind).model.__tablename__
    of_kept = and_(
        AuditEntry.kind == table,
        AuditEntry.record_id == str(merge.kept_id),
        AuditEntry.part.is_(None),
    )
    key = _key(
        func.coalesce(AuditEntry.part, AuditEntry.kind),
        func.coalesce(AuditEntry.part_id, AuditEntry.record_id),
    )
    of_rows = or_(
        key.in_(_moved(merge, MergeMove.row_id)), key.in_(_moved(merge, MergeMove.into_id))
    )
    added = [
        and_(AuditEntry.action == Action.CREATED, key.in_(_rows(link, merge.kept_id)))
        for link in links
    ]
    return (
        select(AuditEntry)
        .where(AuditEntry.id > merge.entry_id, or_(of_kept, of_rows, *added))
        .options(joinedload(AuditEntry.actor), selectinload(AuditEntry.changes))
        .order_by(AuditEntry.id.desc())
    )


def made_since(merge: Merge, table: str, ids: Iterable[str] | None = None) -> Select[str]:
    """The keys of rows of ``table``, of these ``ids`` or any, that were made after ``merge``.

    Not of those that came back since, for a later merge was undone.
    """
    key = func.coalesce(AuditEntry.part_id, AuditEntry.record_id)
    back = select(cast(MergeMove.row_id, String)).where(
        MergeMove.table_name == table,
        MergeMove.fate == Fate.RETURNED,
        MergeMove.into_id.is_not(None),
    )
    found = select(key).where(
        key.not_in(back),
        AuditEntry.id > merge.entry_id,
        AuditEntry.action == Action.CREATED,
        func.coalesce(AuditEntry.part, AuditEntry.kind) == table,
    )
    return found if ids is None else found.where(key.in_(sorted(ids)))


def _key(table: Any, row_id: Any) -> ColumnElement[str]:
    key: ColumnElement[str] = table + literal(":") + row_id
    return key


def _moved(merge: Merge, column: Any) -> Select[str]:
    key = _key(MergeMove.table_name, cast(column, String))
    return select(key).where(MergeMove.merge_id == merge.id, column.is_not(None))


def _rows(link: Any, record_id: int) -> Select[str]:
    key = _key(literal(link.table.name), cast(link.table.c.id, String))
    return select(key).where(link.leads_to(record_id))


def entries_by_id(ids: list[int]) -> Select[AuditEntry]:
    """These entries, newest first, with actor and changes loaded."""
    return (
        select(AuditEntry)
        .where(AuditEntry.id.in_(ids))
        .options(joinedload(AuditEntry.actor), selectinload(AuditEntry.changes))
        .order_by(AuditEntry.id.desc())
    )
