"""A record is added from wherever one is: by the menu in the head of the page, or by the key N."""

from urllib.parse import urlsplit

import pytest

from tests.chromium import come_back
from tests.factories import make_follow_up, make_user


def offered(browser):
    return [
        link.get("href") for link in browser.open("/countries/").page.select("header .sk-new a")
    ]


def test_officers_add_records_from_any_page_and_viewers_none(officer, viewer):
    assert offered(officer)[:2] == ["/meetings/new", "/follow-ups/new"]
    assert all(officer.open(url).status == 200 for url in offered(officer))
    assert offered(viewer) == []


def test_an_administrator_adds_users_from_any_page(admin):
    assert offered(admin) == ["/admin/users/new"]
    assert admin.open("/admin/users/new").status == 200


def test_the_key_n_opens_the_menu_and_arrows_go_through_it(page):
    come_back(page, make_user())
    page.goto("/digest/")
    page.keyboard.press("n")
    for key in ("ArrowUp", "ArrowDown", "ArrowDown", "Enter"):  # the last, the first, the second
        page.keyboard.press(key)
    page.wait_for_url("**/follow-ups/new")


def test_escape_closes_the_menu_and_in_a_list_n_adds_what_the_list_shows(page):
    come_back(page, make_user())
    page.goto("/digest/")
    page.keyboard.press("n")
    page.keyboard.press("Escape")
    assert page.locator(".sk-new[open]").count() == 0
    page.goto("/projects/")
    page.keyboard.press("n")
    page.wait_for_url("**/new")
    assert urlsplit(page.url).path == "/projects/new"


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("/meetings/new", "title"),
        ("/delegations/new", "title"),
        ("/follow-ups/new", "text"),
        ("/people/new", "family_name"),
    ],
)
def test_a_form_that_holds_nothing_yet_is_typed_into_at_once(page, address, field):
    come_back(page, make_user())
    page.goto(address)
    assert page.locator(":focus").get_attribute("name") == field


def test_a_link_to_a_step_of_a_point_leads_into_its_first_field(page):
    officer = make_user()
    point = make_follow_up(owner_id=officer.id, due_on=None)
    come_back(page, officer)
    page.goto(f"/follow-ups/{point.id}?step=due#step-due")
    page.locator("[name=due_on]:focus").wait_for()


def test_what_holds_something_is_read_before_it_is_typed_into(page):
    officer = make_user()
    point = make_follow_up(owner_id=officer.id)
    come_back(page, officer)
    page.goto(f"/follow-ups/{point.id}/edit")
    assert page.locator(":focus").count() == 0


def test_tab_goes_on_from_a_name_to_the_position_and_past_no_button_that_drops_the_row(page):
    come_back(page, make_user())
    page.goto("/meetings/new")
    page.locator("[name=participants-0-name]").fill("Ульрих Кинне")
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("name") == "participants-0-position"
