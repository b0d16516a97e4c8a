"""The values of a file's columns, told by their SQL types once, not cell by cell."""

import enum
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Boolean, Date, Enum, Integer, String, TypeDecorator, cast, type_coerce

from crm.core.dates import short_date
from crm.core.listing.cells import SAFE_FROM, escaped, keyed_cell, read_cell
from crm.core.listing.columns import BETWEEN, Column, numbers, parts
from crm.core.words import Term


class Kind(enum.Enum):
    """What the fetched values of a column are; any of them may be None."""

    TEXT = enum.auto()
    TERM = enum.auto()  # the stored texts of an enumeration
    DAY = enum.auto()  # texts in ISO form
    WHOLE = enum.auto()  # int
    FLAG = enum.auto()
    WORDS = enum.auto()  # what ``columns.gathered`` makes of several texts
    OTHER = enum.auto()  # whatever Python makes of them


@dataclass(frozen=True)
class Fetched:
    """A column as a file fetches it: with as little work for a cell as its kind allows."""

    column: Column
    kind: Kind
    terms: type[enum.Enum] | None = None


Convert = Callable[[Sequence[Any]], Iterable[Any]]  # the values of one column, all at once


def fetched(column: Column) -> Fetched:
    """``column`` as a file fetches it."""
    if column.finish in (parts, numbers):
        return Fetched(replace(column, finish=None), Kind.WORDS)
    expressions = column.expressions
    if column.finish is not None or len(expressions) != 1:
        return Fetched(column, Kind.OTHER)  # several may share one source
    (expression,) = expressions
    kind, terms = _kind_of(expression.type)
    if kind is Kind.TERM:
        expression = type_coerce(expression, String)
    elif kind is Kind.DAY:
        expression = cast(expression, String)  # neither database nor driver makes a date of it
    return Fetched(replace(column, source=(expression,)), kind, terms)


def _kind_of(of_type: Any) -> tuple[Kind, type[enum.Enum] | None]:
    if isinstance(of_type, Enum):
        return Kind.TERM, of_type.enum_class
    if isinstance(of_type, TypeDecorator):
        return Kind.OTHER, None
    kinds = {String: Kind.TEXT, Date: Kind.DAY, Integer: Kind.WHOLE, Boolean: Kind.FLAG}
    found = (kind for known, kind in kinds.items() if isinstance(of_type, known))
    return next(found, Kind.OTHER), None


def converter(one: Fetched, with_keys: bool) -> Convert | None:
    """What makes cells of the column's values: texts and numbers, None where nothing stands.

    ``with_keys``: for machines, else in the reader's language. None when the values are cells.
    """
    if one.kind is Kind.TEXT:
        return _guarded
    if one.kind is Kind.WORDS:
        between = ";" if with_keys else ", "
        return lambda values: _guarded([text and text.replace(BETWEEN, between) for text in values])
    if one.kind is Kind.FLAG:
        words = ("false", "true") if with_keys else (_("no"), _("yes"))
        return _looked_up({False: words[0], True: words[1], None: None})
    if one.kind is Kind.TERM and one.terms is not None and not with_keys:
        return _looked_up(_labels(one.terms))
    if one.kind is Kind.DAY and not with_keys:
        return _looked_up(_Days())
    if one.kind is Kind.OTHER:
        cell = keyed_cell if with_keys else read_cell
        return lambda values: map(cell, values)
    return None


def _guarded(values: Iterable[str | None]) -> list[str | None]:
    return [(one if one >= SAFE_FROM else escaped(one)) if one else None for one in values]


def _looked_up(known: dict[Any, Any]) -> Convert:
    return lambda values: map(known.__getitem__, values)


def _labels(terms: type[enum.Enum]) -> dict[Any, Any]:
    return {None: None} | {
        one.value: str(one.label) if isinstance(one, Term) else one.value for one in terms
    }


class _Days(dict[str | None, str | None]):
    """Days as the reader writes them, by ISO form: the same few thousand come again and again."""

    def __missing__(self, iso: str | None) -> str | None:
        self[iso] = text = None if iso is None else short_date(date.fromisoformat(iso))
        return text
