"""Reads of points under control."""

from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, union_all
from sqlalchemy.orm import aliased, joinedload, selectinload, with_expression

from crm.accounts.models import Department, User
from crm.accounts.queries import active_departments, user_choices
from crm.audit.models import AuditChange, AuditEntry
from crm.core.database import db
from crm.core.language import worded
from crm.core.listing.filters import words_clause
from crm.core.prepared import prepared
from crm.core.sight import only_of
from crm.core.tokens import asked, is_called
from crm.follow_ups.models.extensions import ExtensionRequest
from crm.follow_ups.models.follow_up import (
    FIRST_CLOSED,
    Executor,
    FollowUp,
    Progress,
    due_key,
)
from crm.follow_ups.models.groups import Group, Grouped, Point, group_of
from crm.follow_ups.models.terms import FollowUpKind
from crm.follow_ups.queries.loading import OF_USER, of_executors, of_page, of_row
from crm.meetings.models import Meeting, Participant


def grouped(points: Iterable[Point], today: date, week_end: date) -> list[Grouped[Point]]:
    """Pending ``points`` as they are read: consultations first, then others, each by group.

    Every point stands once; inside a group by date, then by id. Empty groups are left out.
    ``week_end``: ``reference.queries.week_end`` of today, asked once for many lists.
    """
    shelves: dict[tuple[bool, Group], list[Point]] = {
        (is_consultation, group): [] for is_consultation in (True, False) for group in Group
    }
    for point in points:
        is_consultation = point.kind == FollowUpKind.CONSULTATION
        shelves[is_consultation, group_of(point, today, week_end)].append(point)
    return [
        Grouped(
            is_consultation, group, sorted(found, key=lambda one: (one.due_on or today, one.id))
        )
        for (is_consultation, group), found in shelves.items()
        if found
    ]


def carried_out_by(text: str) -> ColumnElement[bool] | None:
    """Whether an executor or co-executor is called by every word of ``text``; None for no word.

    Takes a statement of its own: those without a sign-in are only named, in letters no database
    folds.
    """
    user = words_clause(User.search_text, text)
    department = words_clause(Department.search_text, text)
    if user is None or department is None:
        return None
    named = select(Executor.outsider).where(Executor.outsider.is_not(None)).distinct()
    words = asked(text)
    called = [one for one in db.session.scalars(named) if one and is_called(one, words)]
    executors = select(Executor.follow_up_id).where(
        or_(
            Executor.user_id.in_(select(User.id).where(user)),
            Executor.department_id.in_(select(Department.id).where(department)),
            Executor.outsider.in_(called),
        )
    )
    return FollowUp.id.in_(executors)


def pending(row: Any = FollowUp) -> ColumnElement[bool]:
    """Agreed, and neither executed nor given up; with or without a deadline.

    ``row``: what has the columns of a point, here and in the next two.
    """
    return cast("ColumnElement[bool]", row.urgency_key < FIRST_CLOSED)  # indexes go along the key


def overdue(today: date, row: Any = FollowUp) -> ColumnElement[bool]:
    """Pending past its deadline: it lasts to the end of its local day."""
    return cast("ColumnElement[bool]", row.urgency_key < due_key(today))


def due_from(today: date, row: Any = FollowUp) -> ColumnElement[bool]:
    """Pending with a deadline that has not passed."""
    return and_(pending(row), row.urgency_key >= due_key(today), row.due_on.is_not(None))


def concerning(user_id: int, overdue_on: date | None = None) -> ColumnElement[bool]:
    """Whether the user owns the point or carries it out by name.

    With ``overdue_on`` only those that are ``overdue`` then are looked for among the owned ones.
    """
    owned, carried = FollowUp.__table__.alias().c, Executor.__table__.alias().c
    own = select(owned.id).where(owned.owner_id == user_id)
    if overdue_on is not None:
        own = own.where(owned.urgency_key < due_key(overdue_on))
    # Not OR: each half is found by its index, and what is found is still asked for who sees it.
    return FollowUp.id.in_(
        union_all(own, select(carried.follow_up_id).where(carried.user_id == user_id))
    )


def owned_in(department_id: int) -> ColumnElement[bool]:
    """Whether the point's owner belongs to the department."""
    return FollowUp.owner_id.in_(select(User.id).where(User.department_id == department_id))


def every_visible() -> Select[FollowUp]:
    """Every point, archived ones too, with everything a row shows loaded.

    Loaded: owner, country, meeting, project, executors with user and department, the last
    progress line. Ordered by deadline, undated ones last.
    """
    executors = selectinload(FollowUp.executors)
    return (
        _with_relations()
        .options(executors.options(*of_executors()))
        .order_by(FollowUp.due_on.asc().nulls_last(), FollowUp.id)
    )


def whole_points() -> Select[FollowUp]:
    """The same in one statement: for the few of a page, not for a long list; in no order."""
    executors = joinedload(FollowUp.executors)
    return _with_relations().options(executors.options(*of_executors()))


def _with_relations() -> Select[FollowUp]:
    asked = ExtensionRequest.__table__.alias().c  # who sees the point sees its parts
    wanted = select(asked.new_due_on).where(
        asked.follow_up_id == FollowUp.id, asked.decision.is_(None)
    )
    return select(FollowUp).options(
        with_expression(FollowUp.asked_due_on, wanted.scalar_subquery()),
        *of_row(),
    )


def _in_use() -> Select[FollowUp]:
    return whole_points().where(FollowUp.archived_at.is_(None))


@prepared
def follow_ups_of(meeting_id: int) -> Select[FollowUp]:
    """Points agreed in the meeting by their number, everything a row shows loaded."""
    points = _in_use().where(FollowUp.meeting_id == meeting_id)
    return points.order_by(FollowUp.number, FollowUp.id)


@prepared
def follow_ups_of_delegation(delegation_id: int) -> Select[FollowUp]:
    """Points agreed with the delegation or in a meeting with it, by deadline."""
    met = select(Meeting.id).where(Meeting.delegation_id == delegation_id)
    points = _in_use().where(
        or_(FollowUp.delegation_id == delegation_id, FollowUp.meeting_id.in_(met))
    )
    return points.order_by(FollowUp.due_on.asc().nulls_last(), FollowUp.id)


@prepared
def follow_ups_of_project(project_id: int) -> Select[FollowUp]:
    """Points of a project, pending ones first, by deadline, everything a row shows loaded."""
    points = _in_use().where(FollowUp.project_id == project_id)
    return points.order_by(FollowUp.urgency_key, FollowUp.id)


def around(organisation_id: int) -> ColumnElement[bool]:
    """Whether a point is with the organisation, or was agreed in a meeting it took part in."""
    met = select(Participant.meeting_id).where(Participant.organisation_id == organisation_id)
    points = FollowUp.__table__.alias().c
    return FollowUp.id.in_(  # not OR, as above
        union_all(
            select(points.id).where(points.partner_organisation_id == organisation_id),
            select(points.id).where(points.meeting_id.in_(met)),
        )
    )


def pending_counts(meeting_ids: Iterable[int], today: date) -> dict[int, tuple[int, int]]:
    """By meeting, how many of its points are pending and how many of those overdue; one statement.

    A meeting without pending points is not in it.
    """
    late = func.sum(case((FollowUp.due_on < today, 1), else_=0))
    statement = (
        select(FollowUp.meeting_id, func.count(), late)
        .where(
            FollowUp.meeting_id.in_(list(meeting_ids)),
            FollowUp.archived_at.is_(None),
            pending(),
        )
        .group_by(FollowUp.meeting_id)
    )
    return {
        meeting_id: (count, int(overdue_count or 0))
        for meeting_id, count, overdue_count in db.session.execute(statement)
        if meeting_id is not None
    }


@prepared
def overdue_count(user_id: int, today: date) -> Select[int]:
    """How many points that concern the user are overdue: the red number of the navigation."""
    return (
        select(func.count())
        .select_from(FollowUp)
        .where(FollowUp.archived_at.is_(None), overdue(today), concerning(user_id, today))
    )


@prepared
def point_by_id(follow_up_id: int) -> Select[FollowUp]:
    """One point, archived too, with everything its page and its forms show but for its lines."""
    # Not joined: SQLite would read the teams of all points for it.
    return point_page(follow_up_id).options(selectinload(FollowUp.team))


@prepared
def point_page(follow_up_id: int) -> Select[FollowUp]:
    """The same with everything its page shows: without the team."""
    return (
        whole_points()
        .where(FollowUp.id == follow_up_id)
        .options(
            *of_page(),
        )
    )


@prepared
def progress_of(point_id: int) -> Select[Progress]:
    """Every progress line, newest first, with its author loaded."""
    return (
        select(Progress)
        .where(Progress.follow_up_id == point_id)
        .options(joinedload(Progress.author).load_only(*OF_USER))
        .order_by(Progress.noted_on.desc(), Progress.id.desc())
    )


def executor_choices(selected: Iterable[Executor] = ()) -> list[tuple[str, str]]:
    """Who may carry a point out, as ``Executor.code`` writes them: departments, then users.

    Those of ``selected`` stay in the list though archived or disabled meanwhile.
    """
    selected = list(selected)
    departments = {one.id: one for one in db.session.scalars(active_departments())}
    departments |= {one.department.id: one.department for one in selected if one.department}
    users = user_choices(selected=[one.user_id for one in selected])
    return [
        *((f"department-{one.id}", worded(one, "name").text) for one in departments.values()),
        *((f"user-{user_id}", name) for user_id, name in users),
    ]


@prepared
def status_history(point_id: str) -> Select[AuditEntry, AuditChange, AuditChange]:
    """Every status the point has had, newest first: the trail's entry with its author, the change,
    and that of the reason when it was reopened, else None.

    The first one is the point's creation.
    """
    reason = aliased(AuditChange)
    found = (
        select(AuditEntry, AuditChange, reason)
        .join(AuditChange, AuditChange.entry_id == AuditEntry.id)
        .outerjoin(reason, and_(reason.entry_id == AuditEntry.id, reason.field == "reopen_reason"))
        .where(
            AuditEntry.kind == FollowUp.__tablename__,
            AuditEntry.record_id == point_id,
            AuditEntry.part.is_(None),
            AuditChange.field == "status",
        )
        .options(joinedload(AuditEntry.actor))
        .order_by(AuditEntry.id.desc())
    )
    return only_of(found, FollowUp)
