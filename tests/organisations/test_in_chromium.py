"""The pages of organisations in a real browser."""

from tests.chromium import sign_in
from tests.factories import PASSWORD, make_organisation, make_user
from tests.postgres import on_sqlite

# What Chromium shows does not hang on the database; the other tests see to both.
pytestmark = on_sqlite


def test_an_organisation_is_recorded_by_keyboard_with_a_typed_country(page, app):
    make_organisation(name_en="Seed")
    sign_in(page, make_user().email, PASSWORD)
    page.goto("/organisations/new")
    page.locator("[name=name_en]").fill("Kazzinc")
    page.locator("[name=kind]").select_option("company")
    country = page.get_by_role("combobox", name="Country")
    country.fill("germ")
    country.press("ArrowDown")
    country.press("Enter")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/organisations/*")
    assert page.locator("h1").inner_text() == "Kazzinc"
