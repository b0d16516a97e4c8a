"""The matrix of interests: every number opens exactly its records."""

import pytest

from crm.core.database import db
from crm.interests.models import SectorInterest
from tests.factories import (
    make_country,
    make_delegation,
    make_interest,
    make_organisation,
    make_sector,
    make_user,
)
from tests.sweep import statements


@pytest.fixture
def world(app):
    for code in ("MET", "MET.MIN", "MET.REE", "ENE", "ENE.GAS"):
        make_sector(code, code.replace(".", " "))
    firm = make_organisation(name_en="Siemens")
    visit = make_delegation(title="German visit")
    make_country("CN", "China")
    make_interest(organisation_id=firm.id, sector_code="MET.MIN")
    make_interest(organisation_id=firm.id, sector_code="MET.MIN", strength="concrete")
    make_interest(delegation_id=visit.id, sector_code="MET")
    make_interest(country_code="DE", sector_code="ENE.GAS", strength="mentioned")
    make_interest(country_code="CN", sector_code="ENE", strength="committed")
    return firm


def table(browser):
    head = [cell.get_text(strip=True) for cell in browser.page.select("main thead th")]
    return head, {row[0]: row[1:] for row in browser.rows}


def numbers(browser):
    """Number and address of every link in the table."""
    links = browser.page.select("main table a.sk-num")
    return [(int(link.own_text), link["href"]) for link in links]


MATRICES = (
    "/interests/matrix",
    "/interests/matrix?sector=MET",
    "/interests/matrix?sector=ENE.GAS",
    "/interests/matrix?strength=expressed&country=DE",
    "/interests/matrix/organisations?sector=MET",
)


def test_every_number_equals_the_rows_behind_its_link(officer, world):
    with_secret()
    for url in MATRICES:
        found = numbers(officer.open(url))
        assert found, url
        for number, link in dict.fromkeys(found):
            assert len(officer.open(link).rows) == number, link


def with_secret():
    """Interests an ordinary officer does not see: restricted, and of a restricted visit."""
    keeper = make_user()
    make_interest(country_code="DE", officer=keeper, restricted=True)
    hidden = make_delegation(officer=keeper, restricted=True)
    make_interest(delegation_id=hidden.id, officer=keeper)


def test_hidden_interests_are_counted_for_those_who_see_them(officer, head, world):
    officer.open("/interests/matrix")
    before = officer.rows
    with_secret()
    assert officer.open("/interests/matrix").rows == before
    assert sum(number for number, _link in numbers(head.open("/interests/matrix"))) > sum(
        number for number, _link in numbers(officer)
    )


def test_whole_sectors_are_columns_and_open_into_their_parts(officer, world):
    head, rows = table(officer.open("/interests/matrix"))
    assert head == ["Country", "ENE", "MET", "Total"]
    assert list(rows) == ["CN China", "DE Germany", "Total"]
    assert "1 Concrete proposal, Germany, MET" in rows["DE Germany"][1]
    assert "2 Interest expressed, Germany, MET" in rows["DE Germany"][1]
    head, rows = table(officer.click("MET"))
    assert head == ["Country", "MET", "MET MIN", "Total"]
    assert list(rows) == ["DE Germany"]
    assert "1 Interest expressed, Germany, MET MIN" in rows["DE Germany"][1]
    assert "2 Interest expressed, Germany, Total" in rows["DE Germany"][2]


def test_by_organisation_only_theirs_are_counted(officer, world):
    head, rows = table(officer.open("/interests/matrix/organisations"))
    assert head == ["Organisation", "MET"]
    assert list(rows) == ["Siemens"]
    assert "1 Interest expressed" in rows["Siemens"][0]


def test_the_views_share_their_filters(officer, world):
    officer.open("/interests/matrix?country=CN")
    assert list(table(officer)[1]) == ["CN China"]
    officer.click("List")
    assert len(officer.rows) == 1
    assert officer.open("/interests/matrix?sector=XXX").status == 400
    assert officer.open("/interests/matrix?strange=1").status == 400


def test_an_empty_matrix_says_so(officer):
    assert "Nothing here yet" in officer.open("/interests/matrix").text


def test_pages_take_the_same_statements_for_ten_and_for_two_hundred(officer, world):
    firm_id, sectors = world.id, ("MET", "MET.MIN", "MET.REE", "ENE", "ENE.GAS")
    urls = ["/interests/", "/interests/matrix", "/interests/matrix/organisations", "/countries/DE"]
    urls += [f"/organisations/{firm_id}", "/delegations/1", "/interests/1"]
    more(10, sectors, firm_id)
    before = {url: statements(officer, url) for url in urls}
    more(190, sectors, firm_id)
    assert {url: statements(officer, url) for url in urls} == before


def more(number, sectors, firm_id):
    whose = ({"organisation_id": firm_id}, {"delegation_id": 1}, {"country_code": "CN"})
    db.session.add_all(
        SectorInterest(sector_code=sectors[n % 5], officer_id=1, **whose[n % 3])
        for n in range(number)
    )
    db.session.commit()
