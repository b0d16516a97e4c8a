"""Reads of a person's calendar. Each is narrowed to what the session's reader may see."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, true, union_all
from sqlalchemy.orm import joinedload, selectinload

from crm.accounts.models import User
from crm.audit.models import AuditEntry
from crm.audit.queries import history_of
from crm.calendar.models import ON_DAYS, Calendar
from crm.core.ledger import Delivery, delivery_for
from crm.core.prepared import prepared
from crm.delegations.models.delegation import Delegation, ProgrammeItem, delegation_team
from crm.delegations.models.terms import DelegationStatus
from crm.follow_ups.models.follow_up import FollowUp
from crm.follow_ups.queries.points import concerning, pending
from crm.meetings.models import Meeting, MeetingStatus, meeting_team


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


def helpers_of(meeting_id: int) -> Select[int]:
    """Ids of the team of a meeting."""
    return select(meeting_team.c.user_id).where(meeting_team.c.meeting_id == meeting_id)


def invited_addresses(user_ids: Sequence[int]) -> Select[int, str]:
    """Id and address of those of these users who may sign in and want invitations."""
    return (
        select(User.id, User.email)
        .outerjoin(Calendar, Calendar.user_id == User.id)
        .where(User.id.in_(user_ids), User.is_active, _wants_invitations())
        .order_by(User.id)
    )


def invited_user(user_id: int) -> Select[User]:
    """This one of them, if it is one."""
    statement = select(User).outerjoin(Calendar, Calendar.user_id == User.id)
    return statement.where(User.id == user_id, User.is_active, _wants_invitations())


def _wants_invitations() -> ColumnElement[bool]:
    return func.coalesce(Calendar.has_invitations, true())


def meeting_entry(meeting_id: int) -> Select[Meeting]:
    """One meeting with what an entry of a calendar says of it, and its team."""
    return (
        select(Meeting)
        .where(Meeting.id == meeting_id)
        .options(*meeting_words(), selectinload(Meeting.team))
    )


def newer_delivery(purpose: str, recipient_id: int, period: str) -> Select[int]:
    """Ids of the mails to one person queued after this one for the same purpose."""
    this = delivery_for(purpose, recipient_id, period).with_only_columns(Delivery.id)
    return select(Delivery.id).where(
        Delivery.purpose == purpose,
        Delivery.recipient_id == recipient_id,
        Delivery.id > this.scalar_subquery(),
    )


def change_at(meeting_id: int, version: int) -> Select[AuditEntry]:
    """What the trail says of the change that made this version, with its author and values."""
    return history_of(Meeting.__tablename__, meeting_id).where(
        AuditEntry.version == version, AuditEntry.part.is_(None)
    )
