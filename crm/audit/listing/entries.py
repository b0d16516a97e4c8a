"""Entries of the trail as people read them: who, when, what, field by field."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import inspect

from crm.audit.listing.words import Bit, Key, Line, lines_of, references, titles_of, value_bit
from crm.audit.models import Action, AuditEntry
from crm.audit.queries import part_values, values_ever
from crm.core.database import db
from crm.core.sight import Restrictable
from crm.core.trail import is_spoken_of, model_of, words_of

Field = tuple[str, str, str]  # a record's table and key, and one of its columns


@dataclass(frozen=True)
class Told:
    """An entry in words; ``part`` names what changed within the record, None for itself.

    ``record`` is None when the reader may not see it: nothing but who and when is told then.
    """

    entry: AuditEntry
    kind: str
    record: Bit | None
    action: str
    part: str | None
    lines: list[Line]

    @property
    def is_beginning(self) -> bool:
        """Whether all values are new: nothing stood there before."""
        return self.entry.action == Action.CREATED

    @property
    def is_end(self) -> bool:
        """Whether all values are gone."""
        return self.entry.action == Action.REMOVED


@dataclass(frozen=True)
class Moment:
    """What one person did within one minute; ``who`` is None for a command."""

    when: datetime
    who: str | None
    told: list[Told]


def moments(entries: Sequence[AuditEntry]) -> list[Moment]:
    """``entries`` (actor and changes loaded) in words, in their order, those of a minute together.

    Takes one statement for the parts and one for every table that is referred to.
    """
    found = []
    for (_minute, _actor), group in groupby(_told(entries), key=lambda one: _when_and_who(one)):
        told = list(group)
        actor = told[0].entry.actor
        found.append(Moment(told[0].entry.made_at, actor.name if actor else None, told))
    return found


def _when_and_who(told: Told) -> tuple[datetime, int | None]:
    return told.entry.made_at.replace(second=0, microsecond=0), told.entry.actor_id


def _told(entries: Sequence[AuditEntry]) -> list[Told]:
    names = _part_names(entries)
    wanted: set[Key] = {(one.kind, one.record_id) for one in entries if is_spoken_of(one.kind)}
    wanted |= {key for one in entries if (key := _own_key(one)) is not None}
    for one in entries:
        for change in one.changes if is_spoken_of(_table(one)) else ():
            for value in (change.old, change.new):
                wanted |= set(references(model_of(_table(one)), change.field, value))
    for (table, _key), values in names.items():
        for field, value in values.items():
            wanted |= set(references(model_of(table), field, value))
    ties = _ties(entries)
    titles = titles_of(wanted.union(*ties.values()))
    hidden = {field for field, keys in ties.items() if not keys <= titles.keys()}
    hidden |= _for_writers(entries)
    return [_one(entry, names, titles, hidden) for entry in entries]


def _own_key(entry: AuditEntry) -> Key | None:
    """The part that changed, where it may be kept from who sees its record; else None."""
    if entry.part is None or entry.part_id is None or not is_spoken_of(entry.part):
        return None
    is_kept = issubclass(model_of(entry.part), Restrictable)
    return (entry.part, entry.part_id) if is_kept else None


def _table(entry: AuditEntry) -> str:
    return entry.part or entry.kind


def _ties(entries: Iterable[AuditEntry]) -> dict[Field, set[Key]]:
    """By field that is told only with other records: those its record ever named."""
    found: dict[Field, set[Key]] = {}
    by_table: dict[str, set[str]] = {}
    for one in entries:
        if one.part is None and is_spoken_of(one.kind):
            by_table.setdefault(one.kind, set()).add(one.record_id)
    for table, keys in by_table.items():
        model = model_of(table)
        told_with = model.__told_with__
        if not told_with:
            continue
        for key, column, *values in db.session.execute(
            values_ever(table, keys, told_with.values())
        ):
            named = {one for value in values for one in references(model, column, value)}
            for field in (name for name, other in told_with.items() if other == column):
                found.setdefault((table, key, field), set()).update(named)
    return found


def _for_writers(entries: Iterable[AuditEntry]) -> set[Field]:
    """Fields whose past only those who record are told; none for one of them."""
    if current_user.can_write:
        return set()
    return {
        (one.kind, one.record_id, field)
        for one in entries
        if one.part is None and is_spoken_of(one.kind)
        for field in model_of(one.kind).__told_to_writers__
    }


def _part_names(entries: Iterable[AuditEntry]) -> dict[Key, dict[str, Any]]:
    """By part: the newest filled values of the columns it is called by."""
    parts = {
        (one.kind, one.record_id, one.part, one.part_id)
        for one in entries
        if one.part is not None and one.part_id is not None and is_spoken_of(one.part)
    }
    if not parts:
        return {}
    fields = {field for _kind, _id, table, _key in parts for field in words_of(table).title}
    wanted = {(table, key) for _kind, _id, table, key in parts}
    found: dict[Key, dict[str, Any]] = {}
    for table, key, field, old, new in db.session.execute(part_values(parts, fields)):
        part = (str(table), str(key))
        if part in wanted:
            found.setdefault(part, {})[field] = new if new is not None else old
    return found


def _one(
    entry: AuditEntry,
    names: dict[Key, dict[str, Any]],
    titles: dict[Key, Bit],
    hidden: set[Field],
) -> Told:
    kind = str(words_of(entry.kind).label) if is_spoken_of(entry.kind) else entry.kind
    own_key = _own_key(entry)
    is_seen = own_key is None or own_key in titles
    record = titles.get((entry.kind, entry.record_id)) if is_seen else None
    action = entry.action.label
    if record is None or not is_spoken_of(_table(entry)):
        return Told(entry, kind, record, str(action), None, [])
    model = model_of(_table(entry))
    part = None
    if entry.part is not None:
        label = words_of(entry.part).label
        called = _called(model, names.get((entry.part, entry.part_id or ""), {}), titles)
        part = f"{label}: {called}" if called else str(label)
        action = _("Added") if entry.action == Action.CREATED else action
    changes = {
        one.field: (one.old, one.new)
        for one in entry.changes
        if entry.part is not None or (entry.kind, entry.record_id, one.field) not in hidden
    }
    return Told(entry, kind, record, str(action), part, lines_of(model, changes, titles))


def _called(model: type[Any], values: dict[str, Any], titles: dict[Key, Bit]) -> str:
    for field in words_of(inspect(model).local_table.name).title:
        if values.get(field) is not None:
            return value_bit(inspect(model).columns[field], values[field], titles).text
    return ""
