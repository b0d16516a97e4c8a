"""The list of points: filters, sorting, files, and the small forms of a row."""

from datetime import date

import pytest

from crm.core import clock
from tests.factories import make_follow_up, make_meeting


def test_the_german_consultations_that_are_pending(officer):
    meeting = make_meeting(title="Germans")
    kept = [
        make_follow_up(text=text, meeting_id=meeting.id, country_code="DE", number=number).text
        for number, text in enumerate(("Exchange of experience", "Joint initiatives"), start=1)
    ]
    make_follow_up(text="Held", country_code="DE", status="done", outcome="Held in May")
    make_follow_up(text="A site plan", country_code="DE", kind="provide_info")
    make_follow_up(text="Chinese")
    page = officer.open("/follow-ups/?country=DE&kind=consultation&status=pending")
    assert [row[1].split(" Holding")[0] for row in page.rows] == kept
