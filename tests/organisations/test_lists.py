"""The lists of organisations and people as files, and what they cost the database."""

import csv
import io
from contextlib import contextmanager
from datetime import date
from itertools import combinations

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from crm.core import clock
from crm.core.database import db
from crm.organisations.queries import all_people
from crm.reference.models import Sector
from tests.factories import (
    make_appointment,
    make_follow_up,
    make_meeting,
    make_organisation,
    make_participant,
    make_person,
    make_sector,
    make_trade_fact,
    together,
)


@contextmanager
def counted():
    """Counts the statements that read or write rows."""
    seen = []

    def note(connection, cursor, statement, *rest):
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def cost(browser, address):
    browser.open(address)  # what is only asked once per process is asked now
    with counted() as seen:
        browser.open(address)
    assert browser.status == 200
    return len([one for one in seen if one.startswith(("SELECT", "INSERT", "UPDATE", "DELETE"))])


@together()
def fill_country(number):
    sector = db.session.get(Sector, "MET") or make_sector()
    for _one in range(number):
        organisation, person = make_organisation(sectors=[sector]), make_person()
        make_appointment(organisation=organisation, person=person)
        meeting = make_meeting()
        make_participant(meeting=meeting, group_text=None, person_id=person.id)
        make_participant(meeting=meeting, group_text=None, organisation_id=organisation.id)
        make_follow_up(country_code="DE", meeting=meeting)
        make_trade_fact()


def test_a_page_costs_the_same_whether_three_rows_or_thirty(officer):
    fill_country(3)
    addresses = ("/organisations/", "/people/", "/countries/DE")
    few = [cost(officer, address) for address in addresses]
    fill_country(27)
    assert [cost(officer, address) for address in addresses] == few


def test_a_record_with_many_people_and_meetings_costs_as_much_as_one_with_few(officer):
    organisation, person = make_organisation(), make_person()

    def add(number):
        for _one in range(number):
            make_appointment(organisation=organisation)
            make_appointment(person=person)
            meeting = make_meeting()
            make_participant(meeting=meeting, group_text=None, organisation_id=organisation.id)
            make_participant(meeting=meeting, group_text=None, person_id=person.id)
            make_follow_up(partner_organisation=organisation)

    add(3)
    addresses = (f"/organisations/{organisation.id}", f"/people/{person.id}")
    few = [cost(officer, address) for address in addresses]
    add(12)
    assert [cost(officer, address) for address in addresses] == few


def keyed_rows(browser, address):
    browser.open(address)
    assert browser.status == 200
    text = browser.response.data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def shown_ids(browser):
    links = browser.page.select("main tbody tr th a")
    return [link["href"].rpartition("/")[2] for link in links]


@pytest.mark.parametrize("kind", ["organisations", "people"])
def test_the_file_has_the_rows_of_the_page_in_their_order(officer, kind):
    sector = make_sector()
    for name in ("Ғалам", "Арай", "=cmd|x", "Іле"):
        organisation = make_organisation(name_kk=name, sectors=[sector] if name < "Б" else [])
        make_appointment(
            organisation=organisation, person=make_person(family_name=name, given_name=None)
        )
    for query in ("", "q=ғ", "sort=-name", "sector=MET", "country=DE&kind=company"):
        shown = shown_ids(officer.open(f"/{kind}/?{query}"))
        rows = keyed_rows(officer, f"/{kind}.csv?{query}&headers=keys&dialect=rfc4180")
        assert [row["id"] for row in rows] == shown, query
        assert shown


def test_the_file_names_its_columns_by_attribute_and_escapes_formulas(officer):
    sectors = [make_sector(), make_sector("AGR", "Agriculture")]
    make_organisation(
        name_kk="=1+1", name_en=None, bin="300140000015", sectors=sectors, aliases=["a", "b"]
    )
    row = keyed_rows(officer, "/organisations.csv?headers=keys&dialect=rfc4180")[0]
    assert next(iter(row)) == "id"
    assert row["name_kk"] == "'=1+1"
    assert (row["kind"], row["country"], row["bin"]) == ("company", "DE", "300140000015")
    assert (row["sectors"], row["aliases"]) == ("AGR;MET", "a;b")


def test_the_file_of_people_has_contacts_languages_and_consent(officer):
    make_person(
        emails=["a@example.org", "b@example.org"],
        phones=["+77011234567"],
        languages=["de", "kk"],
        consent_basis="written",
        consent_on=date(2025, 3, 1),
    )
    row = keyed_rows(officer, "/people.csv?headers=keys&dialect=rfc4180")[0]
    assert row["emails"] == "a@example.org;b@example.org"
    assert row["phones"] == "'+77011234567"
    assert (row["languages"], row["consent_basis"]) == ("de;kk", "written")
    assert (row["consent_on"], row["consent_withdrawn_on"]) == ("2025-03-01", "")
    assert names(officer.open("/people/?q=7011234567")) == names(officer.open("/people/?q=b@exa"))
    assert len(names(officer)) == 1


def test_contacts_of_a_withdrawn_consent_go_into_no_file(officer):
    make_person(
        emails=["a@example.org"],
        phones=["+77011234567"],
        consent_basis="written",
        consent_withdrawn_on=date(2026, 1, 2),
    )
    row = keyed_rows(officer, "/people.csv?headers=keys&dialect=rfc4180")[0]
    assert (row["emails"], row["phones"]) == ("", "")
    assert (row["consent_basis"], row["consent_withdrawn_on"]) == ("written", "2026-01-02")


def names(browser):
    return [link.get_text() for link in browser.page.select("main tbody tr th a")]


def test_nobody_is_found_by_contacts_of_a_withdrawn_consent(officer):
    contacts = {"emails": ("kinne@embassy.example",), "phones": ("+77232701234",)}
    person = make_person(family_name="Kinne", **contacts)
    make_person(family_name="Iwersen", given_name="Monika", **contacts)
    searches = ("kinne@embassy", "77232701234")
    for q in searches:
        assert names(officer.open(f"/people/?q={q}")) == ["Monika Iwersen", "Ulrich Kinne"]
    officer.open(f"/people/{person.id}/edit")
    officer.submit("Save", consent_basis="written", consent_withdrawn_on="2025-03-01")
    for q in searches:
        assert names(officer.open(f"/people/?q={q}")) == ["Monika Iwersen"]
    assert names(officer.open("/people/?q=kinne ulrich")) == ["Ulrich Kinne"]


def test_the_file_names_the_post_the_page_names_whichever_were_held(app, officer, monkeypatch):
    """Every order of known and unknown ends, beginnings and posts not yet or no longer held."""
    monkeypatch.setattr(clock, "today", lambda: date(2024, 6, 1))
    spans = [(None, date(2024, 6, 1)), (date(2023, 1, 1), None), (None, None)]
    spans += [(date(2024, 6, 2), None), (date(2020, 1, 1), date(2024, 5, 31))]
    spans += [(date(2024, 1, 1), date(2025, 1, 1)), (date(2023, 1, 1), None)]
    with together():
        offices = [make_organisation() for _ in range(4)]
        for few in [(), *combinations(spans, 2), *combinations(spans, 4)]:
            person = make_person()
            for office, (first, last) in zip(offices, few, strict=False):
                make_appointment(
                    person=person, organisation=office, valid_from=first, valid_to=last
                )
    for day in (date(2024, 6, 1), date(2024, 6, 2), date(2025, 1, 2)):
        monkeypatch.setattr(clock, "today", lambda day=day: day)
        found = {
            one.id: next((post.organisation_id for post in one.posts_on(day)), "")
            for one in db.session.scalars(all_people())
        }
        officer.open("/people.csv?headers=keys&dialect=rfc4180&columns=id,organisation_id")
        told = list(csv.reader(io.StringIO(officer.text.removeprefix("\ufeff"))))[1:]
        assert {int(key): post and int(post) for key, post in told} == found
        db.session.rollback()


def test_lists_take_six_statements_at_most(officer):
    fill_country(3)
    for address in ("/organisations/", "/people/", "/countries/", "/meetings/", "/follow-ups/"):
        assert cost(officer, address) <= 6, address
