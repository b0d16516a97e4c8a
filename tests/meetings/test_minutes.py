"""The registration of a meeting's minutes, from which on the numbers of its points stand."""

from datetime import date

import pytest
from sqlalchemy import select

from crm.accounts.queries import user_called
from crm.core import clock
from crm.core.database import db
from crm.follow_ups.models.follow_up import FollowUp
from crm.meetings.models import Meeting
from tests.browser import text_of
from tests.factories import make_follow_up, make_meeting, make_user

TODAY = date(2026, 11, 24)
HELD = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)


@pytest.fixture
def meeting(app, officer):
    return make_meeting(title="Working meeting", held_on=HELD)


@pytest.fixture
def registered(app, officer):
    """A meeting with registered minutes and two points, the second one restricted to others."""
    meeting = make_meeting(held_on=HELD, minutes_number="12-04/7", minutes_on=HELD)
    point(meeting, 1)
    point(meeting, 2, owner=make_user(name="Dauren"), restricted=True)
    return meeting


def point(meeting, number, **given):
    given.setdefault("owner", db.session.scalars(user_called("officer@test.example")).one())
    return make_follow_up(meeting_id=meeting.id, country_code="DE", number=number, **given)


def stored(record):
    db.session.rollback()
    db.session.expire_all()
    return db.session.get(type(record), record.id)


def numbers_of(meeting):
    found = select(FollowUp.number).where(FollowUp.meeting_id == meeting.id).order_by(FollowUp.id)
    return db.session.scalars(found).all()


def save(browser, meeting, **typed):
    return browser.open(f"/meetings/{meeting.id}/edit").submit("Save", **typed)


def test_the_minutes_number_the_points_and_stand_on_every_page_of_them(officer, meeting):
    first, second = point(meeting, None), point(meeting, None)
    save(officer, meeting, minutes_number="12-04/7", minutes_on="23.11.2026")
    facts = text_of(officer.page.select_one(".sk-dl"))
    assert "Minutes № 12-04/7 registered on 23 Nov 2026" in facts
    assert numbers_of(meeting) == [1, 2]
    officer.open(f"/follow-ups/{second.id}")
    facts = text_of(officer.page.select_one(".sk-dl"))
    assert "Agreement of the sides, minutes № 12-04/7 of 23 Nov 2026, point 2" in facts
    for address in ("/meetings.csv", "/follow-ups.csv"):
        officer.open(f"{address}?headers=keys&columns=id,minutes_number,minutes_on")
        assert f"{first.id};12-04/7;2026-11-23" in officer.text
    assert len(officer.open("/meetings/?minutes=registered").rows) == 1
    assert officer.open("/meetings/?minutes=none").heading == "Meetings 0"
    officer.open(f"/meetings/{meeting.id}/history")
    assert "Number of the minutes" in officer.text


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"minutes_number": "7"}, "Write the day the document system gave"),
        ({"minutes_on": "2026-11-23"}, "Write the number the document system gave"),
        ({"minutes_number": "7", "minutes_on": "2026-11-25"}, "This day is still ahead"),
        (
            {"minutes_number": "7", "minutes_on": "2026-11-19"},
            "The meeting was held later than that: 20 Nov 2026",
        ),
        (
            {"minutes_number": "7", "minutes_on": "2026-11-20", "status": "planned"},
            "Only a meeting that was held has minutes",
        ),
    ],
)
def test_minutes_that_cannot_be_say_why(officer, typed, why):
    meeting = make_meeting(held_on=HELD, status=typed.get("status", "held"))
    save(officer, meeting, **typed)
    assert officer.status == 422
    assert why in " ".join(officer.errors)
    assert stored(meeting).minutes_number is None


def test_registered_minutes_are_corrected_never_taken_away(officer, registered):
    save(officer, registered, minutes_number="", minutes_on="")
    assert officer.status == 422
    assert "Registered minutes stay" in " ".join(officer.errors)
    save(officer, registered, minutes_number="12-04/8")
    assert stored(registered).minutes_number == "12-04/8"


def test_before_the_registration_a_point_takes_any_free_number(officer, meeting):
    first, second = point(meeting, 1), point(meeting, 2)
    for typed, why in (
        ("2", "Another point of the meeting has this number"),
        ("1000", "Write a number up to 999"),
        ("0", "Write a whole number from 1"),
    ):
        officer.open(f"/follow-ups/{first.id}/edit").submit("Save", number=typed)
        assert (officer.status, stored(first).number) == (422, 1)
        assert why in " ".join(officer.errors)
    officer.open(f"/follow-ups/{first.id}/edit").submit("Save", number="3")
    officer.open(f"/follow-ups/{second.id}/edit").submit("Save", number="1")
    assert numbers_of(meeting) == [3, 1]


def test_after_it_a_point_keeps_its_number_and_its_meeting(officer, registered, meeting):
    (mine,) = db.session.scalars(
        select(FollowUp).where(FollowUp.meeting_id == registered.id, FollowUp.number == 1)
    )
    for target in (meeting.id, ""):
        officer.open(f"/follow-ups/{mine.id}/edit")
        assert officer.page.select_one("[name=number]") is None
        officer.submit("Save", meeting_id=target, text="Moved")
        assert officer.status == 422
        assert "The minutes are registered (№ 12-04/7, 20 Nov 2026)" in " ".join(officer.errors)
    # Neither by a field the page does not offer; all else is still corrected.
    officer.open(f"/follow-ups/{mine.id}/edit")
    sent = {"text": "Corrected", "kind": "other", "number": "9", "meeting_id": registered.id}
    owner = {"owner_id": mine.owner_id, "version": mine.version}
    officer.post(f"/follow-ups/{mine.id}/edit", **sent, **owner)
    kept = stored(mine)
    assert (kept.text, kept.number, kept.meeting_id) == ("Corrected", 1, registered.id)


def test_new_points_and_points_moved_in_go_on_after_the_highest(officer, registered, meeting):
    moved = point(meeting, 1)
    officer.open(f"/follow-ups/{moved.id}/edit")
    officer.submit("Save", meeting_id=registered.id)
    assert stored(moved).number == 3  # after the one this officer does not see
    officer.open(f"/meetings/{registered.id}")
    officer.submit("Save the point", within="#new-point", text="One more")
    assert max(numbers_of(registered)) == 4


def test_a_meeting_is_recorded_with_its_minutes_at_once(officer, app):
    make_meeting()
    officer.open("/meetings/new").submit(
        "Save",
        title="Consultation",
        country="DE",
        held_on="2026-11-20",
        minutes_number="1",
        minutes_on="2026-11-20",
    )
    found = select(Meeting).where(Meeting.title == "Consultation")
    assert db.session.scalars(found).one().has_minutes
    officer.open("/meetings/new").submit(
        "Save", title="Ahead", country="DE", held_on="2026-11-30", minutes_number="1"
    )
    assert officer.status == 422
