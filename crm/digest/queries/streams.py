"""Answers ordered by reader, taken reader by reader."""

from collections.abc import Iterable
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Select

_ROWS = 500


class Stream:
    """Rows ordered by reader, whose id stands first in each."""

    def __init__(self, rows: Iterable[Any] = ()) -> None:
        self._rows = iter(rows)
        self._next = next(self._rows, None)

    @property
    def is_over(self) -> bool:
        """Whether no row is left."""
        return self._next is None

    def of(self, reader_id: int) -> list[Any]:
        """The rows of this reader; readers are asked for by rising ids."""
        found = []
        while self._next is not None and self._next[0] <= reader_id:
            if self._next[0] == reader_id:
                found.append(self._next)
            self._next = next(self._rows, None)
        return found


def streamed(connection: Connection, statement: Select[Any], readers: int) -> Stream:
    """The rows of ``statement``; of many readers they are fetched as they are taken."""
    # A cursor of the server costs round trips that one reader's few rows do not repay.
    if readers == 1:
        return Stream(connection.execute(statement))
    found = connection.execute(statement, execution_options={"yield_per": _ROWS})
    return Stream(chain.from_iterable(found.partitions()))
