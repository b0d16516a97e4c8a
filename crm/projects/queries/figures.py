"""Figures over projects: counts and sums by stage, sector, country, district and officer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import reduce
from operator import add
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, case, exists, extract, func, select, true
from sqlalchemy.orm import aliased

from crm.core.database import db
from crm.core.money import Money, Qualifier
from crm.projects.models.log import StageMove
from crm.projects.models.parts import ProjectAmount
from crm.projects.models.project import InvestmentProject, is_cost
from crm.projects.models.terms import AmountKind, Stage
from crm.projects.queries.sums import halves, in_whole, newest_amount, on_newest
from crm.reference.models import TENGE, Sector

COST = "cost"
_MEASURES = (COST, *(kind.value for kind in AmountKind))
_DAY = 86_400


@dataclass(frozen=True)
class Part:
    """Amounts of one kind, in tenge: of ``count`` projects, ``without_rate`` of them not in it.

    ``rated_from`` and ``rated_to``: days of the oldest and the newest rate, None without any.
    """

    count: int
    tenge: Money
    without_rate: int
    inexact: int
    rated_from: date | None
    rated_to: date | None

    def __add__(self, other: "Part") -> "Part":
        return Part(
            self.count + other.count,
            Money(self.tenge.minor + other.tenge.minor, TENGE),
            self.without_rate + other.without_rate,
            self.inexact + other.inexact,
            min((day for day in (self.rated_from, other.rated_from) if day), default=None),
            max((day for day in (self.rated_to, other.rated_to) if day), default=None),
        )

    @property
    def is_known(self) -> bool:
        """Whether anything was summed at all: nothing known is not zero."""
        return self.count > self.without_rate

    @property
    def qualifier(self) -> Qualifier:
        """«about» as soon as one of the summed amounts is not exact."""
        return Qualifier.ABOUT if self.inexact else Qualifier.EXACT


@dataclass(frozen=True)
class Group:
    """Projects that have ``key`` in common, and what they cost; None where it is not stated."""

    key: Any
    count: int
    cost: Part
    announced: Part
    contracted: Part
    actual: Part

    def __add__(self, other: "Group") -> "Group":
        mine, theirs = (
            (one.cost, one.announced, one.contracted, one.actual) for one in (self, other)
        )
        parts = (one + another for one, another in zip(mine, theirs, strict=True))
        return Group(None, self.count + other.count, *parts)

    @property
    def without_amount(self) -> int:
        """Of how many projects nobody knows what they cost."""
        return self.count - self.cost.count


@dataclass(frozen=True)
class StageDays:
    """How long projects were at a stage: ``visits`` that ended, and ``present`` ones.

    ``left``: how many projects have left it, some more than once. None where there is no visit.
    """

    stage: Stage
    left: int
    average: float | None
    present: int
    present_average: float | None


def _nothing() -> Part:
    return Part(0, Money(0, TENGE), 0, 0, None, None)


def total_of(groups: Sequence[Group]) -> Group:
    """All groups together."""
    nothing = Group(None, 0, *(_nothing() for _measure in _MEASURES))
    return reduce(add, groups, nothing)


def groups_by(key: Any, found: Select[Any]) -> list[Group]:
    """The projects among the ids ``found`` by ``key``, largest cost first. One statement."""
    worth = _worth(found)
    columns = [column for name in _MEASURES for column in _part_columns(worth, name)]
    named = key.label("key")
    statement = (
        select(named, func.count(InvestmentProject.id), *columns)
        .select_from(InvestmentProject)
        .join(worth, worth.c.id == InvestmentProject.id)
        .group_by(named)
    )
    if key is SECTOR:
        statement = statement.join(Sector, Sector.code == InvestmentProject.sector_code)
    groups = [_group(row) for row in db.session.execute(statement)]
    return sorted(groups, key=lambda one: (-one.cost.tenge.minor, -one.count, str(one.key)))


# The upper sector; the ids and codes others are grouped by are plain columns.
SECTOR = func.coalesce(Sector.parent_code, Sector.code)


def _worth(found: Select[Any]) -> CTE:
    """What each project is worth, each sum converted once."""
    cost = aliased(ProjectAmount, name=COST)
    amounts = {COST: (cost, is_cost(cost))} | {
        kind.value: (one, on_newest(one, kind))
        for kind in AmountKind
        for one in (newest_amount(kind),)
    }
    columns = [
        column.label(f"{name}_{what}")
        for name, (amount, _is_it) in amounts.items()
        for what, column in _worth_columns(amount).items()
    ]
    statement = select(InvestmentProject.id.label("id"), *columns).select_from(InvestmentProject)
    for amount, is_it in amounts.values():
        statement = statement.outerjoin(amount, is_it)
    # Kept apart, or the databases would convert anew in every sum.
    return statement.where(InvestmentProject.id.in_(found)).cte("worth").prefix_with("MATERIALIZED")


def _worth_columns(amount: Any) -> dict[str, ColumnElement[Any]]:
    return {
        "id": amount.id,
        "tenge": amount.tenge_minor,
        "inexact": case((amount.qualifier != Qualifier.EXACT, 1)),
        "rated": case((amount.currency != TENGE, amount.rated_on)),
    }


def _part_columns(worth: CTE, name: str) -> list[ColumnElement[Any]]:
    held, tenge = worth.c[f"{name}_id"], worth.c[f"{name}_tenge"]
    inexact, rated = worth.c[f"{name}_inexact"], worth.c[f"{name}_rated"]
    return [
        func.count(held),
        *halves(tenge),
        func.count(case((and_(held.is_not(None), tenge.is_(None)), 1))),
        func.count(case((tenge.is_not(None), inexact))),
        func.min(rated),
        func.max(rated),
    ]


def _group(row: Any) -> Group:
    key, count, *values = row
    size = len(values) // len(_MEASURES)
    parts = [_part(values[place : place + size]) for place in range(0, len(values), size)]
    return Group(key, count, *parts)


def _part(values: Sequence[Any]) -> Part:
    count, high, low, without_rate, inexact, first, last = values
    return Part(count, in_whole(high, low, TENGE), without_rate, inexact, first, last)


def stage_days(found: Select[Any], today: date) -> list[StageDays]:
    """How long the projects among the ids ``found`` were and are at each stage. Two statements."""
    ended = {
        stage: (left, float(average))
        for stage, left, average in db.session.execute(
            select(
                StageMove.from_stage,
                func.count(StageMove.project_id.distinct()),
                func.avg(StageMove.days_spent),
            )
            .where(
                StageMove.project_id.in_(found),
                StageMove.from_stage.is_not(None),
                StageMove.days_spent.is_not(None),
            )
            .group_by(StageMove.from_stage)
        )
    }
    since = extract("epoch", InvestmentProject.stage_since)
    present = {
        stage: (count, float(average))
        for stage, count, average in db.session.execute(
            select(InvestmentProject.stage, func.count(InvestmentProject.id), func.avg(since))
            .where(InvestmentProject.id.in_(found))
            .group_by(InvestmentProject.stage)
        )
    }
    now = datetime.combine(today, time(), UTC).timestamp()
    found_days = []
    for stage in Stage:
        left, average = ended.get(stage, (0, None))
        count, since_average = present.get(stage, (0, None))
        lasting = None if since_average is None else (now - since_average) / _DAY
        found_days.append(StageDays(stage, left, average, count, lasting))
    return found_days


def has_left(stage: Stage) -> ColumnElement[bool]:
    """Whether a project was at ``stage`` and went on or back, its days there being known."""
    return exists().where(
        StageMove.project_id == InvestmentProject.id,
        StageMove.from_stage == stage,
        StageMove.days_spent.is_not(None),
    )


def amount_clause(asked: str) -> ColumnElement[bool]:
    """Whether a project has an amount: ``cost`` or a kind, with «_no_rate» one without a rate.

    «no_amount»: nobody knows what it costs.
    """
    if asked == "no_amount":
        return ~InvestmentProject.cost.has()
    name = asked.removesuffix("_no_rate")
    is_unrated = ProjectAmount.tenge_minor.is_(None) if name != asked else true()
    if name == COST:
        return InvestmentProject.cost.has(is_unrated)
    amount = newest_amount(AmountKind(name))
    lacks = amount.tenge_minor.is_(None) if name != asked else true()
    return exists().where(on_newest(amount, AmountKind(name)), lacks)


def launched_years() -> Select[int | None]:
    """The years in which projects were commissioned, newest first."""
    year = InvestmentProject.commissioning_actual_year
    return select(year).where(year.is_not(None)).distinct().order_by(year.desc())
