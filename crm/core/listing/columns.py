"""Columns of a list: SQL expressions, so that a file is written from rows, never from records."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, case, cast, func, select
from sqlalchemy import Text as TextType

from crm.core.language import LANGUAGE_NAMES, LANGUAGES, Worded, reader_language

# Separators of units and of records: no text of a person holds them (``core.language``).
BETWEEN, _INSIDE = "\x1f", "\x1e"
Source = Any  # an expression, several of them, or a function that gives one or several


@dataclass(frozen=True)
class Column:
    """A column of the file: its stable key, its heading, and where its value comes from.

    ``source`` is an SQL expression, a tuple of several, or a function that makes one when the file
    is written (in the reader's language). ``finish`` makes the value out of what was fetched; by
    itself the one fetched value stands. ``joins`` are the relationships the expression needs, or
    pairs of a target and its condition, to aliases (a filter's own subquery must not be tied to
    them), each joined once and loosely. A value is a text, number, date, time, flag, Term or list
    of them; None is an empty cell.
    """

    name: str
    label: Any
    source: Source
    finish: Callable[..., Any] | None = None
    joins: tuple[Any, ...] = ()

    @property
    def expressions(self) -> tuple[Any, ...]:
        """The expressions to fetch, in the order ``finish`` takes them; those of one source are
        the same objects every time.
        """
        if callable(self.source) and not hasattr(self.source, "__clause_element__"):
            return _made(self.source, reader_language())
        return _several(self.source)


@cache
def _made(source: Callable[[], Source], _language: str) -> tuple[Any, ...]:
    """What ``source`` gives for readers of a language: to make it costs more than to fetch it."""
    return _several(source())


def _several(source: Source) -> tuple[Any, ...]:
    return source if isinstance(source, tuple) else (source,)


Reader = Callable[[Any], Any]  # from a fetched row to the value of one column


def with_columns(
    statement: Select[Any], columns: Sequence[Column], start: int = 0
) -> tuple[Select[Any], list[Reader]]:
    """``statement`` with what ``columns`` need fetched after its first ``start`` values, and what
    reads each column's value from a row.
    """
    joins = {id(step): step for column in columns for step in column.joins}
    for step in joins.values():
        statement = statement.outerjoin(*(step if isinstance(step, tuple) else (step,)))
    fetched: dict[int, tuple[int, Any]] = {}  # what several columns share is fetched once
    readers: list[Reader] = []
    for column in columns:
        places = []
        for one in column.expressions:
            places.append(fetched.setdefault(id(one), (start + len(fetched), one))[0])
        readers.append(_reader(column.finish, places))
    labelled = [one.label(f"c{place}") for place, one in fetched.values()]
    return statement.add_columns(*labelled), readers


def _reader(finish: Callable[..., Any] | None, places: Sequence[int]) -> Reader:
    picked = itemgetter(*places)
    if finish is None:
        return picked
    if len(places) == 1:
        return lambda row: finish(picked(row))
    return lambda row: finish(*picked(row))


def plain(attribute: Any, label: Any, name: str | None = None) -> Column:
    """The column of one attribute of the record, under its own name."""
    return Column(name or attribute.key, label, attribute)


def ml_columns(name: str, label: Any, entity: Any, joins: tuple[Any, ...] = ()) -> list[Column]:
    """The three columns of a multilingual attribute of ``entity``."""
    return [
        Column(
            f"{name}_{code}", Heading(label, code), getattr(entity, f"{name}_{code}"), joins=joins
        )
        for code in LANGUAGES
    ]


def in_reader_language(entity: Any, attribute: str) -> Callable[[], ColumnElement[Any]]:
    """The multilingual ``attribute`` of ``entity`` as the reader sees it: in the own language, else
    the first filled of kk, ru, en; NULL when none is.
    """

    def expression() -> ColumnElement[Any]:
        codes = dict.fromkeys((reader_language(), *LANGUAGES))
        return func.coalesce(
            *(func.nullif(getattr(entity, f"{attribute}_{code}"), "") for code in codes),
            type_=TextType(),  # a file tells by its type how a value is written
        )

    return expression


def language_shown(entity: Any, attribute: str) -> ColumnElement[Any]:
    """The language of what ``in_reader_language`` gives; NULL when nothing is filled."""
    codes = dict.fromkeys((reader_language(), *LANGUAGES))
    filled = ((func.nullif(getattr(entity, f"{attribute}_{code}"), ""), code) for code in codes)
    return case(*((text.is_not(None), code) for text, code in filled))


def relation_columns(
    name: str,
    label: Any,
    identity: Source,
    text: Source,
    *,
    key: str | None = None,
    joins: tuple[Any, ...] = (),
    finish: Callable[..., Any] | None = None,
) -> list[Column]:
    """The two columns of a relation: its id (``<name>_id`` or ``key``), and its name for people.

    ``joins`` and ``finish`` serve both.
    """
    return [
        Column(key or f"{name}_id", Heading(label, "№"), identity, finish, joins),
        Column(name, label, text, finish, joins),
    ]


def gathered(values: Select[*tuple[Any, ...]], of: Any) -> ColumnElement[Any]:
    """What ``values`` selects for each row of ``of``, in its order, as one text for ``parts`` to
    take apart, or for ``part_rows`` where it selects several columns; NULL when there is none.
    """
    inner = values.correlate(of).subquery()
    each: list[ColumnElement[str]] = [cast(column, TextType) for column in inner.c]
    told = each[0]
    for one in each[1:]:
        told = func.coalesce(told, "") + _INSIDE + func.coalesce(one, "")
    text = func.aggregate_strings(told, BETWEEN)
    return select(text).select_from(inner).scalar_subquery()


def parts(text: str | None) -> list[str]:
    """The values in what ``gathered`` fetched."""
    return text.split(BETWEEN) if text else []


def numbers(text: str | None) -> list[int]:
    """The same, of ids."""
    return [int(one) for one in parts(text)]


def part_rows(text: str | None) -> list[list[str]]:
    """The same of several columns; what was NULL is empty."""
    return [one.split(_INSIDE) for one in parts(text)]


def worded_rows(text: str | None) -> list[Worded]:
    """The same of words and their language."""
    return [Worded(words, code or None) for words, code in part_rows(text)]


def sight_columns(record: Any, team: Any, link: Any, user: Any) -> list[Column]:
    """Whether a record is restricted, and its team: ``team`` is the table that links it to users by
    its column ``link``.
    """
    people = select(user.id).join(team, team.c.user_id == user.id).where(link == record.id)
    people = people.order_by(user.name_key, user.id)
    return [
        Column("restricted", _l("Restricted"), record.restricted),
        Column("team_ids", Heading(_l("Team"), "№"), gathered(people, record), numbers),
        Column("team", _l("Team"), gathered(people.with_only_columns(user.name), record), parts),
    ]


@dataclass(frozen=True)
class Heading:
    """A heading that is a label with an addition: «Name (Қазақша)»."""

    label: Any
    addition: str

    def __str__(self) -> str:
        return f"{self.label} ({LANGUAGE_NAMES.get(self.addition, self.addition)})"
