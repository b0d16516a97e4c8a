"""The digests of many readers out of a fixed number of statements.

Each statement asks for all readers at once and is ordered by reader; the answers run beside each
other, and whoever comes next takes from each what is theirs. So memory does not grow with the
readers, and neither does the number of statements.
"""

from collections.abc import Callable, Generator, Iterable, Iterator
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from crm.accounts.models import Department, User
from crm.core.database import db
from crm.core.working_days import WorkingCalendar
from crm.countries.models import Country
from crm.digest.queries.assignments import Assignment, Assignments, assignments
from crm.digest.queries.departments import Standing, departments
from crm.digest.queries.digest import Day, Digest, Names, Words, parts_of
from crm.digest.queries.meetings import (
    ComingMeeting,
    OpenPoints,
    OpenWith,
    by_country,
    coming_meetings,
    kept_back_with,
    open_with,
)
from crm.digest.queries.people import Reader, reader_of
from crm.digest.queries.points import OwedPoint, owed_points
from crm.digest.queries.silence import (
    SilentCountry,
    SilentProject,
    silent_countries,
    silent_projects,
)
from crm.digest.queries.streams import Stream, streamed
from crm.reference.queries import working_calendar

_AT_ONCE = 10_000  # readers; a statement names them all


def digests_for(
    users: Iterable[User], on: date, base_url: str
) -> Generator[tuple[User, Digest], None, None]:
    """Each of ``users``, in the order of their ids, with what they are told on ``on``.

    A digest holds what its reader may see, whoever asks; empty ones are among them. They are read
    over a connection of their own, in a fixed number of statements for 10,000 users: in between
    the session may commit or roll back. The users are looked at before the first digest only, for
    afterwards they may have expired: ``Digest.reader`` has not. Whoever stops early closes it.
    """
    wanted = {one.id: (one, reader_of(one)) for one in users}
    everybody = [wanted[key] for key in sorted(wanted)]
    for first in range(0, len(everybody), _AT_ONCE):
        part = everybody[first : first + _AT_ONCE]
        with db.engine.connect().execution_options(is_reading=True) as connection:
            yield from _read(connection, part, on, base_url)


def _read(
    connection: Connection, users: list[tuple[User, Reader]], on: date, base_url: str
) -> Iterator[tuple[User, Digest]]:
    calendar, readers = working_calendar(), [reader for _user, reader in users]
    day = Day(on, calendar.end_of_week(on), base_url, _words(connection))
    streams = _Streams(connection, readers, on)
    given = assignments(connection, readers, on, calendar)
    standing = _standing(connection, readers, on, calendar)
    for user, reader in users:
        points = list(_each_once(streams.points.of(reader.id)))
        yield (
            user,
            Digest(
                reader=reader,
                day=day,
                parts=parts_of(points, on, day.week_end),
                assigned=_assigned(points, given),
                meetings=streams.meetings_of(reader),
                projects=[SilentProject(*row) for row in streams.projects.of(reader.id)],
                countries=[SilentCountry(*row) for row in streams.countries.of(reader.id)],
                standing=standing(reader),
            ),
        )


class _Streams:
    """What is read for all ``readers``, each answer by reader."""

    def __init__(self, connection: Connection, readers: list[Reader], on: date) -> None:
        def stream(statement: Select[Any]) -> Stream:
            return streamed(connection, statement, len(readers))

        ids = [one.id for one in readers]
        self.points = stream(owed_points(ids))
        self._meetings = stream(coming_meetings(ids, on))
        is_met = not self._meetings.is_over
        self._open = open_with(connection, on) if is_met else OpenWith({}, {})
        is_kept_back = is_met and any(not one.is_head for one in readers)
        self._kept_back = stream(kept_back_with(ids, on)) if is_kept_back else Stream()
        asking = [one for one in readers if one.silent_days is not None]
        self.projects = stream(silent_projects(asking, on)) if asking else Stream()
        self.countries = stream(silent_countries(asking, on)) if asking else Stream()

    def meetings_of(self, reader: Reader) -> list[tuple[ComingMeeting, OpenPoints]]:
        """The meetings to come, each with what is open with its country."""
        own = by_country(self._kept_back.of(reader.id))
        found = (ComingMeeting(*row) for row in self._meetings.of(reader.id))
        return [(one, self._open.of(one.country_code, reader.is_head, own)) for one in found]


def _standing(
    connection: Connection, readers: list[Reader], on: date, calendar: WorkingCalendar
) -> Callable[[Reader], Standing | None]:
    told = [one for one in readers if one.is_told_of_department]
    if not told:
        return lambda _reader: None
    found = departments(connection, told, on, calendar)
    return lambda reader: found.standing(reader) if reader.is_told_of_department else None


def _assigned(points: list[OwedPoint], given: Assignments) -> list[tuple[OwedPoint, Assignment]]:
    """Those of ``points`` another has made the reader's, the latest first."""
    new = [(one, given[key]) for one in points if (key := (one.reader_id, one.id)) in given]
    return sorted(new, key=lambda pair: pair[1].at, reverse=True)


def _each_once(rows: list[Row[Any]]) -> Iterator[OwedPoint]:
    """The points without repeats, which follow one another."""
    last = 0
    for row in rows:
        point = OwedPoint._make(row)
        if point.id != last:
            yield point
        last = point.id


def _words(connection: Connection) -> Words:
    return Words(
        countries=_names(connection, Country, Country.code),
        departments=_names(connection, Department, Department.id),
    )


def _names(connection: Connection, model: Any, key: Any) -> dict[Any, Names]:
    rows = connection.execute(select(key, model.name_kk, model.name_ru, model.name_en))
    return {row[0]: Names(*row[1:]) for row in rows}
