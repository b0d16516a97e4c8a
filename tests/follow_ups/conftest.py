"""A point of the officer, on a day that stays."""

import pytest

from crm.core import clock
from tests.factories import make_follow_up
from tests.follow_ups.points import TODAY, me


@pytest.fixture
def today(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)


@pytest.fixture
def point(app, officer):
    return make_follow_up(text="Exchange of experience", owner=me(), status_since=TODAY)
