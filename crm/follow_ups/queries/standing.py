"""How things stand with a partner: the reads behind the five lines."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from crm.core.database import db
from crm.core.language import worded
from crm.core.spans import order_by_coming
from crm.countries.models import Country
from crm.delegations.models.delegation import Delegation, DelegationMember
from crm.delegations.models.terms import DelegationStatus
from crm.delegations.queries import AHEAD, unsettled_delegations
from crm.follow_ups.models.five_lines import Contact, Standing, Tally, comes_on, days_of
from crm.follow_ups.models.follow_up import Executor, FollowUp
from crm.follow_ups.models.terms import FollowUpKind, FollowUpStatus
from crm.follow_ups.queries.points import around, overdue, pending
from crm.meetings.models import Meeting, MeetingStatus, Participant
from crm.meetings.queries import unsettled_meetings
from crm.organisations.models import Organisation

MAIN = 3  # pending points the second line names
LATE = 2  # overdue points the fourth line explains

_CLOSED = (FollowUpStatus.DONE, FollowUpStatus.OFF_CONTROL)


@dataclass(frozen=True)
class Partner:
    """Who is asked about: which points, meetings and visits are with them, none archived."""

    name: str
    filters: Mapping[str, str]
    points: ColumnElement[bool]
    meetings: ColumnElement[bool]
    delegations: ColumnElement[bool]


def as_partner(record: Country | Organisation) -> Partner:
    """A country or an organisation as the partner of all that is recorded with it."""
    name = worded(record, "name").text
    if isinstance(record, Country):
        return Partner(
            name,
            {"country": record.code},
            _kept(FollowUp, FollowUp.country_code == record.code),
            _kept(Meeting, Meeting.country_code == record.code),
            _kept(Delegation, Delegation.country_code == record.code),
        )
    met = select(Participant.meeting_id).where(Participant.organisation_id == record.id)
    came = select(DelegationMember.delegation_id).where(
        DelegationMember.organisation_id == record.id
    )
    return Partner(
        name,
        {"organisation": str(record.id)},
        _kept(FollowUp, around(record.id)),
        _kept(Meeting, Meeting.id.in_(met)),
        _kept(Delegation, Delegation.id.in_(came)),
    )


def _kept(model: Any, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(model.archived_at.is_(None), condition)


def standing_of(record: Country | Organisation, today: date) -> Standing:
    """How things stand with ``record`` as of ``today``; a constant number of statements.

    The last contact is a held meeting or a completed visit; one without a date cannot be said to
    be the last and is named beside it: the one whose points still wait, else the one recorded last.
    """
    partner = as_partner(record)
    undated, undated_count = _undated(partner)
    return Standing(
        name=partner.name,
        today=today,
        filters=partner.filters,
        tally=_tally(partner, today),
        undated_contacts=undated_count,
        last=_last(partner, today),
        last_undated=undated,
        main=db.session.scalars(_main(partner)).all(),
        last_done=db.session.scalar(_closed(partner)),
        late=_points(partner, overdue(today), FollowUp.due_on, limit=LATE),
        planned=_planned(partner, today),
        unsettled=_unsettled(partner, today),
        next_contact_on=_next_contact(partner, today),
        nearest=next(
            iter(_points(partner, and_(pending(), FollowUp.due_on >= today), FollowUp.due_on)), None
        ),
    )


# -- points ----------------------------------------------------------------------------------------


def _tally(partner: Partner, today: date) -> Tally:
    conditions = (
        pending(),
        FollowUp.status.in_(_CLOSED),
        FollowUp.status == FollowUpStatus.CANCELLED,
        overdue(today),
        and_(pending(), FollowUp.due_on.is_(None)),
    )
    sums = (func.coalesce(func.sum(case((one, 1), else_=0)), 0) for one in conditions)
    statement = select(func.count(FollowUp.id), *sums).where(partner.points)
    return Tally(*(int(number) for number in db.session.execute(statement).one()))


def _main(partner: Partner) -> Select[FollowUp]:
    """Pending points: consultations first, then by deadline, undated ones last."""
    others_last = case((FollowUp.kind == FollowUpKind.CONSULTATION, 0), else_=1)
    return (
        select(FollowUp)
        .where(partner.points, pending())
        .order_by(others_last, FollowUp.due_on.asc().nulls_last(), FollowUp.id)
        .limit(MAIN)
    )


def _closed(partner: Partner) -> Select[FollowUp]:
    """Executed points, the one done last first."""
    return (
        select(FollowUp)
        .where(partner.points, FollowUp.status.in_(_CLOSED))
        .order_by(FollowUp.done_on.desc().nulls_last(), FollowUp.id.desc())
        .limit(1)
    )


def _points(
    partner: Partner, condition: ColumnElement[bool], order: Any, limit: int = 1
) -> list[FollowUp]:
    """The first points that fit, with executors and the last progress line loaded."""
    executors = selectinload(FollowUp.executors)
    statement = (
        select(FollowUp)
        .where(partner.points, condition)
        .options(
            joinedload(FollowUp.last_progress),
            executors.joinedload(Executor.user),
            executors.joinedload(Executor.department),
        )
        .order_by(order, FollowUp.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement).unique())


# -- contacts --------------------------------------------------------------------------------------


def _last(partner: Partner, today: date) -> Contact | None:
    """The newest contact begun up to ``today``; of a meeting and a visit of one day the meeting."""
    meeting = db.session.scalar(
        _held(partner)
        .where(Meeting.held_on <= today)
        .order_by(Meeting.held_on.desc(), Meeting.id.desc())
        .limit(1)
    )
    visit = db.session.scalar(
        _visits(partner)
        .where(
            Delegation.status == DelegationStatus.COMPLETED,
            Delegation.arrives_on <= today,
        )
        .order_by(Delegation.arrives_on.desc(), Delegation.id.desc())
        .limit(1)
    )
    found: list[Contact] = [one for one in (meeting, visit) if one is not None]
    return max(found, key=lambda one: days_of(one)[0] or date.min, default=None)


def _undated(partner: Partner) -> tuple[Contact | None, int]:
    """The one undated contact worth naming, and how many there are.

    A visit counts by its meetings; by itself only when no meeting of it was held.
    """
    waiting = select(FollowUp.meeting_id).where(partner.points, pending())
    has_waiting = case((Meeting.id.in_(waiting), 0), else_=1)
    undated = and_(
        partner.meetings, Meeting.status == MeetingStatus.HELD, Meeting.held_on.is_(None)
    )
    meeting = db.session.scalar(
        _held(partner).where(undated).order_by(has_waiting, Meeting.id.desc()).limit(1)
    )
    met = select(Meeting.delegation_id).where(
        Meeting.status == MeetingStatus.HELD,
        Meeting.archived_at.is_(None),
        Meeting.delegation_id.is_not(None),
    )
    alone = and_(
        partner.delegations,
        Delegation.status == DelegationStatus.COMPLETED,
        Delegation.arrives_on.is_(None),
        Delegation.id.not_in(met),
    )
    visit = db.session.scalar(_visits(partner).where(alone).order_by(Delegation.id.desc()).limit(1))
    count = db.session.scalar(select(func.count(Meeting.id)).where(undated)) or 0
    count += db.session.scalar(select(func.count(Delegation.id)).where(alone)) or 0
    return meeting or visit, count


def _planned(partner: Partner, today: date) -> Contact | None:
    """The next meeting or visit that is planned, one without a date when there is no other."""
    held, ends = Meeting.held_on, Meeting.span_ends_on
    meeting_day = order_by_coming(held, ends, Meeting.date_precision)
    meeting = db.session.scalar(
        _meetings(partner)
        .where(
            Meeting.status == MeetingStatus.PLANNED,
            or_(held.is_(None), ends >= today),
        )
        .order_by(meeting_day.nulls_last(), Meeting.starts_at.nulls_last(), Meeting.id)
        .limit(1)
    )
    comes, leaves = Delegation.arrives_on, Delegation.span_ends_on
    visit_day = order_by_coming(comes, leaves, Delegation.date_precision)
    visit = db.session.scalar(
        _visits(partner)
        .where(
            Delegation.status.in_(AHEAD),
            or_(comes.is_(None), leaves >= today),
        )
        .order_by(visit_day.nulls_last(), Delegation.id)
        .limit(1)
    )
    found: list[Contact] = [one for one in (meeting, visit) if one is not None]
    return min(found, key=lambda one: comes_on(one) or date.max, default=None)


def _unsettled(partner: Partner, today: date) -> Contact | None:
    """The newest meeting or visit that is still planned though its last day has passed."""
    meeting = db.session.scalar(unsettled_meetings(today).where(partner.meetings).limit(1))
    visit = db.session.scalar(unsettled_delegations(today).where(partner.delegations).limit(1))
    found: list[Contact] = [one for one in (meeting, visit) if one is not None]
    return max(found, key=lambda one: days_of(one)[0] or date.min, default=None)


def _next_contact(partner: Partner, today: date) -> date | None:
    """The next day on which a visit, past or to come, asks for a word with the partner."""
    return db.session.scalar(
        select(func.min(Delegation.next_contact_on)).where(
            partner.delegations,
            Delegation.status != DelegationStatus.CANCELLED,
            Delegation.next_contact_on >= today,
        )
    )


def _meetings(partner: Partner) -> Select[Meeting]:
    participants = selectinload(Meeting.participants)
    return (
        select(Meeting)
        .where(partner.meetings)
        .options(
            participants.joinedload(Participant.person),
            participants.joinedload(Participant.organisation),
        )
    )


def _held(partner: Partner) -> Select[Meeting]:
    return _meetings(partner).where(Meeting.status == MeetingStatus.HELD)


def _visits(partner: Partner) -> Select[Delegation]:
    members = selectinload(Delegation.members)
    return (
        select(Delegation)
        .where(partner.delegations)
        .options(
            members.joinedload(DelegationMember.person),
            members.joinedload(DelegationMember.organisation),
        )
    )
