"""Amounts, shares and their dates as people type them."""

from datetime import date

import pytest
from flask_babel import force_locale
from werkzeug.datastructures import MultiDict

from crm.core.forms import BaseForm
from crm.core.money import Money
from crm.projects.forms.amounts import AmountRow, AmountsField, ParticipantRow
from tests.postgres import on_sqlite

pytestmark = on_sqlite


class Form(BaseForm):
    class Meta:
        csrf = False

    amounts = AmountsField("Amounts")


@pytest.fixture
def typed(app):
    """A function: one row of amounts with what was typed, validated."""

    def filled(language="en", **fields):
        sent = MultiDict({f"amounts-0-{name}": value for name, value in fields.items()})
        with app.test_request_context("/", method="POST"), force_locale(language):
            form = Form(formdata=sent)
            form.validate()
            row = form.amounts.forms[0]
            row.shown = row.value._value()
            return row

    return filled


@pytest.mark.parametrize(
    ("number", "unit", "currency", "money"),
    [
        ("2", "bn", "USD", Money(200_000_000_000, "USD")),
        ("39.5", "mn", "EUR", Money(3_950_000_000, "EUR")),
        ("1,234.56", "whole", "KZT", Money(123_456, "KZT")),
        ("99 999 999", "mn", "KZT", Money(9_999_999_900_000_000, "KZT")),
    ],
)
def test_an_amount_is_number_unit_and_currency(typed, number, unit, currency, money):
    row = typed(value=number, unit=unit, currency=currency)
    assert (row.value.data, row.errors) == (money, {})


@pytest.mark.parametrize(
    ("number", "unit", "currency", "message"),
    [
        ("0", "mn", "USD", "Write a number above 0"),
        ("-3", "mn", "USD", "Write a number from 0, as 39.5"),
        ("2 bn", "mn", "USD", "Write a number from 0, as 39.5"),
        ("1.005", "whole", "USD", "This is more exact than hundredths: write fewer digits"),
        ("1000", "bn", "USD", "This is too much: look at the unit, and whether it is millions"),
        ("100000", "bn", "KZT", "This is too much: look at the unit, and whether it is millions"),
        ("1", "dozen", "USD", "Choose one of the list"),
        ("1", "mn", "GOLD", "Choose a currency of the list"),
        ("", "mn", "USD", "Write how much it is"),
    ],
)
def test_what_is_no_amount_is_refused_and_kept_as_typed(typed, number, unit, currency, message):
    row = typed(value=number, unit=unit, currency=currency, source="Trend")
    assert row.value.errors == [message]
    assert (row.shown, row.value.unit, row.value.currency) == (number, unit, currency)


def test_the_decimal_mark_is_the_readers(typed):
    assert typed("ru", value="39,5").value.data == Money(3_950_000_000, "USD")
    assert typed("kk", value="39.5").value.data == Money(3_950_000_000, "USD")
    assert typed("kk", value="1 234,5").value.data == Money(123_450_000_000, "USD")
    assert typed("en", value="39,5").value.errors


def test_an_amount_is_shown_in_the_unit_it_was_typed_in(typed):
    assert typed(value="2", unit="bn", dated_on="never").shown == "2"


def test_an_amount_without_a_date_is_of_an_unknown_one(typed):
    row = typed(value="2")
    assert (row.dated_on.data, row.date_precision.data) == (None, "unknown")


def test_any_day_of_a_quarter_says_the_quarter(typed):
    row = typed(value="2", date_precision="quarter", dated_on="20.05.2026")
    assert (row.dated_on.data, row.date_precision.data) == (date(2026, 4, 1), "quarter")


def test_a_refused_amount_keeps_the_precision_that_was_chosen(typed):
    row = typed(date_precision="unknown", dated_on="20.05.2026")
    assert (row.date_precision.shown, row.date_precision.data) == ("unknown", "day")


def test_an_amount_is_of_no_week_and_no_range(typed):
    assert typed(value="2", date_precision="week", dated_on="20.05.2026").date_precision.errors


def test_a_row_with_nothing_but_a_kind_is_empty(typed):
    row = typed(kind="actual", unit="mn", currency="KZT", value="")
    assert row.is_blank
    assert row.errors == {}


@pytest.mark.parametrize(
    ("text", "share", "errors"),
    [
        ("33.33", 3333, []),
        ("100", 10_000, []),
        ("0", 0, []),
        ("33.333", None, ["At most 2 digits after the decimal mark"]),
        ("100.01", 10_001, ["A share is at most 100"]),
    ],
)
def test_a_share_is_a_per_cent_with_two_decimals(app, text, share, errors):
    sent = {"organisation": "Funde Holding", "share_percent": text}
    with app.test_request_context("/", method="POST"), force_locale("en"):
        row = ParticipantRow(formdata=MultiDict(sent))
        row.validate()
        assert (row.share_percent.data, list(row.share_percent.errors)) == (share, errors)


def test_a_stored_amount_is_shown_in_millions_or_in_full(app):
    with app.test_request_context("/"), force_locale("ru"):
        large = AmountRow(data={"value": Money(3_950_000_000, "EUR")}).value
        small = AmountRow(data={"value": Money(123_456, "KZT")}).value
        assert (large._value(), large.unit, large.currency) == ("39,5", "mn", "EUR")
        assert (small._value(), small.unit, small.currency) == ("1\xa0234,56", "whole", "KZT")
