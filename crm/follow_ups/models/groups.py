"""In which order promises are read: one rule for the desk and the digest."""

from dataclasses import dataclass
from datetime import date
from typing import Generic, Protocol, TypeVar

from flask_babel import lazy_gettext as _l

from crm.core.words import Term
from crm.follow_ups.models.terms import FollowUpKind, FollowUpStatus


class Group(Term):
    """How urgent a pending point is; a point stands in the first group that fits."""

    OVERDUE = "overdue", _l("Overdue")
    THIS_WEEK = "this_week", _l("Due this week")
    NO_DEADLINE = "no_deadline", _l("No deadline set")
    AWAITING = "awaiting", _l("Awaiting the foreign side")
    LATER = "later", _l("Later")


class Owed(Protocol):
    """What the rule looks at; a FollowUp is one."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> FollowUpKind: ...
    @property
    def status(self) -> FollowUpStatus: ...
    @property
    def due_on(self) -> date | None: ...


Point = TypeVar("Point", bound=Owed)


@dataclass(frozen=True)
class Grouped(Generic[Point]):
    """The points of one group, consultations or not, in order; never empty."""

    is_consultation: bool
    group: Group
    points: list[Point]


def group_of(point: Owed, today: date, week_end: date) -> Group:
    """The one group of a pending ``point``; this week lasts from today to ``week_end``."""
    if point.due_on is None:
        return Group.NO_DEADLINE
    if point.due_on < today:
        return Group.OVERDUE
    if point.due_on <= week_end:
        return Group.THIS_WEEK
    is_awaited = point.status == FollowUpStatus.AWAITING_PARTNER
    return Group.AWAITING if is_awaited else Group.LATER
