"""The board: projects by stage, the first cards of each stage, and the sums over all of them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Row, Select, case, func, or_, select
from sqlalchemy.orm import joinedload, load_only

from crm.accounts.models import User
from crm.core.database import db
from crm.core.money import Money, Qualifier
from crm.core.words import Term
from crm.countries.models import Country
from crm.organisations.models import Organisation
from crm.projects.models.parts import Problem, ProjectAmount, ProjectParticipant
from crm.projects.models.project import InvestmentProject
from crm.projects.models.terms import ProjectRole, Stage
from crm.projects.queries.sums import ProjectSum, costs_of, halves, in_whole, sum_columns, sum_of
from crm.reference.models import DOLLAR, TENGE, Sector

FIRST_CARDS = 50  # of a stage: more of them nobody reads, and all of them are one press away
_NAMES = ("name_kk", "name_ru", "name_en")


class Unit(Term):
    """In what the sums of the board are told."""

    KZT = "kzt", _l("KZT mn")
    USD = "usd", _l("USD mn")
    ORIGINAL = "original", _l("Original currencies")

    @property
    def currency(self) -> str:
        """What is converted to, where anything is."""
        return DOLLAR if self == Unit.USD else TENGE


@dataclass(frozen=True)
class Total:
    """Amounts of one currency added up; ``inexact`` of them are about, above or below."""

    money: Money
    inexact: int

    @property
    def qualifier(self) -> Qualifier:
        """«about» as soon as one of the summed amounts is not exact."""
        return Qualifier.ABOUT if self.inexact else Qualifier.EXACT


@dataclass(frozen=True)
class Whole:
    """Count and sum of projects; ``originals`` are told only where they are asked for."""

    sum: ProjectSum
    originals: Sequence[Total]


@dataclass(frozen=True)
class StageSum(Whole):
    """What stands in the head of a column."""

    stage: Stage


@dataclass(frozen=True)
class Card:
    """A project on the board: its investors' names and its open problems, oldest first."""

    project: InvestmentProject
    investors: Sequence[Row[Any]]
    problems: Sequence[str]
    worth: Money | None


def stage_sums(found: Select[Any], unit: Unit) -> list[StageSum]:
    """Count and sum of every stage, over all projects among the ids ``found``, in order."""
    costs = costs_of(found, unit.currency)
    statement = select(costs.c.stage, *sum_columns(costs, unit.currency)).group_by(costs.c.stage)
    sums = {row[0]: sum_of(row[1:], unit.currency) for row in db.session.execute(statement)}
    originals = _originals(found) if unit == Unit.ORIGINAL else {}
    nothing = ProjectSum.of_nothing(unit.currency)
    return [
        StageSum(sums.get(stage) or nothing, originals.get(stage, ()), stage) for stage in Stage
    ]


def total_of(sums: Sequence[StageSum]) -> Whole:
    """All stages together."""
    minor: dict[str, int] = defaultdict(int)
    inexact: dict[str, int] = defaultdict(int)
    for one in (total for stage in sums for total in stage.originals):
        minor[one.money.currency] += one.money.minor
        inexact[one.money.currency] += one.inexact
    order = sorted(minor, key=lambda currency: (currency != TENGE, currency))
    originals = [Total(Money(minor[currency], currency), inexact[currency]) for currency in order]
    return Whole(reduce(add, (stage.sum for stage in sums)), originals)


def _originals(found: Select[Any]) -> dict[Stage, list[Total]]:
    """By stage, the amounts of each currency as they stand; in tenge first, then by currency."""
    statement = (
        select(
            InvestmentProject.stage,
            ProjectAmount.currency,
            *halves(ProjectAmount.value_minor),
            func.count(case((ProjectAmount.qualifier != Qualifier.EXACT, 1))),
        )
        .join(InvestmentProject.cost)
        .where(InvestmentProject.id.in_(found))
        .group_by(InvestmentProject.stage, ProjectAmount.currency)
        .order_by(ProjectAmount.currency != TENGE, ProjectAmount.currency)
    )
    totals = defaultdict(list)
    for stage, currency, high, low, inexact in db.session.execute(statement):
        totals[stage].append(Total(in_whole(high, low, currency), inexact))
    return totals


def stage_cards(found: Select[Any], unit: Unit, opened: Stage | None) -> dict[Stage, list[Card]]:
    """By stage, the first cards of the projects among the ids ``found``; all of ``opened``.

    The next step that comes first stands first, steps without a date come last; of those, what
    has been longest in its stage.
    """
    place = func.row_number().over(
        partition_by=InvestmentProject.stage,
        order_by=(
            InvestmentProject.next_step_on.asc().nulls_last(),
            InvestmentProject.stage_since,
            InvestmentProject.id,
        ),
    )
    placed = (
        select(InvestmentProject.id, InvestmentProject.stage, place.label("place"))
        .where(InvestmentProject.id.in_(found))
        .subquery()
    )
    is_shown = or_(placed.c.place <= FIRST_CARDS, placed.c.stage == opened)
    projects = db.session.scalars(
        _with_what_a_card_shows(unit)
        .join(placed, placed.c.id == InvestmentProject.id)
        .where(is_shown)
        .order_by(placed.c.place)
    ).all()
    every = select(placed.c.id).where(is_shown)
    shown = [one.id for one in projects] if opened is None else every
    investors, problems = _investors(shown), _problems(shown)
    cards = defaultdict(list)
    for one in projects:
        cards[one.stage].append(
            Card(one, investors.get(one.id, ()), problems.get(one.id, ()), _worth(one, unit))
        )
    return cards


def _with_what_a_card_shows(unit: Unit) -> Select[InvestmentProject]:
    project, amount = InvestmentProject, ProjectAmount
    worth = {Unit.KZT: [amount.tenge_minor], Unit.USD: [amount.dollar_minor]}.get(unit, [])
    return select(project).options(
        load_only(
            *(project.version, project.title_kk, project.title_ru, project.title_en),
            *(project.text_language, project.country_code, project.restricted),
            *(project.stage, project.stage_since, project.status),
            *(project.next_step, project.next_step_on),
            raiseload=True,
        ),
        joinedload(project.country).load_only(*_columns(Country), raiseload=True),
        joinedload(project.sector).load_only(*_columns(Sector), raiseload=True),
        joinedload(project.officer).load_only(User.name, raiseload=True),
        joinedload(project.cost).load_only(
            amount.value_minor, amount.currency, amount.qualifier, *worth, raiseload=True
        ),
    )


def _columns(model: Any) -> list[Any]:
    return [getattr(model, name) for name in _NAMES]


def _worth(project: InvestmentProject, unit: Unit) -> Money | None:
    """What the project costs in ``unit``; None without an amount or a rate."""
    cost = project.cost
    if cost is None:
        return None
    if unit == Unit.ORIGINAL:
        return cost.value
    minor = cost.dollar_minor if unit == Unit.USD else cost.tenge_minor
    return None if minor is None else Money(minor, unit.currency)


def _investors(shown: Any) -> dict[int, list[Row[Any]]]:
    """Names of the investors, by project."""
    statement = (
        select(ProjectParticipant.project_id, *_columns(Organisation))
        .join(ProjectParticipant.organisation)
        .where(
            ProjectParticipant.role == ProjectRole.INVESTOR,
            ProjectParticipant.project_id.in_(shown),
        )
        .order_by(ProjectParticipant.id)
    )
    names = defaultdict(list)
    for row in db.session.execute(statement):
        names[row.project_id].append(row)
    return names


def _problems(shown: Any) -> dict[int, list[str]]:
    """Texts of the open problems, by project, the oldest first."""
    statement = (
        select(Problem.project_id, Problem.text)
        .where(Problem.solved_on.is_(None), Problem.project_id.in_(shown))
        .order_by(Problem.since_on, Problem.id)
    )
    texts = defaultdict(list)
    for project_id, text in db.session.execute(statement):
        texts[project_id].append(text)
    return texts
