"""Reads of the desk: what a person, a department or everybody owes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from crm.accounts.models import User
from crm.core.database import db
from crm.core.prepared import prepared
from crm.delegations.models.delegation import Delegation
from crm.delegations.queries import unsettled_delegations
from crm.desk.queries.scopes import Scope, ScopeKind
from crm.follow_ups.models.follow_up import FollowUp
from crm.follow_ups.models.groups import Group
from crm.follow_ups.models.terms import FollowUpKind, FollowUpStatus
from crm.follow_ups.queries.points import grouped, overdue, pending, whole_points
from crm.meetings.models import Meeting
from crm.meetings.queries import unsettled_meetings
from crm.reference.queries import week_end

UNSETTLED = 5  # of each kind; once settled, the next ones take their place
SHOWN = 15  # of a group; the rest is a click away in the list


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


def counter_filters(today: date) -> dict[str, dict[str, str]]:
    """By the counter's name, the filters of the list that finds exactly what it counts."""
    this_week = {"due_from": today.isoformat(), "due_to": week_end(today).isoformat()}
    return {
        "overdue": {"status": "overdue"},
        "this_week": {"status": "pending", **this_week},
        "no_deadline": {"status": "pending", "due": "none"},
        "awaiting": {"status": FollowUpStatus.AWAITING_PARTNER.value},
        "done": {"status": FollowUpStatus.DONE.value},
    }


def _counters(today: date, last: date) -> dict[str, ColumnElement[bool]]:
    return {
        "overdue": overdue(today),
        "this_week": and_(pending(), FollowUp.due_on.between(today, last)),
        "no_deadline": and_(pending(), FollowUp.due_on.is_(None)),
        "awaiting": FollowUp.status == FollowUpStatus.AWAITING_PARTNER,
        "done": FollowUp.status == FollowUpStatus.DONE,
        "pending": pending(),
    }


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def tally(scope: Scope, today: date) -> Tally:
    """The counters of ``scope`` in one statement."""
    found = db.session.execute(_tally(scope.kind, scope.key, today, week_end(today))).one()
    return Tally(*(int(number) for number in found))


@prepared
def _tally(kind: ScopeKind, key: int, today: date, last: date) -> Select[Any]:
    names = ("overdue", "this_week", "no_deadline", "awaiting", "done")
    counters = _counters(today, last)
    sums: list[Any] = [_sum(counters[name]) for name in names]
    return select(*sums, func.count()).where(FollowUp.archived_at.is_(None), kind.points(key))


def tally_by_officer(scope: Scope, today: date) -> list[OfficerTally]:
    """The counters of every owner with pending points in ``scope``, by name; one statement."""
    rows = db.session.execute(_tally_by_officer(scope.kind, scope.key, today, week_end(today)))
    return [OfficerTally(*row) for row in rows]


@prepared
def _tally_by_officer(kind: ScopeKind, key: int, today: date, last: date) -> Select[Any]:
    names = ("overdue", "this_week", "no_deadline", "awaiting", "pending")
    counters = _counters(today, last)
    sums: list[Any] = [_sum(counters[name]) for name in names]
    return (
        select(User.id, User.name, *sums)
        .join(User, User.id == FollowUp.owner_id)
        .where(FollowUp.archived_at.is_(None), pending(), kind.points(key))
        .group_by(User.id, User.name, User.name_key)
        .order_by(User.name_key.nulls_last(), User.id)
    )


def unsettled(scope: Scope, today: date) -> list[Meeting | Delegation]:
    """Meetings and visits still planned though their day has passed, the newest of each."""
    return [
        *db.session.scalars(_unsettled_meetings(scope.kind, scope.key, today)).unique(),
        *db.session.scalars(_unsettled_visits(scope.kind, scope.key, today)).unique(),
    ]


@prepared
def _unsettled_meetings(kind: ScopeKind, key: int, today: date) -> Select[Meeting]:
    theirs = kind.officers(Meeting.officer_id, key)
    return unsettled_meetings(today).where(theirs).limit(UNSETTLED)


@prepared
def _unsettled_visits(kind: ScopeKind, key: int, today: date) -> Select[Delegation]:
    theirs = kind.officers(Delegation.officer_id, key)
    return unsettled_delegations(today).where(theirs).limit(UNSETTLED)


def desk_groups(scope: Scope, today: date) -> list[DeskGroup]:
    """The pending points of ``scope`` in groups as they are read, the first SHOWN of each.

    Two statements and what a row needs, however many points there are: piles of points alike,
    then those on top.
    """
    last = week_end(today)
    piles = grouped(_piles(scope), today, last)
    on_top = [pile for group in piles for pile in _reached(group.points)]
    shown = grouped(_points_of_piles(scope, on_top), today, last) if on_top else []
    return [
        DeskGroup(
            group.is_consultation,
            group.group,
            group.points[:SHOWN],
            sum(pile.count for pile in pile_group.points),
        )
        for group, pile_group in zip(shown, piles, strict=True)
    ]


def _owed(kind: ScopeKind, key: int) -> ColumnElement[bool]:
    return and_(FollowUp.archived_at.is_(None), pending(), kind.points(key))


def _piles(scope: Scope) -> list[_Pile]:
    return [
        _Pile(FollowUpKind(kind), FollowUpStatus(status), due_on, count)
        for kind, status, due_on, count in db.session.execute(_heights(scope.kind, scope.key))
    ]


@prepared
def _heights(kind: ScopeKind, key: int) -> Select[Any]:
    alike: list[Any] = [
        case((_CONSULTATION, FollowUpKind.CONSULTATION), else_=FollowUpKind.OTHER),
        case((_AWAITED, FollowUpStatus.AWAITING_PARTNER), else_=FollowUpStatus.AGREED),
        FollowUp.due_on,
    ]
    return select(*alike, func.count()).where(_owed(kind, key)).group_by(*alike)


def _reached(piles: list[_Pile]) -> Iterator[_Pile]:
    """The first of ``piles`` that hold the SHOWN points on top."""
    found = 0
    for pile in piles:
        if found >= SHOWN:
            return
        yield pile
        found += pile.count


def _points_of_piles(scope: Scope, piles: list[_Pile]) -> Iterable[FollowUp]:
    place = func.row_number().over(
        partition_by=(_CONSULTATION, _AWAITED, FollowUp.due_on), order_by=FollowUp.id
    )
    placed = (
        select(FollowUp.id, place.label("place"))
        .where(_owed(scope.kind, scope.key), or_(*(pile.condition for pile in piles)))
        .subquery()
    )
    # By their ids: PostgreSQL would join all points there are before it picks these.
    top = db.session.scalars(select(placed.c.id).where(placed.c.place <= SHOWN)).all()
    return db.session.scalars(whole_points().where(FollowUp.id.in_(top))).unique()
