"""How each database must be opened, and how its connections are kept."""

import contextlib
import os
import select
from sqlite3 import Connection as SQLiteConnection
from time import monotonic
from typing import Any

import psycopg
from flask import has_request_context, request
from psycopg import Connection as PostgresConnection
from psycopg import RawCursor, RawServerCursor
from sqlalchemy import Connection, Dialect, event, make_url
from sqlalchemy.engine import Engine
from sqlalchemy.exc import InvalidatePoolError

EACH_BY_ITSELF = "AUTOCOMMIT"
KEPT_STATEMENTS = 1000  # prepared ones of a connection: the pages have some hundred
_TRUSTED_SECONDS = 5  # a connection that was used so long ago is there, unless it was closed
_USED_AT = "used_at"


def engine_options(url: str) -> dict[str, Any]:
    """How SQLAlchemy opens the database at ``url``."""
    options: dict[str, Any] = {"query_cache_size": 2000}  # each by language, and unnarrowed
    if make_url(url).get_backend_name() == "postgresql":
        # PostgreSQL's own places for values: psycopg would look for %(name)s in a long statement
        # each time it is run, which takes longer than running it.
        options |= {"paramstyle": "numeric_dollar", "connect_args": {"cursor_factory": RawCursor}}
    return options


@event.listens_for(Engine, "do_connect")
def _make_private(dialect: Dialect, record: Any, given: list[Any], options: Any) -> None:
    """SQLite would let everybody read a file it makes."""
    name = given[0] if dialect.name == "sqlite" and given else ":memory:"
    if name.startswith((":memory:", "file:")) or not name:
        return
    with contextlib.suppress(OSError):  # it is there, or SQLite says what is wrong
        os.close(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


@event.listens_for(Engine, "do_connect")
def _keep_sqlite_statements(
    dialect: Dialect, record: Any, given: list[Any], options: dict[str, Any]
) -> None:
    if dialect.name == "sqlite":
        options.setdefault("cached_statements", KEPT_STATEMENTS)


@event.listens_for(Engine, "connect")
def _open(connection: Any, record: Any) -> None:
    if isinstance(connection, PostgresConnection):
        connection.prepared_max = KEPT_STATEMENTS
        # To plan a statement takes longer than to run it, and pages ask by indexes, whatever the
        # values: one plan serves all. Files are read through cursors, each planned for itself.
        # Nor are they compiled to machine code first, as servers with LLVM do with what they think
        # is dear: seconds for a statement that takes milliseconds.
        connection.autocommit = True
        connection.execute("SET plan_cache_mode = force_generic_plan; SET jit = off")
        connection.autocommit = False
        if connection.cursor_factory is RawCursor:
            connection.server_cursor_factory = RawServerCursor
    if not isinstance(connection, SQLiteConnection):
        return
    connection.isolation_level = None  # the driver must not BEGIN by itself
    for pragma in (
        "busy_timeout=30000",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    """Writers queue at BEGIN: a deferred read-then-write is answered "locked" or lost in WAL."""
    if connection.dialect.name != "sqlite":
        return
    options = connection.get_execution_options()
    if options.get("isolation_level") == EACH_BY_ITSELF:
        return
    is_get = has_request_context() and request.method in ("GET", "HEAD")
    if is_get or options.get("is_reading", False):
        # No lock is taken, so that there is no fault to be told in SQLAlchemy's words.
        connection.connection.cursor().execute("BEGIN DEFERRED")
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


@event.listens_for(Engine, "checkin")
def _note_use(connection: Any, record: Any) -> None:
    record.info[_USED_AT] = monotonic()


@event.listens_for(Engine, "checkout")
def _take_live_ones(connection: Any, record: Any, proxy: Any) -> None:
    """PostgreSQL may have been restarted. The "pre ping" of SQLAlchemy asks before each use, which
    costs every request a round trip; but the end of a connection can be seen on this side.
    """
    if not isinstance(connection, PostgresConnection) or _USED_AT not in record.info:
        return
    is_trusted = monotonic() < record.info[_USED_AT] + _TRUSTED_SECONDS
    if not (is_trusted and _is_quiet(connection)) and not _is_answering(connection):
        raise InvalidatePoolError


def _is_quiet(connection: PostgresConnection[Any]) -> bool:
    """Whether the server has sent nothing unasked: to an idle connection that is mostly its end."""
    if connection.closed:
        return False
    watch = select.poll()
    watch.register(connection.fileno(), select.POLLIN)
    return not watch.poll(0)


def _is_answering(connection: PostgresConnection[Any]) -> bool:
    try:
        connection.autocommit = True
        connection.execute("SELECT 1")
        connection.autocommit = False
    except psycopg.Error:
        return False
    return True
