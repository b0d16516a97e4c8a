"""A clock to move, and a real mail server."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from crm.core import clock
from tests.smtp import smtp_server

START = datetime(2026, 11, 24, 9, 0, 30, tzinfo=UTC)


@pytest.fixture
def time(monkeypatch):
    """A clock that stands still until the test moves it."""
    state = {"now": START}
    monkeypatch.setattr(clock, "now", lambda: state["now"])
    return state


@pytest.fixture
def mailbox(app):
    """What the mail server took, to which ``app`` hands its mails."""
    with smtp_server() as mailbox:
        app.config["CRM"] = replace(app.config["CRM"], smtp_url=mailbox.url)
        yield mailbox
