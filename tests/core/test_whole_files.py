"""A list as a file is whole or is no file: a failure midway never passes for the end of it."""

import gc
import warnings
from datetime import date

import pytest
from sqlalchemy import event, text

from crm.core.database import db
from crm.follow_ups.models.follow_up import FollowUp
from tests.factories import PASSWORD, make_user
from tests.postgres import on_sqlite
from tests.serving import Client, free_port, serving
from tests.sweep import send, signed_in

FILES = ("/follow-ups.csv", "/follow-ups.xlsx")
OWNER = "owner@test.example"
COUNT, MIDWAY = 1200, 600  # of three portions of the query, in the second


@pytest.fixture
def points(app):
    """A list of several portions, and its owner."""
    owner = make_user(email=OWNER)
    shared = {"kind": "training", "owner_id": owner.id, "status_since": date(2026, 11, 24)}
    shared["urgency_key"] = "0"
    rows = [{"text": f"Point {number}", **shared} for number in range(COUNT)]
    db.session.execute(FollowUp.__table__.insert(), rows)
    db.session.commit()


def lose_the_database():
    """What an administrator's kill, or a full disk, does to the query of this session."""
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        connection.connection.driver_connection.interrupt()
        return
    number = connection.connection.driver_connection.info.backend_pid
    with db.engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:number)"), {"number": number})


@pytest.mark.parametrize("url", FILES)
def test_a_database_that_fails_midway_is_told_on_a_page(app, points, url):
    reader, lost = signed_in(app, "viewer"), []

    def fail_midway(_connection, _cursor, statement, *_executed):
        if "follow_ups.text" in statement and not lost:
            lost.append(statement)
            lose_the_database()

    event.listen(db.engine, "after_cursor_execute", fail_midway)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # psycopg: a cursor died with its server
        answer = send(reader, "GET", url)
        event.remove(db.engine, "after_cursor_execute", fail_midway)
        gc.collect(1)  # it has died young
    assert (answer.status_code, answer.mimetype) == (503, "text/html")
    assert "Content-Disposition" not in answer.headers
    assert lost
    assert send(reader, "GET", url).status_code == 200


@on_sqlite
def test_the_server_sends_a_whole_file_or_none(app, points):
    """A row that cannot be read, in the second portion, behind a real connection."""
    port = free_port()
    with serving(app, port):
        client = Client(port)
        client.get("/login")
        client.post("/login", email=OWNER, password=PASSWORD)
        for url in FILES:
            status, headers = client.get(url)
            assert (status, headers["Transfer-Encoding"]) == (200, None)
            assert int(headers["Content-Length"]) > 10_000, url
        assert client.get("/follow-ups.csv")[0] == 200
        assert client.text.count("\r\n") == COUNT + 1

        db.session.execute(
            text("UPDATE follow_ups SET kind = 'spoilt' WHERE text = :text"),
            {"text": f"Point {MIDWAY}"},
        )
        db.session.commit()
        for url in FILES:
            status, headers = client.get(url)
            assert (status, headers.get_content_type()) == (500, "text/html"), url
            assert "Content-Disposition" not in headers
