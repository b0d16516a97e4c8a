"""Sums over projects in one unit of account, exact to the tiyn, with what they leave out said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import aliased

from crm.core.money import Money, Qualifier
from crm.projects.models.parts import ProjectAmount
from crm.projects.models.project import InvestmentProject
from crm.projects.models.terms import AmountKind
from crm.reference.models import DOLLAR, TENGE

_MILLION = 1_000_000  # summed in two halves: the sum of many large ones would not fit into 64 bits


@dataclass(frozen=True)
class ProjectSum:
    """A sum over ``count`` projects; those without an amount or a rate are counted, not guessed.

    ``rated_from`` and ``rated_to``: the days of the oldest and the newest rate used, None when
    every sum was in tenge.
    """

    count: int
    tenge: Money
    dollars: Money
    without_amount: int
    without_rate: int
    inexact: int
    rated_from: date | None
    rated_to: date | None

    @property
    def qualifier(self) -> Qualifier:
        """«about» as soon as one of the summed amounts is not exact."""
        return Qualifier.ABOUT if self.inexact else Qualifier.EXACT

    @property
    def is_known(self) -> bool:
        """Whether anything was summed at all: nothing known is not zero."""
        return self.count > self.without_amount + self.without_rate


def sum_columns(amount: Any) -> list[ColumnElement[Any]]:
    """What to select for a ``ProjectSum`` over rows of projects outer-joined with ``amount``."""
    tenge, dollars = amount.tenge_minor, amount.dollar_minor
    return [
        func.count(InvestmentProject.id),
        func.sum(tenge // _MILLION),
        func.sum(tenge % _MILLION),
        func.sum(dollars // _MILLION),
        func.sum(dollars % _MILLION),
        func.count(case((amount.id.is_(None), 1))),
        func.count(case((and_(amount.id.is_not(None), tenge.is_(None)), 1))),
        func.count(case((and_(tenge.is_not(None), amount.qualifier != Qualifier.EXACT), 1))),
        func.min(case((amount.currency != TENGE, amount.rated_on))),
        func.max(case((amount.currency != TENGE, amount.rated_on))),
    ]


def sum_of(row: Sequence[Any]) -> ProjectSum:
    """The sum that the ``sum_columns`` of one row hold."""
    count, high, low, dollar_high, dollar_low, no_amount, no_rate, inexact, first, last = row
    return ProjectSum(
        count,
        _money(high, low, TENGE),
        _money(dollar_high, dollar_low, DOLLAR),
        *(no_amount, no_rate, inexact, first, last),
    )


def _money(high: Any, low: Any, currency: str) -> Money:
    return Money(int(high or 0) * _MILLION + int(low or 0), currency)


def newest_amount(kind: AmountKind) -> Any:
    """An alias of the sums, to be outer-joined ``on_newest(alias, kind)``."""
    return aliased(ProjectAmount, name=f"newest_{kind.value}")


def on_newest(amount: Any, kind: AmountKind) -> ColumnElement[bool]:
    """Whether the row of ``amount`` is the newest sum of ``kind`` of its project."""
    newest = aliased(ProjectAmount)
    newest_id: Select[int] = (
        select(newest.id)
        .where(newest.project_id == InvestmentProject.id, newest.kind == kind)
        .order_by(newest.dated_on.desc().nulls_last(), newest.id.desc())
        .limit(1)
        .correlate(InvestmentProject)
    )
    return and_(amount.project_id == InvestmentProject.id, amount.id == newest_id.scalar_subquery())
