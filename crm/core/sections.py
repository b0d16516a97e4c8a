"""The list beside a long form: its sections, how much is filled in and how much is wrong."""

from collections.abc import Sequence
from typing import Any

from crm.core.forms import RecordForm
from crm.core.rows import RowsField

Section = tuple[str, Any, int | None, int]


def sections_of(form: RecordForm, *parts: tuple[str, Any, Sequence[str]]) -> list[Section]:
    """For each of ``parts`` (id, words, fields): how many rows are filled, how much is wrong.

    A list that is not in ``form`` is left out. A part without fields has all the others name not.
    """
    named = {name for _id, _label, names in parts for name in names}
    rest = [name for name in form.record_fields() if name in form and name not in named]
    return [
        (id_, label, _filled(form, names), _wrong(form, names or rest))
        for id_, label, names in parts
        if all(name in form for name in names)
    ]


def _filled(form: RecordForm, names: Sequence[str]) -> int | None:
    lists = [form[name] for name in names if isinstance(form[name], RowsField)]
    return sum(len(rows.filled) for rows in lists) or None


def _wrong(form: RecordForm, names: Sequence[str]) -> int:
    return sum(_faults(form[name]) for name in names)


def _faults(field: Any) -> int:
    if isinstance(field, RowsField):
        of_itself = sum(isinstance(error, str) for error in field.errors)
        return of_itself + sum(len(entry.errors) for entry in field.entries)
    return int(bool(field.errors))
