"""A slip taken back by whoever made it, soon after, out of the trail; never committed here."""

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from typing import Any

from crm.audit.models import Action, AuditEntry
from crm.audit.queries import entries_since
from crm.audit.services.trail import from_json
from crm.core import clock
from crm.core.database import Archivable, db
from crm.core.records import identity
from crm.core.sight import seeing_everything
from crm.core.trail import audited_columns, model_of

SOON = timedelta(minutes=15)  # later it is no slip any more, and others may have acted on it
_AT_ONCE = timedelta(seconds=2)  # from the first to the last entry of one change

Companion = Callable[[Any, Collection[str]], None]
_companions: dict[type[Any], Companion] = {}


class NotUndoneError(Exception):
    """More happened to the record since, somebody else changed it, or it is too long ago."""


def take_along(model: type[Any], companion: Companion) -> None:
    """Let ``companion`` take back what the trail does not tell of a change: it is given the
    record and the names of its fields that were put back.
    """
    _companions[model] = companion


def take_back(record: Any, before: int, actor_id: int, reason: str) -> None:
    """Put ``record`` and its parts back as they were at version ``before``; not flushed.

    Documents that came along are archived for ``reason``: no file is lost. Raises NotUndoneError
    unless all that was done since is one change, made by ``actor_id`` within ``SOON``.
    """
    table, key = record.__tablename__, identity(record)
    entries = db.session.scalars(entries_since(table, key, before)).all()
    if not _is_one_change(entries, actor_id):
        raise NotUndoneError
    for entry in reversed(entries):
        if entry.part is None:
            _put(record, entry)
        else:
            _take_back_part(entry, reason)
    record.touch()
    companion = _companions.get(type(record))
    if companion is not None:
        companion(record, {one.field for entry in entries for one in entry.changes})


def _is_one_change(entries: Sequence[AuditEntry], actor_id: int) -> bool:
    if not entries or {one.actor_id for one in entries} != {actor_id}:
        return False
    began, ended = entries[0].made_at, entries[-1].made_at
    return ended - began <= _AT_ONCE and clock.now() - began <= SOON


def _put(row: Any, entry: AuditEntry) -> None:
    columns = audited_columns(type(row))
    for change in entry.changes:
        if change.field not in columns:  # links are written in the words of the trail
            raise NotUndoneError
        setattr(row, change.field, from_json(type(row), change.field, change.old))


def _take_back_part(entry: AuditEntry, reason: str) -> None:
    model, key = model_of(entry.part or ""), int(entry.part_id or 0)
    if entry.action == Action.REMOVED:
        _bring_back(model, key, entry)
        return
    part = db.session.get(model, key)
    if part is None:
        raise NotUndoneError
    if entry.action != Action.CREATED:
        _put(part, entry)
    elif isinstance(part, Archivable):
        part.archive(clock.now(), reason)
    else:
        db.session.delete(part)


def _bring_back(model: type[Any], key: int, entry: AuditEntry) -> None:
    values = {one.field: from_json(model, one.field, one.old) for one in entry.changes}
    with seeing_everything():  # SQLite gives the number of a row that is gone to another
        is_free = db.session.get(model, key) is None
    db.session.add(model(**values, **({"id": key} if is_free else {})))
