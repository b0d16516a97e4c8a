"""Projects and meetings to choose from, in words a person knows them by."""

from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Row, Select, not_, select, union_all

from crm.core.database import db
from crm.core.language import worded
from crm.core.prepared import prepared
from crm.core.records import newest_choices
from crm.meetings.models import Meeting
from crm.meetings.queries import MEETING_TEXT, meeting_text
from crm.projects.models.parts import ProjectMeeting
from crm.projects.models.project import InvestmentProject

_MOST = 300  # a select of all records of many years helps nobody


def project_choices(
    selected: int | None = None, stored: int | None = None
) -> list[tuple[int, str]]:
    """Id and readable text for a select: the newest in use, ``selected``, ``stored``."""
    return newest_choices(_in_use(), project_text, selected, stored)


def project_text(project: InvestmentProject | Row[Any]) -> str:
    """The project in one line: title, country code, its own code."""
    return f"{worded(project, 'title').text} · {project.country_code} · {project.code}"


def project_title(project_id: int) -> str | None:
    """The title of a project; None for one the reader does not see."""
    found = db.session.scalar(select(InvestmentProject).where(InvestmentProject.id == project_id))
    return None if found is None else worded(found, "title").text


def meetings_to_link(project: InvestmentProject) -> list[tuple[int, str]]:
    """Meetings not linked with ``project`` yet, those of its country first, then the newest."""
    found = db.session.execute(_meetings_but(project.id, project.country_code))
    return [(one.id, meeting_text(one)) for one in found]


@prepared
def _meetings_but(project_id: int, country_code: str) -> Select[Any]:
    linked = select(ProjectMeeting.meeting_id).where(ProjectMeeting.project_id == project_id)
    newest = (Meeting.held_on.desc().nulls_last(), Meeting.id.desc())
    free = select(Meeting.id).where(Meeting.archived_at.is_(None), Meeting.id.not_in(linked))
    is_foreign = Meeting.country_code != country_code
    return (
        select(*(getattr(Meeting, name) for name in MEETING_TEXT))
        .where(Meeting.id.in_(_own_and_others(free.order_by(*newest), is_foreign)))
        .order_by(is_foreign, *newest)
        .limit(_MOST)
    )


def projects_to_link(meeting: Meeting) -> list[tuple[int, str]]:
    """Projects not linked with ``meeting`` yet, those of its country first, then the newest."""
    found = db.session.execute(_projects_but(meeting.id, meeting.country_code))
    return [(one.id, project_text(one)) for one in found]


@prepared
def _projects_but(meeting_id: int, country_code: str) -> Select[Any]:
    linked = select(ProjectMeeting.project_id).where(ProjectMeeting.meeting_id == meeting_id)
    own = InvestmentProject
    titles: list[Any] = [own.title_kk, own.title_ru, own.title_en]
    free = select(own.id).where(own.archived_at.is_(None), own.id.not_in(linked))
    is_foreign = own.country_code != country_code
    return (
        select(own.id, own.code, own.country_code, *titles)
        .where(own.id.in_(_own_and_others(free.order_by(own.id.desc()), is_foreign)))
        .order_by(is_foreign, own.id.desc())
        .limit(_MOST)
    )


def _own_and_others(free: Select[Any], is_foreign: ColumnElement[bool]) -> CompoundSelect[Any]:
    """First ids of those of the country, and of all: each found by its index, not all sorted."""
    firsts = (free.where(not_(is_foreign)), free)
    return union_all(*(select(one.limit(_MOST).subquery()) for one in firsts))


def _in_use() -> Select[InvestmentProject]:
    return select(InvestmentProject).where(InvestmentProject.archived_at.is_(None))
