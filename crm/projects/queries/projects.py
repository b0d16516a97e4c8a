"""Reads of projects: lists, what narrows them, one project with all that its page shows."""

from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from crm.core.database import MAX_ID, db
from crm.core.language import worded
from crm.core.listing.filters import words_clause
from crm.core.prepared import prepared
from crm.organisations.models import Organisation
from crm.projects.models.log import StageMove, StatusChange
from crm.projects.models.parts import (
    Problem,
    ProjectAmount,
    ProjectMeeting,
    ProjectParticipant,
)
from crm.projects.models.project import InvestmentProject, is_cost
from crm.projects.models.terms import ProjectStatus


@prepared
def projects_of_meeting(meeting_id: int) -> Select[InvestmentProject]:
    """Projects the meeting was about, the newest first, with what a row shows loaded."""
    return _in_use_where(was_met_about(meeting_id))


@prepared
def projects_with(organisation_id: int) -> Select[InvestmentProject]:
    """Projects the organisation takes part in, likewise."""
    return _in_use_where(takes_part(organisation_id))


@prepared
def projects_from(country_code: str) -> Select[InvestmentProject]:
    """Projects of the country, likewise."""
    return _in_use_where(InvestmentProject.country_code == country_code)


def projects_in_brief() -> Select[InvestmentProject]:
    """Every project the reader may see, with what a line on another page shows; no order."""
    return select(InvestmentProject).options(
        joinedload(InvestmentProject.country),
        joinedload(InvestmentProject.sector),
        joinedload(InvestmentProject.cost),
    )


def _in_use_where(clause: ColumnElement[bool]) -> Select[InvestmentProject]:
    return (
        projects_in_brief()
        .where(clause, InvestmentProject.archived_at.is_(None))
        .order_by(InvestmentProject.id.desc())
    )


def listed_projects() -> Select[InvestmentProject]:
    """Every project, archived ones too, with country, sector, officer and cost: what its list
    draws.
    """
    return select(InvestmentProject).options(
        joinedload(InvestmentProject.country),
        joinedload(InvestmentProject.sector),
        joinedload(InvestmentProject.officer),
        joinedload(InvestmentProject.cost),
    )


@prepared
def project_by_id(project_id: int) -> Select[InvestmentProject]:
    """One project with its parts, its log and its team."""
    participants = joinedload(InvestmentProject.participants)
    return (
        projects_in_brief()
        .where(InvestmentProject.id == project_id)
        .options(
            joinedload(InvestmentProject.district),
            joinedload(InvestmentProject.officer),
            # Few of each: together they are fewer rows than statements would cost.
            participants.joinedload(ProjectParticipant.organisation),
            joinedload(InvestmentProject.problems),
            selectinload(InvestmentProject.team),  # joined, SQLite would read all teams for it
            selectinload(InvestmentProject.amounts),
            selectinload(InvestmentProject.meeting_links).joinedload(ProjectMeeting.meeting),
            selectinload(InvestmentProject.stage_moves).joinedload(StageMove.author),
            selectinload(InvestmentProject.status_changes).joinedload(StatusChange.author),
        )
    )


def takes_part(organisation_id: int) -> ColumnElement[bool]:
    """Whether the organisation takes part in a project, in whatever role."""
    # A plain table: the project itself is asked for, and PostgreSQL begins with these few.
    parts = ProjectParticipant.__table__.alias().c
    taking_part = select(parts.project_id).where(parts.organisation_id == organisation_id)
    return InvestmentProject.id.in_(taking_part)


def has_participant_called(text: str) -> ColumnElement[bool] | None:
    """Whether a participant is called by every word of ``text``; None for no word."""
    clause = words_clause(Organisation.search_text, text)
    if clause is None:
        return None
    participants = select(ProjectParticipant.project_id).join(ProjectParticipant.organisation)
    return InvestmentProject.id.in_(participants.where(clause))


def gives_jobs(least: Decimal | None, most: Decimal | None) -> ColumnElement[bool]:
    """Whether a project plans from ``least`` to ``most`` jobs in total; one that states no number
    does not.
    """
    jobs = InvestmentProject.jobs_total_planned
    bounds = [jobs >= _whole(least, ROUND_CEILING)] if least is not None else []
    bounds += [jobs <= _whole(most, ROUND_FLOOR)] if most is not None else []
    return and_(*bounds)


def _whole(number: Decimal, rounding: str) -> int:
    return min(int(number.to_integral_value(rounding)), MAX_ID)


def was_met_about(meeting_id: int) -> ColumnElement[bool]:
    """Whether the meeting was about a project; no to who does not see the meeting."""
    linked = select(ProjectMeeting.project_id).where(ProjectMeeting.meeting_id == meeting_id)
    return InvestmentProject.id.in_(linked)


def has_open_problems() -> ColumnElement[bool]:
    """Whether something keeps a project back."""
    return InvestmentProject.id.in_(select(Problem.project_id).where(Problem.solved_on.is_(None)))


def step_is_late(today: date) -> ColumnElement[bool]:
    """Whether the day of the next step has passed while work on the project goes on."""
    return and_(
        InvestmentProject.next_step_on < today, InvestmentProject.status == ProjectStatus.ACTIVE
    )


def costs_between(least: Decimal | None, most: Decimal | None) -> ColumnElement[bool]:
    """Whether a project costs from ``least`` to ``most`` millions of tenge, either open.

    One of unknown cost, or without a rate, is not between any bounds.
    """
    minor = ProjectAmount.tenge_minor
    bounds = [minor >= _minor(least)] if least is not None else []
    bounds += [minor <= _minor(most)] if most is not None else []
    return InvestmentProject.cost.has(and_(*bounds))


def cost_in_tenge() -> ScalarSelect[int | None]:
    """What a project costs in tiyn, to order projects by."""
    amount = aliased(ProjectAmount)
    return select(amount.tenge_minor).where(is_cost(amount)).scalar_subquery()


_MOST = 10**18  # fits into 64 bits, and is more than any project costs


def _minor(millions: Decimal) -> int:
    return min(int(millions * 100_000_000), _MOST)


def organisation_title(organisation_id: int) -> str | None:
    """The name of the organisation; None when there is none."""
    organisation = db.session.get(Organisation, organisation_id)
    return None if organisation is None else worded(organisation, "name").text
