"""Claims of a process on a name: one process holds it, others wait; it ends with the process.

A claim lives in the operating system or in the database server, not in a table with a time: a
restart right after a kill goes on at once, and a run that takes long loses nothing.
"""

import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from filelock import FileLock, Timeout
from sqlalchemy import Connection, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

WAIT_SECONDS = 900  # longer than one mail can take
_LOCK_NOT_AVAILABLE = "55P03"


class ClaimError(Exception):
    """The name cannot be held: another process does not let go, or the lock cannot be kept."""


class Claims(Protocol):
    """Gives out claims."""

    def hold(self, name: str) -> AbstractContextManager[None]:
        """Hold ``name`` inside; waits for who has it, then raises ClaimError."""


@contextmanager
def open_claims(engine: Engine, folder: Path, wait: int | None = None) -> Iterator[Claims]:
    """Claims that all processes on this database share; ``folder`` serves SQLite's.

    ``wait``: how many seconds to wait for another process; WAIT_SECONDS when None.
    """
    wait = WAIT_SECONDS if wait is None else wait
    if engine.dialect.name == "sqlite":
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise ClaimError(f"{folder}: {error.strerror}") from error
        yield _FileClaims(folder, wait)
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.detach()  # never back to the pool: closing it lets every claim go
        yield _AdvisoryClaims(connection, wait)


class _FileClaims:
    """A locked file a name: the kernel unlocks it when the process ends."""

    def __init__(self, folder: Path, wait: int) -> None:
        self._folder, self._wait = folder, wait

    @contextmanager
    def hold(self, name: str) -> Iterator[None]:
        lock = FileLock(self._folder / f"{name}.lock", timeout=self._wait)
        try:
            lock.acquire(poll_interval=0.02)
        except Timeout as error:
            raise ClaimError(f"another process holds {name}") from error
        except OSError as error:
            raise ClaimError(f"{self._folder}: {error.strerror}") from error
        try:
            yield
        finally:
            lock.release()


class _AdvisoryClaims:
    """PostgreSQL's session advisory locks on one connection: the server frees them with it."""

    def __init__(self, connection: Connection, wait: int) -> None:
        self._connection = connection
        limit = {"wait": f"{wait}s"}
        connection.execute(text("SELECT set_config('lock_timeout', :wait, false)"), limit)

    @contextmanager
    def hold(self, name: str) -> Iterator[None]:
        digest = hashlib.sha256(f"seriktes {name}".encode()).digest()
        key = {"key": int.from_bytes(digest[:8], signed=True)}
        try:
            self._connection.execute(text("SELECT pg_advisory_lock(:key)"), key)
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
                raise
            raise ClaimError(f"another process holds {name}") from error
        try:
            yield
        finally:
            self._connection.execute(text("SELECT pg_advisory_unlock(:key)"), key)
