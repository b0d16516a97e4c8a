"""A page of a list cut out by its edge (keyset), so that a deep page costs what the first costs."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Numeric,
    Select,
    TypeDecorator,
    and_,
    false,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from crm.core.listing.filters import BadQueryError
from crm.core.listing.query import Order

_LONGEST = 2000  # characters of an edge in an address; sort keys are far shorter


@dataclass(frozen=True)
class Window:
    """Which rows of an order are wanted: ``size`` of them after an edge, before one, or after
    ``skipped`` rows from the beginning.
    """

    size: int
    skipped: int = 0
    after: str = ""
    before: str = ""

    @property
    def is_backwards(self) -> bool:
        """Whether the rows end at an edge."""
        return bool(self.before)


def edge_of(values: Sequence[Any]) -> str:
    """The place of a row in an order, for an address: what it is ordered by, its key last."""
    told = json.dumps([_told(one) for one in values], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def cut(statement: Select[Any], sort: Order, window: Window) -> Select[Any]:
    """Keys and sort values (columns ``key``, ``s0``, ``s1`` …) of the wanted rows of ``statement``
    and of the one beyond them.

    Raises BadQueryError for an edge that was not made by ``edge_of``.
    """
    way = sort.turned if window.is_backwards else sort
    edge = edge_values(sort, window.before or window.after)
    named = [one.label(f"s{place}") for place, one in enumerate(sort[:-1])]
    keys = statement.order_by(None).with_only_columns(
        sort[-1].label("key"), *named, maintain_column_froms=True
    )
    wanted = window.size + 1
    if len(sort) != 2 or not _may_be_empty(sort, sort[0]):
        keys = keys if edge is None else keys.where(_beyond(way, edge, window))
        return _in_order(keys, sort, way).limit(wanted).offset(window.skipped or None)
    return _of_branches(keys, sort, way, edge, window)


def _in_order(keys: Select[Any], sort: Order, way: Order) -> Select[Any]:
    """Empty values stand last in reading, so first when it is read backwards."""
    directed = [
        way.directed(one)
        if not _may_be_empty(sort, one)
        else way.directed(one).nulls_last()
        if way.is_down == sort.is_down
        else way.directed(one).nulls_first()
        for one in way
    ]
    return keys.order_by(*directed)


def _of_branches(
    keys: Select[Any], sort: Order, way: Order, edge: list[Any] | None, window: Window
) -> Select[Any]:
    """Rows with a value and rows without one, each by its index: neither database has an index
    that puts NULL last both ways.
    """
    value, key = sort
    is_back = window.is_backwards
    reach = window.size + 1 + window.skipped
    filled, empty = keys.where(value.is_not(None)), keys.where(value.is_(None))
    if edge is not None:
        if edge[0] is None:
            empty = empty.where(_past(way, key, edge[1]))
            filled = filled if is_back else filled.where(false())
        else:
            filled = filled.where(
                _reached(way, value, edge[0]),
                or_(_past(way, value, edge[0]), _past(way, key, edge[1])),
            )
            empty = empty.where(false()) if is_back else empty
    branches = [
        filled.order_by(way.directed(value), way.directed(key)).limit(reach).subquery(),
        empty.order_by(way.directed(key)).limit(reach).subquery(),
    ]
    both = union_all(
        *(select(one.c.key, one.c.s0, literal(n).label("branch")) for n, one in enumerate(branches))
    ).subquery()
    branch = both.c.branch.desc() if is_back else both.c.branch.asc()
    return (
        select(both.c.key, both.c.s0)
        .order_by(branch, way.directed(both.c.s0), way.directed(both.c.key))
        .limit(window.size + 1)
        .offset(window.skipped or None)
    )


def _may_be_empty(sort: Order, expression: Any) -> bool:
    """Whether a row may have no value: what is not the record's own may be missing as a whole."""
    is_own = isinstance(expression, InstrumentedAttribute) and expression.parent is sort[-1].parent
    return bool(expression.property.columns[0].nullable) if is_own else True


def _past(way: Order, expression: Any, value: Any) -> ColumnElement[bool]:
    past: ColumnElement[bool] = expression < value if way.is_down else expression > value
    return past


def _reached(way: Order, expression: Any, value: Any) -> ColumnElement[bool]:
    reached: ColumnElement[bool] = expression <= value if way.is_down else expression >= value
    return reached


def _beyond(way: Order, edge: list[Any], window: Window) -> ColumnElement[bool]:
    """Rows past the edge in an order of several expressions, empty values last in reading."""
    either: list[ColumnElement[bool]] = []
    equal: list[ColumnElement[bool]] = []
    for expression, value in zip(way, edge, strict=True):
        either.append(and_(*equal, _past_or_empty(way, expression, value, window)))
        equal.append(expression.is_(None) if value is None else expression == value)
    first, start = way[0], edge[0]
    beyond = or_(*either)
    # Said apart, so that an index may begin at the edge.
    is_plain = start is not None and not _may_be_empty(way, first)
    return and_(_reached(way, first, start), beyond) if is_plain else beyond


def _past_or_empty(way: Order, expression: Any, value: Any, window: Window) -> ColumnElement[bool]:
    if value is None:
        return expression.is_not(None) if window.is_backwards else false()
    past = _past(way, expression, value)
    is_all = window.is_backwards or not _may_be_empty(way, expression)
    return past if is_all else or_(past, expression.is_(None))


def _told(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else value


def edge_values(sort: Order, edge: str) -> list[Any] | None:
    """The values of an edge as the types of the order; raises BadQueryError for a forged one."""
    if not edge:
        return None
    try:
        padded = edge.encode("ascii") + b"=" * (-len(edge) % 4)
        told = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if len(edge) > _LONGEST or not isinstance(told, list):
            raise ValueError(edge)
        values = [_read(one.type, value) for one, value in zip(sort, told, strict=True)]
    except (ValueError, TypeError, ArithmeticError, RecursionError) as error:
        raise BadQueryError("after") from error
    if values[-1] is None:
        raise BadQueryError("after")
    return values


def _read(of_type: Any, value: Any) -> Any:
    """``value`` of JSON as its type; raises ValueError, TypeError, ArithmeticError for one that
    the type, or a database, has not.
    """
    if value is None:
        return None
    plain = of_type.impl_instance if isinstance(of_type, TypeDecorator) else of_type
    kind = plain.python_type
    if issubclass(kind, datetime):
        instant = datetime.fromisoformat(value)
        if instant.tzinfo is None:
            raise ValueError(value)
        return instant.astimezone(UTC)
    if issubclass(kind, date):
        return date.fromisoformat(value)
    if issubclass(kind, str):
        if not isinstance(value, str) or "\x00" in value or not value.isprintable():
            raise ValueError(value)
        return kind(value)
    if issubclass(kind, bool):
        return _same(bool, value)
    return _number(kind, 2**63 if isinstance(plain, BigInteger | Numeric) else 2**31, value)


def _same(kind: type, value: Any) -> Any:
    if not isinstance(value, kind):
        raise TypeError(value)
    return value


def _number(kind: type, bound: int, value: Any) -> int | float | Decimal:
    # PostgreSQL tells some whole numbers as decimal ones, which are written as text.
    number = Decimal(str(value)) if isinstance(value, int | float) else Decimal(_same(str, value))
    if isinstance(value, bool) or not abs(number) < bound:
        raise ValueError(value)
    if issubclass(kind, int):
        if number != number.to_integral_value():
            raise ValueError(value)
        return int(number)
    return float(number) if issubclass(kind, float) else number
