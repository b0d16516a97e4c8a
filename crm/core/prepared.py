"""Statements built once and asked with other values each time.

Building a statement of some tables, and the key SQLAlchemy finds its text by, takes longer than
the database needs to answer it. A function marked ``prepared`` is called once for each language
with a place in the statement for each argument; from then on it gives the same statement, carrying
the values of the call. What is made out of it (``.where``, ``.limit``) carries them too, but is
built anew; inside another statement the values are lost, and the database says so.
"""

from collections.abc import Callable, Hashable, Iterable
from enum import Enum
from functools import wraps
from inspect import signature
from typing import Any, ParamSpec, TypeVar, cast

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, event, false, or_
from sqlalchemy.orm import ORMExecuteState, scoped_session

from crm.core.language import reader_language

Given = ParamSpec("Given")
Statement = TypeVar("Statement", bound="Select[*tuple[Any, ...]]")
_VALUES, _KEPT, _MADE = "_carried_values", "_kept_statement", "_made_of_it"


def install(session: scoped_session[Any]) -> None:
    """Let ``session`` take the values out of prepared statements; before anything else looks at
    what it executes. A second call changes nothing.
    """
    if not event.contains(session, "do_orm_execute", _take_values):
        event.listen(session, "do_orm_execute", _take_values)


def prepared(build: Callable[Given, Statement]) -> Callable[Given, Statement]:
    """``build`` called once for each language; its arguments are values of the statement.

    It must not look at them: each is a place in the statement, whatever its type says; but for
    members of enumerations, of which each has a statement of its own. Inside another function so
    marked it is a part of that one's statement.
    """
    names, any_build = signature(build), cast("Callable[..., Statement]", build)
    called, built = tuple(names.parameters), dict[Hashable, Statement]()

    def by_name(given: tuple[Any, ...], named: dict[str, Any]) -> dict[str, Any]:
        if len(given) == len(called):  # the signature would take ten times as long
            return dict(zip(called, given, strict=True))
        bound = names.bind(*given, **named)
        bound.apply_defaults()
        return bound.arguments

    @wraps(build)
    def asked(*given: Given.args, **named: Given.kwargs) -> Statement:
        values = by_name(given, named)
        if any(isinstance(value, BindParameter) for value in values.values()):
            return build(*given, **named)
        fixed = {name: one for name, one in values.items() if isinstance(one, Enum)}
        key = (reader_language(), *fixed.values())
        kept = built.get(key)
        if kept is None:
            places: dict[str, Any] = {name: bindparam(name) for name in values}
            kept = built[key] = any_build(**(places | fixed))
        return _carrying(kept, {name: one for name, one in values.items() if name not in fixed})

    return asked


def made_of(
    statement: Statement, name: Hashable, make: Callable[[Statement], Statement]
) -> Statement:
    """What ``make`` makes of ``statement``; of a prepared one it is kept under ``name``."""
    kept = statement.__dict__.get(_KEPT)
    if kept is None:
        return make(statement)
    made = kept.__dict__.get(_MADE)
    if made is None:
        kept._set_memoized_attribute(_MADE, made := {})
    if name not in made:
        made[name] = make(kept)
    of_it: Statement = made[name]
    return _carrying(of_it, statement.__dict__[_VALUES])


def is_among(column: Any, members: Iterable[Any]) -> ColumnElement[bool]:
    """Whether ``column`` is one of ``members``, who are always the same.

    The text of a statement with an IN is written anew each time it is asked: of a long one that
    takes longer than the rest.
    """
    return or_(false(), *(column == one for one in members))


def _carrying(kept: Statement, values: dict[str, Any]) -> Statement:
    """``kept`` under another name, with its values.

    SQLAlchemy 2.1 hands an attribute on to whatever is made of a statement, unless it is memoised:
    so the values go along, and the kept statement itself does not.
    """
    carrying = kept._clone()
    carrying.__dict__[_VALUES] = values
    carrying._set_memoized_attribute(_KEPT, kept)
    return carrying


def _take_values(state: ORMExecuteState) -> None:
    carried = getattr(state.statement, "__dict__", {})
    values = carried.get(_VALUES)
    if values is not None:
        given: Any = state.parameters
        state.parameters = {**values, **(given or {})}
        state.statement = carried.get(_KEPT, state.statement)
