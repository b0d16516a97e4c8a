"""One form records a delegation with its members and sectors."""

from datetime import date

import pytest
from sqlalchemy import select

from crm.core.database import db
from crm.delegations.models.delegation import Delegation
from crm.organisations.models import Organisation, Person
from tests.delegations.visits import members, only, titles
from tests.factories import make_person

pytestmark = pytest.mark.usefixtures("world")


def record(browser, **fields):
    return browser.open("/delegations/new").submit("Save", fields=fields)


# -- the form ----------------------------------------------------------------------------------


def test_title_and_country_are_enough(officer):
    record(officer, title="Visit", country="DE")
    assert officer.heading == "Visit"
    delegation = only()
    assert (delegation.status, delegation.direction, delegation.arrives_on) == (
        "planned",
        "inbound",
        None,
    )


def test_a_delegation_with_members_and_sectors_takes_one_form(officer):
    record(
        officer,
        title="Visit of the ambassador",
        country="DE",
        level="ambassador",
        arrives_on="2025-09-15",
        date_precision="month",
        purpose="Investment",
        **{
            "members-0-position": "Ambassador",
            "members-0-organisation": "Embassy of Germany",
            "members-0-role": "head",
            "members-1-name": "Ulrich Kinne",
            "members-1-position": "second secretary",
            "members-1-organisation": "Embassy of Germany",
            "members-2-kind": "group",
            "members-2-name": "Leading companies",
            "sectors-0-code": "MET",
            "sectors-1-code": "ENE",
        },
    )
    text = officer.text
    assert "September 2025" in text
    assert "Ambassador Head of the delegation name not stated Embassy of Germany" in text
    assert "Ulrich Kinne second secretary Embassy of Germany" in text
    assert "Leading companies number not stated" in text
    assert [member.position_number for member in members()] == [1, 2, 3]
    assert [sector.code for sector in only().sectors] == ["ENE", "MET"]
    assert only().arrives_on == date(2025, 9, 1)
    assert len(db.session.scalars(select(Organisation)).all()) == 1


def test_our_own_delegation_is_made_of_our_own_people(officer):
    record(
        officer,
        title="To Bursa",
        country="DE",
        direction="outbound",
        **{"members-0-kind": "organisation", "members-0-name": "Department of Investment"},
    )
    assert members()[0].organisation.country_code == "KZ"


def test_an_error_keeps_every_row_and_saves_nothing(officer):
    record(
        officer,
        title="Visit",
        country="DE",
        arrives_on="2026-12-02",
        departs_on="2026-12-01",
        **{"members-0-name": "Karl May", "members-1-kind": "group", "members-1-count": "3"},
    )
    assert officer.status == 422
    assert "Departs on: The last day is before the first one" in officer.errors
    assert any("Describe the group" in error for error in officer.errors)
    assert officer.page.select_one("[name=members-0-name]")["value"] == "Karl May"
    assert db.session.scalars(select(Delegation)).all() == []
    assert db.session.scalars(select(Person)).all() == []


SPANS = [
    ({"arrives_on": "2026-12-01"}, ("day", date(2026, 12, 1), None)),
    (
        {"arrives_on": "2026-12-01", "departs_on": "2026-12-03", "date_precision": "day"},
        ("range", date(2026, 12, 1), date(2026, 12, 3)),
    ),
    ({"arrives_on": "2026-12-05", "date_precision": "year"}, ("year", date(2026, 1, 1), None)),
]


def test_two_days_of_a_visit_are_a_range(officer):
    for given, stored in SPANS:
        record(officer, title="Visit", country="DE", **given)
        delegation = db.session.scalars(select(Delegation).order_by(Delegation.id.desc())).first()
        assert (delegation.date_precision, delegation.arrives_on, delegation.departs_on) == stored


def test_rows_are_added_and_taken_out_without_a_script(officer):
    officer.open("/delegations/new").submit(
        "Add a member", title="Visit", **{"members-0-name": "Karl May", "members-1-name": "Max"}
    )
    assert officer.page.select_one("[name=title]")["value"] == "Visit"
    assert len(officer.page.select("[name^=members-][name$=-name]")) == 6
    officer.submit("Remove: participant 1", country="DE")
    officer.submit("Save")
    assert [member.name for member in members()] == ["Max"]


def test_of_namesakes_the_officer_chooses(officer):
    make_person(family_name="May", given_name="Karl")
    second = make_person(family_name="May", given_name="Karl")
    record(officer, title="Visit", country="DE", **{"members-0-name": "Karl May"})
    assert officer.status == 422
    officer.submit("Save", **{"members-0-chosen": str(second.id)})
    assert members()[0].person_id == second.id


HOSTILE = [
    {"country": "XX"},
    {"level": "king"},
    {"direction": "up"},
    {"channel": "x"},
    {"sectors": "NOPE"},
    {"officer_id": "9" * 30},
    {"members-0-name": "x", "members-0-role": "x"},
    {"arrives_on": "2026-02-30"},
    {"title": "x" * 501},
    {"purpose": "a\x00b"},
]


def test_hostile_input_is_refused_with_422(officer):
    officer.open("/delegations/new")
    for fields in HOSTILE:
        officer.post("/delegations/new", **{"title": "Visit", "country": "DE", **fields})
        assert officer.status == 422
        assert db.session.scalars(select(Delegation)).all() == []


def test_a_country_is_taken_from_the_address(officer):
    officer.open("/delegations/new?country=DE")
    assert officer.page.select_one("[name=country] [selected]")["value"] == "DE"
    assert officer.open("/delegations/new?country=XX").status == 404


RARE = {
    "letter_number": "03-15/482",
    "letter_on": "2026-11-02",
    "languages": "German, Russian",
    "interpreter": "A. Müller",
    "logistics": "By train, hotel Dedeman",
    "channel": "embassy",
    "next_contact_on": "2026-12-07",
}


def test_the_rarer_fields_are_kept_shown_and_unfolded(officer):
    officer.open("/delegations/new?country=DE")
    assert not officer.page.select("details.sk-fold[open]")
    officer.submit("Save", title="Visit", **RARE)
    for words in (
        *("№ 03-15/482 of 2 Nov 2026", "German, Russian", "A. Müller", "By train, hotel Dedeman"),
        *("Through the embassy", "Next contact planned on 7 Dec 2026"),
    ):
        assert words in officer.text
    officer.click("Edit the delegation")
    assert len(officer.page.select("details.sk-fold[open]")) == 2
    for name, value in RARE.items():
        shown = officer.page.select_one(f"[name={name}]")
        selected = shown.select_one("[selected]")
        assert (selected or shown).get("value", shown.text.strip()) == value, name
    stored = only()
    assert str(stored.letter_on) == RARE["letter_on"]
    officer.submit("Save", letter_on="2026-02-30", letter_number="x" * 101)
    assert officer.status == 422
    assert "Date of the letter: There is no such date: write it as 24.11.2026" in officer.errors
    assert titles(officer, "/delegations/?next_contact_to=2026-12-07") == ["Visit"]
    assert titles(officer, "/delegations/?next_contact_to=2026-12-06") == []
