"""A few pages in a real Chromium, drawn anew each time: nothing axe objects to, nothing cut, little
to load, nothing that moves. ``make look`` looks at every page there is (`tests/test_look.py`).

The fixture ``page`` fails, too, on errors of the console and on requests to other hosts.
"""

from itertools import islice
from random import choice, shuffle

import pytest

from tests.looking import LOOKS, WIDTHS, Eyes, pages_of, see_refusals
from tests.postgres import on_sqlite
from tests.sweep import addresses, make_world

pytestmark = [pytest.mark.long, on_sqlite]


@pytest.fixture
def eyes(app, page):
    """Somebody in a hurry: loads a page once, and looks at its colours once: they take longest."""
    eyes = Eyes(app, page, "kk", widths=[choice(WIDTHS)], looks=[choice(LOOKS)])
    yield eyes
    assert not eyes.faults, "\n".join(eyes.faults)


def test_some_pages_are_accessible_and_fit(app, eyes):
    make_world()
    found = addresses(app)
    shuffle(found)
    for url, role in islice(pages_of(eyes, found), 8):
        eyes.be(role)
        eyes.see(url)


def test_doors_refusals_and_conflicts_are_accessible_and_fit(eyes):
    eyes.be(None)
    for url in ("/login", "/password/"):
        eyes.see(url)
    see_refusals(eyes, ["organisations"])
