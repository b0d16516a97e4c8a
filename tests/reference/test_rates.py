"""Exchange rates and the yearly calculation index, in the hands of administrators."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from crm.core import clock
from crm.core.database import db
from crm.core.money import Money
from crm.reference.models import CalculationIndex, ExchangeRate
from crm.reference.services.lists import load_reference_lists
from tests.browser import Browser
from tests.factories import PASSWORD, make_calculation_index, make_rate, make_user
from tests.postgres import on_sqlite

BASE = "/admin/reference/rates"
TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _present(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def typed(admin, **fields):
    admin.open(f"{BASE}/new")
    given = {"currency": "USD", "rated_on": "2026-11-23", "rate": "520.15", **fields}
    return admin.submit("Save", fields=given)


def stored():
    db.session.expire_all()
    found = db.session.scalars(select(ExchangeRate).order_by(ExchangeRate.id))
    return [(one.currency, one.rated_on.isoformat(), one.tenge_micro) for one in found]


def test_only_administrators_see_rates(officer, head, viewer):
    make_rate()
    for browser in (officer, head, viewer):
        for path in ("", "/new", "/1/edit", "/import", "/1/retire"):
            assert browser.open(BASE + path).status == 403, path
        assert browser.open("/admin/reference/mci").status == 403
        assert browser.open("/admin/reference/rates.csv").status == 403


def test_a_rate_is_kept_exactly_for_one_unit(admin):
    typed(admin, source="National Bank")
    typed(admin, currency="KRW", rate="35.51", units="100")
    assert stored() == [
        ("USD", "2026-11-23", 520_150_000),
        ("KRW", "2026-11-23", 355_100),
    ]
    assert [row[1:4] for row in admin.rows] == [
        ["KRW South Korean Won", "0.3551", "not stated"],
        ["USD US Dollar", "520.15", "National Bank"],
    ]


def test_the_decimal_mark_is_the_reader_s(app):
    user = make_user(role="admin", language="ru")
    browser = Browser(app).sign_in(user.email, PASSWORD)
    browser.open(f"{BASE}/new").submit(
        "Сохранить", currency="USD", rated_on="2026-11-23", rate="1 520,5"
    )
    assert stored() == [("USD", "2026-11-23", 1_520_500_000)]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"currency": ""}, "This field is required"),
        ({"rate": "0"}, "One unit costs more than 0"),
        ({"rate": "50000.000001"}, "at most 50,000.00 tenge"),
        ({"rate": "0.5"}, "A US dollar costs at least one tenge"),
        ({"currency": "KRW", "rate": "0.0000123", "units": "100"}, "at most 6 digits"),
        ({"rate": "five"}, "Write a number"),
        ({"rate": "1" * 5000}, "Write a number"),
        ({"rated_on": "2026-11-25"}, "known until 24 Nov 2026"),
        ({"rated_on": "1993-11-14"}, "before 15 Nov 1993"),
        ({"source": "x" * 501}, "At most 500 characters"),
    ],
)
@on_sqlite
def test_a_wrong_rate_is_refused_at_its_field_and_kept(admin, fields, words):
    typed(admin, **fields)
    assert admin.status == 422
    assert words in str(admin.errors)
    for name, value in fields.items():
        control = admin.page.select_one(f"main [name={name}]")
        if control.name != "select":
            assert control["value"] == value
    assert stored() == []


def test_tenge_and_a_made_up_number_of_units_cannot_be_chosen(admin):
    admin.open(f"{BASE}/new")
    sent = {"currency": "USD", "rated_on": "2026-11-23", "rate": "1", "units": "7"}
    assert admin.post(f"{BASE}/new", **sent).status == 422
    assert "Choose one of the list" in str(admin.errors)
    sent |= {"currency": "KZT", "units": "1"}
    assert admin.post(f"{BASE}/new", **sent).status == 422
    assert stored() == []


def test_the_rate_of_tomorrow_may_be_recorded_today(admin):
    typed(admin, rated_on=(TODAY + timedelta(days=1)).isoformat())
    assert admin.status == 200
    assert stored() == [("USD", "2026-11-24", 520_150_000)]


def test_a_currency_has_one_rate_a_day(admin):
    there = make_rate("USD", 500, TODAY)
    there.archive(clock.now(), "typed wrongly")
    db.session.commit()
    typed(admin)
    assert admin.status == 422
    assert "has a rate for this day already, in use or retired" in str(admin.errors)
    assert admin.page.select_one(f"main a[href='{BASE}/{there.id}']").get_text()
    typed(admin, currency="EUR")
    typed(admin, rated_on="2026-11-22")
    assert len(stored()) == 3


def test_used_currencies_are_offered_first(admin):
    make_rate("UZS", "0.04", TODAY)
    admin.open(f"{BASE}/new")
    options = [one["value"] for one in admin.page.select("main [name=currency] option")]
    assert options[:3] == ["", "UZS", "USD"]
    assert options.count("UZS") == 1
    assert "KZT" not in options


def test_a_rate_is_corrected_and_its_history_says_so_in_words(admin):
    rate = make_rate("KRW", "0.3551", TODAY)
    admin.open(f"{BASE}/{rate.id}")
    assert admin.page.select_one("main [name=rate]")["value"] == "0.3551"
    admin.submit("Save", rate="35.6", units="100")
    assert stored()[0][2] == 356_000
    admin.open(f"{BASE}/{rate.id}/history")
    assert admin.heading == "KRW, 23 Nov 2026"
    assert "Rate, tenge" in admin.text
    assert "0.3551" in admin.text
    assert "0.356" in admin.text
    assert "356000" not in admin.text


def test_two_corrections_at_once_are_shown_beside_each_other(admin):
    rate = make_rate("USD", 500, TODAY)
    admin.open(f"{BASE}/{rate.id}/edit")
    db.session.get(ExchangeRate, rate.id).tenge_micro = 510_000_000
    db.session.commit()
    admin.submit("Save", rate="5200", units="10")
    assert admin.status == 409
    for text in ("500.00", "510.00", "520.00"):
        assert text in admin.text
    admin.submit("Save what is chosen")
    assert stored()[0][2] == 520_000_000


def test_a_retired_rate_leaves_the_list_and_comes_back(admin):
    rate = make_rate("USD", 520, TODAY)
    admin.open(f"{BASE}/{rate.id}/retire").submit("Retire", reason="typed wrongly")
    assert "Without rates" in admin.text
    assert "520" not in str(admin.rows)
    admin.open(f"{BASE}/?archived=1").submit("Bring back: USD, 23 Nov 2026")
    assert admin.rows[0][2] == "520.00"


def test_the_list_is_newest_first_and_narrowed_by_currency_and_year(admin):
    make_rate("USD", 470, date(2025, 1, 6))
    make_rate("EUR", 600, date(2026, 11, 20))
    make_rate("USD", 520, date(2026, 11, 21))
    days = [row[0] for row in admin.open(BASE).rows]
    assert days == ["21 Nov 2026", "20 Nov 2026", "6 Jan 2025"]
    assert len(admin.open(f"{BASE}/?currency=USD").rows) == 2
    assert [row[2] for row in admin.open(f"{BASE}/?currency=USD&year=2025").rows] == ["470.00"]
    assert admin.open(f"{BASE}/?year=1999").status == 400
    lines = admin.open("/admin/reference/rates.csv?headers=keys&dialect=rfc4180").text
    assert "EUR,2026-11-20,600," in lines


# -- the calculation index ---------------------------------------------------------------------


def test_an_installation_knows_the_indexes_that_are_known(app):
    load_reference_lists()
    load_reference_lists()
    found = {one.year: one.threshold for one in db.session.scalars(select(CalculationIndex))}
    assert found == {
        2025: Money(58_980_000_000, "KZT"),
        2026: Money(64_875_000_000, "KZT"),
    }


def test_an_index_is_added_shown_with_its_threshold_and_corrected(admin):
    admin.open("/admin/reference/mci").click("Add a year")
    assert admin.page.select_one("[name=national_pool_from]")["value"] == "150000"
    admin.submit("Save", year="2027", value="4 500.5", decree="Law No. 1")
    assert admin.rows[0][:5] == ["2027", "4,500.5", "150,000", "675.075", "Law No. 1"]
    admin.click("2027").submit("Save", value="4600")
    assert admin.rows[0][3] == "690"
    index = db.session.scalar(select(CalculationIndex))
    admin.open(f"/admin/reference/mci/{index.id}/history")
    assert "KZT 4,500.5" in admin.text.replace("\xa0", " ")
    assert "KZT 4,600" in admin.text.replace("\xa0", " ")


def test_a_wrong_index_or_a_year_twice_is_refused(admin):
    there = make_calculation_index(2026)
    for fields, words in (
        ({"year": "2026", "value": "4325"}, "This year stands in the list already"),
        ({"year": "26", "value": "4325"}, "Write a year as 2026"),
        ({"year": "2027", "value": "0"}, "Write a number above 0"),
        ({"year": "2027", "value": "1000000"}, "This is too much"),
        ({"year": "2027", "value": "4325.555"}, "At most 2 digits"),
        ({"year": "2027", "value": "4325", "national_pool_from": "10000001"}, "Write a number up"),
    ):
        admin.open("/admin/reference/mci/new").submit("Save", fields=fields)
        assert admin.status == 422, fields
        assert words in str(admin.errors), admin.errors
        link = admin.page.select_one(f"main a[href='/admin/reference/mci/{there.id}']")
        assert (link is not None) is (fields["year"] == "2026")
