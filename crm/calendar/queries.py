"""Reads of a person's calendar. Each is narrowed to what the session's reader may see."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, select, union_all
from sqlalchemy.orm import joinedload

from crm.accounts.models import User
from crm.calendar.models import Calendar
from crm.core.dates import DatePrecision
from crm.core.prepared import prepared
from crm.delegations.models.delegation import Delegation, ProgrammeItem, delegation_team
from crm.delegations.models.terms import DelegationStatus
from crm.follow_ups.models.follow_up import FollowUp
from crm.follow_ups.queries.points import concerning, pending
from crm.meetings.models import Meeting, MeetingStatus, meeting_team

# What can stand in a calendar: a month, or the day a source appeared, is no day to come to.
ON_DAYS = (DatePrecision.DAY, DatePrecision.RANGE)


@prepared
def owner_at(token_hash: str) -> Select[User]:
    """Whose calendar stands at the address with this token, if they may sign in."""
    return (
        select(User)
        .join(Calendar, Calendar.user_id == User.id)
        .where(Calendar.token_hash == token_hash, User.is_active)
    )


@prepared
def calendar_of(user_id: int) -> Select[Calendar]:
    """What the user has chosen; none when nothing."""
    return select(Calendar).where(Calendar.user_id == user_id)


@prepared
def meetings_of(user_id: int, since: date) -> Select[Meeting]:
    """Meetings the user answers for or helps with, on known days that end on ``since`` or later.

    With country, delegation, district and officer; no cancelled ones.
    """
    return (
        select(Meeting)
        .where(
            _is_of(user_id, Meeting, meeting_team.c.meeting_id, meeting_team.c.user_id),
            Meeting.archived_at.is_(None),
            Meeting.status != MeetingStatus.CANCELLED,
            Meeting.date_precision.in_(ON_DAYS),
            Meeting.span_ends_on >= since,
        )
        .options(*meeting_words())
        .order_by(Meeting.held_on, Meeting.id)
    )


def meeting_words() -> tuple[Any, ...]:
    """What an entry of a calendar says of a meeting."""
    return (
        joinedload(Meeting.country),
        joinedload(Meeting.delegation),
        joinedload(Meeting.district),
        joinedload(Meeting.officer),
    )


@prepared
def visits_of(user_id: int, since: date) -> Select[Delegation]:
    """Visits the user answers for or helps with, on known days that end on ``since`` or later.

    With country and officer; no cancelled ones.
    """
    return (
        _visits(user_id)
        .where(Delegation.date_precision.in_(ON_DAYS), Delegation.span_ends_on >= since)
        .options(joinedload(Delegation.country), joinedload(Delegation.officer))
        .order_by(Delegation.arrives_on, Delegation.id)
    )


@prepared
def programme_of(user_id: int, since: date) -> Select[ProgrammeItem]:
    """Entries of the programmes of the user's visits from ``since`` on, with their delegation.

    Whatever is known of the days of the visit: an entry has its own day, or is left out.
    """
    visits = _visits(user_id).with_only_columns(Delegation.id)
    return (
        select(ProgrammeItem)
        .where(ProgrammeItem.delegation_id.in_(visits), ProgrammeItem.planned_on >= since)
        .options(joinedload(ProgrammeItem.delegation))
        .order_by(ProgrammeItem.planned_on, ProgrammeItem.id)
    )


@prepared
def deadlines_of(user_id: int, since: date) -> Select[FollowUp]:
    """Pending points that concern the user and are due on ``since`` or later.

    With country, meeting and owner.
    """
    return (
        select(FollowUp)
        .where(
            concerning(user_id),
            pending(),
            FollowUp.archived_at.is_(None),
            FollowUp.due_on >= since,
        )
        .options(
            joinedload(FollowUp.country), joinedload(FollowUp.meeting), joinedload(FollowUp.owner)
        )
        .order_by(FollowUp.due_on, FollowUp.id)
    )


def _visits(user_id: int) -> Select[Delegation]:
    team = delegation_team.c
    return select(Delegation).where(
        _is_of(user_id, Delegation, team.delegation_id, team.user_id),
        Delegation.archived_at.is_(None),
        Delegation.status != DelegationStatus.CANCELLED,
    )


def _is_of(user_id: int, model: Any, record: Any, member: Any) -> ColumnElement[bool]:
    """Whether the user answers for a record of ``model`` or is in its team."""
    kept = model.__table__.alias().c
    # Not OR: each half is found by its index, and what is found is still asked for who sees it.
    return model.id.in_(  # type: ignore[no-any-return]
        union_all(
            select(kept.id).where(kept.officer_id == user_id),
            select(record).where(member == user_id),
        )
    )
