"""Points that became somebody's since their last digest, by another's hand: read from the trail."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, or_, select

from crm.accounts.models import DigestFrequency, User
from crm.audit.models import AuditChange, AuditEntry
from crm.core import clock
from crm.core.working_days import WorkingCalendar
from crm.digest.queries.people import Reader, last_told
from crm.follow_ups.models.follow_up import Executor, FollowUp

_LONGEST = timedelta(days=31)  # whoever was sent nothing for so long finds it all among the rest
_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Assignment:
    """Who gave a point to the reader, and when (aware)."""

    by: str
    at: datetime


Assignments = Mapping[tuple[int, int], Assignment]  # by reader and point


def assignments(
    connection: Connection, readers: Iterable[Reader], on: date, calendar: WorkingCalendar
) -> Assignments:
    """By reader and point, the last time another made the point theirs since their last digest.

    Whoever was sent none is told of the last working day, or week. Nothing says that a point is
    theirs still. Two statements.
    """
    known = {one.id: one for one in readers}
    told = dict(list(connection.execute(last_told(list(known), on))))
    since = {one: _beginning(reader, told.get(one), on, calendar) for one, reader in known.items()}
    found: dict[tuple[int, int], Assignment] = {}
    for made_at, actor_id, name, point_id, new in connection.execute(_given(min(since.values()))):
        if new in since and new != actor_id and made_at > since[new]:
            found[new, int(point_id)] = Assignment(name, made_at)
    return found


def _beginning(
    reader: Reader, told: datetime | None, on: date, calendar: WorkingCalendar
) -> datetime:
    if told is not None:
        return max(told, _midnight(on - _LONGEST))
    is_weekly = reader.frequency == DigestFrequency.WEEKLY
    return _midnight(on - _WEEK if is_weekly else calendar.before(on, 1))


def _midnight(day: date) -> datetime:
    return clock.at_local(datetime.combine(day, time.min))


def _given(since: datetime) -> Select[Any]:
    """When, by whom, which point, to which user; oldest first."""
    is_owner = and_(AuditEntry.part.is_(None), AuditChange.field == "owner_id")
    is_executor = and_(AuditEntry.part == Executor.__tablename__, AuditChange.field == "user_id")
    columns: tuple[Any, ...] = (
        *(AuditEntry.made_at, AuditEntry.actor_id, User.name),
        *(AuditEntry.record_id, AuditChange.new),
    )
    return (
        select(*columns)
        .join(AuditChange, AuditChange.entry_id == AuditEntry.id)
        .join(User, User.id == AuditEntry.actor_id)
        .where(
            AuditEntry.kind == FollowUp.__tablename__,
            AuditEntry.made_at > since,
            or_(is_owner, is_executor),
        )
        .order_by(AuditEntry.id)
    )
