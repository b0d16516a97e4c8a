"""The countries and sectors delegations are about, on a day that stays."""

import pytest

from crm.core import clock
from tests.delegations.visits import TODAY
from tests.factories import make_country, make_sector


@pytest.fixture
def world(app, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    make_country("DE", "Germany")
    make_country("KZ", "Kazakhstan", is_partner=False)
    make_sector("MET", "Metallurgy")
    make_sector("ENE", "Energy")
