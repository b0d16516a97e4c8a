"""Suggestions under the header's search, in a real browser."""

from tests.chromium import come_back, violations
from tests.factories import make_organisation, make_person, make_user
from tests.postgres import on_sqlite

# What Chromium shows does not hang on the database.
pytestmark = on_sqlite


def test_what_is_typed_is_suggested_and_chosen_by_keys(page):
    person = make_person(family_name="Кинне", given_name="Ульрих")
    make_organisation(name_en="<i>Kinne</i> AG", aliases=["Кинне АГ"])
    come_back(page, make_user())
    page.goto("/meetings/")
    page.locator("h1").click()
    page.keyboard.press("Tab")
    page.keyboard.press("/")  # the list's own search goes before
    field = page.get_by_role("combobox", name="Search everything")
    field.fill("kinn")
    options = page.get_by_role("option")
    assert options.count() == 3 or options.nth(2).wait_for() is None
    assert "<i>Kinne</i> AG" in options.nth(0).inner_text()
    assert page.locator(".sk-suggest mark").all_inner_texts() == ["Kinne", "Кинне"]
    assert violations(page) == []
    field.press("Escape")
    assert field.get_attribute("aria-expanded") == "false"
    assert field.input_value() == "kinn"
    field.press("e")
    options.nth(2).wait_for()
    field.press("ArrowDown")
    field.press("ArrowDown")
    field.press("Enter")
    page.wait_for_url(f"**/people/{person.id}")


def test_enter_leads_to_everything_found(page):
    make_person(family_name="Kinne", given_name="Ulrich")
    come_back(page, make_user())
    page.set_viewport_size({"width": 360, "height": 700})
    page.goto("/")
    page.get_by_role("link", name="Search", exact=True).click()
    page.locator("main [name=q]").fill("kinne")
    page.locator("main [name=q]").press("Enter")
    page.wait_for_url("**/search?q=kinne")
    assert page.locator("main mark").all_inner_texts() == ["Kinne"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert violations(page) == []
