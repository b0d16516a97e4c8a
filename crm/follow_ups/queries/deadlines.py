"""Reads of deadlines: those that are missing, those moved, and requests to move one."""

from datetime import date, datetime, time

from sqlalchemy import ColumnElement, Select, and_, case, select
from sqlalchemy.orm import joinedload

from crm.core import clock
from crm.core.prepared import prepared
from crm.core.working_days import WorkingCalendar
from crm.follow_ups.models.extensions import Extension, ExtensionRequest
from crm.follow_ups.models.follow_up import FollowUp
from crm.follow_ups.queries.points import pending

WITHOUT_DEADLINE = 5  # working days a point may be so before it is put before the heads


def waits_for_deadline(today: date, calendar: WorkingCalendar) -> ColumnElement[bool]:
    """Pending without a deadline for five working days since it was agreed, else recorded."""
    last = calendar.before(today, WITHOUT_DEADLINE)
    midnight = clock.at_local(datetime.combine(last, time.max))
    since = case(
        (FollowUp.agreed_on.is_not(None), FollowUp.agreed_on <= last),
        else_=FollowUp.created_at <= midnight,
    )
    return and_(pending(), FollowUp.due_on.is_(None), since)


def open_requests() -> Select[ExtensionRequest]:
    """Requests nobody has decided yet, of points in use, the oldest first.

    Loaded: who asks, and the point with its owner, country and meeting.
    """
    point = joinedload(ExtensionRequest.follow_up, innerjoin=True)
    return (
        select(ExtensionRequest)
        .join(ExtensionRequest.follow_up)
        .where(ExtensionRequest.decision.is_(None), FollowUp.archived_at.is_(None), pending())
        .options(
            joinedload(ExtensionRequest.asked_by),
            point.options(
                joinedload(FollowUp.owner),
                joinedload(FollowUp.country),
                joinedload(FollowUp.meeting),
            ),
        )
        .order_by(ExtensionRequest.asked_on, ExtensionRequest.id)
    )


def has_open_request() -> ColumnElement[bool]:
    """Whether an extension of the point is asked for and nobody has decided yet."""
    asked = ExtensionRequest.__table__.alias().c  # who sees the point sees its parts
    return FollowUp.id.in_(select(asked.follow_up_id).where(asked.decision.is_(None)))


@prepared
def open_request_of(point_id: int) -> Select[ExtensionRequest]:
    """The one request of the point that nobody has decided yet, with who asks."""
    return (
        select(ExtensionRequest)
        .where(ExtensionRequest.follow_up_id == point_id, ExtensionRequest.decision.is_(None))
        .options(joinedload(ExtensionRequest.asked_by))
    )


@prepared
def requests_of(point_id: int) -> Select[ExtensionRequest]:
    """Every request of the point, newest first, with who asked, who decided, what it brought."""
    return (
        select(ExtensionRequest)
        .where(ExtensionRequest.follow_up_id == point_id)
        .options(
            joinedload(ExtensionRequest.asked_by),
            joinedload(ExtensionRequest.decided_by),
            joinedload(ExtensionRequest.extension),
        )
        .order_by(ExtensionRequest.id.desc())
    )


@prepared
def extensions_of(point_id: int) -> Select[Extension]:
    """Every extension of the deadline, newest first."""
    return (
        select(Extension)
        .where(Extension.follow_up_id == point_id)
        .order_by(Extension.extended_on.desc(), Extension.id.desc())
    )
