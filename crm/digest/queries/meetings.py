"""Meetings to come, and what is open with their countries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, Subquery, and_, func, select, union

from crm.accounts.models import Language, Role, User
from crm.core.dates import DatePrecision
from crm.core.spans import falls_between
from crm.digest.queries.eyes import kept_back, seen_by_all, seen_by_reader
from crm.follow_ups.models.follow_up import FollowUp
from crm.follow_ups.queries.points import pending
from crm.meetings.models import Meeting, MeetingStatus, meeting_team

AHEAD = timedelta(days=7)
MOST_OPEN = 3  # points named with a meeting


class ComingMeeting(NamedTuple):
    """A planned meeting of one reader: they are its officer or in its team."""

    reader_id: int
    id: int
    title: str
    text_language: Language
    country_code: str
    held_on: date
    held_until: date | None
    date_precision: DatePrecision
    starts_at: time | None
    place: str | None


class OpenPoint(NamedTuple):
    """A pending point with a country, as a meeting names it."""

    id: int
    text: str
    text_language: Language
    due_on: date | None


@dataclass(frozen=True)
class OpenPoints:
    """How many points are pending, the most urgent ones first among those named."""

    count: int = 0
    first: tuple[OpenPoint, ...] = ()

    def beside(self, other: "OpenPoints") -> "OpenPoints":
        """Both together."""
        first = sorted((*self.first, *other.first), key=_urgency)[:MOST_OPEN]
        return OpenPoints(self.count + other.count, tuple(first))


ByCountry = dict[str, OpenPoints]


@dataclass(frozen=True)
class OpenWith:
    """What is open with the countries: for everybody, and what only some may see."""

    for_all: ByCountry
    kept_back: ByCountry

    def of(self, code: str, sees_all: bool, own: ByCountry) -> OpenPoints:
        """With one country, for a reader who sees everything or, besides, their ``own``."""
        more = self.kept_back if sees_all else own
        return self.for_all.get(code, OpenPoints()).beside(more.get(code, OpenPoints()))


def coming_meetings(reader_ids: list[int], on: date) -> Select[Any]:
    """Rows of ComingMeeting from ``on`` to the same day of the next week, by reader and time."""
    mine = _mine(reader_ids, on)
    return (
        select(
            *(mine.c.reader_id, Meeting.id, Meeting.title, Meeting.text_language),
            *(Meeting.country_code, Meeting.held_on, Meeting.held_until),
            *(Meeting.date_precision, Meeting.starts_at, Meeting.place),
        )
        .select_from(mine)
        .join(User, User.id == mine.c.reader_id)
        .join(Meeting, Meeting.id == mine.c.meeting_id)
        .where(seen_by_reader(Meeting))
        .order_by(
            mine.c.reader_id, Meeting.held_on, Meeting.starts_at.asc().nulls_last(), Meeting.id
        )
    )


def open_with(connection: Connection, on: date) -> OpenWith:
    """What is open with every country a meeting is coming with; one statement."""
    found = (
        select(
            *(FollowUp.id.label("point_id"), FollowUp.country_code.label("country_code")),
            *(FollowUp.due_on.label("due_on"), seen_by_all(FollowUp).label("for_all")),
        )
        .where(FollowUp.archived_at.is_(None), pending(), _is_met(on))
        .cte("found")
        .prefix_with("MATERIALIZED")
    ).c
    alike = (found.country_code, found.for_all)
    urgency = (found.due_on.asc().nulls_last(), found.point_id)
    place = func.row_number().over(partition_by=alike, order_by=urgency).label("place")
    placed = select(*alike, found.point_id, place).subquery("placed")
    # Not beside the places: a window of its own, it would go through all that is open once more.
    counted = select(*alike, func.count().label("count")).group_by(*alike).subquery("counted")
    first: Select[Any] = (
        select(placed.c.country_code, placed.c.for_all, counted.c.count, *_NAMED)
        .select_from(placed)
        .join(counted, and_(*(placed.c[one.name] == one for one in counted.c[:2])))
        .join(FollowUp, FollowUp.id == placed.c.point_id)
        .where(placed.c.place <= MOST_OPEN)
        .order_by(placed.c.place)
    )
    sides: tuple[ByCountry, ByCountry] = ({}, {})
    for row in connection.execute(first):
        code, is_for_all, count, *point = list(row)
        side = sides[bool(is_for_all)]
        known = side.get(code, OpenPoints())
        side[code] = OpenPoints(count, (*known.first, OpenPoint(*point)))
    return OpenWith(for_all=sides[True], kept_back=sides[False])


def kept_back_with(reader_ids: list[int], on: date) -> Select[Any]:
    """By reader, who is no head: country and OpenPoint of what is open with the countries they
    meet and not everybody may see, but they may. In no order but that of the readers.
    """
    mine, hidden = _mine(reader_ids, on), kept_back(pending(), _is_met(on))
    met = select(mine.c.reader_id, mine.c.country_code).distinct().subquery("met")
    return (
        select(met.c.reader_id, FollowUp.country_code, *_NAMED)
        .select_from(met)
        .join(User, User.id == met.c.reader_id)
        .join(FollowUp, FollowUp.country_code == met.c.country_code)
        .join(hidden, hidden.c.id == FollowUp.id)
        .where(User.role != Role.HEAD, seen_by_reader(FollowUp))
        .order_by(met.c.reader_id)
    )


def by_country(rows: Iterable[Any]) -> ByCountry:
    """Rows of ``kept_back_with`` of one reader."""
    found: dict[str, list[OpenPoint]] = defaultdict(list)
    for _reader, code, *point in rows:
        found[code].append(OpenPoint(*point))
    return {
        code: OpenPoints(len(points), tuple(sorted(points, key=_urgency)[:MOST_OPEN]))
        for code, points in found.items()
    }


_NAMED = (FollowUp.id, FollowUp.text, FollowUp.text_language, FollowUp.due_on)


def _urgency(point: OpenPoint) -> tuple[date, int]:
    return point.due_on or date.max, point.id


def _is_coming(meetings: Any, on: date) -> ColumnElement[bool]:
    ends, precision = meetings.span_ends_on, meetings.date_precision
    return and_(
        meetings.archived_at.is_(None),
        meetings.status == MeetingStatus.PLANNED,
        falls_between(meetings.held_on, ends, precision, on, on + AHEAD),
    )


def _is_met(on: date) -> ColumnElement[bool]:
    """Whether a point is with a country that somebody meets."""
    meetings = Meeting.__table__.alias().c
    return FollowUp.country_code.in_(select(meetings.country_code).where(_is_coming(meetings, on)))


def _mine(reader_ids: list[int], on: date) -> Subquery:
    """Each reader with each meeting to come that is theirs, seen or not."""
    led, helped, team = Meeting.__table__.alias(), Meeting.__table__.alias(), meeting_team.alias()
    return union(
        select(
            led.c.officer_id.label("reader_id"),
            led.c.id.label("meeting_id"),
            led.c.country_code.label("country_code"),
        ).where(_is_coming(led.c, on), led.c.officer_id.in_(reader_ids)),
        select(team.c.user_id, helped.c.id, helped.c.country_code)
        .join(helped, helped.c.id == team.c.meeting_id)
        .where(_is_coming(helped.c, on), team.c.user_id.in_(reader_ids)),
    ).subquery("mine")
