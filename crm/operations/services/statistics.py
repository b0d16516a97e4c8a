"""What SQLite chooses its indexes by. PostgreSQL gathers the same by itself, in quiet hours."""

from typing import Any

from sqlalchemy import Connection, Select, func, literal_column, select, text
from sqlalchemy.engine import Engine

from crm.core.database import Model

_FEW = 500  # rows that any order of reading is quick for


def renew_statistics(engine: Engine) -> None:
    """Let SQLite look through its tables once more, if one has more than doubled since.

    A second for a hundred thousand records. Nothing on PostgreSQL.
    """
    if engine.dialect.name != "sqlite":
        return
    with engine.begin() as connection:
        known = _rows_known(connection)
        for name, table in Model.metadata.tables.items():
            if not table.dialect_options["sqlite"]["with_rowid"]:
                continue  # it has no row numbers, and grows with the tables of the records
            last: Select[Any] = select(func.max(literal_column("rowid"))).select_from(table)
            if (connection.scalar(last) or 0) > 2 * known.get(name, 0) + _FEW:
                connection.execute(text("ANALYZE"))
                return


def _rows_known(connection: Connection) -> dict[str, int]:
    """Rows of each table when it was last looked through."""
    if not connection.scalar(text("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'")):
        return {}
    found = connection.execute(text("SELECT tbl, stat FROM sqlite_stat1 WHERE stat IS NOT NULL"))
    return {name: int(stat.split()[0]) for name, stat in found}
