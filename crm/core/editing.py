"""Loading a record for a change, and telling what two people did to it at once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Any, TypeVar

from flask import abort, request
from flask_babel import gettext as _
from sqlalchemy import Select
from werkzeug.routing import BaseConverter, ValidationError
from wtforms import DateField, Field, TimeField

from crm.core.database import MergedError, db, id_of
from crm.core.dates import short_date
from crm.core.forms import RecordForm

Record = TypeVar("Record")
Pieces = list[tuple[str, bool]]  # text, and whether it differs
_MOST_WORDS = 1_000_000  # comparing two texts takes time by the product of their lengths


class IdConverter(BaseConverter):
    """An id in an address: digits from 1 to 2³¹−1, anything else is 404."""

    regex = r"[1-9][0-9]{0,9}"

    def to_python(self, value: str) -> int:
        number = id_of(value)
        if number is None:
            raise ValidationError
        return number


def id_in_address(name: str) -> int:
    """The id that the parameter ``name`` of the address gives; 404 for what is none."""
    return id_of(request.args.get(name, "")) or abort(404)


class ArchivedError(Exception):
    """A change of an archived record was asked for: it must be restored first."""

    def __init__(self, record: Any) -> None:
        super().__init__(record)
        self.record = record


def unmerged(record: Record) -> Record:
    """``record`` itself, raises MergedError for one that was made one with another."""
    if getattr(record, "merged_into_id", None) is not None:
        raise MergedError(record)
    return record


def in_use(record: Record) -> Record:
    """``record`` itself, raises ArchivedError for an archived one, MergedError for a merged one."""
    unmerged(record)
    if getattr(record, "archived_at", None) is not None:
        raise ArchivedError(record)
    return record


def one_or_404(statement: Select[Record], even_archived: bool = False) -> Record:
    """The one record ``statement`` finds, locked until the commit when it is to be changed.

    Where it is to be changed, or its form is to be shown, an archived one raises ArchivedError;
    ``even_archived`` is for restoring it. One that was made one with another raises MergedError.
    """
    if request.method == "POST":
        # SQLite has no row locks: its writers queue at BEGIN already.
        statement = statement.with_for_update(of=statement.column_descriptions[0]["entity"])
    record = db.session.scalars(statement).unique().one_or_none()
    if record is None:
        abort(404)
    takes_posts = request.url_rule is not None and "POST" in (request.url_rule.methods or ())
    return in_use(record) if takes_posts and not even_archived else unmerged(record)


def version_sent(version: str | None) -> int:
    """The version a form was opened at; 400 for none and for what is none."""
    if not version or not (version.isascii() and version.isdecimal()) or len(version) > 9:
        abort(400)
    return int(version) or abort(400)


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
    def stored_words(self) -> Pieces:
        """What is stored, in pieces: text, and whether it is new since the form was opened."""
        return differing(self.opened, self.stored)[1]

    @property
    def typed_words(self) -> Pieces:
        """What was typed, in pieces: text, and whether it is new since the form was opened."""
        return differing(self.opened, self.typed)[1]


def differing(old: str, new: str) -> tuple[Pieces, Pieces]:
    """``old`` and ``new`` cut where they differ, by words; line breaks stay."""
    before, after = (re.findall(r"\S+|\n", text) for text in (old, new))
    head = _alike(before, after)
    tail = _alike(before[head:][::-1], after[head:][::-1])
    middles = before[head : len(before) - tail], after[head : len(after) - tail]
    parts = [(False, before[:head], after[:head]), *_steps(*middles)]
    parts.append((False, before[len(before) - tail :], after[len(after) - tail :]))
    return (
        [(" ".join(words), is_other) for is_other, words, _new in parts if words],
        [(" ".join(words), is_other) for is_other, _old, words in parts if words],
    )


def _steps(before: list[str], after: list[str]) -> list[tuple[bool, list[str], list[str]]]:
    """Whether they differ, and the words of both, run by run."""
    if len(before) * len(after) > _MOST_WORDS:
        return [(True, before, after)]
    found = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [(step != "equal", before[i:j], after[k:m]) for step, i, j, k, m in found]


def _alike(before: list[str], after: list[str]) -> int:
    """How many words both begin with: comparing whole texts would take far longer."""
    pairs = zip(before, after, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(before), len(after)))


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
        if name not in form or name not in form.stored_values:
            continue
        field, typed = form[name], plain(form[name].data)
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


def in_text(field: Field, value: Any) -> str:
    """``value`` of ``field`` as a person reads it: labels of choices, dates as in tables."""
    if value in (None, "", []):
        return ""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if hasattr(field, "in_words"):  # a field whose stored value is not what people read
        return str(field.in_words(value))
    if isinstance(value, list | tuple):
        return ", ".join(in_text(field, one) for one in value)
    if isinstance(field, DateField) and isinstance(value, str):
        value = date.fromisoformat(value)  # as the trail writes it
    if isinstance(value, date):
        return short_date(value)
    if isinstance(field, TimeField):
        return str(value)[:5]
    choices: Any = getattr(field, "choices", None) or ()
    labels: Mapping[str, Any] = {str(key): label for key, label in choices}
    return str(labels.get(str(value), value))
