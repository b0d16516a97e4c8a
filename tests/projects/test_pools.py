"""The pool of a project follows from what it costs and the calculation index of the year."""

from datetime import date

import pytest
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.core import clock
from crm.core.database import db
from crm.core.money import Money
from crm.core.sight import EVERYTHING, seeing
from crm.projects.models.project import InvestmentProject
from crm.projects.models.terms import Pool
from crm.projects.queries.pools import is_of_pool, pool_of
from tests.factories import make_amount, make_calculation_index, make_project, make_rate

TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _present(app, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    with force_locale("en"):
        yield


def pool_now(project):
    """As a page reads it: the project and its cost in one statement."""
    asked = select(InvestmentProject).options(joinedload(InvestmentProject.cost))
    found = db.session.scalars(
        asked.where(InvestmentProject.id == project.id).execution_options(populate_existing=True)
    ).one()
    return pool_of(found, TODAY)


def of_pool(pool):
    with seeing(EVERYTHING):
        return set(db.session.scalars(select(InvestmentProject.code).where(is_of_pool(pool))))


def test_a_project_is_national_only_above_the_threshold(app):
    make_calculation_index(2026, 4325)
    at, above = make_project(), make_project()
    make_amount(at, millions="648.75")
    make_amount(above, millions="648.75000001", kind="contracted")
    make_amount(above, millions=1, kind="announced")

    assert pool_now(at).pool == Pool.REGIONAL
    assert pool_now(above).pool == Pool.NATIONAL
    assert of_pool(Pool.REGIONAL) == {at.code}
    assert of_pool(Pool.NATIONAL) == {above.code}


def test_the_table_of_the_year_of_the_amount_counts_not_of_today(app):
    make_calculation_index(2025, 3932)
    make_calculation_index(2026, 4325)
    then, undated = make_project(), make_project()
    make_amount(then, millions=600, dated_on=date(2025, 3, 1), date_precision="month")
    make_amount(undated, millions=600)

    assert (pool_now(then).pool, pool_now(then).year) == (Pool.NATIONAL, 2025)
    assert pool_now(then).threshold == Money(58_980_000_000, "KZT")
    assert (pool_now(undated).pool, pool_now(undated).year) == (Pool.REGIONAL, 2026)


def test_an_amount_abroad_counts_in_tenge(app):
    make_calculation_index(2026, 4325)
    project = make_project()
    make_amount(project, millions=2, currency="USD")
    assert pool_now(project).text == "no rate"

    make_rate("USD", 520)
    assert pool_now(project).pool == Pool.NATIONAL


def test_what_is_missing_is_said(app):
    empty, early = make_project(), make_project()
    make_amount(early, millions=1, dated_on=date(2024, 5, 6))
    make_amount(empty, millions=5, kind="actual")  # spent is not what it costs

    assert pool_now(empty).text == "no amount"
    assert pool_now(early).text == "no MCI for 2024"
    assert pool_now(early).lacks_index
    assert not pool_now(empty).lacks_index
    assert of_pool(Pool.REGIONAL) == of_pool(Pool.NATIONAL) == set()


def test_a_retired_index_counts_no_more(app):
    index = make_calculation_index(2026, 4325)
    project = make_project()
    make_amount(project)
    assert pool_now(project).pool == Pool.REGIONAL

    index.archive(clock.now(), "typed wrongly")
    db.session.commit()
    assert pool_now(project).lacks_index


def test_the_page_of_a_project_says_what_is_missing_and_leads_administrators_to_it(admin, viewer):
    project = make_project()
    make_amount(project)
    way = "main a[href='/admin/reference/mci/new']"
    assert "no MCI for 2026" in viewer.open(f"/projects/{project.id}").text
    assert viewer.page.select_one(way) is None
    assert admin.open(f"/projects/{project.id}").page.select_one(way)

    make_calculation_index(2026, 4325)
    assert "Regional pool" in admin.open(f"/projects/{project.id}").text
    assert admin.page.select_one(way) is None
