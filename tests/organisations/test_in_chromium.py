"""The pages of countries, organisations and people in a real browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.chromium import sign_in
from tests.factories import (
    PASSWORD,
    make_appointment,
    make_follow_up,
    make_meeting,
    make_organisation,
    make_participant,
    make_person,
    make_sector,
    make_trade_fact,
    make_user,
)

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
LONG = "Германия Федеративтік Республикасының Қазақстан Республикасындағы Елшілігі"


@pytest.fixture
def addresses(app):
    """Pages with something of everything on them."""
    sector = make_sector()
    embassy = make_organisation(name_kk=LONG, name_en=None, kind="embassy", sectors=[sector])
    person = make_person(family_name="Kinne", email="u@example.org", phone="+49301234567")
    post = make_appointment(organisation=embassy, person=person, position_en="Second secretary")
    meeting = make_meeting(title="Working meeting")
    make_participant(meeting=meeting, group_text=None, person_id=person.id)
    make_follow_up(meeting=meeting, country_code="DE", partner_organisation=embassy)
    fact = make_trade_fact(source="Report, https://example.org/a/long/address/of/a/report")
    make_trade_fact(region_en="Zhambyl Region", qualifier="about")
    return [
        *("/countries/", "/countries/?q=nothing", "/countries/DE", "/countries/DE/edit"),
        *("/countries/DE/trade/new", f"/countries/trade/{fact.id}/archive"),
        *("/organisations/", "/organisations/new", f"/organisations/{embassy.id}"),
        *("/people/", "/people/new", f"/people/{person.id}"),
        *(f"/people/{person.id}/appointments/new", f"/people/appointments/{post.id}/end"),
    ]


@pytest.mark.parametrize("width", [1280, 360])
def test_every_page_is_accessible_and_fits(page, addresses, width):
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, make_user().email, PASSWORD)
    for address in addresses:
        page.goto(address)
        folded = page.locator("main details.sk-fold > summary")
        for number in range(folded.count()):
            folded.nth(number).click()
        found = Axe().run(page, options=RULES)
        assert not found.response["violations"], f"{address}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


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
    page.get_by_role("button", name="Save the organisation").click()
    page.wait_for_url("**/organisations/*")
    assert page.locator("h1").inner_text() == "Kazzinc"
