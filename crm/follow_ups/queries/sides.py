"""Points by the side that owes them, and what stays open before a meeting or a visit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select
from sqlalchemy.orm import aliased

from crm.core.database import db
from crm.core.prepared import prepared
from crm.delegations.models.delegation import Delegation, DelegationMember
from crm.delegations.models.terms import DelegationStatus, Direction
from crm.follow_ups.models.follow_up import FollowUp
from crm.follow_ups.models.terms import ResponsibleSide
from crm.follow_ups.queries.points import pending, whole_points
from crm.meetings.models import Meeting, MeetingStatus, Participant, Side

_WHO = ("organisation_id", "person_id")
OPEN = 5  # points of a side shown before a meeting; the rest is a click away

_BY_URGENCY = (FollowUp.due_on.asc().nulls_last(), FollowUp.id.asc())


@dataclass(frozen=True)
class SidePoints:
    """The first points one side owes, and how many it owes in all; never empty."""

    side: ResponsibleSide
    points: list[FollowUp]
    total: int


@dataclass(frozen=True)
class OpenPoints:
    """What is still open with those who come; ``filter_name`` and ``record_id`` find it listed."""

    sides: list[SidePoints]
    filter_name: str
    record_id: int

    @property
    def total(self) -> int:
        """How many points are open, those not shown included."""
        return sum(one.total for one in self.sides)


def points_by_side(
    condition: ColumnElement[bool], limit: int, *order: ColumnElement[Any]
) -> list[SidePoints]:
    """Points that fit, by side: ours, the partner's, both; ``limit`` of each, in use only.

    Ordered by ``order``, then by deadline. Everything a row shows is loaded; a constant number of
    statements.
    """
    by_side: dict[str, Any] = {"partition_by": FollowUp.responsible_side}
    place = func.row_number().over(order_by=(*order, *_BY_URGENCY), **by_side)
    placed = (
        select(
            FollowUp.id,
            FollowUp.responsible_side.label("side"),
            place.label("place"),
            func.count(FollowUp.id).over(**by_side).label("total"),
        )
        .where(FollowUp.archived_at.is_(None), condition)
        .subquery()
    )
    first = select(placed).where(placed.c.place <= limit).order_by(placed.c.place)
    found = db.session.execute(first).all()
    points = _loaded([row.id for row in found])
    return [
        SidePoints(side, [points[row.id] for row in rows], rows[0].total)
        for side in ResponsibleSide
        if (rows := [row for row in found if row.side == side and row.id in points])
    ]


def _loaded(ids: Sequence[int]) -> dict[int, FollowUp]:
    found = db.session.scalars(_with_ids(ids)).unique() if ids else ()
    return {point.id: point for point in found}


@prepared
def _with_ids(ids: Sequence[int]) -> Select[FollowUp]:
    return whole_points().where(FollowUp.id.in_(ids))


def pending_with_country(code: str, limit: int) -> list[SidePoints]:
    """The pending points with the country by side, by deadline."""
    return points_by_side(and_(pending(), FollowUp.country_code == code), limit)


# -- what was promised last time -------------------------------------------------------------------


def open_points_before(record: Meeting | Delegation) -> OpenPoints | None:
    """What was promised before ``record`` and is still open; None when it is not ahead.

    First points with an organisation or a person that takes part, then others with the country.
    Points of the record itself stand on its page already and are left out.
    """
    asked: Sequence[Callable[[int], ColumnElement[bool]]]
    if isinstance(record, Meeting):
        is_ahead = record.status == MeetingStatus.PLANNED
        asked = (open_before_meeting, _near_meeting)
    else:
        is_ahead = record.status in (DelegationStatus.PLANNED, DelegationStatus.CONFIRMED)
        asked = (open_before_delegation, _near_delegation)
    if not is_ahead or record.archived_at is not None:
        return None
    condition, near = (clause(record.id) for clause in asked)
    sides = points_by_side(condition, OPEN, case((near, 0), else_=1))
    return OpenPoints(sides, f"before_{type(record).__name__.lower()}", record.id)


def open_before_meeting(meeting_id: int) -> ColumnElement[bool]:
    """Whether a point is pending with the country or with somebody of the meeting, not its own."""
    country = select(Meeting.country_code).where(Meeting.id == meeting_id).scalar_subquery()
    is_own = func.coalesce(FollowUp.meeting_id == meeting_id, false())
    return and_(
        pending(),
        ~is_own,
        or_(FollowUp.country_code == country, _near_meeting(meeting_id)),
    )


def open_before_delegation(delegation_id: int) -> ColumnElement[bool]:
    """Whether a point is pending with the country or with somebody of the visit, not its own."""
    visit = select(Delegation.country_code).where(Delegation.id == delegation_id)
    meetings = select(Meeting.id).where(Meeting.delegation_id == delegation_id)
    is_own = or_(
        func.coalesce(FollowUp.delegation_id == delegation_id, false()),
        func.coalesce(FollowUp.meeting_id.in_(meetings), false()),
    )
    return and_(
        pending(),
        ~is_own,
        or_(FollowUp.country_code == visit.scalar_subquery(), _near_delegation(delegation_id)),
    )


def _near_meeting(meeting_id: int) -> ColumnElement[bool]:
    visit = select(Meeting.delegation_id).where(Meeting.id == meeting_id)
    return _near(_Guest.meeting_id == meeting_id, _Visitor.delegation_id.in_(visit))


def _near_delegation(delegation_id: int) -> ColumnElement[bool]:
    meetings = select(Meeting.id).where(Meeting.delegation_id == delegation_id)
    return _near(_Guest.meeting_id.in_(meetings), _Visitor.delegation_id == delegation_id)


_Guest, _Visitor = aliased(Participant), aliased(DelegationMember)


def _near(guests: ColumnElement[bool], visitors: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a point is with an organisation or a person of the partner among these.

    Those we send on a visit are our own people: they say nothing about the partner.
    """
    inbound = select(Delegation.id).where(Delegation.direction == Direction.INBOUND)
    guests = and_(guests, _Guest.side == Side.PARTNER)
    visitors = and_(visitors, _Visitor.delegation_id.in_(inbound))

    def takes_part(column: Any, name: str) -> ColumnElement[bool]:
        as_guest, as_visitor = getattr(_Guest, name), getattr(_Visitor, name)
        return or_(
            column.in_(select(as_guest).where(guests, as_guest.is_not(None))),
            column.in_(select(as_visitor).where(visitors, as_visitor.is_not(None))),
        )

    def with_them(model: Any) -> ColumnElement[bool]:
        return or_(*(takes_part(getattr(model, name), name) for name in _WHO))

    met = select(Participant.meeting_id).where(
        Participant.side == Side.PARTNER, with_them(Participant)
    )
    came = select(DelegationMember.delegation_id).where(with_them(DelegationMember))
    return or_(
        func.coalesce(takes_part(FollowUp.partner_organisation_id, "organisation_id"), false()),
        func.coalesce(FollowUp.meeting_id.in_(met), false()),
        func.coalesce(FollowUp.delegation_id.in_(came), false()),
    )
