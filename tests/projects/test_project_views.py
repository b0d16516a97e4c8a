"""Projects: recorded with little, shown with what is known, changed without loss."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from crm.core import clock
from crm.core.database import db
from crm.countries.models import Country
from crm.projects.models.log import StageMove, StatusChange
from crm.projects.models.parts import ProjectMeeting
from crm.projects.models.project import InvestmentProject
from tests.browser import Browser, text_of
from tests.factories import (
    PASSWORD,
    make_amount,
    make_calculation_index,
    make_country,
    make_district,
    make_interest,
    make_meeting,
    make_organisation,
    make_participant,
    make_project,
    make_project_meeting,
    make_project_participant,
    make_rate,
    make_sector,
    make_user,
)
from tests.postgres import on_sqlite
from tests.sweep import statements

NEW = "/projects/new"
YEAR = clock.today().year


@pytest.fixture
def world(app):
    make_country(is_partner=False)
    make_sector()


def record(browser, **fields):
    given = {"title_en": "Gas production", "country": "DE", "sector": "MET", **fields}
    return browser.open(NEW).submit("Save", within="main", fields=given)


def edit(browser, project, **fields):
    return browser.open(f"/projects/{project.id}/edit").submit("Save", within="main", fields=fields)


def stored():
    db.session.expire_all()
    return db.session.scalars(select(InvestmentProject).order_by(InvestmentProject.id)).all()


def shown(browser, selector):
    return [text_of(one) for one in browser.page.select(selector)]


def test_a_title_a_country_and_a_sector_are_enough(officer, world):
    record(officer)
    assert officer.heading == "Gas production"
    (project,) = stored()
    assert project.code == f"IP-{YEAR}-0001"
    assert (project.stage, project.status, project.in_report) == ("proposal", "active", True)
    assert project.stage_since == clock.today()
    (move,) = db.session.query(StageMove)
    (change,) = db.session.query(StatusChange)
    assert (move.from_stage, move.to_stage, move.author_id) == (
        None,
        "proposal",
        project.officer_id,
    )
    assert (change.from_status, change.to_status) == (None, "active")
    assert db.session.get(Country, "DE").is_partner


def test_what_is_not_required_may_be_empty_and_what_is_says_so(officer, world):
    record(officer, title_en="", country="", sector="")
    assert officer.status == 422
    assert officer.errors.count("This field is required") == 2
    assert "Fill in at least one language" in officer.errors
    assert stored() == []


def test_amounts_and_participants_are_recorded_in_the_same_form(officer, world):
    funde = make_organisation(name_en="Funde Holding Group")
    record(
        officer,
        **{
            "amounts-0-value": "2",
            "amounts-0-unit": "bn",
            "amounts-0-currency": "USD",
            "amounts-0-qualifier": "about",
            "amounts-0-dated_on": f"{YEAR}-01-01",
            "amounts-0-source": "YK.kz",
            "participants-0-organisation": "funde holding group",
            "participants-0-share_percent": "60",
            "participants-1-organisation": "Ertis SPK",
            "participants-1-role": "operator",
        },
    )
    table = shown(officer, "#amounts tbody tr:first-child td, #amounts tbody tr:first-child th")
    assert table[:2] == [f"Announced 1 Jan {YEAR}", "≈ USD 2,000 mn (about)"]
    assert "YK.kz" in table
    (first, second) = officer.page.select("#participants .sk-who b a")
    assert first["href"] == f"/organisations/{funde.id}"
    assert text_of(second) == "Ertis SPK"


def test_a_wrong_row_keeps_everything_and_saves_nothing(officer, world):
    record(
        officer,
        **{
            "amounts-0-value": "a lot",
            "participants-0-organisation": "Funde",
            "participants-0-share_percent": "101",
        },
    )
    assert officer.status == 422
    assert officer.page.select_one("[name=amounts-0-value]")["value"] == "a lot"
    assert officer.page.select_one("[name=participants-0-organisation]")["value"] == "Funde"
    assert "A share is at most 100" in officer.errors
    assert stored() == []


def test_a_project_may_be_recorded_at_a_later_stage_when_its_fields_are_filled(officer, world):
    make_district()
    since = clock.today() - timedelta(days=40)
    late = {"stage": "investment", "stage_since": since.isoformat(), "start_year": str(YEAR)}
    record(officer, **late)
    assert officer.status == 422
    missing = {text.partition(": ")[2] for text in officer.errors if text.startswith("Needed for")}
    assert missing == {"Amount", "Investor", "District"}
    filled = {
        "amounts-0-kind": "contracted",
        "amounts-0-value": "100",
        "participants-0-organisation": "Funde",
        "district": "631010000",
    }
    record(officer, **late, **filled)
    (project,) = stored()
    assert (project.stage, project.stage_since) == ("investment", since)
    (move,) = db.session.query(StageMove)
    assert (move.to_stage, move.moved_on) == ("investment", since)
    late["stage_since"] = str(clock.today() + timedelta(days=1))
    record(officer, **late, **filled)
    assert "This day is still ahead" in officer.errors


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"start_quarter": "2"}, "Write the year of the quarter, too"),
        ({"start_year": "1989"}, "Write a year from 1990 to 2100"),
        ({"commissioning_actual_year": str(YEAR + 1)}, "This year is still ahead: it is the"),
        ({"jobs_total_planned": "-1"}, "Write a whole number"),
        ({"jobs_total_planned": str(2**31)}, "This number is too large"),
        ({"capacity_number": "1.2345"}, "At most 3 digits after the decimal mark"),
        ({"oked": "06-20"}, "Write the code in letters, digits and dots"),
    ],
)
@on_sqlite
def test_what_cannot_be_is_refused_at_the_field(officer, world, typed, message):
    record(officer, **typed)
    assert officer.status == 422
    (name,) = typed
    cell = officer.page.select_one(f"[name={name}]").find_parent(".sk-f")
    if name != "start_quarter":
        assert officer.page.select_one(f"[name={name}]")["value"] == typed[name]
    assert message in text_of(cell)


def test_an_ordinary_edit_never_fails_because_of_old_gaps(officer):
    project = make_project(stage="commissioned", title_en="Plant")
    edit(officer, project, title_en="Plant 2", capacity_number="12.5", jobs_total_planned="0")
    assert officer.heading == "Plant 2"
    (project,) = stored()
    assert (project.capacity_thousandths, project.jobs_total_planned) == (12_500, 0)
    assert project.version == 2
    officer.open(f"/projects/{project.id}/history")
    assert "12.5" in officer.text


def test_rows_are_added_on_the_edit_form_without_touching_those_that_are_there(officer):
    project = make_project()
    funde = make_organisation(name_en="Funde")
    make_project_participant(project, organisation=funde)
    make_amount(project, 100)
    given = {"amounts-0-value": "200", "participants-0-organisation": "FUNDE"}
    edit(officer, project, **given)
    assert officer.status == 422
    assert "It takes part in this role already" in officer.errors[-1]
    edit(officer, project, **given, **{"participants-0-role": "operator"})
    assert len(officer.page.select("#participants .sk-who")) == 2
    assert [row[1] for row in officer.rows[:2]] == ["USD 200 mn", "KZT 100 mn"]


def test_the_form_has_the_place_of_every_gap(officer):
    project = make_project()
    page = officer.open(f"/projects/{project.id}/edit").page
    anchors = ["amounts", "participants", "district", "start_year", "jobs_permanent_actual"]
    anchors += ["commissioning_actual_year", "next_step", "next_step_on", "oked", "memorandum_on"]
    anchors += ["jobs_permanent_planned", "capacity_number", "commissioning_planned_year"]
    anchors += ["jobs_temporary_actual"]
    assert [one for one in anchors if len(page.select(f"#{one}")) != 1] == []


def test_two_people_who_change_one_project_are_shown_three_values(officer):
    project = make_project(title_en="Gas", capacity_thousandths=1000)
    officer.open(f"/projects/{project.id}/edit")
    project.title_en, project.capacity_thousandths = "Gas of Zaisan", 2500
    db.session.commit()
    officer.submit("Save", within="main", fields={"title_en": "Gas field", "capacity_number": "4"})
    assert officer.status == 409
    clashes = officer.text
    for value in ("Gas of Zaisan", "Gas field", "2.5", "4"):
        assert value in clashes
    assert stored()[0].title_en == "Gas of Zaisan"


def test_an_archived_project_is_read_only(officer, head):
    project = make_project()
    project.archive(clock.now(), "twice")
    db.session.commit()
    assert officer.open(f"/projects/{project.id}").status == 200
    assert "Edit the project" not in officer.text
    assert officer.open(f"/projects/{project.id}/edit").status == 409
    assert officer.open("/projects/").rows == []
    head.open(f"/projects/{project.id}").submit("Restore")
    assert officer.open("/projects/").rows != []


def test_a_reader_sees_a_project_and_changes_nothing(viewer):
    project = make_project()
    page = viewer.open(f"/projects/{project.id}").page
    assert not page.select("a[href$='/edit']")
    assert viewer.open(f"/projects/{project.id}/edit").status == 403


def test_only_officer_team_and_heads_see_a_restricted_project(app, officer, head):
    helper = make_user()
    project = make_project(title_en="Secret", restricted=True, officer=make_user(), team=[helper])
    assert officer.open(f"/projects/{project.id}").status == 404
    assert officer.open("/projects/?restricted=1").rows == []
    for browser in (head, Browser(app).sign_in(helper.email, PASSWORD)):
        assert browser.open(f"/projects/{project.id}").heading == "Secret"
        assert "Secret" in browser.open("/projects/").rows[0][0]


def test_the_page_says_what_is_unknown_and_what_is_late(officer):
    make_rate("USD", 520, date(2020, 1, 1))
    make_calculation_index(2026, 4325)
    project = make_project(
        next_step="Sign the contract",
        next_step_on=clock.today() - timedelta(days=1),
        jobs_total_planned=1000,
        jobs_total_planned_qualifier="more_than",
        commissioning_planned_year=2028,
        commissioning_planned_quarter=3,
    )
    make_amount(project, 2000, "USD", dated_on=date(2026, 3, 1), qualifier="about")
    officer.open(f"/projects/{project.id}")
    plan = shown(officer, ".sk-plan td")
    assert plan[:2] == ["not stated", "– not applicable"]
    assert plan[4] == "> 1,000"
    assert plan[6] == "quarter 3 of 2028"
    assert "past:" in shown(officer, "#step")[0]
    assert "National pool" in shown(officer, ".sk-aside")[0]
    project.next_step_on = None
    db.session.commit()
    late = officer.open(f"/projects/{project.id}").page.select_one("#step a")
    assert late["href"] == f"/projects/{project.id}/edit#next_step_on"


def test_a_new_project_takes_over_what_it_comes_out_of(officer, world):
    make_sector("ENE", "Energy")
    make_country("CN", "China")
    meeting = make_meeting(country_code="DE")
    organisation = make_organisation(name_en="Funde", country_code="CN")
    interest = make_interest(organisation_id=organisation.id, sector_code="ENE")
    page = officer.open(f"{NEW}?interest={interest.id}").page
    assert page.select_one("[name=sector] [selected]")["value"] == "ENE"
    assert page.select_one("[name=participants-0-organisation]")["value"] == "Funde"
    page = officer.open(f"{NEW}?organisation={organisation.id}").page
    assert page.select_one("[name=country] [selected]")["value"] == "CN"
    make_participant(meeting=meeting, organisation=organisation, group_text=None)
    page = officer.open(f"{NEW}?meeting={meeting.id}").page
    assert page.select_one("[name=participants-0-organisation]")["value"] == "Funde"
    officer.submit("Save", within="main", title_en="Gas", sector="MET")
    (project,) = stored()
    assert project.country_code == "DE"
    (link,) = db.session.query(ProjectMeeting)
    assert (link.project_id, link.meeting_id) == (project.id, meeting.id)
    for what in ("meeting=9", "organisation=9", "interest=9", "country=XX", "meeting=abc"):
        assert officer.open(f"{NEW}?{what}").status == 404, what


def test_a_project_stands_on_the_pages_of_its_country_and_its_organisations(officer, viewer, world):
    organisation = make_organisation(name_en="Funde")
    gas = make_project(title_en="Gas")
    make_project_participant(gas, organisation=organisation)
    make_project_participant(make_project(title_en="Coal", archived_at=clock.now()))
    gold = make_project(title_en="Gold", restricted=True, officer=make_user())
    make_project_participant(gas, organisation=organisation, role="operator")
    make_project_participant(gold, organisation=organisation)
    for page in ("/countries/DE", f"/organisations/{organisation.id}"):
        officer.open(page)
        section = text_of(officer.page.select_one("#projects"))
        assert section.startswith("Projects 1 Add a project Gas"), page
        assert "Gold" not in viewer.open(page).text
        assert not viewer.page.select("a[href*='/projects/new']")
        officer.open(page).click("Add a project", within="main")
        assert officer.page.select_one("[name=country] [selected]")["value"] == "DE"


def test_codes_are_given_in_order_even_to_those_who_record_at_once(app, world):
    make_project(code=f"IP-{YEAR}-0041", restricted=True, officer=make_user())
    users = [make_user(email=f"at{n}@once.example") for n in range(2)]
    browsers = [Browser(app).sign_in(user.email, PASSWORD).open(NEW) for user in users]
    typed = {"title_en": "Gas", "country": "DE", "sector": "MET"}

    def save(browser):
        return browser.submit("Save", within="main", fields=typed).status

    with ThreadPoolExecutor(len(browsers)) as threads:
        assert list(threads.map(save, browsers)) == [200] * 2
    db.session.rollback()
    codes = sorted(project.code for project in db.session.query(InvestmentProject))
    assert codes == [f"IP-{YEAR}-{number:04}" for number in (42, 43)]  # the hidden 0041 counts


def test_the_statements_of_a_page_do_not_grow_with_what_hangs_on_it(officer):
    few, many = make_project(), make_project()
    for project, count in ((few, 1), (many, 4)):
        for _number in range(count):
            make_amount(project)
            make_project_participant(project)
            make_project_meeting(project, make_meeting())
    for path in ("", "/edit"):
        urls = [f"/projects/{project.id}{path}" for project in (few, many)]
        assert statements(officer, urls[0]) == statements(officer, urls[1])


def test_one_name_written_two_ways_is_one_participant(officer, world):
    twice = {"participants-0-organisation": "Acme", "participants-1-organisation": "ACME\xa0 "}
    assert record(officer, **twice).status == 422
    assert "It takes part in this role already" in officer.errors[-1]
    twice["participants-0-organisation"] = "Acme Oil"
    assert record(officer, **twice | {"participants-1-organisation": "ACME\xa0 OIL"}).status == 422
    assert stored() == []


def test_a_participant_may_have_a_very_long_name(officer, world):
    name = "Ж" * 200 + " " + "long name " * 20
    record(officer, **{"participants-0-organisation": name})
    (project,) = stored()
    assert officer.url == f"/projects/{project.id}"
    assert " ".join(name.split()) in officer.text
