"""Filters that fit the field: what is not stated, people by name, periods, numbers."""

from datetime import date

import pytest

from crm.core import clock
from crm.core.database import db
from crm.delegations.models.delegation import DelegationMember
from tests.browser import text_of
from tests.factories import (
    make_appointment,
    make_country,
    make_delegation,
    make_district,
    make_interest,
    make_meeting,
    make_organisation,
    make_participant,
    make_person,
    make_project,
    make_project_participant,
    make_sector,
    make_user,
)
from tests.sweep import listings, make_world, signed_in


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: date(2026, 11, 24))


@pytest.fixture
def reader(app):
    return signed_in(app, "officer")


def found(browser, url):
    assert browser.open(url).status == 200, url
    return {text_of(link) for link in browser.page.select("main tbody th a:first-of-type")}


def test_meetings_are_found_by_who_took_part_and_by_what_is_not_stated(reader):
    somebody = make_person(given_name="Ульрих", family_name="Кинне")
    firm, delegation = make_organisation(name_en="Siemens"), make_delegation(title="Visit")
    person, company, nobody = (make_meeting(title=one) for one in ("Person", "Firm", "Nobody"))
    make_participant(meeting=person, group_text=None, person_id=somebody.id)
    make_participant(meeting=company, group_text=None, organisation_id=firm.id)
    make_participant(meeting=nobody, group_text="кинне")  # a described group is called nothing
    for query, titles in {
        "participant=КИННЕ": {"Person"},
        "participant=ульрих+кинне": {"Person"},
        "participant=siemens": {"Firm"},
        "participant=siemens+кинне": set(),
        "participant=+": {"Person", "Firm", "Nobody"},
    }.items():
        assert found(reader, f"/meetings/?{query}") == titles, query
    make_district()
    make_meeting(
        title="All stated",
        held_on=date(2026, 11, 23),
        district_code="631010000",
        delegation_id=delegation.id,
    )
    for query in ("held=none", "district=none", "delegation=none"):
        assert found(reader, f"/meetings/?{query}") == {"Person", "Firm", "Nobody"}, query
    assert found(reader, "/meetings/?district=631010000") == {"All stated"}
    assert found(reader, f"/meetings/?delegation={delegation.id}") == {"All stated"}
    reader.open("/meetings/").click("This week")
    assert reader.url == "/meetings/?held=this_week"
    assert [text_of(one) for one in reader.page.select("main tbody th a")] == ["All stated"]


def test_a_meeting_of_a_span_is_of_every_period_it_touches(reader):
    make_meeting(title="Month", held_on=date(2026, 11, 1), date_precision="month")
    make_meeting(title="Day", held_on=date(2026, 11, 1))
    assert found(reader, "/meetings/?held=this_week") == {"Month"}
    assert found(reader, "/meetings/?held=this_month") == {"Month", "Day"}
    assert found(reader, "/meetings/?held=last_month") == set()


def test_visits_are_found_by_member_and_by_what_is_not_stated(reader):
    firm = make_organisation(name_en="Alstom")
    visit = make_delegation(title="French", arrives_on=date(2026, 12, 1), sectors=[make_sector()])
    db.session.add(DelegationMember(delegation_id=visit.id, organisation_id=firm.id))
    make_delegation(title="Undated", next_contact_on=date(2026, 12, 2))
    assert found(reader, "/delegations/?participant=alst") == {"French"}
    assert found(reader, "/delegations/?sector=none") == {"Undated"}
    assert found(reader, "/delegations/?arrives=none") == {"Undated"}
    assert found(reader, "/delegations/?arrives=next_month") == {"French"}
    assert found(reader, "/delegations/?next_contact=none") == {"French"}


def test_projects_are_found_by_participant_step_memorandum_and_jobs(reader):
    firm = make_organisation(name_en="Siemens")
    hit = make_project(
        title_en="Hit",
        next_step_on=date(2026, 11, 30),
        memorandum_on=date(2026, 9, 30),
        jobs_total_planned=40,
    )
    make_project(title_en="Miss", next_step_on=date(2026, 11, 29), jobs_total_planned=39)
    make_project(title_en="Bare")
    make_project_participant(hit, organisation=firm)
    for query in (
        "participant=siem",
        "next_step=next_week",
        "memorandum=last_quarter",
        "jobs_from=39.5&jobs_to=40",
        "jobs_from=40",
    ):
        assert found(reader, f"/projects/?{query}") == {"Hit"}, query
    assert found(reader, "/projects/?next_step=none") == {"Bare"}
    assert found(reader, "/projects/?memorandum=none") == {"Miss", "Bare"}
    assert found(reader, f"/projects/?jobs_to={'9' * 24}") == {"Hit", "Miss"}
    assert found(reader, "/projects/?district=none") == {"Hit", "Miss", "Bare"}
    assert reader.open("/projects/?jobs_from=many").status == 400


def test_what_is_not_stated_is_found_in_every_register(app, reader):
    make_country("CN", "China", desk_officer_id=make_user().id)
    sectorless = make_organisation(name_en="Plain")
    metal = make_organisation(name_en="Metal", sectors=[make_sector()])
    make_appointment(person=make_person(family_name="Held"), organisation=sectorless)
    over = date(2026, 11, 23)
    make_appointment(person=make_person(family_name="Former"), organisation=metal, valid_to=over)
    assert found(reader, "/organisations/?sector=none") == {"Plain"}
    assert all("Former" in one for one in found(reader, "/people/?country=none"))
    assert len(found(reader, "/people/?country=none")) == 1
    assert found(reader, "/countries/?all=1&desk_officer=none") == {"Germany"}
    make_interest(noted_on=None)
    assert len(found(reader, "/interests/?noted=none&meeting=none")) == 1
    assert found(reader, "/interests/?noted=this_year") == set()


def test_every_filter_takes_what_it_offers_and_says_so_in_a_chip(reader):
    """Whatever the bar offers leads to a list that shows it as set, and lets it be taken off."""
    make_world()
    for listing in listings():
        reader.open(f"/{listing.name}/")
        offered = [one["href"] for one in reader.page.select(".sk-filters .sk-options a")]
        for field in reader.page.select(".sk-filters [name][type=radio], .sk-filters option"):
            name = field.get("name") or field.find_parent("select")["name"]
            if field["value"] == "none":
                offered.append(f"/{listing.name}/?{name}=none")
        for url in offered:
            assert reader.open(url).status == 200, url
            removed = [one["href"] for one in reader.page.select(".sk-filters .sk-chip-on a.x")]
            assert removed == [f"/{listing.name}/"], url
