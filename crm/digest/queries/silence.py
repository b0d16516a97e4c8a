"""Projects and countries nobody was in contact with for long, told to whose they are."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, case, func, literal, or_, select

from crm.accounts.models import User
from crm.core import clock
from crm.core.database import UtcDateTime
from crm.countries.models import Country
from crm.delegations.models.delegation import Delegation
from crm.delegations.models.terms import DelegationStatus
from crm.digest.queries.eyes import seen_by_reader
from crm.digest.queries.people import Reader
from crm.follow_ups.models.follow_up import FollowUp, Progress
from crm.meetings.models import Meeting, MeetingStatus
from crm.projects.models.parts import ProjectMeeting
from crm.projects.models.project import InvestmentProject
from crm.projects.models.terms import ProjectStatus

Columns = tuple[Any, ...]
MOST_SILENT = 5  # of each kind; the longest silence first


class SilentProject(NamedTuple):
    """An active project of the reader, and how many of theirs are silent."""

    reader_id: int
    total: int
    last_on: date | None  # of a contact; None when none is known to the day
    has_undated: bool  # a meeting was held, nobody knows when
    id: int
    title_kk: str | None
    title_ru: str | None
    title_en: str | None
    country_code: str


class SilentCountry(NamedTuple):
    """A partner country the reader keeps, and how many of theirs are silent."""

    reader_id: int
    total: int
    last_on: date | None
    has_undated: bool
    code: str


def silent_projects(readers: Iterable[Reader], on: date) -> Select[Any]:
    """Rows of SilentProject: those with no meeting held about them and no progress noted at their
    points for as long as their officer asks; by officer, the longest silence first.
    """
    project = InvestmentProject
    about = and_(ProjectMeeting.meeting_id == Meeting.id, ProjectMeeting.project_id == project.id)
    noted = (
        select(func.max(Progress.noted_on))
        .join(FollowUp, FollowUp.id == Progress.follow_up_id)
        .where(
            FollowUp.project_id == project.id,
            FollowUp.archived_at.is_(None),
            seen_by_reader(FollowUp),
        )
    )
    own = (project.id, project.title_kk, project.title_ru, project.title_en, project.country_code)
    contacts = _contacts(project.officer_id, project.created_at, about, noted, own)
    active = (project.archived_at.is_(None), project.status == ProjectStatus.ACTIVE)
    return _silent(contacts.where(*active), readers, on, len(own))


def silent_countries(readers: Iterable[Reader], on: date) -> Select[Any]:
    """Rows of SilentCountry: partners with no meeting held and no visit completed for so long."""
    with_it = Meeting.country_code == Country.code
    visited = select(func.max(Delegation.span_ends_on)).where(
        Delegation.country_code == Country.code,
        Delegation.status == DelegationStatus.COMPLETED,
        Delegation.archived_at.is_(None),
        seen_by_reader(Delegation),
    )
    own = (Country.code,)
    contacts = _contacts(Country.desk_officer_id, Country.created_at, with_it, visited, own)
    partners = (Country.is_partner,)
    return _silent(contacts.where(*partners), readers, on, len(own))


def _contacts(
    keeper_id: Any, recorded_at: Any, met: ColumnElement[bool], other: Select[Any], own: Columns
) -> Select[Any]:
    """Each record with its keeper, the day of the last contact of two kinds, and when an undated
    meeting was recorded last.
    """
    undated = case((Meeting.span_ends_on.is_(None), Meeting.created_at))
    return select(
        User.id.label("reader_id"),
        User.silent_days.label("silent_days"),
        _last_held(Meeting.span_ends_on, met).label("met_on"),
        other.scalar_subquery().label("other_on"),
        _last_held(undated, met).label("undated_at"),
        recorded_at.label("recorded_at"),
        *(column.label(f"own_{place}") for place, column in enumerate(own)),
    ).join(User, User.id == keeper_id)


def _last_held(column: Any, condition: ColumnElement[bool]) -> ScalarSelect[Any]:
    return (
        select(func.max(column))
        .where(
            condition,
            Meeting.status == MeetingStatus.HELD,
            Meeting.archived_at.is_(None),
            seen_by_reader(Meeting),
        )
        .scalar_subquery()
    )


def _silent(contacts: Select[Any], readers: Iterable[Reader], on: date, width: int) -> Select[Any]:
    """Of ``contacts`` the first few of each of ``readers`` that lie back as far as they ask."""
    wanted = contacts.where(User.id.in_([one.id for one in readers]))
    # Else the last contacts are looked for anew wherever they are named below.
    found = wanted.cte("contacts").prefix_with("MATERIALIZED").c
    bounds = {one.silent_days: on - timedelta(days=one.silent_days or 0) for one in readers}
    day = case(bounds, value=found.silent_days)
    instant = case(
        {days: _midnight(bound) for days, bound in bounds.items()}, value=found.silent_days
    )
    contact = (found.met_on, found.other_on, found.undated_at)
    last_on = case(
        (found.other_on.is_(None), found.met_on),
        (found.met_on > found.other_on, found.met_on),
        else_=found.other_on,
    )
    own = [found[f"own_{place}"] for place in range(width)]
    by_reader: dict[str, Any] = {"partition_by": found.reader_id}
    first = (last_on.asc().nulls_first(), own[0])
    placed = (
        select(
            found.reader_id,
            func.count().over(**by_reader),
            last_on,
            found.undated_at.is_not(None),
            *own,
            func.row_number().over(order_by=first, **by_reader).label("place"),
        )
        .where(
            *(or_(one.is_(None), one < day) for one in contact[:2]),
            or_(found.undated_at.is_(None), found.undated_at < instant),
            or_(*(one.is_not(None) for one in contact), found.recorded_at < instant),
        )
        .subquery()
    )
    *shown, place = placed.c
    return select(*shown).where(place <= MOST_SILENT).order_by(shown[0], place)


def _midnight(day: date) -> ColumnElement[datetime]:
    return literal(clock.at_local(datetime.combine(day, time.min)), UtcDateTime())
