"""Statements in the driver's own words: for the few that run thousands of times in a row.

SQLAlchemy takes longer to find the words of a statement and to name its values than the database
takes to run it. Here that is done once; faults are told as ever.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, CursorResult, Dialect
from sqlalchemy.sql.elements import ClauseElement

Processor = Callable[[Any], Any]


class Driven:
    """``statement`` for one kind of database; ``columns``: those an UPDATE sets.

    What it returns is as the driver gives it: no type makes anything of it.
    """

    def __init__(
        self, statement: ClauseElement, dialect: Dialect, columns: Sequence[str] | None = None
    ) -> None:
        options: dict[str, Any] = {} if columns is None else {"column_keys": list(columns)}
        compiled: Any = statement.compile(dialect=dialect, **options)
        self._words = str(compiled)
        self._order: Sequence[str] | None = compiled.positiontup  # None where places have names
        self._processors: dict[str, Processor] = {}
        for place, name in compiled.bind_names.items():
            processor = place.type.dialect_impl(dialect).bind_processor(dialect)
            if processor is not None:
                self._processors[name] = processor
        self._fixed = {
            name: self._processed(name, compiled.params[name])
            for place, name in compiled.bind_names.items()
            if not place.required
        }

    def execute(self, connection: Connection, values: dict[str, Any]) -> CursorResult[Any]:
        """Run it with ``values`` by the names of their places."""
        given = {name: self._processed(name, value) for name, value in values.items()}
        named = {**self._fixed, **given}
        order = self._order
        places: Any = named if order is None else tuple([named[name] for name in order])
        return connection.exec_driver_sql(self._words, places)

    def _processed(self, name: str, value: Any) -> Any:
        processor = self._processors.get(name)
        return value if processor is None else processor(value)
