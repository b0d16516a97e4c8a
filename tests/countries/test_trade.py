"""Trade figures: typed in, told apart, never compared where they must not be."""

import re
from datetime import date
from decimal import Decimal

import pytest
from flask_babel import force_locale

from crm.core.database import db
from crm.core.money import Money, millions_text
from crm.countries.models import Country, Indicator, TradeFact, imbalances
from tests.browser import Browser, text_of
from tests.factories import PASSWORD, make_country, make_trade_fact, make_user

NEW = "/countries/DE/trade/new"
FIGURE = {"indicator": "turnover", "value": "39.5", "period_from": "2025-01-01", "source": "akimat"}


def record(browser, **typed):
    return browser.open(NEW).submit("Save", **{**FIGURE, **typed})


def cells(browser):
    """Indicator with period, and value, of every figure of the page."""
    return [row[:2] for row in browser.rows]


def periods(browser):
    return [text_of(period) for period in browser.page.select("main table th .sub")]


def test_an_amount_is_written_as_the_language_does(app):
    money = Money.of_millions(Decimal("39.5"), "USD")
    for language, text in (
        ("kk", "39,5 млн АҚШ доллары"),
        ("ru", "39,5 млн долларов США"),
        ("en", "USD 39.5 mn"),
    ):
        with app.test_request_context(), force_locale(language):
            assert " ".join(millions_text(money).split()) == text
            assert " ".join(millions_text(money, "more_than").split()) == f"> {text}"
            assert " ".join(millions_text(money, "about").split()) == f"≈ {text}"


def test_an_amount_keeps_every_digit(app):
    with app.test_request_context(), force_locale("kk"):
        money = Money.of_millions(Decimal("1234.56789012"), "KZT")
        assert " ".join(millions_text(money).split()) == "1 234,56789012 млн теңге"


def test_indicator_value_period_and_source_are_enough(officer):
    make_country("DE", is_partner=False)
    record(officer, is_year_to_date=True)
    assert "Figure recorded" in officer.text
    assert cells(officer) == [
        [
            "Trade turnover 2025, since the start of the year; end of the period not stated",
            "USD 39.5 mn",
        ]
    ]
    assert db.session.get(Country, "DE").is_partner


def test_an_empty_form_names_the_four_fields(officer):
    make_country("DE")
    officer.open(NEW).submit("Save")
    assert officer.status == 422
    wrong = {field["name"] for field in officer.page.select('main [aria-invalid="true"]')}
    assert wrong >= {"value", "period_from", "source"}


def record_in(browser, language, typed):
    """Type the value ``typed`` into a new figure, reading in ``language``."""
    browser.open(f"/language?to={language}").open(NEW)
    button = browser._buttons("main .sk-bar")[0].get_text(" ", strip=True)
    browser.submit(button, within="main", **{**FIGURE, "value": typed})


def test_a_value_is_read_as_the_language_writes_it(officer):
    make_country("DE")
    for language, typed, minor in (
        ("en", "39.5", 3_950_000_000),
        ("en", "1,234.5", 123_450_000_000),
        ("en", "0", 0),
        ("kk", "39,5", 3_950_000_000),
        ("kk", "39.5", 3_950_000_000),
        ("ru", "1 234,5", 123_450_000_000),
        ("ru", "0,00000001", 1),
    ):
        record_in(officer, language, typed)
        assert officer.status == 200, (typed, officer.errors)
        newest = db.session.query(TradeFact.value_minor).order_by(TradeFact.id.desc())
        assert newest.first() == (minor,), typed


def test_what_is_no_amount_is_refused_and_kept_as_typed(officer):
    make_country("DE")
    english = ("-1", "1e3", "NaN", "Infinity", "٣", "a", "0x1", "9" * 41, "39,5", "1,23")
    too_long = ("10000000", "1.123456789", "0" * 40 + "x")
    for language, typed in (
        *(("en", typed) for typed in (*english, *too_long)),
        *(("kk", typed) for typed in ("1.234,5", "1,234,5")),
    ):
        record_in(officer, language, typed)
        assert officer.status == 422, typed
        assert officer.page.select_one("[name=value]")["value"] == typed
    assert db.session.query(TradeFact).count() == 0


def test_a_period_that_is_none_is_refused(officer):
    make_country("DE")
    for typed in (
        {"period_from": "2025-03-31", "period_to": "2025-03-30"},
        {"period_from": "2025-01-02", "is_year_to_date": True},
        {"period_from": "2025-01-01", "period_to": "2026-01-01", "is_year_to_date": True},
        {"period_from": "2025-01-01", "period_to": "2025-12-31", "is_year_to_date": True},
        {"period_from": "2025-02-30"},
    ):
        assert record(officer, **typed).status == 422, typed


def test_periods_are_said_as_precisely_as_they_are_known(officer):
    make_trade_fact(period_from=date(2024, 1, 1), period_to=date(2024, 12, 31))
    make_trade_fact(period_from=date(2023, 4, 1), period_to=date(2023, 6, 30))
    make_trade_fact(period_from=date(2022, 4, 1))
    make_trade_fact(period_from=date(2021, 1, 1), period_to=date(2021, 9, 30), is_year_to_date=True)
    officer.open("/countries/DE")
    assert periods(officer) == [
        "year 2024",
        "1 Apr 2023 – 30 Jun 2023",
        "since 1 Apr 2022; end of the period not stated",
        "1 Jan 2021 – 30 Sept 2021, since the start of the year",
    ]
    assert "not comparable with full years" in officer.text


def test_a_qualifier_stands_before_the_number(officer):
    make_trade_fact(qualifier="more_than")
    assert cells(officer.open("/countries/DE"))[0][1].startswith("> USD 39.5 mn")


def test_figures_of_another_region_never_pass_for_ours(officer):
    make_trade_fact(value_minor=5_210_000_000, region_en="Zhambyl Region")
    officer.open("/countries/DE")
    assert "No figure with a source is known" in officer.page.select_one("aside").get_text(" ")
    assert "52.1" not in officer.page.select_one("aside").get_text(" ")
    table = officer.page.select_one('table[aria-label="Zhambyl Region"]')
    assert "52.1" in table.get_text(" ")
    make_trade_fact(period_from=date(2020, 1, 1))
    officer.open("/countries/DE")
    assert "39.5" in officer.page.select_one("aside").get_text(" ")


def test_a_warning_not_a_refusal_when_the_three_do_not_add_up(officer):
    year = {"period_from": date(2024, 1, 1), "period_to": date(2024, 12, 31)}
    make_trade_fact(indicator="export", value_minor=2_000_000_000, **year)
    make_trade_fact(indicator="import", value_minor=1_900_000_000, **year)
    record(officer, period_from="2024-01-01", period_to="2024-12-31")
    assert officer.status == 200
    assert "do not add up" in officer.text
    warning = text_of(officer.page.select_one("#trade .sk-msg-warn"))
    assert "Trade turnover, year 2024 : USD 39.5 mn" in warning
    assert "exports and imports together: USD 39 mn; difference: USD 0.5 mn" in warning
    record(officer, period_from="2023-01-01", period_to="2023-12-31")
    flashed = officer.page.select_one(".sk-flash")
    assert "do not add up" not in flashed.get_text(" ")


@pytest.mark.parametrize(
    ("changed", "is_wrong"),
    [
        ({}, True),
        ({"value_minor": 39}, False),
        ({"qualifier": "about"}, False),
        ({"region_kk": "Жамбыл облысы"}, False),
        ({"period_to": date(2024, 6, 30)}, False),
        ({"indicator": "export"}, False),
    ],
)
def test_only_exact_figures_of_one_scope_can_contradict(changed, is_wrong):
    def figure(name, minor, **given):
        fields = {
            "qualifier": "exact",
            "period_from": date(2024, 1, 1),
            "period_to": date(2024, 12, 31),
            "currency": "USD",
            "value_minor": minor,
            "indicator": name,
            **given,
        }
        return TradeFact(**{**fields, "indicator": Indicator(fields["indicator"])})

    turnover = figure("turnover", 40, **changed)
    facts = [figure("export", 20), figure("import", 19), turnover]
    assert [one.turnover for one in imbalances(facts)] == ([turnover] if is_wrong else [])


def test_an_indicator_twice_for_the_same_days_is_told_of(officer):
    make_trade_fact(period_from=date(2024, 1, 1), period_to=date(2024, 12, 31))
    for period_from, period_to, more in (
        ("2024-01-01", "2024-03-31", {}),  # a quarter is part of its year
        ("2025-01-01", "2025-12-31", {}),
        ("2024-01-01", "2024-12-31", {"indicator": "export"}),
        ("2024-01-01", "2024-12-31", {"region_en": "Zhambyl Region"}),
        ("2025-01-01", "2025-06-30", {"is_year_to_date": True}),
        ("2025-01-01", "2025-09-30", {"is_year_to_date": True}),
    ):
        record(officer, period_from=period_from, period_to=period_to, **more)
        assert "recorded twice" not in officer.text, (period_from, period_to, more)
        assert "twice for the same days" not in officer.text
    record(officer, period_from="2024-07-01", period_to="2025-06-30", value="7")
    assert "recorded twice for the same days" in officer.text
    warning = text_of(officer.page.select_one("#trade .sk-msg-warn"))
    assert "1 Jul 2024 – 30 Jun 2025 : USD 7 mn" in warning
    assert "Zhambyl" not in warning


def years(browser):
    """Class and name of every bar of the chart, from left to right."""
    bars = browser.page.select("main .sk-chart a")
    return [(bar.rect["class"][0], bar["aria-label"].split(", ")[-1]) for bar in bars]


def test_years_are_drawn_when_two_can_be_compared_and_the_running_year_stands_apart(officer):
    def year(number, minor, **given):
        last = None if given.get("is_year_to_date") else date(number, 12, 31)
        first = date(number, 1, 1)
        return make_trade_fact(value_minor=minor, period_from=first, period_to=last, **given)

    year(2023, 4_270_000_000)
    year(2025, 3_950_000_000, is_year_to_date=True)
    year(2024, 9_900_000_000, region_en="Zhambyl Region")
    assert years(officer.open("/countries/DE")) == []
    newest = year(2024, 4_470_000_000)
    officer.open("/countries/DE")
    assert [css for css, _name in years(officer)] == ["a", "a", "y"]
    assert [name for _css, name in years(officer)][:2] == [
        "year 2023: USD\xa042.7\xa0mn",
        "year 2024: USD\xa044.7\xa0mn",
    ]
    link = officer.page.select("main .sk-chart a")[1]["href"]
    assert link == f"#trade-{newest.id}"
    assert "year 2024" in text_of(officer.page.select_one(link))
    for number in (2023, 2024):
        year(number, 3_000_000_000, indicator="export")
        year(number, 1_270_000_000, indicator="import")
    assert [css for css, _name in years(officer.open("/countries/DE"))] == [*"abab", "y"]


def test_two_people_change_a_figure_at_once(app, officer):
    fact = make_trade_fact(source="first")
    colleague = Browser(app).sign_in(make_user().email, PASSWORD)
    address = f"/countries/trade/{fact.id}/edit"
    officer.open(address)
    colleague.open(address)
    colleague.submit("Save", value="41", source="hers")
    officer.submit("Save", value="42.5", source="mine")
    assert officer.status == 409
    ways_out = [link["href"] for link in officer.page.select(".sk-crumbs a, .sk-bar a")]
    assert ways_out == ["/countries/DE#trade"] * 2
    for text in ("first", "hers", "mine"):
        assert text in officer.text
    words = " ".join(officer.text.split())
    for amount in ("USD 39.5 mn", "USD 41 mn", "USD 42.5 mn"):
        assert amount in words
    assert "3950000000" not in words


def test_an_archived_figure_stays_findable_and_comes_back(officer, head):
    fact = make_trade_fact()
    address = f"/countries/trade/{fact.id}"
    officer.open(f"{address}/archive").submit("Archive the figure", within="main form")
    assert officer.status == 422
    officer.submit("Archive the figure", within="main form", reason="Typed twice")
    assert officer.rows == []
    assert "Typed twice" in officer.text
    assert officer.open("/countries/DE").post(f"{address}/restore").status == 403
    head.open("/countries/DE").submit("Restore", within="main")
    assert len(head.rows) == 1


def test_a_stale_archiving_asks_again(app, officer):
    fact = make_trade_fact()
    colleague = Browser(app).sign_in(make_user().email, PASSWORD)
    officer.open(f"/countries/trade/{fact.id}/archive")
    colleague.open(f"/countries/trade/{fact.id}/edit").submit("Save", source="other")
    officer.submit("Archive the figure", within="main form", reason="Typed twice")
    assert officer.status == 409
    officer.submit("Archive the figure", within="main form")
    assert officer.rows == []


def test_the_address_of_a_figure_leads_to_its_country(officer):
    fact = make_trade_fact()
    officer.open(f"/countries/trade/{fact.id}")
    assert officer.redirects == ["/countries/DE#trade"]
    for wrong in ("0", "x", "99999999999"):
        assert officer.open(f"/countries/trade/{wrong}").status == 404
    assert officer.open("/countries/XX/trade/new").status == 404


def test_a_source_is_shown_as_text_with_its_links_only(officer):
    make_trade_fact(source='<b>BAQ</b> https://baq.kz/x"onmouseover=alert(1)')
    officer.open("/countries/DE")
    assert "<b>BAQ</b>" in officer.text
    links = officer.page.select("main td a[href^='https://baq.kz']")
    assert len(links) == 1
    assert set(links[0].attrs) == {"href", "rel"}


def test_a_source_and_its_note_are_marked_with_their_language_on_every_page(officer):
    make_country("DE", name="Germany")
    record(officer, source="Баспасөз релизі", note="Кезеңі белгісіз", text_language="kk")
    record(officer, source="Press release")  # in the reader's own language, as nothing is said
    make_trade_fact(source="Пресс-релиз", text_language="ru")
    for page in ("/countries/DE", "/countries/DE/note"):
        officer.open(page)
        for text, language in (
            ("Баспасөз релизі", "kk"),
            ("Press release", "en"),
            ("Пресс-релиз", "ru"),
        ):
            assert _lang_of(officer, text) == language, (page, text)
    assert _lang_of(officer.open("/countries/DE"), "Кезеңі белгісіз") == "kk"


def _lang_of(browser, text):
    return next(
        one["lang"] for one in reversed(browser.page.select("[lang]")) if re.search(text, one.text)
    )
