"""Loading a record for a change, and telling what two people did to it at once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, TypeVar

from flask import abort, request
from sqlalchemy import Select
from werkzeug.routing import BaseConverter, ValidationError

from crm.core.database import MAX_ID, db
from crm.core.forms import RecordForm, in_text

Record = TypeVar("Record")
_MOST_WORDS = 1_000_000  # comparing two texts takes time by the product of their lengths


class IdConverter(BaseConverter):
    """An id in an address: digits from 1 to 2³¹−1, anything else is 404."""

    regex = r"[1-9][0-9]{0,9}"

    def to_python(self, value: str) -> int:
        number = int(value)
        if not 1 <= number <= MAX_ID:
            raise ValidationError
        return number


def one_or_404(statement: Select[Record]) -> Record:
    """The one record ``statement`` finds, locked until the commit when it is to be changed."""
    if request.method == "POST":
        # SQLite has no row locks: its writers queue at BEGIN already.
        statement = statement.with_for_update(of=statement.column_descriptions[0]["entity"])
    record = db.session.scalars(statement).unique().one_or_none()
    if record is None:
        abort(404)
    return record


def version_sent(version: str | None) -> int:
    """The version a form was opened at; 400 for none and for what is none."""
    if not version or not (version.isascii() and version.isdecimal()) or len(version) > 9:
        abort(400)
    return int(version)


def is_stale(record: Any, version: str | None) -> bool:
    """Whether ``record`` was changed since the form with ``version`` was opened; 400 for none."""
    return bool(record.version != version_sent(version))


@dataclass(frozen=True)
class Clash:
    """A field two people gave different values: as opened, as stored now, as typed."""

    name: str
    label: Any
    opened: str
    stored: str
    typed: str

    @property
    def stored_words(self) -> list[tuple[str, bool]]:
        """What is stored, in pieces: text, and whether it is new since the form was opened."""
        return _pieces(self.opened, self.stored)

    @property
    def typed_words(self) -> list[tuple[str, bool]]:
        """What was typed, in pieces: text, and whether it is new since the form was opened."""
        return _pieces(self.opened, self.typed)


def _pieces(old: str, new: str) -> list[tuple[str, bool]]:
    """``new`` cut where it differs from ``old``, by words; line breaks stay."""
    before, after = (re.findall(r"\S+|\n", text) for text in (old, new))
    if len(before) * len(after) > _MOST_WORDS:
        return [(new, True)]
    found = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [
        (" ".join(after[start:end]), step != "equal")
        for step, _from, _to, start, end in found
        if end > start
    ]


@dataclass(frozen=True)
class Merged:
    """A field only one of the two changed; nothing is to be chosen."""

    name: str
    label: Any
    old: str
    new: str
    is_mine: bool


@dataclass(frozen=True)
class Conflict:
    """What became of every field: ``clashes`` need a choice, ``merged`` do not.

    ``taken``: fields whose stored value stands, by nature or by an earlier choice.
    """

    clashes: list[Clash]
    merged: list[Merged]
    taken: list[str]


def compare(form: RecordForm, opened: Mapping[str, Any]) -> Conflict:
    """Three values of every field: ``opened`` (by field, only what changed since), stored, typed.

    The form must have been made for the record as it is stored now.
    """
    clashes, merged = [], []
    for name in form.record_fields():
        field, typed = form[name], plain(form[name].data)
        if name not in form.stored_values:
            continue
        stored = plain(form.stored_values[name])
        before = plain(opened[name]) if name in opened else stored
        if typed == stored:
            continue
        words = [in_text(field, value) for value in (before, stored, typed)]
        if before == stored:
            merged.append(Merged(name, field.label.text, words[0], words[2], True))
        elif before == typed:
            merged.append(Merged(name, field.label.text, words[0], words[1], False))
        else:
            clashes.append(Clash(name, field.label.text, *words))
    taken = [one.name for one in merged if not one.is_mine]
    asked = {one.name for one in clashes} | {one.name for one in merged}
    taken += [name for name in form.taken_fields() if name not in asked]
    return Conflict(clashes, merged, taken)


def plain(value: Any) -> Any:
    """``value`` as the audit trail writes it, empty ones as None, lists in order."""
    if value in ("", [], ()):
        return None
    if isinstance(value, list | tuple):
        return sorted((plain(one) for one in value), key=str)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return getattr(value, "value", value)
