"""The database of the installation as one stream of bytes, and back again."""

import os
import re
import secrets
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from alembic.migration import MigrationContext
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import Connection, column, func, inspect, select, table, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from crm.core.whole_files import give_name, open_draft
from crm.operations.services.archive import BackupError, Progress, chunks_of

_PAGES = 2000  # a step of the copy
_WAIT_MS = 60_000  # for a migration that holds the tables
_OLD_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin")


@dataclass(frozen=True)
class Snapshot:
    """The database as at one moment, while others go on writing."""

    schema: str | None
    rows: dict[str, int]
    chunks: Iterator[bytes]


@contextmanager
def snapshot(engine: Engine, folder: Path, progress: Progress) -> Iterator[Snapshot]:
    """The present state: rows are counted in the same moment the copy shows.

    ``folder`` has room for the copy of an SQLite database, which has no name there. Raises
    BackupError when there is no database, or no way to copy it.
    """
    if not is_there(engine):
        raise BackupError(f"there is no database at {engine.url.database}")
    is_sqlite = engine.dialect.name == "sqlite"
    one_moment = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    options: dict[str, Any] = {"is_reading": True} if is_sqlite else one_moment
    with engine.connect().execution_options(**options) as connection:
        schema = revision_of(connection)
        progress("counting rows")
        rows = count_rows(connection)
        copy = _copied if is_sqlite else _dumped
        with copy(connection, folder, progress) as chunks:
            yield Snapshot(schema, rows, chunks)


def is_there(engine: Engine) -> bool:
    """Whether there is a database to connect to; SQLite would make the file by connecting."""
    name = engine.url.database
    return engine.dialect.name != "sqlite" or (name is not None and Path(name).is_file())


def revision_of(connection: Connection) -> str | None:
    """The schema's revision, None without one."""
    return MigrationContext.configure(connection).get_current_revision()


def count_rows(connection: Connection) -> dict[str, int]:
    """How many rows each table has."""
    names = sorted(inspect(connection).get_table_names())
    counts = {one: select(func.count()).select_from(table(one, column("x"))) for one in names}
    return {name: connection.scalar(count) or 0 for name, count in counts.items()}


@contextmanager
def _copied(connection: Connection, folder: Path, progress: Progress) -> Iterator[Iterator[bytes]]:
    """SQLite's online backup of what ``connection`` sees: writers neither wait nor show up."""
    source = connection.connection.driver_connection
    if not isinstance(source, sqlite3.Connection):
        raise TypeError(source)
    with _nameless_database(folder) as (file, path):
        try:
            with closing(sqlite3.connect(path, isolation_level=None)) as copy:
                path.unlink()
                copy.execute("PRAGMA journal_mode=OFF")  # a journal would have a name
                copy.execute("PRAGMA synchronous=OFF")
                source.backup(copy, pages=_PAGES, progress=_percent(progress))
        except sqlite3.Error as error:
            raise BackupError(f"cannot copy the database: {error}") from error
        yield chunks_of(file)


@contextmanager
def _nameless_database(folder: Path) -> Iterator[tuple[IO[bytes], Path]]:
    """An empty file; its name is only to be opened by SQLite and removed at once."""
    path = _draft(folder)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "r+b") as file:
            yield file, path
    finally:
        path.unlink(missing_ok=True)


def _draft(folder: Path) -> Path:
    return folder / f".database.{secrets.token_hex(4)}"


def _percent(progress: Progress) -> Any:
    def tell(_status: int, remaining: int, total: int) -> None:
        progress(f"database {100 * (total - remaining) // max(total, 1)} %")

    return tell


@contextmanager
def _dumped(connection: Connection, _folder: Path, progress: Progress) -> Iterator[Iterator[bytes]]:
    """What pg_dump writes of the state ``connection`` sees."""
    seen = connection.scalar(text("SELECT pg_export_snapshot()"))
    wait = f"--lock-wait-timeout={_WAIT_MS}"
    options = ("--format=custom", "--compress=0", f"--snapshot={seen}", wait)
    with _client(connection, "pg_dump", *options) as process:
        if process.stdout is None:
            raise TypeError(process)
        yield _metered(chunks_of(process.stdout), progress)


def _metered(chunks: Iterable[bytes], progress: Progress) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        progress(f"database {size // 1_000_000} MB")
        yield chunk


@contextmanager
def _client(connection: Connection, name: str, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program of PostgreSQL at work on this database; raises BackupError if it fails."""
    program = client_program(connection, name)
    driver: Any = connection.connection.driver_connection
    target = ("--no-owner", "--no-privileges", f"--dbname={_address(connection)}")
    is_reading = name == "pg_dump"
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(  # noqa: S603 (a program of PostgreSQL, found above)
            [program, *options, *target],
            stdin=subprocess.DEVNULL if is_reading else subprocess.PIPE,
            stdout=subprocess.PIPE if is_reading else subprocess.DEVNULL,
            stderr=errors,
            env={**os.environ, "PGPASSWORD": driver.info.password or "", "LC_ALL": "C"},
        )
        try:
            with process:
                yield process
        except BrokenPipeError:
            process.wait()
        except BaseException:
            process.kill()
            raise
        if process.returncode:
            errors.seek(0)
            lines = errors.read().decode("utf-8", "replace").strip().splitlines()
            raise BackupError(" ".join(lines[:3]) or f"{name} failed")


def _address(connection: Connection) -> str:
    """Where ``connection`` leads, in options that CRM_DATABASE_URL could name.

    The driver's libpq tells of more (psycopg 3.3: sslcertmode), which an older program refuses.
    """
    driver: Any = connection.connection.driver_connection
    named = {"host", "hostaddr", "port", "user", "dbname", *connection.engine.url.query}
    told: dict[str, Any] = conninfo_to_dict(driver.info.dsn)
    return make_conninfo(**{name: told[name] for name in told if name in named})


def client_program(connection: Connection, name: str) -> Path:
    """The client program ``name``, of the server's version or newer; raises BackupError.

    It is looked for by PATH, where distributions install servers, and beside this very server.
    """
    wanted = int((connection.dialect.server_version_info or (0,))[0])
    for folder in _folders(connection.engine):
        program = folder / name
        if os.access(program, os.X_OK) and _version_of(program) >= wanted:
            return program
    raise BackupError(
        f"{name} {wanted} or newer is not found by PATH or beside the server: "
        f"install postgresql-client-{wanted}"
    )


def _folders(engine: Engine) -> Iterator[Path]:
    yield from map(Path, os.get_exec_path())
    for places in _OLD_PLACES:
        yield from sorted(Path("/").glob(places.removeprefix("/")), reverse=True)
    try:
        with engine.connect() as connection:  # its own: what is not allowed would end the snapshot
            beside = connection.scalar(text("SELECT setting FROM pg_config WHERE name = 'BINDIR'"))
    except DBAPIError:  # only a superuser may ask
        return
    if beside:
        yield Path(beside)


def _version_of(program: Path) -> int:
    try:
        told = subprocess.run(  # noqa: S603 (a program of PostgreSQL)
            [program, "--version"], capture_output=True, check=False, timeout=30
        )
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.search(rb"\(PostgreSQL\) (\d+)", told.stdout)
    return int(found[1]) if found else 0


def load(engine: Engine, chunks: Iterable[bytes], folder: Path, progress: Progress) -> None:
    """Make the empty database what ``chunks`` say, wholly or not at all; raises BackupError."""
    if engine.dialect.name == "sqlite":
        _load_copy(engine, chunks, folder, progress)
        return
    with engine.connect() as connection, connection.begin():
        options = ("--single-transaction", "--exit-on-error")
        with _client(connection, "pg_restore", *options) as process:
            if process.stdin is None:
                raise TypeError(process)
            for chunk in _metered(chunks, progress):
                process.stdin.write(chunk)


def _load_copy(engine: Engine, chunks: Iterable[bytes], folder: Path, progress: Progress) -> None:
    path = _draft(folder)
    try:
        with open_draft(path, 0o600) as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            give_name(file, path, path)
        # Immutable: a database in WAL mode wants named files beside it else.
        address = f"{path.as_uri()}?immutable=1&mode=ro"
        with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as source:
            path.unlink()
            _fill(engine, source, progress)
    finally:
        path.unlink(missing_ok=True)


def _fill(engine: Engine, source: sqlite3.Connection, progress: Progress) -> None:
    """Copy ``source`` over the whole database, in one transaction."""
    name = str(engine.url.database)
    is_new = not Path(name).exists()
    try:
        with closing(engine.raw_connection()) as connection:
            target: Any = connection.driver_connection
            source.backup(target, pages=_PAGES, progress=_percent(progress))
    except (sqlite3.Error, DBAPIError) as error:
        engine.dispose()
        for end in ("", "-wal", "-shm") if is_new else ():
            Path(name + end).unlink(missing_ok=True)
        raise BackupError(f"cannot write the database: {error}") from error
