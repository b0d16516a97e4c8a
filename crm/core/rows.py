"""Rows in a form: participants, points, sectors. Rows left empty mean nothing.

Without a script three empty rows are offered and a submit button ``add_row`` gives more;
with it ``rows.js`` adds them from the pattern. Fields are called ``<list>-<index>-<field>``.
"""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from flask import request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import FieldList, FormField

from crm.core.widgets import FormMeta

BLANKS = 3
_MOST = 200  # a form of more rows was not filled in by a person
_PATTERN = "__index__"


class RowForm(FlaskForm):
    """One row. It counts when one of the fields named in ``typed`` is filled."""

    class Meta(FormMeta):
        csrf = False  # the form around it has the token

    typed: ClassVar[tuple[str, ...]] = ()

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed; what was typed wrongly counts as typed."""
        return not any(self._is_filled(name) for name in self.typed)

    def _is_filled(self, name: str) -> bool:
        field = self[name]
        if field.raw_data is not None:
            return any(str(value).strip() for value in field.raw_data)
        return field.data not in (None, "", [])

    def validate(self, extra_validators: Any = None) -> bool:
        """Check a row that counts."""
        return self.is_blank or bool(super().validate(extra_validators))


class RowsField(FieldList):  # type: ignore[type-arg]  # generic in the stubs only
    """A list of rows of one kind."""

    least: ClassVar[int] = BLANKS  # empty rows offered

    def __init__(self, row: type[RowForm], label: Any, **more: Any) -> None:
        super().__init__(FormField(row), label, **more)
        self.is_too_long = False

    def _extract_indices(self, prefix: str, formdata: Iterable[str]) -> Iterator[int]:
        """Indices in use; unlike WTForms' own it trusts nothing that merely looks like a digit."""
        found = set()
        for name in formdata:
            head, _dash, rest = name.removeprefix(f"{prefix}-").partition("-")
            is_number = head.isascii() and head.isdecimal() and len(head) < 10
            if name.startswith(f"{prefix}-") and rest and is_number:
                found.add(int(head))
        self.is_too_long = len(found) > _MOST
        yield from sorted(found)[:_MOST]

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        """Check every row that counts, and that a person could have typed so many."""
        is_valid = bool(super().validate(form, extra_validators))
        if self.is_too_long:
            self.errors = [*self.errors, _("Not more than %(count)s rows at once", count=_MOST)]
        return is_valid and not self.is_too_long

    @property
    def forms(self) -> list[Any]:
        """The form of every row, empty ones too."""
        return [entry.form for entry in self.entries]

    @property
    def numbered(self) -> list[tuple[Any, str, int]]:
        """Every row with its name and the number people count it by."""
        return [(entry.form, entry.name, n) for n, entry in enumerate(self.entries, start=1)]

    @property
    def filled(self) -> list[Any]:
        """The rows that count."""
        return [row for row in self.forms if not row.is_blank]

    @property
    def pattern(self) -> Any:
        """A row whose names hold ``__index__``, for the script to copy."""
        last = self.last_index
        entry = self._append(index=_PATTERN)
        self.entries.pop()
        self.last_index = last
        return entry.form

    def add_blanks(self, count: int, **values: Any) -> None:
        """Offer ``count`` more empty rows, their fields preset to ``values``."""
        for _number in range(count):
            self._append(data=values)

    def top_up(self) -> None:
        """Make the list ready to be shown: the row to drop is out, some empty ones are there, and
        more of them where they were asked for.
        """
        self.drop(row_to_drop() or "")
        self._top_up(self.forms, self.name)

    def _top_up(self, rows: list[Any], asked_as: str, **values: Any) -> None:
        blanks = sum(row.is_blank for row in rows)
        is_asked = asked_for_rows() == asked_as
        self.add_blanks(BLANKS if is_asked else max(0, self.least - blanks), **values)

    def _append(self, **how: Any) -> Any:
        entry: Any = self._add_entry(**how)  # type: ignore[attr-defined]  # not in the stubs
        return entry

    def drop(self, name: str) -> None:
        """Take the row called ``name`` (``points-2``) out; nothing when there is none."""
        self.entries = [entry for entry in self.entries if entry.name != name]


def asked_for_rows() -> str | None:
    """Which list shall get more empty rows, when that is what the form was sent for."""
    return request.form.get("add_row")


def row_to_drop() -> str | None:
    """The name of the row to take out, when that is what the form was sent for."""
    return request.form.get("remove_row")


def is_about_rows() -> bool:
    """Whether the form was sent to add or drop a row, nothing to be saved yet."""
    return "add_row" in request.form or "remove_row" in request.form
