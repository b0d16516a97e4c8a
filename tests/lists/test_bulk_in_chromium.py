"""Many records chosen in a real browser: on several pages, by keyboard, and without a script."""

import pytest

from crm.core.database import db
from crm.follow_ups.models.follow_up import FollowUp
from tests import chromium
from tests.factories import make_follow_up, make_user
from tests.postgres import on_sqlite

# What Chromium shows does not hang on the database; the other tests see to both.
pytestmark = on_sqlite

PHONE = {"width": 360, "height": 740}


@pytest.fixture
def officer(app):
    return make_user(email="officer@test.example")


@pytest.fixture
def points(officer):
    """More than one page of them, in the order of the list."""
    return [make_follow_up(text=f"Point {place}", owner=officer).id for place in range(27)]


def faults_of(page):
    faults = chromium.violations(page)
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        faults.append("scrolls sideways")
    return faults


def archived():
    db.session.rollback()
    db.session.expire_all()
    return {one.id for one in db.session.query(FollowUp) if one.archived_at is not None}


def test_enter_opens_the_record_of_the_row_the_keys_stand_in(page, officer, points):
    chromium.come_back(page, officer)
    page.goto("/follow-ups/")
    for key in ("j", "j", "j", "k", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url(f"**/follow-ups/{points[1]}")


def test_rows_of_several_pages_are_chosen_by_keyboard_and_changed_together(page, officer, points):
    chromium.come_back(page, officer)
    page.goto("/follow-ups/?per_page=25")
    assert not page.locator("input[name=ids]").first.is_visible()
    for key in ("j", "x", "j", "j", "x"):
        page.keyboard.press(key)
    bar = page.locator(".sk-choose")
    bar.get_by_text("Selected: 2").wait_for()
    page.locator("a[rel=next]").click()
    page.get_by_text("on other pages: 2").wait_for()
    page.get_by_label("All on this page").check()
    bar.get_by_text("Selected: 4, of them on other pages: 2").wait_for()
    page.go_back()
    bar.get_by_text("Selected: 4, of them on other pages: 2").wait_for()
    page.set_viewport_size(PHONE)
    assert faults_of(page) == []
    bar.get_by_role("button", name="Archive").click()
    page.get_by_role("heading", name="Archive 4").wait_for()
    assert faults_of(page) == []
    page.get_by_role("link", name="Cancel").click()
    bar.get_by_text("Selected: 4").wait_for(state="attached")
    bar.get_by_role("button", name="Archive").click()
    page.get_by_label("Reason").fill("Recorded twice")
    page.get_by_role("button", name="Change 4 records").click()
    page.get_by_text("Archive. Done: 4 records").wait_for()
    assert archived() == {points[0], points[2], *points[25:]}
    page.goto("/follow-ups/?per_page=25")
    assert not page.locator(".sk-choose form").is_visible()  # the choice is over


def test_without_a_script_rows_are_chosen_changed_and_put_back(
    chromium_browser, live_server, officer, points
):
    with chromium_browser.new_context(
        base_url=live_server, java_script_enabled=False, locale="en-GB", viewport=PHONE
    ) as context:
        session, page = db.session(), context.new_page()
        page.on("request", lambda request: session.commit())
        chromium.come_back(page, officer)
        page.goto("/follow-ups/")
        page.locator(".sk-choose > summary").click()
        for place in (1, 4):
            page.get_by_label(f"Select: Point {place}", exact=True).check()
        page.locator(".sk-choose").get_by_role("button", name="Archive").click()
        page.get_by_label("Reason").fill("Recorded twice")
        page.get_by_role("button", name="Change 2 records").click()
        assert archived() == {points[1], points[4]}
        page.get_by_role("button", name="Undo").click()
        page.get_by_text("Archive. Undone: 2 records").wait_for()
        assert archived() == set()
