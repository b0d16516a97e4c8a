"""The digests of many readers out of a fixed number of statements.

Each statement asks for all readers at once and is ordered by reader; the answers run beside each
other, and whoever comes next takes from each what is theirs. So memory does not grow with the
readers, and neither does the number of statements.
"""

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, select

from crm.accounts.models import Department, User
from crm.core.database import db
from crm.countries.models import Country
from crm.digest.queries.digest import Digest, Names, Words, parts_of
from crm.digest.queries.people import Reader, reader_of
from crm.digest.queries.points import OwedPoint, owed_points
from crm.reference.queries import week_end

_AT_ONCE = 10_000  # readers; a statement names them all
_ROWS = 500


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
    last = week_end(on)
    for first in range(0, len(everybody), _AT_ONCE):
        part = everybody[first : first + _AT_ONCE]
        with db.engine.connect().execution_options(is_reading=True) as connection:
            yield from _read(connection, part, (on, last), base_url)


def digest_for(user: User, on: date, base_url: str) -> Digest:
    """The digest of one user alone."""
    with closing(digests_for([user], on, base_url)) as found:
        return next(found)[1]


def _read(
    connection: Connection, readers: list[tuple[User, Reader]], days: tuple[date, date], url: str
) -> Iterator[tuple[User, Digest]]:
    ids = [one.id for _user, one in readers]
    words = _words(connection)
    on, last = days
    points = _Rows(connection, owed_points(ids), len(ids))
    for user, reader in readers:
        owed = [OwedPoint._make(row) for row in points.of(reader.id)]
        parts = parts_of(_each_once(owed), on, last)
        yield user, Digest(reader, on, last, url, words, parts)


def _each_once(points: list[OwedPoint]) -> Iterator[OwedPoint]:
    """Without repeats, which follow one another."""
    last = 0
    for point in points:
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


class _Rows:
    """Rows of a statement ordered by reader, whose id stands first in each."""

    def __init__(self, connection: Connection, statement: Select[Any], readers: int) -> None:
        # A cursor of the server costs round trips that one reader's few rows do not repay.
        options = {"yield_per": _ROWS} if readers > 1 else {}
        self._rows = iter(connection.execute(statement, execution_options=options))
        self._next = next(self._rows, None)

    def of(self, reader_id: int) -> list[Any]:
        """The rows of this reader; readers are asked for by rising ids."""
        found = []
        while self._next is not None and self._next[0] <= reader_id:
            if self._next[0] == reader_id:
                found.append(self._next)
            self._next = next(self._rows, None)
        return found
