"""What is restricted shows in no line, part or number of a country's brief."""

from datetime import timedelta

import pytest

from crm.core import clock
from tests.factories import (
    make_country,
    make_follow_up,
    make_meeting,
    make_organisation,
    make_participant,
    make_user,
)

SECRET = "Top secret"


@pytest.fixture
def secrets(app):
    """A restricted meeting with its point, a restricted plan, and a planned meeting all may see."""
    make_user()  # the first user there is has to do with everything
    make_country()
    today = clock.today()
    firm = make_organisation(name_en="Siemens")
    held = make_meeting(title=SECRET, held_on=today, restricted=True)
    make_participant(meeting=held, group_text=None, organisation_id=firm.id)
    make_follow_up(text=SECRET, meeting_id=held.id, country_code="DE")
    make_follow_up(text=SECRET, country_code="DE", restricted=True, due_on=today - timedelta(1))
    make_follow_up(text=SECRET, country_code="DE", restricted=True, status="done", outcome="Held")
    make_meeting(title=SECRET, held_on=today + timedelta(1), status="planned", restricted=True)
    planned = make_meeting(title="Open plan", held_on=today + timedelta(9), status="planned")
    return firm, planned


def test_the_brief_is_that_of_the_reader(secrets, viewer, head):
    firm, planned = secrets
    pages = ("/countries/DE", "/countries/DE/note", f"/organisations/{firm.id}")
    for url in (*pages, f"/meetings/{planned.id}"):
        assert SECRET not in viewer.open(url).text, url
        assert SECRET in head.open(url).text, url
    lines = [line.get_text() for line in viewer.open(pages[0]).page.select("#five-lines > li")]
    assert lines[0].endswith("no meeting or visit is recorded")
    assert lines[1:4] == ["Promised: nothing is agreed yet", "Done: nothing yet", "Overdue: none"]
    assert "Open plan" in lines[4]
    assert "Nothing is open with this country" in viewer.open(f"/meetings/{planned.id}").text
