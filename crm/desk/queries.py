"""Reads of the desk: what a person, a department or everybody owes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select, true

from crm.accounts.models import Role, User
from crm.core import clock
from crm.core.database import db
from crm.follow_ups.models.follow_up import FollowUp
from crm.follow_ups.models.groups import Group
from crm.follow_ups.models.terms import FollowUpKind, FollowUpStatus
from crm.follow_ups.queries import (
    concerning,
    grouped,
    overdue,
    owned_in,
    pending,
    visible_follow_ups,
)

SHOWN = 25  # of a group; the rest is a click away in the list


@dataclass(frozen=True)
class Scope:
    """Whose points are looked at: as a condition, and as filters of the list of points."""

    condition: ColumnElement[bool]
    filters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Tally:
    """Counters of a scope; ``every`` counts closed points, too."""

    overdue: int
    this_week: int
    no_deadline: int
    awaiting: int
    done: int
    every: int


@dataclass(frozen=True)
class OfficerTally:
    """What one owner owes."""

    user_id: int
    name: str
    overdue: int
    this_week: int
    no_deadline: int
    awaiting: int
    pending: int


@dataclass(frozen=True)
class DeskGroup:
    """A group of the desk: its first points, and how many there are in all."""

    is_consultation: bool
    group: Group
    points: list[FollowUp]
    count: int


@dataclass(frozen=True)
class _Outline:
    """What the rule of the groups looks at, read without the rest of the point."""

    id: int
    kind: FollowUpKind
    status: FollowUpStatus
    due_on: date | None


def points_of(user: User, reader: Any = None) -> Select[FollowUp]:
    """Pending points ``user`` owns or carries out by name, everything a row shows loaded."""
    return visible_follow_ups(reader or user).where(pending(), concerning(user.id))


def scope_of(reader: User) -> Scope:
    """What stands on the reader's own desk.

    An officer's own points; a head's department, or everything when a head has none; everything
    for those who only read.
    """
    if reader.role == Role.OFFICER:
        return Scope(concerning(reader.id), {"person": str(reader.id)})
    if reader.role == Role.HEAD and reader.department_id is not None:
        return Scope(owned_in(reader.department_id), {"department": str(reader.department_id)})
    return Scope(true())


def scope_of_owner(owner: User) -> Scope:
    """The points ``owner`` keeps track of; by owner every point stands with one officer only."""
    return Scope(FollowUp.owner_id == owner.id, {"owner": str(owner.id)})


def counter_filters(today: date) -> dict[str, dict[str, str]]:
    """By the counter's name, the filters of the list that finds exactly what it counts."""
    _monday, sunday = clock.week_of(today)
    this_week = {"due_from": today.isoformat(), "due_to": sunday.isoformat()}
    return {
        "overdue": {"status": "overdue"},
        "this_week": {"status": "pending", **this_week},
        "no_deadline": {"status": "pending", "no_deadline": "1"},
        "awaiting": {"status": FollowUpStatus.AWAITING_PARTNER.value},
        "done": {"status": FollowUpStatus.DONE.value},
    }


def _counters(today: date) -> dict[str, ColumnElement[bool]]:
    _monday, sunday = clock.week_of(today)
    return {
        "overdue": overdue(today),
        "this_week": and_(pending(), FollowUp.due_on.between(today, sunday)),
        "no_deadline": and_(pending(), FollowUp.due_on.is_(None)),
        "awaiting": FollowUp.status == FollowUpStatus.AWAITING_PARTNER,
        "done": FollowUp.status == FollowUpStatus.DONE,
        "pending": pending(),
    }


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def tally(scope: Scope, today: date) -> Tally:
    """The counters of ``scope`` in one statement."""
    names = ("overdue", "this_week", "no_deadline", "awaiting", "done")
    counters = _counters(today)
    statement = select(*(_sum(counters[name]) for name in names), func.count()).where(
        FollowUp.archived_at.is_(None), scope.condition
    )
    return Tally(*(int(number) for number in db.session.execute(statement).one()))


def tally_by_officer(scope: Scope, today: date) -> list[OfficerTally]:
    """The counters of every owner with pending points in ``scope``, by name; one statement."""
    names = ("overdue", "this_week", "no_deadline", "awaiting", "pending")
    counters = _counters(today)
    statement = (
        select(User.id, User.name, *(_sum(counters[name]) for name in names))
        .join(User, User.id == FollowUp.owner_id)
        .where(FollowUp.archived_at.is_(None), pending(), scope.condition)
        .group_by(User.id, User.name, User.name_key)
        .order_by(User.name_key.nulls_last(), User.id)
    )
    rows: Iterable[Any] = db.session.execute(statement)
    return [OfficerTally(*row) for row in rows]


def desk_groups(reader: User, scope: Scope, today: date) -> list[DeskGroup]:
    """The pending points of ``scope`` in groups as they are read, the first SHOWN of each.

    Two statements and what a row needs: outlines of all points, then the shown ones whole.
    """
    outlines = db.session.execute(
        select(FollowUp.id, FollowUp.kind, FollowUp.status, FollowUp.due_on).where(
            FollowUp.archived_at.is_(None), pending(), scope.condition
        )
    )
    groups = grouped((_Outline(*row) for row in outlines), today)
    shown = [one.id for group in groups for one in group.points[:SHOWN]]
    whole = {
        point.id: point
        for point in db.session.scalars(visible_follow_ups(reader).where(FollowUp.id.in_(shown)))
    }
    return [
        DeskGroup(
            group.is_consultation,
            group.group,
            [whole[one.id] for one in group.points[:SHOWN]],
            len(group.points),
        )
        for group in groups
    ]
