"""The list of projects and its files: found by what the office asks, summed to the tiyn."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import request
from openpyxl import load_workbook
from sqlalchemy import select

from crm.core import clock
from crm.core.database import db
from crm.core.listing.filters import BadQueryError
from crm.core.listing.query import filtered
from crm.projects.listing.projects import PROJECTS
from crm.projects.models.project import InvestmentProject
from crm.projects.queries.board import Unit, stage_sums
from tests.browser import text_of
from tests.factories import (
    make_amount,
    make_calculation_index,
    make_country,
    make_district,
    make_meeting,
    make_organisation,
    make_problem,
    make_project,
    make_project_meeting,
    make_project_participant,
    make_rate,
    make_sector,
    make_user,
)
from tests.postgres import on_sqlite
from tests.sweep import statements


def exported(browser, query=""):
    browser.open(f"/projects.csv?headers=keys&dialect=rfc4180{query}")
    return list(csv.DictReader(io.StringIO(browser.text.removeprefix("\ufeff"))))


def titles(app, address):
    """Titles of what the list finds for ``address``, in its order."""
    with app.test_request_context(f"/?{address}"):
        return [one.title_en for one in db.session.scalars(filtered(PROJECTS, request.args))]


def test_a_file_tells_everything_of_a_project(officer):
    make_rate("USD", 520, date(2026, 3, 1))
    make_calculation_index(2026, 4325)
    make_district()
    funde = make_organisation(name_en="Funde")
    project = make_project(
        title_en="Gas",
        district_code="631010000",
        oked="06.20.0",
        stage="investment",
        stage_since=clock.today() - timedelta(days=63),
        jobs_permanent_planned=1000,
        jobs_permanent_planned_qualifier="more_than",
        capacity_thousandths=12_500,
        capacity_unit="tonnes",
        start_year=2026,
        start_quarter=2,
        next_step="=HYPERLINK",
        next_step_on=date(2026, 12, 1),
        memorandum_on=date(2026, 5, 5),
    )
    make_project_participant(project, organisation=funde, share_basis_points=6050)
    make_amount(
        project,
        2000,
        "USD",
        qualifier="about",
        dated_on=date(2026, 1, 1),
        date_precision="year",
        source="YK.kz",
    )
    make_problem(project, text="No grid")
    met = make_project_meeting(project, make_meeting(title="Talks")).meeting_id
    make_project_meeting(project, make_meeting(restricted=True, officer=make_user()))
    (row,) = exported(officer)
    assert list(row)[:5] == ["id", "code", "title_kk", "title_ru", "title_en"]
    wanted = {
        "title_en": "Gas",
        "country": "DE",
        "country_name": "Germany",
        "sector": "MET",
        "district": "631010000",
        "district_name": "Oskemen",
        "oked": "06.20.0",
        "stage": "investment",
        "days_in_stage": "63",
        "status": "active",
        "investor_ids": str(funde.id),
        "investors": "Funde",
        "operators": "",
        "shares": "Funde: 60.5 %",
        "amount": "2000000000.00",
        "amount_currency": "USD",
        "amount_qualifier": "about",
        "amount_kzt": "1040000000000.00",
        "amount_usd": "2000000000.00",
        "amount_missing": "",
        "rate_date": "2026-03-01",
        "pool": "national",
        "announced_amount": "2000000000.00",
        "announced_on": "2026-01-01",
        "announced_date_precision": "year",
        "announced_source": "YK.kz",
        "contracted_amount": "",
        "contracted_qualifier": "",
        "jobs_permanent_planned": "1000",
        "jobs_permanent_planned_qualifier": "more_than",
        "jobs_total_actual": "",
        "jobs_total_actual_qualifier": "",
        "capacity_number": "12.5",
        "capacity_unit": "tonnes",
        "start_year": "2026",
        "start_quarter": "2",
        "next_step": "'=HYPERLINK",
        "next_step_on": "2026-12-01",
        "problem_count": "1",
        "problems": "No grid",
        "meeting_ids": str(met),
        "meetings": "Talks",
        "memorandum_on": "2026-05-05",
        "in_report": "true",
        "restricted": "false",
    }
    assert {name: row[name] for name in wanted} == wanted


def make_mixed_world():
    """Projects of one stage in tenge, dollars and euros without a rate, and one without a sum."""
    make_rate("USD", Decimal("519.87"), date(2026, 3, 1))
    for title, millions, currency in (
        ("tenge", "1250.00000001", "KZT"),
        ("dollars", "33.33333333", "USD"),
        ("euros", "50", "EUR"),
    ):
        project = make_project(title_en=title, stage="negotiation")
        make_amount(project, millions, currency, qualifier="about", dated_on=date(2026, 11, 5))
    make_project(title_en="nothing", stage="negotiation")


def test_the_sum_of_a_stage_is_that_of_its_rows_to_the_tiyn(officer):
    make_mixed_world()
    rows = exported(officer, "&stage=negotiation")
    summed = sum(Decimal(row["amount_kzt"] or 0) for row in rows)
    found = select(InvestmentProject.id)
    of_stage = next(one for one in stage_sums(found, Unit.KZT) if one.stage == "negotiation")
    assert summed == of_stage.sum.worth.amount
    assert {row["title_en"]: row["amount_missing"] for row in rows} == {
        "tenge": "",
        "dollars": "",
        "euros": "no_rate",
        "nothing": "no_amount",
    }
    officer.open("/projects.xlsx?stage=negotiation&headers=keys")
    sheet = load_workbook(io.BytesIO(officer.response.data)).active
    head, *cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    column = head.index("amount_kzt")
    numbers = [row[column] for row in cells if row[column] is not None]
    assert sum(Decimal(repr(number)) for number in numbers) == summed
    whole = text_of(officer.open("/projects/?stage=negotiation").page.select_one("#whole"))
    assert whole.startswith("Together: ≈ KZT 18,579")
    assert "rates of 1 Mar 2026" in whole
    assert "no rate: 1" in whole
    assert "no amount: 1" in whole


def test_projects_are_found_by_what_the_office_asks(app):
    make_rate("USD", 500, date(2026, 1, 1))
    make_calculation_index(clock.today().year, 4325)
    make_country("CN", "China")
    make_sector("ENE", "Energy")
    make_sector("ENE.GAS", "Gas")
    make_district()
    me, other = clock.today(), make_user()
    funde, meeting = make_organisation(), make_meeting()
    gas = make_project(
        title_en="Gas of Zaisan",
        officer=make_user(),
        country_code="CN",
        sector_code="ENE.GAS",
        district_code="631010000",
        stage="negotiation",
        next_step_on=me - timedelta(days=1),
        in_report=False,
    )
    plant = make_project(
        title_en="Plant",
        officer=other,
        stage="commissioned",
        status="completed",
        next_step_on=me - timedelta(days=1),
        commissioning_actual_year=2024,
    )
    make_amount(gas, 2000, "USD")
    make_amount(plant, "648.75")
    make_project_participant(gas, organisation=funde)
    make_project_participant(plant)
    make_problem(gas)
    make_problem(plant, solved_on=me)
    make_project_meeting(gas, meeting)
    for query in (
        "country=CN",
        "sector=ENE",
        "sector=ENE.GAS",
        "district=631010000",
        "stage=negotiation",
        "status=active",
        f"officer={gas.officer_id}",
        f"organisation={funde.id}",
        f"meeting={meeting.id}",
        "amount_from=648.76",
        "next_step_past=1",
        "problems=1",
        "in_report=0",
        "pool=national",
        "q=zaisan",
        f"q={gas.code}",
    ):
        assert titles(app, query) == ["Gas of Zaisan"], query
    for query in ("amount_to=648.75", "commissioned=2024", "in_report=1", "pool=regional"):
        assert titles(app, query) == ["Plant"], query
    for query in ("stage=memorandum", "pool=x", "amount_from=ten", "commissioned=1989", "foo=1"):
        with pytest.raises(BadQueryError):
            titles(app, query)
    for sort in ("code", "title", "country", "stage", "days", "amount", "next_step_on"):
        assert set(titles(app, f"sort=-{sort}")) == {"Plant", "Gas of Zaisan"}, sort
    assert titles(app, "sort=amount") == ["Plant", "Gas of Zaisan"]


def test_the_longer_a_project_is_at_its_stage_the_later_it_stands(officer):
    make_project(title_en="new")
    make_project(title_en="old", stage_since=clock.today() - timedelta(days=90))
    assert officer.open("/projects/?amount_from=ten").status == 400
    rows = officer.open("/projects/?sort=-days").rows
    assert [row[3] for row in rows] == ["90", "0"]


def test_what_a_list_takes_does_not_grow_with_its_rows(officer):
    def add(count):
        for _number in range(count):
            project = make_project()
            make_amount(project)
            make_project_participant(project)
            make_problem(project)

    urls = ("/projects/", "/projects.csv")
    add(2)
    before = [statements(officer, url) for url in urls]
    add(20)
    assert [statements(officer, url) for url in urls] == before


@on_sqlite
def test_the_filters_of_the_list_lead_to_the_board_and_back(officer):
    make_project(stage="negotiation")
    page = officer.open("/projects/?country=DE&sort=code").page
    (board,) = {a["href"] for a in page.select(".sk-acts a") if "board" in a["href"]}
    assert officer.open(board).status == 200
    assert "country=DE" in board
