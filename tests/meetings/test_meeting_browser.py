"""The one form in a real browser: rows by script, lists to type into, nothing lost by Enter."""

import re

import pytest
from sqlalchemy import select

from crm.core.database import db
from crm.follow_ups.models.follow_up import FollowUp
from crm.meetings.models import Meeting, MeetingSector, Participant
from tests.chromium import come_back, violations
from tests.factories import make_country, make_meeting, make_sector, make_user
from tests.postgres import on_sqlite

# What Chromium shows does not hang on the database; the other tests see to both.
pytestmark = on_sqlite


@pytest.fixture(autouse=True)
def world(app):
    make_country("DE", "Germany")
    make_country("KZ", "Kazakhstan", is_partner=False)
    make_sector("MET", "Metallurgy")
    make_sector("ENE", "Energy")


@pytest.fixture
def at_work(page):
    page.emulate_media(reduced_motion="reduce")  # half-faded words have no contrast
    come_back(page, make_user())
    return page


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def test_a_meeting_is_saved_with_rows_that_were_added_without_reloading(at_work):
    page = at_work
    page.goto("/meetings/new")
    page.fill("[name=title]", "Talks")
    page.locator("#country-box").fill("germ")
    page.keyboard.press("Enter")
    page.fill("[name=participants-0-name]", "Нұрымбет Сақтағанов")
    page.fill("[name=participants-3-name]", "Ulrich Kinne")
    press(page, "Add a participant: partner side")
    page.locator("[name=participants-500-kind]").select_option("group")
    page.fill("[name=participants-500-name]", "Leading companies")
    page.fill("[name=participants-500-count]", "12")
    page.fill("[name=points-0-text]", "Exchange of experience")
    assert page.locator("[name^=points-][name$=-text]").count() == 2  # the next one is there
    press(page, "Add a point")  # leads to it
    assert page.locator("[name^=points-][name$=-text]").count() == 2
    page.keyboard.press("Tab")
    page.keyboard.type("Prepare joint initiatives")
    page.locator("#sectors-0-code-box").fill("met")
    page.keyboard.press("Enter")
    page.locator("[name=sectors-0-weight]").select_option("focus")
    press(page, "Add a sector")
    page.keyboard.type("ener")
    page.keyboard.press("Enter")
    assert violations(page) == []
    press(page, "Save")
    page.wait_for_url(re.compile(r"/meetings/\d+$"))
    assert violations(page) == []
    db.session.expire_all()
    assert db.session.scalars(select(Meeting.country_code)).all() == ["DE"]
    participants = db.session.scalars(select(Participant).order_by(Participant.id)).all()
    assert [one.side for one in participants] == ["ours", "partner", "partner"]
    assert participants[2].member_count == 12
    points = db.session.scalars(select(FollowUp.text).order_by(FollowUp.number)).all()
    assert points == ["Exchange of experience", "Prepare joint initiatives"]
    links = db.session.scalars(select(MeetingSector).order_by(MeetingSector.position_number)).all()
    assert [(link.sector_code, link.weight) for link in links] == [
        ("MET", "focus"),
        ("ENE", "discussed"),
    ]


def test_enter_in_a_field_saves_and_drops_no_row(at_work):
    page = at_work
    page.goto("/meetings/new?country=DE")
    page.fill("[name=participants-3-name]", "Ulrich Kinne")
    page.fill("[name=title]", "Talks")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/meetings/\d+$"))
    db.session.expire_all()
    assert len(db.session.scalars(select(Participant)).all()) == 1


def test_two_windows_edit_one_meeting(at_work):
    meeting = make_meeting(title="Talks", place="Oskemen", outcome="They agreed to talk")
    first, second = at_work, at_work.context.new_page()
    for window in (first, second):
        window.goto(f"/meetings/{meeting.id}/edit")
    second.fill("[name=outcome]", "They agreed to talk in spring")
    second.fill("[name=place]", "Semey")
    press(second, "Save")
    second.wait_for_url(f"**/meetings/{meeting.id}")
    first.fill("[name=outcome]", "They agreed to meet")
    press(first, "Save")
    first.get_by_role("heading", name="Somebody else has changed this record").wait_for()
    assert violations(first) == []
    first.get_by_role("radio", name="Outcome: as stored now").check()
    press(first, "Save what is chosen")
    first.wait_for_url(f"**/meetings/{meeting.id}")
    db.session.expire_all()
    stored = db.session.get(Meeting, meeting.id)
    assert (stored.place, stored.outcome) == ("Semey", "They agreed to talk in spring")
