"""Money is exact, on both databases, and is written in the reader's way."""

from decimal import Decimal

import pytest
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from crm.core.database import db
from crm.core.money import Money, millions_text
from crm.countries.models import TradeFact
from tests.factories import make_trade_fact
from tests.postgres import on_sqlite


@pytest.mark.parametrize(
    ("amount", "minor"),
    [
        ("0", 0),
        ("0.005", 1),
        ("0.0049", 0),
        ("-0.005", -1),
        ("1.1", 110),
        ("74500000000000.07",) * 2,
    ],
)
def test_an_amount_becomes_whole_minor_units(amount, minor):
    expected = int(Decimal(minor) * 100) if isinstance(minor, str) else minor
    assert Money.of(Decimal(amount), "KZT").minor == expected


@given(st.integers(-(10**17), 10**17))
def test_minor_units_come_back_as_they_were(minor):
    money = Money(minor, "KZT")
    assert Money.of(money.amount, "KZT") == money
    assert Money.of_millions(money.millions, "KZT") == money


@pytest.mark.parametrize("minor", [7_450_000_000_000_007, -1, 0, 2**62])
def test_the_database_keeps_every_unit(app, minor):
    make_trade_fact(value_minor=minor, currency="KZT")
    db.session.expire_all()
    fact = db.session.scalar(select(TradeFact))
    assert fact.value == Money(minor, "KZT")
    assert db.session.scalar(select(func.sum(TradeFact.value_minor))) == minor


def test_the_currencies_are_part_of_the_amount():
    assert Money(1, "USD") != Money(1, "KZT")


@on_sqlite
@pytest.mark.parametrize(
    ("language", "qualifier", "text"),
    [
        ("kk", "exact", "39,5 млн АҚШ доллары"),
        ("ru", "about", "≈ 39,5 млн долларов США"),
        ("en", "more_than", "> USD 39.5 mn"),
    ],
)
def test_millions_are_written_as_the_reader_does(app, language, qualifier, text):
    with app.test_request_context(), force_locale(language):
        written = millions_text(Money.of_millions(Decimal("39.5"), "USD"), qualifier)
    assert written.replace("\xa0", " ") == text


@on_sqlite
def test_millions_lose_no_digit_and_group_by_no_break_spaces(app):
    with app.test_request_context(), force_locale("kk"):
        assert millions_text(Money(123_456_789_012, "KZT")) == "1\xa0234,56789012\xa0млн теңге"
        assert millions_text(None) == ""
