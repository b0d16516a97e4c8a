"""Amounts, participants and problems of a project: added, corrected, taken out."""

from datetime import date

import pytest
from sqlalchemy import select

from crm.audit.models import AuditEntry
from crm.core import clock
from crm.core.database import db
from crm.delegations.services.parties import organisation_kind
from crm.organisations.models import Organisation
from crm.projects.models.parts import Problem, ProjectAmount, ProjectParticipant
from crm.projects.models.project import InvestmentProject
from tests.factories import (
    make_amount,
    make_organisation,
    make_problem,
    make_project,
    make_project_participant,
    make_rate,
)
from tests.postgres import on_sqlite
from tests.sweep import statements


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: date(2026, 11, 23))


@pytest.fixture
def project(app):
    return make_project(country_code="CN", title_en="Gas in Zaisan")


def section(browser, name):
    found = browser.page.select_one(f"#{name}")
    return " ".join(found.get_text(" ").split()) if found else ""


def only(model):
    db.session.rollback()
    return db.session.scalars(select(model)).unique().one()


def version_of(project):
    db.session.rollback()
    return db.session.scalar(
        select(InvestmentProject.version).where(InvestmentProject.id == project.id)
    )


# -- amounts ------------------------------------------------------------------------------------


def test_an_amount_is_added_with_its_date_and_source(officer, project):
    make_rate("USD", 520, date(2025, 1, 3))
    officer.open(f"/projects/{project.id}/amounts/new").submit(
        "Save",
        kind="announced",
        value="2",
        unit="bn",
        currency="USD",
        qualifier="about",
        date_precision="year",
        dated_on="2025-06-30",
        source="Trend, https://example.org/gas",
    )
    amount = only(ProjectAmount)
    assert (amount.value_minor, amount.currency) == (200_000_000_000, "USD")
    assert (amount.dated_on, amount.date_precision, amount.qualifier) == (
        date(2025, 1, 1),
        "year",
        "about",
    )
    assert officer.url == f"/projects/{project.id}#amounts".split("#")[0]
    row = section(officer, "amounts")
    assert "≈ USD 2,000 mn" in row
    assert "≈ KZT 1,040,000 mn rate of 3 Jan 2025" in row
    assert "year 2025" in row
    assert officer.page.select_one("#amounts a[href='https://example.org/gas']")
    assert version_of(project) == 1  # adding changes nothing of what others see


def test_an_amount_without_a_rate_says_so_and_a_missing_one_too(officer, project):
    make_amount(project, 5, "EUR")
    officer.open(f"/projects/{project.id}")
    assert "EUR 5 mn no rate" in section(officer, "amounts")
    assert "Contracted no amount" in section(officer, "amounts")


def test_a_wrong_amount_is_refused_at_its_field_with_everything_typed(officer, project):
    officer.open(f"/projects/{project.id}/amounts/new").submit(
        "Save", value="two", unit="bn", currency="EUR", source="Letter 5"
    )
    assert officer.status == 422
    assert officer.errors == [
        "Amount: Write a number from 0, as 39.5",
        "Write a number from 0, as 39.5",
    ]
    shown = {
        name: officer.page.select_one(f"[name={name}]") for name in ("value", "unit", "currency")
    }
    assert shown["value"]["value"] == "two"
    assert shown["unit"].select_one("[selected]")["value"] == "bn"
    assert shown["currency"].select_one("[selected]")["value"] == "EUR"
    assert db.session.scalars(select(ProjectAmount)).all() == []


def test_an_amount_is_corrected_and_removed(officer, project):
    amount = make_amount(project, 10, "USD")
    officer.open(f"/projects/{project.id}/amounts/{amount.id}/edit")
    assert officer.page.select_one("[name=value]")["value"] == "10"
    officer.submit("Save", value="12.5", kind="contracted")
    assert (only(ProjectAmount).value_minor, only(ProjectAmount).kind) == (
        1_250_000_000,
        "contracted",
    )
    assert version_of(project) == 2
    officer.open(f"/projects/{project.id}/amounts/{amount.id}/edit").submit("Remove the amount")
    assert db.session.scalars(select(ProjectAmount)).all() == []
    assert "Amount removed" in officer.text
    officer.open(f"/projects/{project.id}/history")
    assert "USD 12.5 mn" in officer.text


def test_an_amount_of_the_day_of_a_publication_stays_one(officer, project):
    amount = make_amount(project, dated_on=date(2025, 9, 26), date_precision="publication_day")
    officer.open(f"/projects/{project.id}/amounts/{amount.id}/edit")
    officer.submit("Save", source="Zakon.kz")
    stored = only(ProjectAmount)
    assert (stored.dated_on, stored.date_precision) == (date(2025, 9, 26), "publication_day")
    assert stored.source == "Zakon.kz"


def test_two_people_correct_an_amount_at_once(officer, head, project):
    amount = make_amount(project, 10, "USD")
    url = f"/projects/{project.id}/amounts/{amount.id}/edit"
    officer.open(url)
    head.open(url).submit("Save", value="20")
    officer.submit("Save", value="30", unit="mn")
    assert officer.status == 409
    words = officer.text
    assert all(f"USD {number} mn" in words for number in (10, 20, 30))
    officer.submit("Save what is chosen", fields={"resolve-value": "stored"})
    assert only(ProjectAmount).value_minor == 2_000_000_000
    # What was typed in another unit is never mixed with what is stored.
    officer.open(url)
    head.open(url).submit("Save", value="40")
    officer.submit("Save", value="3", unit="bn")
    officer.submit("Save what is chosen", fields={"resolve-value": "stored"})
    assert only(ProjectAmount).value_minor == 4_000_000_000


# -- participants -------------------------------------------------------------------------------


def test_a_participant_is_a_known_organisation_or_a_new_one_of_the_projects_country(
    officer, project
):
    known = make_organisation(name_en="Funde Holding Group")
    add = f"/projects/{project.id}/participants/new"
    officer.open(add)
    assert "Funde Holding Group" in [one["value"] for one in officer.page.select("datalist option")]
    officer.submit("Save", organisation="funde holding  group", role="investor", share_percent="60")
    officer.open(add).submit("Save", organisation="Zaisan Gas", role="operator")
    db.session.rollback()
    found = db.session.execute(
        select(ProjectParticipant.organisation_id, ProjectParticipant.share_basis_points).order_by(
            ProjectParticipant.id
        )
    ).all()
    made = db.session.scalar(select(Organisation).where(Organisation.name_kk == "Zaisan Gas"))
    assert found == [(known.id, 6000), (made.id, None)]
    assert made.country_code == "CN"
    assert "Funde Holding Group Investor share: 60 %" in section(officer, "participants")


@pytest.mark.parametrize(
    ("name", "kind"), [("«Алтай» ЖШС", "company"), ("Saxony GmbH", "company"), ("Incheon", "other")]
)
def test_the_legal_form_says_that_it_is_a_company(name, kind):
    assert organisation_kind(name) == kind


def test_an_organisation_stands_once_in_a_role(officer, project):
    known = make_organisation(name_en="Funde")
    other = make_organisation(name_en="Other")
    make_project_participant(project, organisation=known)
    there = make_project_participant(project, organisation=other)
    officer.open(f"/projects/{project.id}/participants/new").submit("Save", organisation="Funde")
    assert officer.status == 422
    assert "It takes part in this role already" in officer.errors[-1]
    assert officer.page.select_one("[name=organisation]")["value"] == "Funde"
    officer.open(f"/projects/{project.id}/participants/{there.id}/edit")
    officer.submit("Save", organisation="Funde")
    assert officer.status == 422
    officer.submit("Save", organisation="Funde", role="contractor")
    assert officer.status == 200


def test_shares_of_investors_above_the_whole_are_warned_of_not_refused(officer, project):
    make_project_participant(project, share_basis_points=6000)
    add = f"/projects/{project.id}/participants/new"
    officer.open(add).submit("Save", organisation="B", share_percent="40", role="investor")
    assert "add up to" not in officer.text
    officer.open(add).submit("Save", organisation="C", share_percent="50", role="operator")
    assert "add up to" not in officer.text
    officer.open(add).submit("Save", organisation="D", share_percent="0.01", role="investor")
    assert officer.status == 200
    assert "The shares of the investors add up to more than 100: check them" in officer.text
    officer.open(f"/projects/{project.id}")
    assert "add up to 100.01 %: check them" in section(officer, "participants")


# -- problems -----------------------------------------------------------------------------------


def test_a_problem_says_whose_it_is_who_decides_and_what_is_at_risk(officer, project):
    officer.open(f"/projects/{project.id}/problems/new")
    assert officer.page.select_one("[name=since_on]")["value"] == "2026-11-23"
    officer.submit(
        "Save",
        text="No grid connection",
        agency="KEGOC",
        decided_by="Ministry of Energy",
        decide_by_on="2026-11-20",
        since_on="2026-11-01",
        risk="1.5",
        risk_unit="bn",
        risk_currency="KZT",
    )
    words = section(officer, "problems")
    assert "No grid connection" in words
    assert "KEGOC · since 1 Nov 2026, days: 22 · at risk: KZT 1,500 mn" in words
    assert "Decides: Ministry of Energy" in words
    assert officer.page.select_one("#problems .due-over")


def test_a_problem_is_solved_by_one_button(officer, project):
    problem = make_problem(project, since_on=date(2026, 11, 1))
    officer.open(f"/projects/{project.id}").submit(
        "Mark the problem as solved", solved_on="2026-10-31", solution="Line built"
    )
    assert officer.status == 422
    assert "It was solved before it arose: correct one of the days" in officer.errors
    assert "Line built" in officer.text
    officer.submit("Save", solved_on="2026-11-20")
    problem = only(Problem)
    assert (problem.solved_on, problem.solution) == (date(2026, 11, 20), "Line built")
    assert "Solved: 1" in section(officer, "problems")
    assert "days: 19" in section(officer, "problems")


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"text": ""}, "text", "This field is required"),
        ({"since_on": "2026-11-24"}, "since_on", "This day is still ahead"),
        ({"solution": "Done"}, "solved_on", "Write when it was solved, too"),
        ({"solved_on": "2026-11-24"}, "solved_on", "This day is still ahead"),
    ],
)
@on_sqlite
def test_what_is_wrong_with_a_problem_is_said_at_its_field(officer, project, typed, field, message):
    officer.open(f"/projects/{project.id}/problems/new").submit("Save", **{"text": "x", **typed})
    assert officer.status == 422
    control = officer.page.select_one(f"#{field}-error")
    assert message in control.get_text()
    assert db.session.scalars(select(Problem)).all() == []


# -- all of them --------------------------------------------------------------------------------


def test_a_stale_removal_shows_the_part_as_it_is_and_asks_again(officer, head, project):
    problem = make_problem(project)
    url = f"/projects/{project.id}/problems/{problem.id}/edit"
    officer.open(url)
    head.open(url).submit("Save", text="No water")
    officer.submit("Remove the problem")
    assert officer.status == 409
    assert "No water" in officer.text
    officer.submit("Remove the problem")
    assert db.session.scalars(select(Problem)).all() == []


def test_parts_leave_one_entry_each_in_the_history(officer, project):
    officer.open(f"/projects/{project.id}/amounts/new").submit("Save", value="1")
    officer.open(f"/projects/{project.id}/participants/new").submit("Save", organisation="B")
    officer.open(f"/projects/{project.id}/problems/new").submit("Save", text="No grid")
    db.session.rollback()
    tables = db.session.scalars(
        select(AuditEntry.part).where(AuditEntry.kind == "projects", AuditEntry.part.is_not(None))
    ).all()
    assert sorted(tables) == ["project_amounts", "project_participants", "project_problems"]


def test_readers_see_the_parts_and_change_none(viewer, project):
    amount = make_amount(project)
    viewer.open(f"/projects/{project.id}")
    assert not viewer.page.select("#amounts a[href$=edit], #amounts a[href$=new]")
    assert viewer.open(f"/projects/{project.id}/amounts/{amount.id}/edit").status == 403


def test_a_part_of_another_project_is_not_found(officer, project):
    amount = make_amount(make_project())
    assert officer.open(f"/projects/{project.id}/amounts/{amount.id}/edit").status == 404


@on_sqlite
def test_a_page_takes_as_many_statements_for_many_parts_as_for_few(officer, project):
    def add(count):
        for _one in range(count):
            make_amount(project)
            make_project_participant(project)
            make_problem(project)

    add(2)
    few = statements(officer, f"/projects/{project.id}")
    add(10)
    assert statements(officer, f"/projects/{project.id}") == few
