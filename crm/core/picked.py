"""Ids and numbers for many places of a page, picked in one statement: one row each.

Each branch of the statement finds its rows by an index of its own; the records themselves are then
read once for all the places that show them. A name begins with the kind of the record.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, Select, String, cast, func, literal_column, null, select, union_all

from crm.core.database import db

_NUMBERS = 8
_NUMBER = "number-"


@dataclass(frozen=True)
class Picked:
    """Ids by what they are for, and numbers by name; what was not found is not there."""

    ids: Mapping[str, list[int]]
    numbers: Mapping[str, tuple[int, ...]]

    def all_of(self, kind: str) -> list[int]:
        """Every id under a name of ``kind``, each once."""
        names = (name for name in self.ids if name.partition("-")[0] == kind)
        return sorted({one for name in names for one in self.ids[name]})

    def number(self, name: str) -> int:
        """The first number under ``name``, 0 when there is none."""
        return self.numbers.get(name, (0,))[0]


def read(statement: Select[Any]) -> Picked:
    """What ``statement``, made by ``together``, finds now."""
    ids: dict[str, list[int]] = {}
    numbers: dict[str, tuple[int, ...]] = {}
    for name, found, *more in db.session.execute(statement):
        if name.startswith(_NUMBER):
            numbers[name.removeprefix(_NUMBER)] = (found, *(one or 0 for one in more))
            continue
        ids.setdefault(name, []).append(found)
        if more[0] is not None:
            numbers[name] = (more[0],)
    return Picked(ids, numbers)


def together(branches: Iterable[Select[Any]]) -> Select[Any]:
    """One statement of ``some``, ``numbers`` and ``row`` selects."""
    every = union_all(*branches).subquery()
    return select(*every.c)


def row(name: Any, found: Any, *numbers: Any) -> tuple[Any, ...]:
    """The columns of a branch: ids under ``name``, a text or a column, and how many there are."""
    empty = [cast(null(), Integer)] * (_NUMBERS - len(numbers))
    named = literal_column(f"'{name}'", String) if isinstance(name, str) else name
    more = (one.label(f"number_{place}") for place, one in enumerate([*numbers, *empty], 1))
    return named.label("name"), found.label("found"), *more


def some(name: str, ids: Select[Any], whole: Select[Any] | None = None) -> Select[Any]:
    """The ids under ``name``, with how many there are in ``whole``."""
    found = ids.subquery()
    if whole is None:
        return select(*row(name, found.c[0]))
    counted = select(func.count()).select_from(whole.subquery()).scalar_subquery()
    return select(*row(name, found.c[0], counted))


def newest(name: str, ids: Select[Any], day: Any, key: Any, most: int) -> list[Select[Any]]:
    """The ``most`` newest by ``day`` and as many without one, in no order: whoever reads them
    puts them in order and takes the first. Each half goes along its index, for neither database
    has one that puts the undated last.
    """
    dated = ids.where(day.is_not(None)).order_by(day.desc(), key.desc())
    undated = ids.where(day.is_(None)).order_by(day.desc(), key.desc())
    return [some(name, one.limit(most)) for one in (dated, undated)]


def numbers(name: str, *found: Any) -> Select[Any]:
    """Up to nine numbers under ``name``."""
    return select(*row(f"{_NUMBER}{name}", *found))


def count_of(name: str, ids: Select[Any]) -> Select[Any]:
    """How many ``ids`` there are, under ``name``."""
    return numbers(name, func.count()).select_from(ids.subquery())
