"""Recording interests, and finding them again."""

import csv
import io
from datetime import date

import pytest
from sqlalchemy import select

from crm.core.database import db
from crm.countries.models import Country
from crm.interests.models import SectorInterest
from crm.reference.models import Sector
from tests.factories import (
    make_amount,
    make_country,
    make_delegation,
    make_interest,
    make_meeting,
    make_organisation,
    make_participant,
    make_project,
    make_sector,
)


def stored():
    db.session.rollback()
    return db.session.scalars(select(SectorInterest).order_by(SectorInterest.id)).all()


@pytest.fixture
def sectors(app):
    for code in ("MET", "MET.MIN", "ENE", "ENE.GAS"):
        make_sector(code, code.replace(".", " "))


def test_an_interest_needs_one_who_and_a_sector(officer, sectors):
    firm = make_organisation(name_en="Funde")
    officer.open("/interests/new").submit(
        "Save", organisation_id=str(firm.id), sector="ENE.GAS", note="Gas"
    )
    assert officer.heading == "Funde: ENE GAS"
    assert "Interest expressed" in officer.text
    [interest] = stored()
    assert (interest.strength, interest.direction, interest.noted_on) == ("expressed", None, None)


def test_nobody_or_two_at_once_are_refused_at_the_field(officer, sectors):
    firm = make_organisation()
    officer.open("/interests/new").submit("Save", sector="MET", note="kept")
    assert officer.status == 422
    assert any("Say who is interested" in one for one in officer.errors)
    officer.submit("Save", organisation_id=str(firm.id), country="DE")
    assert officer.status == 422
    assert sum("Leave only one" in one for one in officer.errors) == 4  # beside and on top
    assert officer.page.select_one("[name=note]").get_text(strip=True) == "kept"
    assert stored() == []
    officer.submit("Save", organisation_id="")
    assert [one.country_code for one in stored()] == ["DE"]


def test_a_day_to_come_is_refused(officer, sectors):
    make_country()
    officer.open("/interests/new").submit("Save", country="DE", sector="MET", noted_on="2199-01-01")
    assert (officer.status, stored()) == (422, [])


def test_a_stale_save_shows_three_values(officer, head, sectors):
    interest = make_interest(note="old")
    url = f"/interests/{interest.id}/edit"
    officer.open(url)
    head.open(url).submit("Save", note="theirs")
    officer.submit("Save", note="mine")
    assert officer.status == 409
    assert all(text in officer.text for text in ("old", "theirs", "mine"))
    assert stored()[0].note == "theirs"


def test_it_is_archived_restored_and_has_a_history(officer, head, sectors):
    interest = make_interest(note="old")
    url = f"/interests/{interest.id}"
    officer.open(f"{url}/edit").submit("Save", strength="committed")
    assert "Interest expressed" in officer.open(f"{url}/history").text
    assert "Germany: Metallurgy" in officer.heading or "Germany: MET" in officer.heading
    officer.open(f"{url}/archive").submit("Archive", reason="twice")
    assert officer.open("/interests/").rows == []
    assert len(officer.open("/interests/?archived=1").rows) == 1
    head.open(url).submit("Restore")
    assert len(officer.open("/interests/").rows) == 1


def test_a_country_becomes_a_partner_by_its_first_interest(officer, sectors):
    make_country("JP", "Japan", is_partner=False)
    officer.open("/interests/new").submit("Save", country="JP", sector="MET")
    db.session.rollback()
    assert db.session.get(Country, "JP").is_partner


# -- the list -------------------------------------------------------------------------------------


@pytest.fixture
def several(sectors):
    """Four interests: of a German and a Chinese firm, of a German visit, of Germany itself."""
    german = make_organisation(name_en="Siemens")
    make_country("CN", "China")
    chinese = make_organisation(name_en="Funde", country_code="CN")
    visit = make_delegation(title="German visit")
    return {
        "siemens": make_interest(
            organisation_id=german.id, sector_code="MET.MIN", noted_on=date(2026, 3, 1)
        ).id,
        "funde": make_interest(
            organisation_id=chinese.id,
            sector_code="ENE.GAS",
            strength="concrete",
            direction="invest",
            noted_on=date(2026, 5, 1),
        ).id,
        "visit": make_interest(delegation_id=visit.id, sector_code="ENE").id,
        "country": make_interest(country_code="DE", note="Ore", strength="mentioned").id,
        "firm": german.id,
        "delegation": visit.id,
    }


def listed(browser, query):
    assert browser.open(f"/interests/{query}").status == 200
    links = browser.page.select("main tbody th > a")
    return [int(link["href"].rpartition("/")[2]) for link in links]


FOUND = {
    "?country=DE": ["siemens", "visit", "country"],
    "?country=CN": ["funde"],
    "?sector=MET": ["siemens", "country"],
    "?sector=MET.MIN": ["siemens"],
    "?strength=concrete": ["funde"],
    "?direction=invest": ["funde"],
    "?organisation={firm}": ["siemens"],
    "?delegation={delegation}": ["visit"],
    "?noted_from=2026-04-01&noted_to=2026-05-01": ["funde"],
    "?q=siemens": ["siemens"],
    "?q=ore": ["country"],
}


def test_filters_of_the_list(officer, several):
    for query, found in FOUND.items():
        ids = sorted(listed(officer, query.format(**several)))
        assert ids == sorted(several[one] for one in found), query


def test_the_order_of_the_list(officer, several):
    def order(names):
        return [several[one] for one in names.split()]

    assert listed(officer, "") == order("funde siemens country visit")  # undated ones last
    assert listed(officer, "?sort=whose") == order("funde visit country siemens")
    assert listed(officer, "?sort=country")[0] == several["funde"]
    assert listed(officer, "?sort=-strength")[0] == several["funde"]
    assert listed(officer, "?sort=-sector") == order("siemens country funde visit")
    assert officer.open("/interests/?strength=strong").status == 400


def test_the_file_has_the_rows_of_the_list(officer, several):
    text = officer.open("/interests.csv?headers=keys&dialect=rfc4180&country=DE&sort=whose")
    rows = list(csv.DictReader(io.StringIO(text.response.get_data().decode("utf-8-sig"))))
    assert next(iter(rows[0])) == "id"
    assert [int(row["id"]) for row in rows] == listed(officer, "?country=DE&sort=whose")
    visit, country, siemens = rows
    assert (visit["delegation"], visit["organisation_id"]) == ("German visit", "")
    assert (country["country"], country["strength"], country["note"]) == ("DE", "mentioned", "Ore")
    assert (siemens["country"], siemens["whose_country"]) == ("", "DE")
    assert (siemens["sector"], siemens["noted_on"]) == ("MET.MIN", "2026-03-01")


# -- in one step ----------------------------------------------------------------------------------


def test_from_a_meeting_the_firm_that_came_is_meant_and_the_day_is_the_meeting_s(officer, sectors):
    visit = make_delegation()
    meeting = make_meeting(delegation_id=visit.id, held_on=date(2026, 3, 2), text_language="ru")
    firm = make_organisation(name_en="Funde")
    make_participant(meeting=meeting, group_text=None, organisation=firm)
    make_participant(
        meeting=meeting, group_text=None, organisation=make_organisation(kind="embassy")
    )
    officer.open(f"/meetings/{meeting.id}")
    who = officer.page.select("#interests [name=who] option")
    assert len(who) == 4
    officer.submit("Save the interest", sector="MET.MIN", strength="concrete", note="Ore")
    assert officer.redirects == [f"/meetings/{meeting.id}#interests"]
    section = officer.page.select_one("#interests").get_text(" ")
    assert all(text in section for text in ("MET MIN", "Concrete proposal", "Funde", "Ore"))
    [one] = stored()
    assert (one.organisation_id, one.meeting_id, one.delegation_id) == (firm.id, meeting.id, None)
    assert (one.noted_on, one.text_language) == (date(2026, 3, 2), "ru")
    officer.open(f"/meetings/{meeting.id}")
    officer.submit("Save the interest", sector="MET", who=f"delegation-{visit.id}")
    assert stored()[1].delegation_id == visit.id
    assert len(listed(officer, f"?meeting={meeting.id}")) == 2


def test_from_a_visit_an_organisation_and_a_country_it_is_theirs(officer, sectors):
    visit, firm = make_delegation(), make_organisation()
    for place in (f"/delegations/{visit.id}", f"/organisations/{firm.id}", "/countries/DE"):
        officer.open(place).submit("Save the interest", sector="MET")
        assert officer.redirects == [f"{place}#interests"]
        assert "Interest expressed" in officer.page.select_one("#interests").get_text()
    whose = [(one.delegation_id, one.organisation_id, one.country_code) for one in stored()]
    assert whose == [(visit.id, None, None), (None, firm.id, None), (None, None, "DE")]


def test_refused_the_same_page_answers_and_what_was_typed_is_kept(officer, sectors):
    meeting = make_meeting(delegation_id=make_delegation().id)
    firm = make_organisation()
    places = (f"/meetings/{meeting.id}", "/delegations/1", f"/organisations/{firm.id}")
    for number, place in enumerate((*places, "/countries/DE")):
        heading = officer.open(place).heading
        officer.submit("Save the interest", note="Ore of ours", strength="committed")
        assert (officer.status, officer.heading) == (422, heading)
        assert officer.page.select_one("#new-interest")["open"] == ""
        assert any("This field is required" in one for one in officer.errors)
        kept = officer.page.select_one("#new-interest [name=note]")
        assert kept.get_text(strip=True) == "Ore of ours"
        assert officer.page.select_one("#strength [selected]")["value"] == "committed"
        assert len(stored()) == number
        officer.submit("Save the interest", sector="MET")
        assert stored()[-1].note == "Ore of ours"


def test_who_was_not_there_is_no_choice_and_a_place_that_is_none_is_not_found(officer, sectors):
    meeting, stranger = make_meeting(), make_organisation()
    officer.open(f"/meetings/{meeting.id}")
    sent = {"sector": "MET", "strength": "expressed", "direction": ""}
    officer.post(
        "/interests/", beside=f"meetings-{meeting.id}", who=f"organisation-{stranger.id}", **sent
    )
    assert officer.status == 422
    for beside in ("meetings-999", "meetings-x", "users-1", "countries-XX", "meetings"):
        officer.open(f"/meetings/{meeting.id}")
        officer.post("/interests/", beside=beside, who="country-DE", **sent)
        assert officer.status == 404, beside
    assert stored() == []


def test_readers_are_offered_no_form(viewer, sectors):
    make_interest()
    viewer.open("/countries/DE")
    assert "Interest expressed" in viewer.page.select_one("#interests").get_text()
    assert viewer.page.select_one("#new-interest") is None
    assert viewer.open("/interests/new").status == 403


# -- projects and local organisations of its sector ----------------------------------------------


def test_an_interest_leads_to_projects_and_local_organisations_of_its_sector(officer, several):
    project = make_project(title_en="Gas field", sector_code="ENE.GAS", country_code="CN")
    make_amount(project, 2000, "USD", qualifier="about")
    make_project(title_en="Smelter", sector_code="MET")
    make_organisation(name_en="Gas works", country_code="KZ", sectors=sectors_of("ENE"))
    make_organisation(name_en="Gazprom", country_code="RU", sectors=sectors_of("ENE"))
    officer.open(f"/interests/{several['funde']}")
    projects, organisations = (
        officer.page.select_one(name).get_text(" ") for name in ("#projects", "#organisations")
    )
    assert "Gas field" in projects
    assert "≈" in projects
    assert "Smelter" not in projects
    assert "Gas works" in organisations
    assert "Gazprom" not in organisations
    officer.click("Begin a project")
    assert officer.page.select_one("#sector [selected]")["value"] == "ENE.GAS"


def test_a_local_organisation_shows_who_is_interested_in_its_sectors(officer, several):
    works = make_organisation(name_en="Gas works", country_code="KZ", sectors=sectors_of("ENE"))
    text = officer.open(f"/organisations/{works.id}").text
    assert "Partners interested in its sectors" in text
    assert "Funde" in text
    assert "Siemens" not in text
    assert "Partners interested" not in officer.open(f"/organisations/{several['firm']}").text


def sectors_of(code):
    return [db.session.get(Sector, code)]
