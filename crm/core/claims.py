"""Claims of a process on a name: one process holds it, others wait; it ends with the process.

A claim lives in the operating system or in the database server, not in a table with a time: a
restart right after a kill goes on at once, and a run that takes long loses nothing.
"""

import fcntl
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, ClassVar, Protocol

from sqlalchemy import BigInteger, Connection, bindparam, func, select, text
from sqlalchemy.exc import OperationalError

from crm.core.driver import Driven

WAIT_SECONDS = 900  # longer than one mail can take
_LOOK_SECONDS = 0.02
_LOCK_NOT_AVAILABLE = "55P03"


class ClaimError(Exception):
    """The name cannot be held: another process does not let go, or the lock cannot be kept."""


class Claim(Protocol):
    """A name as it is held: from the beginning, or from the first statement with ``AT_ONCE`` on."""

    @property
    def places(self) -> dict[str, Any]:
        """The values of ``AT_ONCE`` for the statement that shall ask; none once it is held."""

    def wait(self) -> None:
        """Hold it, if that is not certain yet; raises ClaimError when nobody lets go of it."""


class Claims(Protocol):
    """Gives out claims."""

    def hold(self, name: str) -> AbstractContextManager[Claim]:
        """Hold ``name`` inside, and at most until the next one; waits for who has it, here or in
        ``Claim.wait``, then raises ClaimError.
        """


def claims_on(connection: Connection, folder: Path, wait: int | None = None) -> Claims:
    """Claims that all processes on this database share: they end with ``connection``, which
    commits by itself, on SQLite with the process; ``folder`` serves SQLite's.

    ``wait``: how many seconds to wait for another process; WAIT_SECONDS when None. Raises
    ClaimError.
    """
    wait = WAIT_SECONDS if wait is None else wait
    if connection.dialect.name != "sqlite":
        return _AdvisoryClaims(connection, wait)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise ClaimError(f"{folder}: {error.strerror}") from error
    return _FileClaims(folder, wait)


class _FileClaims:
    """A locked file a name: the kernel unlocks it when the process ends."""

    def __init__(self, folder: Path, wait: int) -> None:
        self._folder, self._wait = folder, wait

    @contextmanager
    def hold(self, name: str) -> Iterator[Claim]:
        try:
            file = os.open(self._folder / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise ClaimError(f"{self._folder}: {error.strerror}") from error
        try:
            self._lock(file, name)
            yield _Held()
        finally:
            os.close(file)

    def _lock(self, file: int, name: str) -> None:
        until = time.monotonic() + self._wait
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError as error:
                if time.monotonic() >= until:
                    raise ClaimError(f"another process holds {name}") from error
                time.sleep(_LOOK_SECONDS)
            except OSError as error:
                raise ClaimError(f"{self._folder}: {error.strerror}") from error


class _Held:
    places: ClassVar[dict[str, Any]] = {}

    def wait(self) -> None:
        pass


_KEY = bindparam("claim", type_=BigInteger)
_FREED = func.pg_advisory_unlock_all()  # functions are called in the order of their columns
_HELD = select(_FREED, func.pg_advisory_lock(_KEY))
_TRIED = select(_FREED, func.pg_try_advisory_lock(_KEY).label("is_held")).subquery()
# A condition that is true when the name was free: who has it is not waited for, so nothing that
# the statement sees was seen before a wait.
AT_ONCE = select(_TRIED.c.is_held).scalar_subquery()


class _AdvisoryClaims:
    """PostgreSQL's session advisory locks on one connection: the server frees them with it.

    A claim is let go as the next one is asked for, and that may be asked in a condition of the
    first statement it is needed for: this spares a run two questions for each mail.
    """

    def __init__(self, connection: Connection, wait: int) -> None:
        self._connection = connection
        self._held = Driven(_HELD, connection.dialect)
        limit = {"wait": f"{wait}s"}
        connection.execute(text("SELECT set_config('lock_timeout', :wait, false)"), limit)

    @contextmanager
    def hold(self, name: str) -> Iterator[Claim]:
        yield _Asked(self, name)

    def wait_for(self, name: str, places: dict[str, Any]) -> None:
        try:
            self._held.execute(self._connection, places)
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
                raise
            raise ClaimError(f"another process holds {name}") from error


class _Asked:
    def __init__(self, claims: _AdvisoryClaims, name: str) -> None:
        digest = hashlib.sha256(f"seriktes {name}".encode()).digest()
        self.places: dict[str, Any] = {_KEY.key: int.from_bytes(digest[:8], signed=True)}
        self._claims, self._name = claims, name

    def wait(self) -> None:
        if self.places:
            self._claims.wait_for(self._name, self.places)
            self.places = {}
