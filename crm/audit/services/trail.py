"""Writing the trail from the session's own flushes, in the same transaction."""

import enum
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Select, event, func, insert, inspect, literal, select
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction, scoped_session

from crm.audit.models import Action, AuditChange, AuditEntry
from crm.core import clock
from crm.core.database import Lines, Versioned
from crm.core.records import identity
from crm.core.trail import (
    Audited,
    AuditedPart,
    Change,
    Follower,
    audited_columns,
    follower_of,
    together,
)

Changes = dict[str, tuple[Any, Any]]  # field -> old, new, both as JSON


@dataclass(frozen=True)
class _Noticed:
    record: Any
    action: Action
    changes: Changes | None  # None: read after the flush, when the row has its id


def install(session: scoped_session[Any]) -> None:
    """Let every flush of ``session`` write the trail, and refuse writes that would bypass it.

    A second call changes nothing: one process may make several applications.
    """
    if event.contains(session, "before_flush", _notice):
        return
    event.listen(session, "before_flush", _notice)
    event.listen(session, "after_flush", _write)
    event.listen(session, "before_commit", _tell_followers)
    event.listen(session, "after_rollback", _forget)
    event.listen(session, "do_orm_execute", _refuse_bulk_write)


def as_json(value: Any) -> Any:
    """``value`` of a column as it stands in the trail: enums by value, dates in ISO form."""
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return value


def from_json(model: type[Any], name: str, value: Any) -> Any:
    """``value`` of a column as the trail writes it, as the record has it."""
    kind = inspect(model).columns[name].type
    if isinstance(kind, Lines):
        return tuple(value or ())
    if value is None:
        return None
    python_type = kind.python_type
    if issubclass(python_type, enum.Enum):
        return python_type(value)
    return python_type.fromisoformat(value) if issubclass(python_type, date | time) else value


def _notice(session: Session, context: UOWTransaction, instances: object) -> None:
    noticed: list[_Noticed] = session.info.setdefault("audit", [])
    for record in session.new:
        if isinstance(record, Audited):
            noticed.append(_Noticed(record, Action.CREATED, None))
    for record in session.dirty:
        if isinstance(record, Audited) and session.is_modified(record):
            changes = _changed(record)
            if changes:
                _count_up(record)
                noticed.append(_Noticed(record, _action(changes), changes))
    for record in [*session.deleted, *_orphans(session)]:
        if isinstance(record, Audited):
            gone = {name: (value, None) for name, value in _values(record).items()}
            noticed.append(_Noticed(record, Action.REMOVED, gone))


def _orphans(session: Session) -> list[Any]:
    """Parts taken out of their record's list: the flush deletes them, but only after this."""
    return [
        part
        for record in session.dirty
        for relation in inspect(type(record)).relationships
        if relation.cascade.delete_orphan
        for part in inspect(record).attrs[relation.key].history.deleted
        if part not in session.deleted and inspect(part).persistent
    ]


def _count_up(record: Any) -> None:
    """A change of links alone leaves the row untouched; its version must move all the same."""
    if isinstance(record, Versioned) and not inspect(record).session.is_modified(
        record, include_collections=False
    ):
        record.touch()


def _action(changes: Changes) -> Action:
    if "archived_at" in changes:
        return Action.ARCHIVED if changes["archived_at"][1] else Action.RESTORED
    return Action.CHANGED


def _values(record: Any) -> Changes:
    found = {name: as_json(getattr(record, name)) for name in audited_columns(type(record))}
    for name, parts in record.__audited_links__.items():
        if name in inspect(record).dict:
            found[name] = _links(getattr(record, name), parts)
    return {name: value for name, value in found.items() if value not in (None, [], "")}


def _links(links: Any, parts: tuple[str, ...]) -> list[Any]:
    rows = sorted(tuple(as_json(getattr(link, part)) for part in parts) for link in links)
    return [row[0] if len(row) == 1 else list(row) for row in rows]


def _changed(record: Any) -> Changes:
    state = inspect(record)
    changes: Changes = {}
    for name in audited_columns(type(record)):
        history = state.attrs[name].history
        if history.has_changes():
            old = as_json(history.deleted[0]) if history.deleted else None
            new = as_json(history.added[0]) if history.added else None
            if old != new:
                changes[name] = (old, new)
    for columns in together(type(record)).values():
        if any(name in changes for name in columns):  # half a value could not be read
            for name in columns:
                value = as_json(getattr(record, name))
                changes.setdefault(name, (value, value))
    for name, parts in record.__audited_links__.items():
        history = state.attrs[name].history
        if history.has_changes():
            kept = list(history.unchanged)
            old = _links([*kept, *history.deleted], parts)
            new = _links([*kept, *history.added], parts)
            if old != new:
                changes[name] = (old, new)
    return changes


def _write(session: Session, context: UOWTransaction) -> None:
    noticed: list[_Noticed] = session.info.pop("audit", [])
    if not noticed:
        return
    _gather(session, noticed)
    # Together: a file of thousands of rows must not hold SQLite's one writer for long.
    entries = [{"part": None, "part_id": None, **_entry(session, one)} for one in noticed]
    numbered = insert(AuditEntry).returning(AuditEntry.id, sort_by_parameter_order=True)
    ids = session.scalars(numbered, entries).all()
    rows = [
        {"entry_id": entry_id, "field": name, "old": old, "new": new}
        for entry_id, one in zip(ids, noticed, strict=True)
        for name, (old, new) in _changes_of(one).items()
    ]
    if rows:
        session.execute(insert(AuditChange), rows)


def _changes_of(one: _Noticed) -> Changes:
    if one.changes is not None:
        return one.changes
    return {name: (None, value) for name, value in _values(one.record).items()}


def _entry(session: Session, one: _Noticed) -> dict[str, Any]:
    record = one.record
    entry: dict[str, Any] = {
        "made_at": clock.now(),
        "actor_id": session.info.get("actor_id"),
        "action": one.action,
    }
    if not isinstance(record, AuditedPart):
        return entry | _of_record(record)
    parent, parent_id = record.whose()
    loaded = session.identity_map.get(session.identity_key(parent, parent_id))
    return entry | {
        "kind": parent.__tablename__,
        "record_id": str(parent_id),
        "version": getattr(loaded, "version", None),
        "part": inspect(type(record)).local_table.name,
        "part_id": identity(record),
    }


def _of_record(record: Any) -> dict[str, Any]:
    return {
        "kind": record.__tablename__,
        "record_id": identity(record),
        "version": getattr(record, "version", None),
    }


def creation_of(record: Any, actor_id: int | None, made_at: datetime | None) -> dict[str, Any]:
    """The row that says ``record``, written without a session, was made; for who writes many.

    It names no values. ``record`` is no part of another one and has its id.
    """
    made = {"made_at": made_at, "actor_id": actor_id, "action": Action.CREATED}
    return made | {"part": None, "part_id": None} | _of_record(record)


def note_change_of_many(
    session: Session, rows: Select[Any], table: str, part: str | None, change: tuple[str, Any, Any]
) -> None:
    """What the session would have written, had it and not one statement changed every row.

    ``rows`` (key of the record, its version, key of its part as texts, or NULL) belong to records
    of ``table``; the ``change`` (field, old, new) is the same in all of them. The statement is run
    before: until the commit nobody else writes of these rows then.
    """
    entries: Any = AuditEntry.__table__
    changes: Any = AuditChange.__table__
    now, actor_id = clock.now(), session.info.get("actor_id")
    known = session.scalar(select(func.max(AuditEntry.id))) or 0
    same = {"made_at": now, "actor_id": actor_id, "kind": table, "part": part}
    same["action"] = Action.CHANGED
    written = rows.subquery()
    values = [literal(value, entries.c[name].type) for name, value in same.items()]
    session.execute(
        insert(entries).from_select(
            [*same, "record_id", "version", "part_id"], select(*values, *written.c)
        )
    )
    mine = [entries.c[name].is_not_distinct_from(value) for name, value in same.items()]
    field, old, new = (
        literal(value, changes.c[name].type)
        for name, value in zip(("field", "old", "new"), change, strict=True)
    )
    found = select(entries.c.id, field, old, new).where(entries.c.id > known, *mine)
    session.execute(insert(changes).from_select(["entry_id", "field", "old", "new"], found))


def _gather(session: Session, noticed: list[_Noticed]) -> None:
    """Keep for the commit what followers are told of: all flushes of a record are one change."""
    followed: dict[Any, Change] = session.info.setdefault("followed", {})
    for one in noticed:
        if follower_of(one.record) is None or one.action == Action.REMOVED:
            continue
        known = followed.get(one.record) or Change(one.record, one.action == Action.CREATED, {})
        old = {name: value for name, (value, _new) in (one.changes or {}).items()}
        followed[one.record] = replace(known, before={**old, **known.before})


def _tell_followers(session: Session) -> None:
    session.flush()
    told: dict[Follower, list[Change]] = {}
    for change in session.info.pop("followed", {}).values():
        follower = follower_of(change.record)
        if follower is not None:
            told.setdefault(follower, []).append(change)
    for follower, changes in told.items():
        follower(changes, session.info.get("actor_id"))


def _forget(session: Session) -> None:
    session.info.pop("audit", None)
    session.info.pop("followed", None)


def _refuse_bulk_write(statement: ORMExecuteState) -> None:
    if not (statement.is_update or statement.is_delete) or statement.bind_mapper is None:
        return
    if issubclass(statement.bind_mapper.class_, Audited):
        raise RuntimeError("a bulk write on an audited model would leave no trail")
