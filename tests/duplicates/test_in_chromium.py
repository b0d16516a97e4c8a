"""Choosing a likely one while typing, in a real browser."""

import re

from sqlalchemy import select

from crm.core.database import db
from crm.meetings.models import Participant
from tests.chromium import sign_in
from tests.factories import PASSWORD, make_meeting, make_person, make_user
from tests.postgres import on_sqlite

# What Chromium shows does not hang on the database; the other tests see to both.
pytestmark = on_sqlite


def test_a_likely_one_is_taken_into_a_row_and_opened_only_after_asking(page, app):
    make_person(given_name="Monika", family_name="Iwersen")
    namesake = make_person(given_name="Monika", family_name="Iwersen").id
    meeting = make_meeting().id
    sign_in(page, make_user().email, PASSWORD)
    page.goto(f"/meetings/{meeting}/participants/new")
    page.locator("[name=name]").press_sequentially("Иверсен М.")
    page.locator(f"[data-likely-take][data-id='{namesake}']").click()
    assert page.locator("[name=name]").input_value() == "Monika Iwersen"
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(f"**/meetings/{meeting}*")
    taken = select(Participant.person_id).where(Participant.meeting_id == meeting)
    assert db.session.scalars(taken).all() == [namesake], "the one of two namesakes"
    page.goto("/people/new")
    page.locator("[name=family_name]").press_sequentially("Иверсен")
    page.locator("[name=given_name]").press_sequentially("Моника")
    page.locator("a[data-likely-open]").first.click()
    assert page.get_by_role("button", name="Go on typing").is_visible()
    page.get_by_role("button", name="Go on typing").click()
    assert page.locator("[name=family_name]").input_value() == "Иверсен"
    page.locator("a[data-likely-open]").first.click()
    page.get_by_role("link", name="Open the record").click()
    page.wait_for_url(re.compile(r"/people/\d+$"))
