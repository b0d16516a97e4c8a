"""An upload over a real line, to a process of its own."""

import socket
import time

import pytest

from crm.core.database import db
from tests.browser import Browser
from tests.documents.files import MULTIPART, body
from tests.documents.test_documents import kept_in
from tests.factories import make_meeting, make_user
from tests.operations.places import own_place
from tests.serving import Client, free_port, serving
from tests.sweep import contents


@pytest.fixture(params=["sqlite"])  # its writers would wait for one another
def app(request, databases, tmp_path):
    with own_place(databases, request.param, tmp_path) as app:
        yield app


@pytest.fixture
def instance(app):
    return app.config["CRM"].instance_path


def answer_of(line):
    text = b""
    while block := line.recv(65536):
        text += block
    return text.decode()


def test_a_line_that_breaks_in_the_middle_leaves_nothing_and_keeps_nobody_waiting(app, instance):
    home = f"/meetings/{make_meeting().id}/documents"
    browser = Browser(app).come_back(make_user())
    token = browser.token()
    cookie = browser.client.get_cookie("session").value
    sent, port = body(token, (b"%PDF-1.7" + b" " * 3_000_000 + b"%%EOF", "a.pdf")), free_port()
    head = (
        f"POST {home} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: session={cookie}\r\n"
        f"Content-Type: {MULTIPART}\r\nContent-Length: {len(sent)}\r\nConnection: close\r\n\r\n"
    ).encode()
    with serving(app, port):
        before = contents()
        db.session.rollback()
        other = Client(port, cookie)
        other.get(home)
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(head + sent[:2_000_000])
            begun = time.monotonic()
            assert other.post(home)[0] == 422  # another's form, while the file is on its way
            assert time.monotonic() - begun < 5
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(head + sent[:2_000_000])
            line.shutdown(socket.SHUT_WR)
            assert " 400 " in answer_of(line)[:20]
        assert contents() == before
        db.session.rollback()
        assert kept_in(instance) == []
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(head + sent)
            assert " 303 " in answer_of(line)[:20]
    assert len(kept_in(instance)) == 1
