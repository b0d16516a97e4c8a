"""Points of a list, on a day that stays."""

from datetime import date

import pytest

from crm.core import clock
from tests.factories import make_follow_up
from tests.lists.choosing import TODAY, user_named


@pytest.fixture
def today(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)


@pytest.fixture
def points(app, officer):
    """Three pending points of the officer, one of them with a deadline."""
    owner = user_named("officer")
    dues = {"Send the plan": None, "Visit the site": date(2026, 12, 1), "Train the staff": None}
    return [
        make_follow_up(text=text, due_on=due, original_due_on=due, owner=owner)
        for text, due in dues.items()
    ]
