"""Sums over projects in one unit of account, exact to the tiyn, with what they leave out said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, select
from sqlalchemy.orm import aliased

from crm.core.money import Money, Qualifier
from crm.projects.models.parts import ProjectAmount
from crm.projects.models.project import InvestmentProject
from crm.projects.models.terms import AmountKind
from crm.reference.models import DOLLAR, TENGE, in_dollars, in_tenge, rate_on

_MILLION = 1_000_000  # summed in two halves: the sum of many large ones would not fit into 64 bits


@dataclass(frozen=True)
class ProjectSum:
    """A sum over ``count`` projects; those without an amount or a rate are counted, not guessed.

    What they lack, and ``rated_from`` and ``rated_to``, the days of the oldest and the newest rate
    used, speak of the one currency the sum was asked in; no day when nothing was converted.
    """

    count: int
    worth: Money
    without_amount: int
    without_rate: int
    inexact: int
    rated_from: date | None
    rated_to: date | None

    @classmethod
    def of_nothing(cls, currency: str) -> "ProjectSum":
        """The sum over no project at all, in tenge or in dollars."""
        return cls(0, Money(0, currency), 0, 0, 0, None, None)

    def __add__(self, other: "ProjectSum") -> "ProjectSum":
        """Both together; they must have been asked in the same currency."""
        first = [day for day in (self.rated_from, other.rated_from) if day]
        last = [day for day in (self.rated_to, other.rated_to) if day]
        return ProjectSum(
            self.count + other.count,
            Money(self.worth.minor + other.worth.minor, self.worth.currency),
            self.without_amount + other.without_amount,
            self.without_rate + other.without_rate,
            self.inexact + other.inexact,
            min(first, default=None),
            max(last, default=None),
        )

    @property
    def qualifier(self) -> Qualifier:
        """«about» as soon as one of the summed amounts is not exact."""
        return Qualifier.ABOUT if self.inexact else Qualifier.EXACT

    @property
    def is_known(self) -> bool:
        """Whether anything was summed at all: nothing known is not zero."""
        return self.count > self.without_amount + self.without_rate


def costs_of(found: Select[Any], currency: str) -> Subquery:
    """Of each project among the ids ``found`` its stage and its cost in tenge or in dollars."""
    amount, is_tenge = ProjectAmount, currency == TENGE
    by_dollar = [
        rate_on(DOLLAR, amount.rate_day, "tenge_micro").label("dollar_micro"),
        amount.dollar_rated_on.label("dollar_rated_on"),
    ]
    rated = (
        select(
            InvestmentProject.stage,
            *(amount.id, amount.qualifier, amount.value_minor, amount.currency),
            amount.tenge_micro.label("tenge_micro"),
            amount.rated_on.label("rated_on"),
            *([] if is_tenge else by_dollar),
        )
        .outerjoin(InvestmentProject.cost)
        .where(InvestmentProject.id.in_(found))
        # Kept apart, or the databases would look each rate up anew in every sum.
        .cte("rated")
        .prefix_with("MATERIALIZED")
    )
    cost = rated.c
    worth = in_tenge(cost.value_minor, cost.currency, cost.tenge_micro)
    if not is_tenge:
        worth = in_dollars(cost.value_minor, cost.currency, worth, cost.dollar_micro)
    return select(rated, worth.label("worth")).subquery("costs")


def sum_columns(costs: Subquery, currency: str) -> list[ColumnElement[Any]]:
    """What to select from ``costs_of`` for a ``ProjectSum`` in the same ``currency``."""
    cost = costs.c
    return [
        func.count(),
        *halves(cost.worth),
        func.count(case((cost.id.is_(None), 1))),
        func.count(case((and_(cost.id.is_not(None), cost.worth.is_(None)), 1))),
        func.count(case((and_(cost.worth.is_not(None), cost.qualifier != Qualifier.EXACT), 1))),
        func.min(_rate_day(cost, currency, is_first=True)),
        func.max(_rate_day(cost, currency, is_first=False)),
    ]


def halves(minor: Any) -> list[ColumnElement[Any]]:
    """What to select for ``in_whole``: the sum of ``minor`` in millions, and of what is left."""
    return [func.sum(minor // _MILLION), func.sum(minor % _MILLION)]


def _rate_day(cost: Any, currency: str, is_first: bool) -> ColumnElement[Any]:
    """The day of the rate ``cost`` was converted by, NULL when it was not; into dollars what is
    not in tenge goes by two rates.
    """
    if currency == TENGE:
        return case((cost.currency != TENGE, cost.rated_on))
    own, dollar = cost.rated_on, cost.dollar_rated_on
    is_converted = and_(cost.currency != DOLLAR, cost.worth.is_not(None))
    wins = own < dollar if is_first else own > dollar
    return case((and_(is_converted, wins), own), (is_converted, dollar))


def sum_of(row: Sequence[Any], currency: str) -> ProjectSum:
    """The sum that the ``sum_columns`` of one row hold."""
    count, high, low, no_amount, no_rate, inexact, first, last = row
    worth = in_whole(high, low, currency)
    return ProjectSum(count, worth, no_amount, no_rate, inexact, first, last)


def in_whole(high: Any, low: Any, currency: str) -> Money:
    """The sum whose ``halves`` are ``high`` and ``low``; nothing summed is 0."""
    return Money(int(high or 0) * _MILLION + int(low or 0), currency)


def newest_amount(kind: AmountKind) -> Any:
    """An alias of the sums, to be outer-joined ``on_newest(alias, kind)``."""
    return aliased(ProjectAmount, name=f"newest_{kind.value}")


def on_newest(amount: Any, kind: AmountKind) -> ColumnElement[bool]:
    """Whether the row of ``amount`` is the newest sum of ``kind`` of its project."""
    # A plain table: who sees the record sees its parts, and need not be asked again for each.
    newest = ProjectAmount.__table__.alias().c
    newest_id: Select[int] = (
        select(newest.id)
        .where(newest.project_id == InvestmentProject.id, newest.kind == kind)
        .order_by(newest.dated_on.desc().nulls_last(), newest.id.desc())
        .limit(1)
        .correlate(InvestmentProject)
    )
    return and_(amount.project_id == InvestmentProject.id, amount.id == newest_id.scalar_subquery())
