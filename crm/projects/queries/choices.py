"""Projects and meetings to choose from, in words a person knows them by."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, Select, not_, select, union_all

from crm.core.database import db
from crm.core.language import reader_language, worded
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


def project_text(project: InvestmentProject | Row[Any], language: str | None = None) -> str:
    """The project in one line: title, in the reader's language if no other, country code, code."""
    title = worded(project, "title", language).text
    return f"{title} · {project.country_code} · {project.code}"


def project_title(project_id: int) -> str | None:
    """The title of a project; None for one the reader does not see."""
    found = db.session.scalar(select(InvestmentProject).where(InvestmentProject.id == project_id))
    return None if found is None else worded(found, "title").text


def meetings_to_link(project: InvestmentProject) -> list[tuple[int, str]]:
    """Meetings not linked with ``project`` yet, those of its country first, then the newest."""
    country = project.country_code
    found = db.session.execute(_meetings_but(project.id, country)).all()
    found = sorted(found, key=lambda one: (one.country_code != country, one.held_on is None))
    return [(one.id, meeting_text(one)) for one in found]


@prepared
def _meetings_but(project_id: int, country_code: str) -> Select[Any]:
    linked = select(ProjectMeeting.meeting_id).where(ProjectMeeting.project_id == project_id)
    columns: list[Any] = [getattr(Meeting, name) for name in MEETING_TEXT]
    held_on, is_own = Meeting.held_on, Meeting.country_code == country_code
    free = select(*columns).where(Meeting.archived_at.is_(None), Meeting.id.not_in(linked))
    newest = free.order_by(held_on.desc(), Meeting.id.desc())
    return _firsts(
        newest.where(whose, is_dated)
        for whose in (is_own, not_(is_own))
        for is_dated in (held_on.is_not(None), held_on.is_(None))
    )


def projects_to_link(meeting: Meeting) -> list[tuple[int, str]]:
    """Projects not linked with ``meeting`` yet, those of its country first, then the newest."""
    country, language = meeting.country_code, reader_language()
    found = db.session.execute(_projects_but(meeting.id, country)).all()
    found = sorted(found, key=lambda one: one.country_code != country)
    return [(one.id, project_text(one, language)) for one in found]


@prepared
def _projects_but(meeting_id: int, country_code: str) -> Select[Any]:
    linked = select(ProjectMeeting.project_id).where(ProjectMeeting.meeting_id == meeting_id)
    own = InvestmentProject
    is_own = own.country_code == country_code
    columns: list[Any] = [
        *(own.id, own.code, own.country_code, own.title_kk, own.title_ru, own.title_en)
    ]
    free = select(*columns).where(own.archived_at.is_(None), own.id.not_in(linked))
    newest = free.order_by(own.id.desc())
    return _firsts(newest.where(whose) for whose in (is_own, not_(is_own)))


def _firsts(parts: Iterable[Select[Any]]) -> Select[Any]:
    """The first rows of ``parts``, one part after the other: each goes along its index, and the
    later ones are not begun once there are enough.
    """
    every = union_all(*(select(*one.limit(_MOST).subquery().c) for one in parts)).subquery()
    return select(*every.c).limit(_MOST)


def _in_use() -> Select[InvestmentProject]:
    return select(InvestmentProject).where(InvestmentProject.archived_at.is_(None))
