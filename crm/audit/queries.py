"""Reading the trail."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, inspect, or_, select
from sqlalchemy.orm import joinedload, selectinload

from crm.accounts.models import Role, User
from crm.audit.models import Action, AuditChange, AuditEntry
from crm.core.database import db
from crm.core.prepared import prepared
from crm.core.records import identity
from crm.core.sight import Restrictable
from crm.core.trail import audited_columns

Part = tuple[str, str, str, str]  # the record's table and key, the part's table and key


def every_entry() -> Select[AuditEntry]:
    """Every entry of every record, newest first, with actor and changes loaded."""
    return (
        select(AuditEntry)
        .options(joinedload(AuditEntry.actor), selectinload(AuditEntry.changes))
        .order_by(AuditEntry.id.desc())
    )


def history_of(kind: str, record_id: object) -> Select[AuditEntry]:
    """Every entry of a record and its parts, newest first, with actor and changes loaded."""
    return every_entry().where(AuditEntry.kind == kind, AuditEntry.record_id == str(record_id))


def last_entries(kind: str, record_ids: Iterable[str]) -> Select[AuditEntry]:
    """The newest entry of each of these records, of a part of it, too; with its actor loaded."""
    newest = select(func.max(AuditEntry.id)).where(
        AuditEntry.kind == kind, AuditEntry.record_id.in_(sorted(record_ids))
    )
    return (
        select(AuditEntry)
        .where(AuditEntry.id.in_(newest.group_by(AuditEntry.record_id)))
        .options(joinedload(AuditEntry.actor))
    )


@prepared
def entry_count(kind: str, record_id: str) -> Select[int]:
    """How long the history of a record and its parts is."""
    return (
        select(func.count())
        .select_from(AuditEntry)
        .where(AuditEntry.kind == kind, AuditEntry.record_id == record_id)
    )


def part_values(
    parts: Iterable[Part], fields: Iterable[str]
) -> Select[str | None, str | None, str, object, object]:
    """Table, key, field, old and new value of every change of ``parts``, oldest first.

    Only changes of ``fields``: those parts are called by. A removed part is known from here alone.
    """
    by_record: dict[tuple[str, str], list[str]] = {}
    for kind, record_id, _table, key in parts:
        by_record.setdefault((kind, record_id), []).append(key)
    return (
        select(
            AuditEntry.part,
            AuditEntry.part_id,
            AuditChange.field,
            AuditChange.old,
            AuditChange.new,
        )
        .join(AuditChange, AuditChange.entry_id == AuditEntry.id)
        .where(
            or_(*(_of_record(*record, keys) for record, keys in by_record.items())),
            AuditEntry.part.is_not(None),
            AuditChange.field.in_(sorted(fields)),
        )
        .order_by(AuditChange.id)
    )


def values_ever(
    table: str, keys: Iterable[str], fields: Iterable[str]
) -> Select[str, str, object, object]:
    """Key, field, old and new value of every change of ``fields`` of these records of ``table``."""
    return (
        select(AuditEntry.record_id, AuditChange.field, AuditChange.old, AuditChange.new)
        .join(AuditChange, AuditChange.entry_id == AuditEntry.id)
        .where(
            AuditEntry.kind == table,
            AuditEntry.record_id.in_(sorted(keys)),
            AuditEntry.part.is_(None),
            AuditChange.field.in_(sorted(fields)),
        )
    )


def people_behind(record: Restrictable | None) -> list[int]:
    """Ids of who recorded ``record`` and whose it ever was, in use and no heads; [] for None."""
    if record is None:
        return []
    statement = (
        select(AuditEntry.action, AuditEntry.actor_id, AuditChange.old, AuditChange.new)
        .outerjoin(
            AuditChange,
            and_(AuditChange.entry_id == AuditEntry.id, AuditChange.field == record.__keeper__),
        )
        .where(
            AuditEntry.kind == inspect(type(record)).local_table.name,
            AuditEntry.record_id == identity(record),
            AuditEntry.part.is_(None),
            or_(AuditEntry.action == Action.CREATED, AuditChange.id.is_not(None)),
        )
    )
    found = {record.keeper_id}
    for action, actor_id, *keepers in db.session.execute(statement):
        found.update(one for one in keepers if isinstance(one, int))
        if action == Action.CREATED and actor_id is not None:
            found.add(actor_id)
    in_use = select(User.id).where(User.id.in_(found), User.is_active, User.role != Role.HEAD)
    return list(db.session.scalars(in_use.order_by(User.id)))


def _of_record(kind: str, record_id: str, keys: list[str]) -> ColumnElement[bool]:
    return and_(
        AuditEntry.kind == kind, AuditEntry.record_id == record_id, AuditEntry.part_id.in_(keys)
    )


def changes_since(
    kind: str, record_id: object, version: int, part: tuple[str, str] | None = None
) -> Select[AuditEntry, AuditChange]:
    """Entry and change rows of the record itself after ``version``, oldest first.

    With ``part`` (its table and id) those of that part of the record alone.

    The first change of a field carries, as its old value, what stood there at ``version``.
    """
    return (
        select(AuditEntry, AuditChange)
        .join(AuditChange, AuditChange.entry_id == AuditEntry.id)
        .where(
            AuditEntry.kind == kind,
            AuditEntry.record_id == str(record_id),
            AuditEntry.part.is_(None) if part is None else _is_part(*part),
            AuditEntry.version > version,
        )
        .options(joinedload(AuditEntry.actor))
        .order_by(AuditEntry.id, AuditChange.id)
    )


def entries_since(kind: str, record_id: object, version: int) -> Select[AuditEntry]:
    """What happened to a record and its parts after ``version``, oldest first; changes loaded."""
    return (
        select(AuditEntry)
        .where(
            AuditEntry.kind == kind,
            AuditEntry.record_id == str(record_id),
            AuditEntry.version > version,
        )
        .options(selectinload(AuditEntry.changes))
        .order_by(AuditEntry.id)
    )


def part_entries_since(
    kind: str, record_id: object, version: int, table: str
) -> Select[AuditEntry]:
    """What happened after ``version`` to a record's parts of one table, oldest first.

    With actor and changes loaded.
    """
    since = entries_since(kind, record_id, version).where(AuditEntry.part == table)
    return since.options(joinedload(AuditEntry.actor))


def parts_before(record: Any, model: type[Any], parts: Iterable[Any], version: int) -> list[Any]:
    """``parts``, those of ``model`` that ``record`` has, as they were at ``version``.

    They are copies outside the session, read from the trail, with what they point at; those
    removed since are among them, those added since are not.
    """
    names = ["id", *audited_columns(model)]
    found = {str(one.id): {name: getattr(one, name) for name in names} for one in parts}
    statement = part_entries_since(
        record.__tablename__, identity(record), version, model.__tablename__
    )
    for entry in reversed(db.session.scalars(statement).all()):
        key = str(entry.part_id)
        if entry.action == Action.CREATED:
            found.pop(key, None)
            continue
        values = found.setdefault(key, {"id": int(key)})
        values.update({change.field: change.old for change in entry.changes})
    return [_copy(model, values) for values in found.values()]


def _copy(model: type[Any], values: Mapping[str, Any]) -> Any:
    copy = model(**values)
    for relation in inspect(model).relationships:
        (column,) = relation.local_columns
        key = values.get(column.key)
        if relation.key != model.__parent__ and key is not None:
            setattr(copy, relation.key, db.session.get(relation.mapper.class_, key))
    return copy


def _is_part(table: str, part_id: str) -> ColumnElement[bool]:
    return and_(AuditEntry.part == table, AuditEntry.part_id == part_id)
