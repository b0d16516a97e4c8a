"""The figures of projects: every number opens exactly its records."""

from datetime import date, timedelta

import pytest

from crm.core import clock
from crm.core.database import db
from crm.projects.models.log import StageMove
from tests.factories import (
    make_amount,
    make_country,
    make_district,
    make_project,
    make_rate,
    make_sector,
    make_user,
    together,
)
from tests.postgres import on_sqlite

URL = "/projects/figures"
TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _present(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)


@together()
def make_portfolio():
    """Five active projects of two countries, one withdrawn, one completed."""
    make_rate("USD", 500, date(2026, 1, 1))
    for code in ("MET", "MET.NFM", "TUR"):
        make_sector(code, code)
    make_country("CN", "China")
    district = make_district()
    whole = make_project(sector_code="MET.NFM", district_code=district.code, stage="investment")
    make_amount(whole, 100)
    make_amount(whole, 2, "USD", kind="contracted")  # 1,000 mn tenge
    make_amount(whole, 300, kind="actual")
    inexact = make_project(sector_code="MET", country_code="CN", stage="investment")
    make_amount(inexact, 50, qualifier="about")
    unrated = make_project(sector_code="TUR", country_code="CN")
    make_amount(unrated, 7, "EUR")
    make_project(sector_code="TUR")
    launched = make_project(sector_code="TUR", stage="commissioned", commissioning_actual_year=2026)
    make_amount(launched, 20, kind="actual")
    make_project(sector_code="TUR", status="withdrawn")
    completed = make_project(status="completed", commissioning_actual_year=2026)
    make_amount(completed, 30)
    return whole


def tables(browser):
    """Rows of every table by its name: first cell -> texts of the others."""
    found = {}
    for table in browser.page.select("main table"):
        rows = {}
        for row in table.select("tbody tr"):
            texts = [" ".join(cell.get_text(" ").split()) for cell in row.select("th, td")]
            rows[texts[0]] = texts[1:]
        found[table["aria-label"]] = rows
    return found


def test_sums_by_stage_sector_country_district_and_officer(viewer):
    make_portfolio()
    found = tables(viewer.open(URL))
    stages = found["By stage"]
    assert stages["Investment stage"] == ["2", "≈ 1,050", "≈ 150", "1,000", "300", "0"]
    assert stages["Investment proposal"] == [
        "2",
        *("no rate no rate: 1", "no rate no rate: 1"),
        *("– not applicable", "– not applicable", "1"),
    ]
    assert stages["Total"] == [
        *("5", "≈ 1,050 no rate: 1", "≈ 150 no rate: 1", "1,000", "320", "2"),
    ]
    assert list(found["By sector"]) == ["MET", "TUR", "Total"], "children under their parent"
    assert found["By sector"]["MET"][:2] == ["2", "≈ 1,050"]
    assert [row[0] for row in found["By country"].values()] == ["3", "2", "5"]
    assert list(found["By district"]) == ["Oskemen", "not stated", "Total"]
    assert found["By officer"]["Total"] == stages["Total"]
    assert "rates of 1 Jan 2026" in viewer.text


@on_sqlite
def test_every_figure_opens_exactly_its_records(viewer):
    make_portfolio()
    viewer.open(URL)
    expected = {}
    for cell in viewer.page.select("main table td, .sk-lying li"):
        for link in cell.select("a[href^='/projects/?']"):
            text = link.get_text().rpartition(":")[2].strip()
            expected.setdefault(link["href"], set()).add(text)
    counts = {url: {t for t in texts if t.isdecimal()} for url, texts in expected.items()}
    assert len(counts) > 40
    for url, texts in counts.items():
        total = viewer.open(url).page.select_one("main h1 .count").get_text()
        assert viewer.status == 200, url
        assert total != "0", url
        is_sum = "amounts=" in url and "no_" not in url
        assert is_sum or texts <= {total}, (url, texts, total)


def test_a_sum_opens_the_projects_it_was_added_from(viewer):
    make_portfolio()
    viewer.open(URL)
    links = viewer.page.select("#by-stage .total a")
    counts = [viewer.open(a["href"]).page.select_one("main h1 .count").get_text() for a in links]
    # projects; cost and its missing rates; announced and its; contracted; actual; no amount
    assert counts == ["5", "3", "1", "3", "1", "1", "2", "2"]


def test_what_was_launched_in_a_year_stands_beside_the_portfolio(viewer):
    make_portfolio()
    make_project(commissioning_actual_year=2024)
    rows = tables(viewer.open(URL))["Portfolio and launched in 2026"]
    assert rows["Portfolio"][0] == "6"
    assert rows["Launched in 2026"][:5] == ["2", "30", "30", "– not applicable", "20"]
    viewer.click("2024", within="main")
    assert tables(viewer)["Portfolio and launched in 2024"]["Launched in 2024"][0] == "1"
    rows = tables(viewer.open(f"{URL}?status=active"))["Portfolio and launched in 2026"]
    assert rows["Launched in 2026"][0] == "1"
    for wrong in ("?year=1991", "?year=x", "?year=2026&sort=code", "?nonsense=1", "?stage=x"):
        assert viewer.open(URL + wrong).status == 400, wrong


def test_the_filters_of_the_list_narrow_the_figures(viewer):
    make_portfolio()
    viewer.open(f"{URL}?sector=MET.NFM")
    assert tables(viewer)["By sector"]["MET"][0] == "1"
    link = viewer.page.select_one("#by-sector tbody a")["href"]
    assert viewer.open(link).page.select_one("main h1 .count").get_text() == "1"
    assert tables(viewer.open(f"{URL}?status="))["By stage"]["Total"][0] == "7"
    assert tables(viewer.open(f"{URL}?status=withdrawn"))["By stage"]["Total"][0] == "1"
    assert "Clear filters" in viewer.open(f"{URL}?country=DE&district=none&stage=negotiation").text


def test_days_at_a_stage_are_those_of_ended_visits_and_of_present_ones(viewer):
    first, second = make_project(), make_project()
    for project, days in ((first, 10), (second, 20), (second, 60)):
        db.session.add(
            StageMove(
                project_id=project.id,
                from_stage="negotiation",
                to_stage="proposal",
                moved_on=TODAY,
                days_spent=days,
            )
        )
    first.stage_since, second.stage_since = TODAY - timedelta(days=5), TODAY - timedelta(days=8)
    db.session.commit()
    found = tables(viewer.open(URL))["Days per stage"]
    assert found["Negotiations"] == ["0", "– not applicable", "2", "30"]
    assert found["Investment proposal"] == ["2", "6", "0", "– not applicable"]


def test_a_hidden_project_counts_only_for_who_sees_it(officer, head, viewer):
    hidden = make_project(officer=make_user(), restricted=True)
    make_amount(hidden, 100)
    make_project()
    for browser, count in ((head, "2"), (officer, "1"), (viewer, "1")):
        assert tables(browser.open(URL))["By stage"]["Total"][0] == count
        assert ("100" in str(tables(browser)["By stage"])) is (count == "2")


def test_without_projects_the_page_says_what_to_do(officer):
    officer.open(URL)
    assert "No figures yet" in officer.text
    assert officer.click("Add a project", within="main").url.startswith("/projects/new")
    assert officer.open("/projects/").click("Figures", within="main").status == 200
