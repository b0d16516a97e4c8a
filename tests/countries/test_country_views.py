"""The list of countries and the page that answers "what about the Germans?"."""

import csv
import io
from datetime import date

from crm.core import clock
from tests.browser import Browser, text_of
from tests.factories import (
    PASSWORD,
    make_appointment,
    make_country,
    make_delegation,
    make_follow_up,
    make_meeting,
    make_organisation,
    make_participant,
    make_person,
    make_trade_fact,
    make_user,
)


def names(browser):
    return [link.get_text() for link in browser.page.select("main tbody tr th a")]


def section(browser, heading):
    """What a person reads of the section called ``heading``."""
    titles = [h for h in browser.page.select("main h2") if text_of(h) == heading]
    assert len(titles) == 1, f"{len(titles)} sections are called {heading!r}"
    return text_of(titles[0].find_parent("section"))


def test_the_list_begins_with_partner_countries_and_can_show_all(officer):
    make_country("DE", "Germany")
    make_country("FR", "France", is_partner=False)
    assert names(officer.open("/countries/")) == ["Germany"]
    assert names(officer.submit("All countries")) == ["France", "Germany"]
    assert names(officer.open("/countries/?q=fra")) == []
    assert names(officer.open("/countries/?q=fra&all=1")) == ["France"]
    assert officer.open("/countries/?all=2").status == 400


def test_a_country_stands_in_the_list_of_its_language_in_that_order(officer):
    for code, kazakh in (("TR", "Түркия"), ("UG", "Ұ"), ("IN", "Үндістан"), ("IR", "Иран")):
        make_country(code, kazakh)
    officer.open("/language?to=kk").open("/countries/")
    assert names(officer) == ["Иран", "Түркия", "Ұ", "Үндістан"]


def test_an_address_that_names_no_country_is_not_found(officer):
    make_country("DE")
    for address in ("de", "De", "XX", "DEU", "1", "ДЕ", "DE%20"):
        assert officer.open(f"/countries/{address}").status == 404, address
    assert officer.open("/countries/D%00E").status == 400


def test_the_page_says_what_is_unknown(officer):
    make_country("DE")
    officer.open("/countries/DE")
    assert officer.heading.endswith("Germany")
    for text in (
        "no desk officer yet",
        "Nothing is agreed with this country yet",
        "No meeting or visit is recorded yet",
        "No figure with a source is known",
        "Nobody is known yet",
        "No organisation is known yet",
    ):
        assert text in officer.text


def test_the_page_shows_promises_contacts_people_and_organisations(officer):
    embassy = make_organisation(name_en="Embassy of Germany", kind="embassy")
    kinne = make_person(given_name="Ulrich", family_name="Kinne")
    make_appointment(person=kinne, organisation=embassy, position_en="Second secretary")
    monika = make_person(given_name="Monika", family_name="Iwersen")
    host = make_person(given_name="Nurymbet", family_name="Saktaganov")
    meeting = make_meeting(title="Working meeting with the delegation")
    make_participant(meeting=meeting, group_text=None, person_id=monika.id, side="partner")
    make_participant(meeting=meeting, group_text=None, person_id=host.id, side="ours")
    make_delegation(
        title="Visit of the ambassador", arrives_on=date(2025, 9, 1), date_precision="month"
    )
    make_follow_up(text="Exchange of experience", country_code="DE")
    make_follow_up(text="Already executed", country_code="DE", status="done", outcome="held")
    make_follow_up(text="Theirs to send", country_code="DE", responsible_side="partner")
    make_country("FR", "France")
    make_follow_up(text="Owed to the French", country_code="FR")
    officer.open("/countries/DE")
    points = section(officer, "Follow-ups")
    places = ("Our side", "Exchange of experience", "Already executed", "Partner side", "Theirs")
    assert sorted(places, key=points.index) == list(places)
    assert "French" not in officer.text
    contacts = section(officer, "History of contacts")
    assert "September 2025" in contacts
    assert contacts.index("Visit of the ambassador") < contacts.index("Working meeting")
    assert "date unknown" in contacts
    people = section(officer, "People")
    assert "Ulrich Kinne" in people
    assert "Second secretary" in people
    assert "Monika Iwersen" in people
    assert "Saktaganov" not in people
    assert "Embassy of Germany" in section(officer, "Organisations")


def test_archived_records_leave_the_page(officer):
    meeting = make_meeting(title="Archived talks", archived_at=clock.now())
    firm = make_organisation(name_en="Archived firm", archived_at=clock.now())
    make_person(given_name="Archived", family_name="Person", archived_at=clock.now())
    make_follow_up(text="Archived point", country_code="DE", archived_at=clock.now())
    assert meeting.country_code == firm.country_code == "DE"
    assert "Archived" not in officer.open("/countries/DE").text


def test_the_desk_officer_is_named_and_changed(officer):
    make_country("DE")
    aigerim = make_user(name="Aigerim")
    make_user(role="viewer", name="Reader")
    make_user(name="Gone", is_active=False)
    officer.open("/countries/DE").click("Edit the country")
    offered = text_of(officer.page.select_one("[name=desk_officer_id]"))
    assert "Aigerim" in offered
    assert "Reader" not in offered
    assert "Gone" not in offered
    officer.submit("Save", desk_officer_id=aigerim.id, is_partner=False)
    assert "Aigerim" in officer.text
    assert "Not a partner country yet" in officer.text
    assert names(officer.open("/countries/")) == []


def test_a_country_is_called_as_it_was_written_last(officer):
    make_country("GB", "Ұлыбритания")
    officer.open("/countries/GB/edit")
    officer.submit("Save", name_kk="", name_ru="", name_en="")
    assert officer.status == 422
    assert "Fill in at least one language" in str(officer.errors)
    officer.submit("Save", name_en="Great Britain", name_kk="Біріккен Корольдік")
    assert officer.heading.endswith("Great Britain")
    assert names(officer.open("/countries/?q=корольд")) == ["Great Britain"]


def test_two_people_edit_a_country_at_once(app, officer):
    make_country("DE")
    aigerim, other = make_user(name="Aigerim"), make_user(name="Other")
    colleague = Browser(app).sign_in(other.email, PASSWORD)
    officer.open("/countries/DE/edit")
    colleague.open("/countries/DE/edit")
    colleague.submit("Save", desk_officer_id=other.id)
    officer.submit("Save", desk_officer_id=aigerim.id, is_partner=False)
    assert officer.status == 409
    assert "Aigerim" in officer.text
    assert "Other" in officer.text


def test_a_reader_changes_nothing(viewer):
    fact = make_trade_fact()
    viewer.open("/countries/DE")
    assert viewer.status == 200
    assert not viewer.page.select('main a[href$="/edit"], main a[href$="/new"]')
    for path in ("DE/edit", "DE/trade/new", f"trade/{fact.id}/edit", f"trade/{fact.id}/archive"):
        assert viewer.open(f"/countries/{path}").status == 403, path
        assert viewer.open("/countries/").post(f"/countries/{path}").status == 403, path
        viewer.open("/countries/")
    assert viewer.post(f"/countries/trade/{fact.id}/restore").status == 403


def test_the_file_has_the_countries_of_the_page(officer):
    make_country("DE", "Germany", desk_officer=make_user(name="Aigerim"))
    make_country("FR", "France", is_partner=False)
    for query, codes in (("", ["DE"]), ("all=1&", ["FR", "DE"])):
        officer.open(f"/countries.csv?{query}headers=keys&dialect=rfc4180")
        rows = list(csv.DictReader(io.StringIO(officer.response.data.decode("utf-8-sig"))))
        assert [row["code"] for row in rows] == [row["id"] for row in rows] == codes
        assert rows[-1]["desk_officer"] == "Aigerim"
