"""What stands in the digest besides one's own points: what is new, whom one meets, how the
department stands, with whom nobody was in contact for long.
"""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from crm.core import clock
from crm.core.database import db
from crm.digest.queries.reading import digests_for
from crm.digest.services.letter import letter_of, write_digest
from crm.follow_ups.models.extensions import ExtensionRequest
from crm.follow_ups.models.follow_up import Executor
from crm.meetings.models import meeting_team
from tests.browser import Browser
from tests.digest.posting import TUESDAY
from tests.factories import (
    PASSWORD,
    make_country,
    make_delegation,
    make_department,
    make_follow_up,
    make_meeting,
    make_project,
    make_project_meeting,
    make_user,
)

LONG_AGO = datetime(2025, 1, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _a_tuesday(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TUESDAY)
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 24, 4, tzinfo=UTC))


@pytest.fixture
def anna(app):
    return make_user(name="Anna", email="anna@test.example")


def section(user, title, on=TUESDAY):
    """(label, count, lines) of each block of the section; empty without it."""
    written = write_digest(user, on)
    found = [one for one in written.sections if one.title == title] if written else []
    return [(one.label, one.count, one.lines) for part in found for one in part.blocks]


def texts(user, title, on=TUESDAY):
    return [line.text for _label, _count, lines in section(user, title, on) for line in lines]


# -- what is new -------------------------------------------------------------------------------


def test_what_another_gave_one_since_the_last_digest_is_told_with_who_did(app, anna):
    head = Browser(app).sign_in(make_user("head", name="Boris").email, PASSWORD)
    given = make_follow_up(owner=make_user(), text="given", created_at=LONG_AGO)
    carried = make_follow_up(owner=make_user(), text="carried", created_at=LONG_AGO)
    make_follow_up(owner=anna, text="had before", created_at=LONG_AGO)
    for point, values in (
        (given, {"owner_id": str(anna.id)}),
        (carried, {"executor": f"user-{anna.id}"}),
    ):
        head.open(f"/follow-ups/{point.id}/edit").submit("Save", **values)
    ((label, count, lines),) = section(anna, "Newly assigned to you")
    assert (label, count) == ("Since the last digest", 2)
    assert {line.text for line in lines} == {"given", "carried"}
    assert lines[0].notes == ["Assigned by: Boris, 24 Nov 2026"]
    assert section(anna, "Newly assigned to you", date(2026, 12, 24)) == []


def test_what_one_took_oneself_is_not_new(app, anna):
    own = Browser(app).sign_in(anna.email, PASSWORD)
    own.open("/follow-ups/new").submit("Save", text="my own", kind="consultation")
    assert [line.text for line in write_digest(anna, TUESDAY).sections[0].blocks[0].lines] == [
        "my own"
    ]
    assert section(anna, "Newly assigned to you") == []
