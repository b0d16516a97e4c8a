"""Writing records by the thousand: without the session, with the keys the models derive."""

from collections import defaultdict
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Table, func, insert, inspect, select, text

from crm.audit.models import AuditEntry
from crm.audit.services.trail import creation_of
from crm.core.database import Keyed, Model, Versioned, db
from crm.core.search_tokens import SearchToken
from crm.core.trail import Audited, AuditedPart
from crm.duplicates.models import LikelyKey
from crm.duplicates.services.keeping import key_rows
from crm.search.services.index import token_rows

_BATCH = 5_000  # rows of all tables that wait together
_LOCK = "LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE"
_ADVANCE = "SELECT setval(pg_get_serial_sequence('{0}', 'id'), max(id)) FROM {0} HAVING max(id) > 0"
_KEYS = Model.metadata.tables[LikelyKey.__tablename__]
_TRAIL = Model.metadata.tables[AuditEntry.__tablename__]
_TOKENS = Model.metadata.tables[SearchToken.__tablename__]

Row = dict[str, Any]


class Writer:
    """Takes new records and links, and writes them in batches, parents before their parts.

    Every record gets the next id of its table at once, its derived keys, and a line in the trail
    that it was made; of its values the trail says nothing. Nobody else may write meanwhile.
    """

    def __init__(self) -> None:
        self._waiting: dict[Table, list[Row]] = defaultdict(list)
        self._count = 0
        self._ids: dict[Table, int] = {}
        self._order = {table: place for place, table in enumerate(Model.metadata.sorted_tables)}

    def add(self, record: Any, made_at: datetime | None = None, by: int | None = None) -> int:
        """Take ``record``, never added to a session, made by the user ``by``; the id it gets."""
        model: type[Model] = type(record)
        table = Model.metadata.tables[model.__tablename__]
        if "id" in table.c:
            record.id = self.next_id(model)
            self._ids[table] = record.id
        if isinstance(record, Versioned) and made_at is not None:
            record.version, record.created_at, record.updated_at = 1, made_at, made_at
        if isinstance(record, Keyed):
            record.derive_keys()
        held = vars(record)
        columns = _columns(model)
        self._take(table, {name: held.get(name, default) for name, default in columns})
        if isinstance(record, Audited) and not isinstance(record, AuditedPart):
            self._take(_TRAIL, creation_of(record, by, made_at))
        for row in key_rows(record):
            self._take(_KEYS, row)
        for row in token_rows(record):
            self._take(_TOKENS, row)
        number: int = getattr(record, "id", 0)
        return number

    def link(self, table: Table, **row: Any) -> None:
        """Take a row of a table that only links."""
        self._take(table, row)

    def next_id(self, model: Any) -> int:
        """The id the next record of ``model`` gets."""
        table = model.__table__
        if table not in self._ids:
            if db.session.get_bind().dialect.name == "postgresql":
                db.session.execute(text(_LOCK.format(table.name)))
            self._ids[table] = db.session.scalar(select(func.max(table.c.id))) or 0
        return self._ids[table] + 1

    def flush(self) -> None:
        """Write what waits."""
        for table in sorted(self._waiting, key=self._order.__getitem__):
            db.session.execute(insert(table), self._waiting[table])
        self._waiting.clear()
        self._count = 0

    def close(self) -> None:
        """Write the rest; from now on the database counts the ids on by itself again.

        PostgreSQL is told how much it holds now, for it would plan as if all were empty.
        """
        self.flush()
        if db.session.get_bind().dialect.name == "postgresql":
            for table in self._ids:
                db.session.execute(text(_ADVANCE.format(table.name)))
            db.session.execute(text("ANALYZE"))

    def _take(self, table: Table, row: Row) -> None:
        self._waiting[table].append(row)
        self._count += 1
        if self._count >= _BATCH:
            self.flush()


@cache
def _columns(model: type[Model]) -> list[tuple[str, Any]]:
    """Every column of ``model`` by its attribute, and what it holds when nothing is said."""
    mapper: Any = inspect(model)
    return [
        (mapper.get_property_by_column(column).key, _default(column))
        for column in mapper.local_table.columns
    ]


def _default(column: Any) -> Any:
    return column.default.arg if column.default is not None and column.default.is_scalar else None
