"""The board: every project in the column of its stage, counted and summed, and nothing else."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import insert, select

from crm.core import clock
from crm.core.database import db
from crm.projects.models.parts import ProjectAmount
from crm.projects.models.project import InvestmentProject
from tests.browser import text_of
from tests.factories import (
    make_amount,
    make_country,
    make_district,
    make_organisation,
    make_problem,
    make_project,
    make_project_participant,
    make_rate,
    make_user,
)
from tests.postgres import on_sqlite
from tests.sweep import statements

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def columns(browser):
    """By stage: what the head says, and the titles of the cards."""
    return {
        column["data-stage"]: (
            text_of(column.select_one("header")),
            [text_of(title) for title in column.select("h3")],
        )
        for column in browser.page.select(".sk-col")
    }


def card(browser, project):
    return text_of(browser.page.select_one(f"#p{project.id}"))


def whole(browser):
    return text_of(browser.page.select_one("#board-whole"))


def test_every_stage_has_its_count_and_its_sum(officer):
    make_rate("USD", 520, date(2026, 11, 1))
    gas = make_project(title_en="Gas", stage="negotiation")
    make_amount(gas, 2000, "USD", qualifier="about")
    water = make_project(title_en="Water", stage="negotiation")
    make_amount(water, 25_000)
    make_project(title_en="Milk", stage="investment")
    hotel = make_project(title_en="Hotel", stage="investment")
    make_amount(hotel, 5, "EUR")
    officer.open("/projects/board")
    assert columns(officer) == {
        "proposal": ("Investment proposal 0", []),
        "negotiation": ("Negotiations 2 ≈ KZT 1,065,000 mn", ["Gas", "Water"]),
        "pre_investment": ("Pre-investment stage 0", []),
        "investment": (
            "Investment stage 2 no rate no rate: 1 · no amount: 1",
            ["Milk", "Hotel"],
        ),
        "commissioned": ("Commissioned 0", []),
        "post_investment": ("Post-investment stage 0", []),
    }
    assert officer.heading == "Stage board 4"
    assert whole(officer) == (
        "Portfolio: ≈ KZT 1,065,000 mn · rates of 1 Nov 2026 · no rate: 1 · no amount: 1"
    )
    assert "≈ KZT 1,040,000 mn" in card(officer, gas)
    assert "EUR 5 mn no rate" in card(officer, hotel)


def test_a_card_says_what_matters(officer):
    aigerim = make_user(name="Айгерім Сейітқали")
    make_country("CN", "China")
    project = make_project(
        title_en="Gas",
        country_code="CN",
        officer=aigerim,
        stage_since=TODAY - timedelta(days=63),
        next_step="Consultation",
        next_step_on=TODAY - timedelta(days=1),
        status="suspended",
        text_language="kk",
    )
    for name in ("Funde Holding", "Kaz Gas", "Third"):
        make_project_participant(project, organisation=make_organisation(name_en=name))
    make_project_participant(
        project, role="contractor", organisation=make_organisation(name_en="Builder")
    )
    make_problem(project, text="No plan", since_on=TODAY - timedelta(days=9))
    make_problem(project, text="No road", since_on=TODAY - timedelta(days=3))
    make_problem(project, text="Solved", since_on=TODAY, solved_on=TODAY)
    officer.open("/projects/board?status=suspended")
    assert card(officer, project) == (
        "Gas Funde Holding , Kaz Gas +1 CN Metallurgy no amount"
        " Consultation, 23 Nov 2026 No plan +1 Suspended АС Айгерім Сейітқали 63 days at this stage"
    ).replace("Holding ,", "Holding,")
    assert officer.page.select(".late") == []  # nothing is owed of what sleeps


def test_a_step_is_late_from_the_day_after(officer):
    late = make_project(next_step="Consultation", next_step_on=TODAY - timedelta(days=1))
    make_project(next_step="Consultation", next_step_on=TODAY)
    make_project(next_step="Consultation")
    officer.open("/projects/board")
    marks = officer.page.select(".late")
    assert [mark.find_parent("article")["id"] for mark in marks] == [f"p{late.id}"]
    assert marks[0].svg["aria-label"] == "past"
    assert "Consultation, no deadline" in officer.text


def test_what_comes_first_stands_first(officer):
    for days in (9, None, 2):
        step = days and TODAY + timedelta(days=days)
        make_project(title_en=f"in {days}", next_step_on=step)
    assert columns(officer.open("/projects/board"))["proposal"][1] == ["in 2", "in 9", "in None"]


@pytest.mark.parametrize(
    ("unit", "head", "portfolio"),
    [
        ("usd", "≈ USD 2,050 mn no rate: 1", "≈ USD 2,050 mn · rates of 1 Nov 2026 · no rate: 1"),
        (
            "original",
            "≈ KZT 27,000 mn + USD 2,000 mn",
            "≈ KZT 27,000 mn + USD 2,000 mn",
        ),
    ],
)
def test_sums_are_told_in_dollars_and_in_their_own_currencies(officer, unit, head, portfolio):
    make_rate("USD", 520, date(2026, 11, 1))
    make_amount(make_project(), 2000, "USD")
    make_amount(make_project(), 26_000, qualifier="more_than")
    old = make_project()
    make_amount(old, 1000, dated_on=date(2020, 1, 1))  # before any rate
    officer.open(f"/projects/board?unit={unit}")
    assert columns(officer)["proposal"][0] == f"Investment proposal 3 {head}"
    assert whole(officer) == f"Portfolio: {portfolio}"
    assert ("no rate" in card(officer, old)) is (unit == "usd")
    assert officer.page.select_one(".sk-units .on").get_text() in ("USD mn", "Original currencies")


def exported(browser, stage):
    """The rows of the file of a stage."""
    browser.open(f"/projects.csv?headers=keys&dialect=rfc4180&status=active&stage={stage}")
    return list(
        csv.DictReader(io.StringIO(browser.response.get_data(as_text=True).lstrip("\ufeff")))
    )


def test_the_sum_of_a_column_is_the_sum_of_its_exported_rows_to_the_tiyn(officer):
    for currency, rate in (("USD", "519.87"), ("CNY", "72.5301"), ("USD", "471.333333")):
        make_rate(currency, rate, date(2026, 11, 1 if rate == "519.87" else 2))
    for number, (minor, currency) in enumerate(
        ((10**15 + 1, "KZT"), (123_456_789, "USD"), (33, "CNY"), (77, "USD"), (500, "EUR"))
    ):
        for stage in ("negotiation", "investment"):
            project = make_project(stage=stage)
            day = date(2026, 11, 1) if number == 3 else None
            make_amount(project, currency=currency, value_minor=minor + number, dated_on=day)
    make_amount(project, 5, kind="contracted")  # takes the place of the last one announced
    make_project(stage="negotiation")
    officer.open("/projects/board")
    shown = {
        stage: officer.page.select_one(f"[data-stage={stage}] .sum data")["value"]
        for stage in ("negotiation", "investment")
    }
    assert columns(officer)["negotiation"][0].endswith("no rate: 1 · no amount: 1")
    for stage, value in shown.items():
        rows = exported(officer, stage)
        assert sum(Decimal(row["amount_kzt"] or 0) for row in rows) == Decimal(value), stage
    missing = [row["amount_missing"] for row in exported(officer, "negotiation")]
    assert sorted(filter(None, missing)) == ["no_amount", "no_rate"]


def test_the_days_of_the_rates_are_told_from_the_first_to_the_last(officer):
    make_rate("USD", 500, date(2026, 1, 1))
    make_rate("USD", 520, date(2026, 11, 1))
    make_amount(make_project(), 1, "USD", dated_on=date(2026, 5, 5))
    make_amount(make_project(), 1, "USD")
    assert whole(officer.open("/projects/board")) == (
        "Portfolio: KZT 1,020 mn · rates of 1 Jan 2026 – 1 Nov 2026"
    )


def test_the_board_shows_active_projects_unless_the_address_says_otherwise(officer):
    make_project(title_en="Active")
    make_project(title_en="Sleeping", status="suspended")
    assert columns(officer.open("/projects/board"))["proposal"][1] == ["Active"]
    off = officer.page.select_one(".sk-chip-on .x")["href"]
    for url in (off, "/projects/board?status=", "/projects/board?status=any&unit=usd"):
        assert columns(officer.open(url))["proposal"][1] == ["Active", "Sleeping"], url
    assert officer.page.select_one("[name=status][type=hidden]")["value"] == "any"
    assert officer.click("List").rows != []
    assert officer.url == "/projects/"


def test_filters_are_those_of_the_list_and_go_along(officer):
    make_country("CN", "China")
    make_project(title_en="Gas", country_code="CN")
    make_project(title_en="Milk")
    officer.open("/projects/board?country=CN&unit=usd&q=gas")
    assert columns(officer)["proposal"][1] == ["Gas"]
    links = [a["href"] for a in officer.page.select(".sk-acts a")]
    query = "country=CN&q=gas&status=active"
    for path in ("/projects/", "/projects.csv", "/projects.xlsx"):
        assert f"{path}?{query}" in links
    chip = officer.page.select_one('.sk-chip-on .x[aria-label*="Country"]')["href"]
    assert columns(officer.open(chip))["proposal"][1] == ["Gas"]
    assert "unit=usd" in officer.url
    assert "q=gas" in officer.url
    officer.open("/projects/board?stage=investment")
    assert "No record fits" in officer.text
    assert [a["href"] for a in officer.page.select(".sk-empty a")] == ["/projects/board"]


def test_an_address_that_means_nothing_is_refused(officer):
    for query in (
        *("status=nonsense", "unit=eur", "all=nonsense", "move=x", "move=0", "heads=2"),
        *("sort=code", "page=2", "nonsense=1", "country=QQ", "q=" + "x" * 201, "headers=keys"),
    ):
        assert officer.open(f"/projects/board?{query}").status == 400, query


def test_restricted_projects_are_neither_shown_nor_counted_nor_summed(officer, head):
    make_amount(make_project(title_en="Open"), 10)
    hidden = make_project(title_en="Hidden", restricted=True, officer=make_user())
    make_amount(hidden, 500)
    make_amount(make_project(title_en="Other", restricted=True, stage="investment"), 7)
    officer.open("/projects/board")
    assert columns(officer)["proposal"] == ("Investment proposal 1 KZT 10 mn", ["Open"])
    assert officer.heading == "Stage board 2"  # the third one is the officer's own
    assert (
        columns(head.open("/projects/board"))["proposal"][0] == "Investment proposal 2 KZT 510 mn"
    )
    assert head.page.select_one(f"#p{hidden.id} [aria-label=Restricted]")


def make_many(number, **given):
    model = make_project(**given)
    values = {
        column.name: getattr(model, column.name)
        for column in InvestmentProject.__table__.c
        if column.name not in ("id", "code")
    }
    rows = [values | {"code": f"X-{number}-{place}"} for place in range(number)]
    db.session.execute(insert(InvestmentProject.__table__), rows)
    db.session.commit()


def test_a_column_shows_the_first_fifty_and_counts_all(officer):
    make_many(59)
    make_project(stage="investment")
    officer.open("/projects/board?unit=usd")
    head, shown = columns(officer)["proposal"]
    assert (head, len(shown)) == ("Investment proposal 60 no amount", 50)
    officer.click("Show all: 60")
    assert len(columns(officer)["proposal"][1]) == 60
    assert "unit=usd" in officer.url


def give_amounts():
    """One of a million dollars to every project that has none."""
    amounts = ProjectAmount.__table__
    without = select(InvestmentProject.id).where(
        InvestmentProject.id.not_in(select(amounts.c.project_id))
    )
    values = {"kind": "announced", "value_minor": 10**8, "currency": "USD", "qualifier": "exact"}
    rows = [
        {"project_id": key, "date_precision": "unknown", **values}
        for key in db.session.scalars(without)
    ]
    db.session.execute(insert(amounts), rows)
    db.session.commit()


@on_sqlite  # a number of statements
def test_a_thousand_projects_take_as_many_statements_as_ten(head):
    urls = ["/projects/board", "/projects/board?all=proposal&unit=original"]
    urls += ["/projects/", "/projects/figures"]
    make_rate()
    make_many(9)
    give_amounts()
    few = [statements(head, url) for url in urls]
    make_many(990, district_code=make_district().code, stage="negotiation", officer=make_user())
    give_amounts()
    assert [statements(head, url) for url in urls] == few
    assert max(few) < 22


def test_without_a_script_a_small_form_on_the_card_moves_it(officer):
    project, other = make_project(title_en="Gas"), make_project(title_en="Milk")
    officer.open("/projects/board?unit=usd&country=DE")
    swap = officer.page.select_one(f"#p{project.id} a.sk-q")
    assert swap["aria-label"] == "Change the stage: Gas"
    officer.open(swap["href"])
    form = officer.page.select_one(f"#p{project.id} form")
    assert form.select_one("option[selected]")["value"] == "negotiation"
    assert "proposal" not in [option["value"] for option in form.select("option")]
    assert officer.page.select(f"#p{other.id} form") == []
    officer.submit("Change the stage", within=f"#p{project.id}", reason="Agreed")
    assert columns(officer)["negotiation"][1] == ["Gas"]
    assert "unit=usd" in officer.url
    assert "country=DE" in officer.url


def test_a_refused_move_without_a_script_names_what_is_missing(officer):
    project = make_project(stage="negotiation")
    officer.open(f"/projects/board?move={project.id}")
    officer.submit("Change the stage", within=f"#p{project.id}")
    assert officer.status == 422
    links = [a["href"] for a in officer.page.select(".sk-msg-err a")]
    assert links == [f"/projects/{project.id}/edit#{name}" for name in ("amounts", "participants")]


def test_who_only_reads_finds_nothing_to_move(viewer):
    project = make_project()
    viewer.open(f"/projects/board?move={project.id}")
    assert viewer.status == 200
    assert viewer.page.select(".sk-card .sk-q, .sk-card form, #board-move") == []
    assert "board.js" not in str(viewer.page)


def test_the_navigation_names_the_board_alone(officer):
    officer.open("/projects/board")
    here = [text_of(link) for link in officer.page.select(".sk-side a[aria-current]")]
    assert here == ["Stage board"]
    officer.open("/projects/")
    assert text_of(officer.page.select_one(".sk-side a[aria-current]")) == "Projects"
