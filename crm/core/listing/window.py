"""A page of a list cut out by its edge (keyset), so that a deep page costs what the first costs."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import (
    ColumnElement,
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
    edge = _values(sort, window.before or window.after)
    named = [one.label(f"s{place}") for place, one in enumerate(sort[:-1])]
    keys = statement.order_by(None).with_only_columns(
        sort[-1].label("key"), *named, maintain_column_froms=True
    )
    wanted = window.size + 1
    if len(sort) != 2 or not _may_be_empty(sort[0]):
        keys = keys if edge is None else keys.where(_beyond(way, sort.is_down, edge, window))
        return _in_order(keys, sort, way).limit(wanted).offset(window.skipped or None)
    return _of_branches(keys, sort, way, edge, window)


def _in_order(keys: Select[Any], sort: Order, way: Order) -> Select[Any]:
    """Empty values stand last in reading, so first when it is read backwards."""
    directed = [
        way.directed(one)
        if not _may_be_empty(one)
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


def _may_be_empty(expression: Any) -> bool:
    if isinstance(expression, InstrumentedAttribute):
        return bool(expression.property.columns[0].nullable)
    return True


def _past(way: Order, expression: Any, value: Any) -> ColumnElement[bool]:
    past: ColumnElement[bool] = expression < value if way.is_down else expression > value
    return past


def _reached(way: Order, expression: Any, value: Any) -> ColumnElement[bool]:
    reached: ColumnElement[bool] = expression <= value if way.is_down else expression >= value
    return reached


def _beyond(way: Order, is_down: bool, edge: list[Any], window: Window) -> ColumnElement[bool]:
    """Rows past the edge in an order of several expressions, empty values last in reading."""
    either: list[ColumnElement[bool]] = []
    equal: list[ColumnElement[bool]] = []
    for expression, value in zip(way, edge, strict=True):
        either.append(and_(*equal, _past_or_empty(way, expression, value, window.is_backwards)))
        equal.append(expression.is_(None) if value is None else expression == value)
    first, start = way[0], edge[0]
    beyond = or_(*either)
    # Said apart, so that an index may begin at the edge.
    is_plain = start is not None and not _may_be_empty(first)
    return and_(_reached(way, first, start), beyond) if is_plain else beyond


def _past_or_empty(way: Order, expression: Any, value: Any, is_back: bool) -> ColumnElement[bool]:
    if value is None:
        return expression.is_not(None) if is_back else false()
    past = _past(way, expression, value)
    return past if is_back or not _may_be_empty(expression) else or_(past, expression.is_(None))


def _told(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else value


def _values(sort: Order, edge: str) -> list[Any] | None:
    if not edge:
        return None
    try:
        padded = edge.encode("ascii") + b"=" * (-len(edge) % 4)
        told = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if len(edge) > _LONGEST or not isinstance(told, list) or len(told) != len(sort):
            raise BadQueryError("after")
        values = [_read(one.type, value) for one, value in zip(sort, told, strict=True)]
    except (ValueError, TypeError, InvalidOperation, RecursionError) as error:
        raise BadQueryError("after") from error
    if values[-1] is None:
        raise BadQueryError("after")
    return values


def _read(of_type: Any, value: Any) -> Any:
    """``value`` of JSON as the type of its expression; raises ValueError, TypeError."""
    plain = of_type.impl_instance if isinstance(of_type, TypeDecorator) else of_type
    kind = plain.python_type
    if value is None:
        return None
    if issubclass(kind, date):  # datetime, too
        return kind.fromisoformat(value)
    if issubclass(kind, str):
        if not isinstance(value, str) or "\x00" in value:
            raise ValueError(value)
        return value
    if issubclass(kind, bool) or isinstance(value, bool):
        return bool(value)
    number = Decimal(value)  # PostgreSQL tells some whole numbers so
    if not abs(number) < 2**63:
        raise ValueError(value)
    return int(number) if number == number.to_integral_value() else number
