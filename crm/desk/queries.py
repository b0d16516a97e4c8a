"""Reads of the desk: what a person, a department or everybody owes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true

from crm.accounts.models import Role, User
from crm.core import clock
from crm.core.database import db
from crm.delegations.models.delegation import Delegation
from crm.delegations.queries import unsettled_delegations
from crm.follow_ups.models.follow_up import FollowUp
from crm.follow_ups.models.groups import Group
from crm.follow_ups.models.terms import FollowUpKind, FollowUpStatus
from crm.follow_ups.queries.points import (
    concerning,
    grouped,
    overdue,
    owned_in,
    pending,
    visible_follow_ups,
)
from crm.meetings.models import Meeting
from crm.meetings.queries import unsettled_meetings

UNSETTLED = 5  # of each kind; once settled, the next ones take their place
SHOWN = 15  # of a group; the rest is a click away in the list


@dataclass(frozen=True)
class Scope:
    """Whose points are looked at: as a condition, and as filters of the list of points."""

    condition: ColumnElement[bool]
    filters: Mapping[str, str] = field(default_factory=dict)
    officers: Select[int] | None = None  # ids of those whose meetings and visits; None: everybody's


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
class _Pile:
    """Pending points the rule of the groups cannot tell apart, and how many they are."""

    kind: FollowUpKind
    status: FollowUpStatus
    due_on: date | None
    count: int
    id: int = 0

    @property
    def condition(self) -> ColumnElement[bool]:
        """Whether a point belongs to the pile."""
        is_consultation = self.kind == FollowUpKind.CONSULTATION
        is_awaited = self.status == FollowUpStatus.AWAITING_PARTNER
        return and_(
            FollowUp.due_on == self.due_on,  # IS NULL for none
            _CONSULTATION if is_consultation else ~_CONSULTATION,
            _AWAITED if is_awaited else ~_AWAITED,
        )


_CONSULTATION = FollowUp.kind == FollowUpKind.CONSULTATION
_AWAITED = FollowUp.status == FollowUpStatus.AWAITING_PARTNER


def scope_of(reader: User) -> Scope:
    """What stands on the reader's own desk.

    An officer's own points; a head's department, or everything when a head has none; everything
    for those who only read.
    """
    if reader.role == Role.OFFICER:
        me = select(User.id).where(User.id == reader.id)
        return Scope(concerning(reader.id), {"person": str(reader.id)}, me)
    if reader.role == Role.HEAD and reader.department_id is not None:
        department = reader.department_id
        ours = select(User.id).where(User.department_id == department)
        return Scope(owned_in(department), {"department": str(department)}, ours)
    return Scope(true())


def scope_of_owner(owner: User) -> Scope:
    """The points ``owner`` keeps track of; by owner every point stands with one officer only."""
    theirs = select(User.id).where(User.id == owner.id)
    return Scope(FollowUp.owner_id == owner.id, {"owner": str(owner.id)}, theirs)


def counter_filters(today: date) -> dict[str, dict[str, str]]:
    """By the counter's name, the filters of the list that finds exactly what it counts."""
    _monday, sunday = clock.week_of(today)
    this_week = {"due_from": today.isoformat(), "due_to": sunday.isoformat()}
    return {
        "overdue": {"status": "overdue"},
        "this_week": {"status": "pending", **this_week},
        "no_deadline": {"status": "pending", "due": "none"},
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


def unsettled(scope: Scope, today: date) -> list[Meeting | Delegation]:
    """Meetings and visits still planned though their day has passed, the newest of each."""
    meetings, visits = unsettled_meetings(today), unsettled_delegations(today)
    if scope.officers is not None:
        meetings = meetings.where(Meeting.officer_id.in_(scope.officers))
        visits = visits.where(Delegation.officer_id.in_(scope.officers))
    return [
        *db.session.scalars(meetings.limit(UNSETTLED)).unique(),
        *db.session.scalars(visits.limit(UNSETTLED)).unique(),
    ]


def desk_groups(scope: Scope, today: date) -> list[DeskGroup]:
    """The pending points of ``scope`` in groups as they are read, the first SHOWN of each.

    Two statements and what a row needs, however many points there are: piles of points alike,
    then those on top.
    """
    owed = and_(FollowUp.archived_at.is_(None), pending(), scope.condition)
    piles = grouped(_piles(owed), today)
    on_top = [pile for group in piles for pile in _reached(group.points)]
    shown = grouped(_points_of_piles(owed, on_top), today) if on_top else []
    return [
        DeskGroup(
            group.is_consultation,
            group.group,
            group.points[:SHOWN],
            sum(pile.count for pile in pile_group.points),
        )
        for group, pile_group in zip(shown, piles, strict=True)
    ]


def _piles(owed: ColumnElement[bool]) -> list[_Pile]:
    alike = (
        case((_CONSULTATION, FollowUpKind.CONSULTATION), else_=FollowUpKind.OTHER),
        case((_AWAITED, FollowUpStatus.AWAITING_PARTNER), else_=FollowUpStatus.AGREED),
        FollowUp.due_on,
    )
    rows: Iterable[Any] = db.session.execute(
        select(*alike, func.count()).where(owed).group_by(*alike)
    )
    return [
        _Pile(FollowUpKind(kind), FollowUpStatus(status), due_on, count)
        for kind, status, due_on, count in rows
    ]


def _reached(piles: list[_Pile]) -> Iterator[_Pile]:
    """The first of ``piles`` that hold the SHOWN points on top."""
    found = 0
    for pile in piles:
        if found >= SHOWN:
            return
        yield pile
        found += pile.count


def _points_of_piles(owed: ColumnElement[bool], piles: list[_Pile]) -> Iterable[FollowUp]:
    place = func.row_number().over(
        partition_by=(_CONSULTATION, _AWAITED, FollowUp.due_on), order_by=FollowUp.id
    )
    placed = (
        select(FollowUp.id, place.label("place"))
        .where(owed, or_(*(pile.condition for pile in piles)))
        .subquery()
    )
    top = select(placed.c.id).where(placed.c.place <= SHOWN)
    return db.session.scalars(visible_follow_ups().where(FollowUp.id.in_(top)))
