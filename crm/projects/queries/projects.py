"""Reads of projects: lists, one project with all that its page shows."""

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from crm.projects.models.log import StageMove, StatusChange
from crm.projects.models.parts import ProjectMeeting, ProjectParticipant
from crm.projects.models.project import InvestmentProject


def every_visible() -> Select[InvestmentProject]:
    """Every project the reader may see, with what one row of a list or a card shows; no order."""
    return select(InvestmentProject).options(
        joinedload(InvestmentProject.country),
        joinedload(InvestmentProject.sector),
        joinedload(InvestmentProject.district),
        joinedload(InvestmentProject.officer),
        joinedload(InvestmentProject.cost),
        selectinload(InvestmentProject.participants).joinedload(ProjectParticipant.organisation),
        selectinload(InvestmentProject.problems),
    )


def listed_projects() -> Select[InvestmentProject]:
    """Every project, archived ones too, with what a row of the page and of the file shows."""
    return every_visible().options(
        selectinload(InvestmentProject.amounts), selectinload(InvestmentProject.team)
    )


def project_by_id(project_id: int) -> Select[InvestmentProject]:
    """One project with its parts, its log and its team."""
    return (
        every_visible()
        .where(InvestmentProject.id == project_id)
        .options(
            selectinload(InvestmentProject.amounts),
            selectinload(InvestmentProject.team),
            selectinload(InvestmentProject.meeting_links).joinedload(ProjectMeeting.meeting),
            selectinload(InvestmentProject.stage_moves).joinedload(StageMove.author),
            selectinload(InvestmentProject.status_changes).joinedload(StatusChange.author),
        )
    )
