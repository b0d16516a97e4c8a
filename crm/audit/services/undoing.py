"""A slip taken back by whoever made it, soon after, out of the trail; never committed here."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from crm.audit.models import Action, AuditEntry
from crm.audit.queries import entries_since
from crm.audit.services.trail import from_json
from crm.core import clock
from crm.core.database import db
from crm.core.records import identity
from crm.core.trail import audited_columns, model_of

SOON = timedelta(minutes=15)  # later it is no slip any more, and others may have acted on it
_AT_ONCE = timedelta(seconds=2)  # from the first to the last entry of one change

Companion = Callable[[Any, datetime, int], None]
_companions: dict[type[Any], Companion] = {}


class NotUndoneError(Exception):
    """More happened to the record since, somebody else changed it, or it is too long ago."""


def take_along(model: type[Any], companion: Companion) -> None:
    """Let ``companion`` take back what the trail does not tell of a change: it is given the
    record, when the change began (aware, UTC), and whose it was.
    """
    _companions[model] = companion


def take_back(record: Any, before: int, actor_id: int) -> None:
    """Put ``record`` and its parts back as they were at version ``before``; not flushed.

    Raises NotUndoneError unless all that was done since is one change, made by ``actor_id`` within
    ``SOON``.
    """
    table, key = record.__tablename__, identity(record)
    entries = db.session.scalars(entries_since(table, key, before)).all()
    if not _is_one_change(entries, actor_id):
        raise NotUndoneError
    for entry in reversed(entries):
        if entry.part is None:
            _put(record, entry)
        else:
            _take_back_part(entry)
    record.touch()
    companion = _companions.get(type(record))
    if companion is not None:
        # What it looks for was written just before the entry that tells of the record.
        companion(record, entries[0].made_at - _AT_ONCE, actor_id)


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


def _take_back_part(entry: AuditEntry) -> None:
    model, key = model_of(entry.part or ""), int(entry.part_id or 0)
    if entry.action == Action.REMOVED:
        values = {one.field: from_json(model, one.field, one.old) for one in entry.changes}
        db.session.add(model(id=key, **values))
        return
    part = db.session.get(model, key)
    if part is None:
        raise NotUndoneError
    if entry.action == Action.CREATED:
        db.session.delete(part)
    else:
        _put(part, entry)
