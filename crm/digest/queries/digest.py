"""What one reader is told on a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from crm.digest.queries.assignments import Assignment
from crm.digest.queries.departments import Standing
from crm.digest.queries.meetings import ComingMeeting, OpenPoints
from crm.digest.queries.people import Reader
from crm.digest.queries.points import OwedPoint
from crm.digest.queries.silence import SilentCountry, SilentProject
from crm.follow_ups.models.groups import Group
from crm.follow_ups.queries.points import grouped

MOST_LATER = 10  # what is not urgent must not bury what is


@dataclass(frozen=True)
class Names:
    """A name in kk, ru and en, as ``core.language.worded`` reads it."""

    name_kk: str | None
    name_ru: str | None
    name_en: str | None


@dataclass(frozen=True)
class Words:
    """What records of reference are called: countries by code, departments by id."""

    countries: Mapping[str, Names]
    departments: Mapping[int, Names]


@dataclass(frozen=True)
class DigestGroup:
    """Points of one urgency; ``hidden_count`` more are not listed."""

    group: Group
    points: list[OwedPoint]
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


@dataclass(frozen=True, eq=False)
class Day:
    """What the digests of one run have in common; links begin with ``base_url``. Each is itself
    alone, so that what is made of it can be kept.
    """

    on: date
    week_end: date
    base_url: str
    words: Words


@dataclass(frozen=True)
class Digest:
    """What ``reader`` is told on a day; ``standing`` is None for whom no department concerns."""

    reader: Reader
    day: Day
    parts: list[DigestPart]
    assigned: list[tuple[OwedPoint, Assignment]]  # they stand in the parts as well
    meetings: list[tuple[ComingMeeting, OpenPoints]]
    projects: list[SilentProject]
    countries: list[SilentCountry]
    standing: Standing | None

    @property
    def on(self) -> date:
        """The day it is written for."""
        return self.day.on

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        has_own = self.parts or self.meetings or self.projects or self.countries
        return not has_own and (self.standing is None or self.standing.is_empty)

    @property
    def consultation_count(self) -> int:
        """How many consultations are pending."""
        return sum(part.count for part in self.parts if part.is_consultations)

    @property
    def other_count(self) -> int:
        """How many other points are pending."""
        return sum(part.count for part in self.parts if not part.is_consultations)

    @property
    def silent_count(self) -> int:
        """How many projects and countries nobody was in contact with for long."""
        return sum(found[0].total for found in (self.projects, self.countries) if found)


def parts_of(points: Iterable[OwedPoint], on: date, week_end: date) -> list[DigestPart]:
    """``points`` as they are read: consultations first, each part by urgency."""
    shelves = grouped(points, on, week_end)
    return [
        DigestPart(is_first, [_cut(one.group, one.points) for one in found])
        for is_first in (True, False)
        if (found := [shelf for shelf in shelves if shelf.is_consultation is is_first])
    ]


def _cut(group: Group, points: list[OwedPoint]) -> DigestGroup:
    shown = points[:MOST_LATER] if group == Group.LATER else points
    return DigestGroup(group, shown, len(points) - len(shown))
