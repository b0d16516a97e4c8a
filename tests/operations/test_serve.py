"""``crm serve``: the real server, started and stopped as an office would."""

import signal
import socket

import pytest
from sqlalchemy import func, select, text

from crm.accounts.models import SignInAttempt
from crm.core import clock
from crm.core.database import db
from crm.countries.models import Country
from crm.reference.models import District, Sector
from tests.factories import PASSWORD, make_user
from tests.postgres import crm, on_sqlite
from tests.processes import crm_process
from tests.serving import Client, free_port, serving

STOPS = {"sqlite": signal.SIGINT, "postgresql": signal.SIGTERM}


def test_it_brings_what_is_missing_and_serves_people_until_it_is_told_to_stop(app):
    """Reference data; and SQLite counts a table that has grown, to choose its indexes by."""
    make_user(email="asan@test.example", name="Asan")
    assert db.session.scalar(select(func.count()).select_from(Country)) == 0
    tries = [{"key": "x", "attempted_at": clock.now()}] * 600
    db.session.execute(SignInAttempt.__table__.insert(), tries)
    db.session.commit()
    kind = db.engine.dialect.name
    port = free_port()
    with serving(app, port) as process:
        client = Client(port)
        assert client.get("/meetings/")[0] == 303
        status, headers = client.get("/login")
        assert status == 200
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert client.post("/login", email="asan@test.example", password=PASSWORD)[0] == 303
        assert client.get("/meetings/")[0] == 200
        assert "Asan" in client.text
        status, headers = client.get("/meetings.csv?headers=keys")
        assert (status, headers.get_content_type()) == (200, "text/csv")

        again = crm_process(app, "serve", "--port", str(port))
        assert again.returncode == 1
        assert again.stderr == (
            f"crm: cannot listen at 127.0.0.1:{port}: Address already in use"
            " (--port N takes another)\n"
        )
        process.send_signal(STOPS[kind])
        told, _errors = process.communicate(timeout=20)
        assert process.returncode == 0
        assert told == f"Seriktes at http://127.0.0.1:{port} (Ctrl+C stops it)\nstopped\n"
    with socket.socket() as attempt:
        assert attempt.connect_ex(("127.0.0.1", port)) != 0
    db.session.rollback()
    for model, least in ((Country, 240), (Sector, 40), (District, 15)):
        assert db.session.scalar(select(func.count()).select_from(model)) >= least
    if kind == "sqlite":
        counted = "SELECT stat FROM sqlite_stat1 WHERE tbl = 'sign_in_attempts' LIMIT 1"
        assert db.session.scalar(text(counted)).split()[0] == "600"


@pytest.mark.parametrize("empty_app", ["sqlite"], indirect=True)
def test_a_database_that_is_not_at_head_is_not_served(empty_app):
    refused = "crm: the database is not at head: run crm db upgrade\n"
    with empty_app.app_context():
        done = crm_process(empty_app, "serve", "--port", str(free_port()))
        assert (done.returncode, done.stderr) == (1, refused)
    crm(empty_app, "db", "upgrade", "0001")
    with empty_app.app_context():
        done = crm_process(empty_app, "serve", "--port", str(free_port()))
        assert (done.returncode, done.stderr) == (1, refused)


def test_a_database_without_tables_is_to_be_upgraded(empty_app):
    with empty_app.app_context():
        done = crm_process(empty_app, "users", "list")
    assert done.returncode == 1
    assert done.stderr.startswith("crm: the database does not fit this program: run crm db upgrade")
    assert done.stderr.count("\n") == 1


def test_a_database_newer_than_the_program_is_neither_served_nor_migrated(empty_app):
    crm(empty_app, "db", "upgrade", "0001")
    with empty_app.app_context():
        with db.engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        for command in (["serve", "--port", str(free_port())], ["db", "upgrade"]):
            done = crm_process(empty_app, *command)
            assert done.returncode == 1
            assert done.stderr.startswith("crm: the database is newer than this program")
            assert done.stderr.count("\n") == 1


@on_sqlite
def test_a_port_that_is_none_is_wrong_usage(app):
    done = crm_process(app, "serve", "--port", "65536")
    assert done.returncode == 2
    assert done.stderr.startswith("crm: Invalid value for '--port'")


@on_sqlite
def test_a_host_that_is_not_ours_is_refused(app):
    done = crm_process(app, "serve", "--host", "192.0.2.1", "--port", str(free_port()))
    assert done.returncode == 1
    assert done.stderr.startswith("crm: cannot listen at 192.0.2.1:")
    assert done.stderr.count("\n") == 1
