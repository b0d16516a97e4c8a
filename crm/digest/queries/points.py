"""The pending points of many readers, read in one statement with the eyes of each."""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Subquery, and_, inspect, select, union
from sqlalchemy.orm import aliased

from crm.accounts.models import Language, User
from crm.core.dates import DatePrecision
from crm.core.sight import Guarded
from crm.delegations.models.delegation import Delegation
from crm.digest.queries.eyes import seen_by_reader
from crm.follow_ups.models.follow_up import Executor, FollowUp, Progress
from crm.follow_ups.models.terms import (
    PENDING,
    Basis,
    FollowUpKind,
    FollowUpStatus,
    ResponsibleSide,
)
from crm.follow_ups.queries.points import pending
from crm.meetings.models import Meeting
from crm.projects.models.project import InvestmentProject


class OwedPoint(NamedTuple):
    """A point as one reader is told of it; what hangs on it and is hidden from them is None."""

    reader_id: int
    id: int
    text: str
    text_language: Language
    kind: FollowUpKind
    status: FollowUpStatus
    status_since: date
    due_on: date | None
    agreed_on: date | None
    created_at: datetime
    number: int | None
    basis: Basis
    basis_number: str | None
    basis_date: date | None
    country_code: str | None
    responsible_side: ResponsibleSide
    owner_id: int
    owner_name: str
    meeting_id: int | None
    meeting_title: str | None
    held_on: date | None
    held_until: date | None
    date_precision: DatePrecision | None
    delegation_title: str | None
    title_kk: str | None  # of the project
    title_ru: str | None
    title_en: str | None
    executor_id: int | None  # of the row that names who answers for it
    executor_name: str | None  # of a user
    executor_department_id: int | None
    executor_outsider: str | None
    noted_on: date | None
    progress: str | None

    @property
    def is_pending(self) -> bool:
        """Whether it is still owed; every one here is."""
        return self.status in PENDING

    @property
    def done_on(self) -> date | None:
        """When it was executed; none here is."""
        return None

    @property
    def agreed_day(self) -> date | None:
        """The day of agreement; hidden with the meeting, whose day it tells."""
        is_unnamed = self.meeting_id is not None and self.meeting_title is None
        return None if is_unnamed else self.agreed_on

    def is_overdue(self, today: date) -> bool:
        """Whether the point is late on ``today``: a deadline lasts to the end of its day."""
        return self.due_on is not None and self.due_on < today


def owed_points(reader_ids: list[int]) -> Select[Any]:
    """Rows of OwedPoint: what each of the readers owns or carries out by name, pending and in use.

    By reader, then by deadline, undated ones last. A point with two lead executors comes twice.
    """
    owner, carrier, lead = aliased(User), aliased(User), aliased(Executor)
    owed = _owed(reader_ids)
    return (
        select(
            *(owed.c.reader_id, *_OWN, owner.name),
            *(FollowUp.meeting_id, Meeting.title, Meeting.held_on, Meeting.held_until),
            *(Meeting.date_precision, Delegation.title),
            *(InvestmentProject.title_kk, InvestmentProject.title_ru, InvestmentProject.title_en),
            *(lead.id, carrier.name, lead.department_id, lead.outsider),
            *(Progress.noted_on, Progress.text),
        )
        .select_from(owed)
        .join(User, User.id == owed.c.reader_id)
        .join(FollowUp, FollowUp.id == owed.c.point_id)
        .join(owner, owner.id == FollowUp.owner_id)
        .outerjoin(FollowUp.last_progress)
        .outerjoin(Meeting, _named(Meeting, FollowUp.meeting_id))
        .outerjoin(Delegation, _named(Delegation, FollowUp.delegation_id))
        .outerjoin(InvestmentProject, _named(InvestmentProject, FollowUp.project_id))
        .outerjoin(lead, and_(lead.follow_up_id == FollowUp.id, lead.is_lead))
        .outerjoin(carrier, carrier.id == lead.user_id)
        .where(FollowUp.archived_at.is_(None), pending(), seen_by_reader(FollowUp))
        .order_by(owed.c.reader_id, FollowUp.due_on.asc().nulls_last(), FollowUp.id, lead.id)
    )


_OWN: tuple[Any, ...] = (
    *(FollowUp.id, FollowUp.text, FollowUp.text_language, FollowUp.kind),
    *(FollowUp.status, FollowUp.status_since, FollowUp.due_on),
    *(FollowUp.agreed_on, FollowUp.created_at, FollowUp.number),
    *(FollowUp.basis, FollowUp.basis_number, FollowUp.basis_date),
    *(FollowUp.country_code, FollowUp.responsible_side, FollowUp.owner_id),
)


def _owed(reader_ids: list[int]) -> Subquery:
    """Each reader with each point they own or carry out by name."""
    owned, carried = FollowUp.__table__.alias().c, Executor.__table__.alias().c
    return union(
        select(owned.owner_id.label("reader_id"), owned.id.label("point_id")).where(
            owned.owner_id.in_(reader_ids), owned.status.in_(PENDING)
        ),
        select(carried.user_id, carried.follow_up_id).where(carried.user_id.in_(reader_ids)),
    ).subquery("owed")


def _named(model: type[Guarded], key: Any) -> ColumnElement[bool]:
    """Joins the record ``key`` names, where the reader sees it."""
    return and_(inspect(model).primary_key[0] == key, seen_by_reader(model))
