"""Reads of the digest: who gets it, and what stands in it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from crm.accounts.models import DigestFrequency, User
from crm.core import clock
from crm.core.database import db
from crm.core.ledger import Delivery, DeliveryStatus, last_sent
from crm.follow_ups.models.follow_up import FollowUp
from crm.follow_ups.models.groups import Group
from crm.follow_ups.queries.points import concerning, grouped, pending, visible_follow_ups

PURPOSE = "digest"
MOST_LATER = 10  # what is not urgent must not bury what is


@dataclass(frozen=True)
class DigestGroup:
    """Points of one urgency; ``hidden_count`` more are not listed."""

    group: Group
    points: list[FollowUp]
    hidden_count: int


@dataclass(frozen=True)
class DigestPart:
    """The consultations, or all other points, by urgency."""

    is_consultations: bool
    groups: list[DigestGroup]

    @property
    def count(self) -> int:
        """How many points there are, listed or not."""
        return sum(len(one.points) + one.hidden_count for one in self.groups)


@dataclass(frozen=True)
class Digest:
    """What ``reader`` is told on a day; ``parts`` is empty when there is nothing to say."""

    reader: User
    on: date
    base_url: str  # of every link
    parts: list[DigestPart]

    @property
    def consultation_count(self) -> int:
        """How many consultations are pending."""
        return sum(part.count for part in self.parts if part.is_consultations)

    @property
    def other_count(self) -> int:
        """How many other points are pending."""
        return sum(part.count for part in self.parts if not part.is_consultations)


def subscribers() -> Select[User]:
    """Active users who want the digest, in the order of their sign-up."""
    wanted = User.digest != DigestFrequency.OFF
    return select(User).where(User.is_active, wanted).order_by(User.id)


def points_owed_by(user: User) -> Select[FollowUp]:
    """Pending points ``user`` owns or carries out by name, with all that the digest says loaded."""
    return (
        visible_follow_ups()
        .where(pending(), concerning(user.id))
        .options(joinedload(FollowUp.delegation))
    )


def digest_for(user: User, on: date, base_url: str) -> Digest:
    """The digest of ``user`` as of the day ``on``: consultations first, each part by urgency."""
    points = db.session.scalars(points_owed_by(user)).unique().all()
    shelves = grouped(points, on)
    parts = [
        DigestPart(is_first, [_cut(one.group, one.points) for one in found])
        for is_first in (True, False)
        if (found := [shelf for shelf in shelves if shelf.is_consultation is is_first])
    ]
    return Digest(user, on, base_url, parts)


def _cut(group: Group, points: list[FollowUp]) -> DigestGroup:
    shown = points[:MOST_LATER] if group == Group.LATER else points
    return DigestGroup(group, shown, len(points) - len(shown))


def period_of(user: User, on: date) -> str:
    """What one mail stands for: the day, or for a weekly reader the Monday of the week."""
    is_weekly = user.digest == DigestFrequency.WEEKLY
    return (clock.week_of(on)[0] if is_weekly else on).isoformat()


def unfinished(period: str) -> Select[int]:
    """Ids of those whose digest for ``period`` was begun and not taken by the server."""
    return select(Delivery.recipient_id).where(
        Delivery.purpose == PURPOSE,
        Delivery.period == period,
        Delivery.status != DeliveryStatus.SENT,
    )


def last_digest_of(user: User) -> Select[Delivery]:
    """The newest digest ``user`` was sent."""
    return last_sent(PURPOSE, user.id)
