"""What the form of a meeting chooses from, and a day that stays."""

import pytest

from crm.core import clock
from tests.factories import make_country, make_sector
from tests.meetings.recording import SECTORS, TODAY


@pytest.fixture
def today(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)


@pytest.fixture
def world(app):
    make_country("DE", "Германия")
    make_country("KZ", "Қазақстан", is_partner=False)
    make_sector("DIG", "Digitalisation")
    for code in SECTORS:
        make_sector(code, code.title())
