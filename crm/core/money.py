"""Amounts of money: integer minor units and an ISO currency, never a float."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import format_decimal, get_currency_name
from flask_babel import lazy_gettext as _l

from crm.core.language import reader_language
from crm.core.words import Term

_MINOR = Decimal(100)
_MILLION = 1_000_000

# What amounts are in: those of most projects first, then all others the National Bank rates.
CURRENCIES = (
    *("KZT", "USD", "EUR", "CNY", "RUB"),
    *("AED", "AMD", "AUD", "AZN", "BRL", "BYN", "CAD", "CHF", "CZK", "DKK", "GBP", "GEL", "HKD"),
    *("HUF", "INR", "IRR", "JPY", "KGS", "KRW", "KWD", "MDL", "MXN", "MYR", "NOK", "PLN", "SAR"),
    *("SEK", "SGD", "THB", "TJS", "TRY", "UAH", "UZS", "XDR", "ZAR"),
)


@dataclass(frozen=True)
class Money:
    """``minor`` hundredths of one unit of ``currency`` (ISO 4217 letters)."""

    minor: int
    currency: str

    @classmethod
    def of(cls, amount: Decimal, currency: str) -> "Money":
        """From an amount in whole units; halves of a minor unit round up."""
        return cls(int((amount * _MINOR).to_integral_value(ROUND_HALF_UP)), currency)

    @classmethod
    def of_millions(cls, amount: Decimal, currency: str) -> "Money":
        """From an amount in millions of units, as reports give it."""
        return cls.of(amount * _MILLION, currency)

    @property
    def amount(self) -> Decimal:
        """In whole units, exact, always with its two digits behind the mark."""
        return Decimal(self.minor).scaleb(-2)

    @property
    def millions(self) -> Decimal:
        """In millions of units, exact, without trailing zeros."""
        value = self.amount / _MILLION
        return value.quantize(Decimal(1)) if value == value.to_integral() else value.normalize()


class Qualifier(Term):
    """How exactly a source gives a figure."""

    EXACT = "exact", _l("exactly")
    ABOUT = "about", _l("about")
    MORE_THAN = "more_than", _l("more than")
    LESS_THAN = "less_than", _l("less than")


# What stands after a number of millions (domain C8: CLDR has neither ₸ in Russian nor "mn").
_UNITS = {
    "kk": {"USD": "АҚШ доллары", "KZT": "теңге", "EUR": "еуро", "CNY": "юань", "RUB": "рубль"},
    "ru": {"USD": "долларов США", "KZT": "тенге", "EUR": "евро", "CNY": "юаней", "RUB": "рублей"},
}
_SHORT_UNITS = {"kk": {"KZT": "₸"}, "ru": {"KZT": "тенге"}}
_SIGNS = {"about": "≈", "more_than": ">", "less_than": "<"}


def millions_text(value: Money | None, qualifier: str = "exact") -> str:
    """``value`` in millions as the reader writes it: «39,5 млн АҚШ доллары», «USD 39.5 mn».

    ``qualifier`` (exact, about, more_than, less_than) stands before it as a sign; empty for None.
    """
    if value is None:
        return ""
    language = reader_language()
    number = plain_number(value.millions)
    if language == "en":
        return signed(f"{value.currency}\xa0{number}\xa0mn", qualifier)
    unit = _UNITS[language].get(value.currency, value.currency)
    return signed(f"{number}\xa0млн {unit}", qualifier)


def money_text(value: Money) -> str:
    """``value`` as the reader writes it: in millions, one below a million in whole units."""
    if value.minor >= _MILLION * 100:
        return millions_text(value)
    language = reader_language()
    number = plain_number(value.amount)
    if language == "en":
        return f"{value.currency}\xa0{number}"
    return f"{number}\xa0{_UNITS[language].get(value.currency, value.currency)}"


def currency_name(code: str) -> str:
    """What the reader's language calls the currency ``code``; the code itself when unknown."""
    return str(get_currency_name(code, locale=reader_language()))


def short_millions(value: Money, qualifier: str = "exact") -> str:
    """``value`` in millions to one decimal, with the sign of ``qualifier``, without a unit.

    What would round to nothing keeps its first digit: a small sum is no zero.
    """
    sign = f"{_SIGNS[qualifier]}\xa0" if qualifier in _SIGNS else ""
    place = min(-1, value.millions.adjusted()) if value.minor else -1
    rounded = value.millions.quantize(Decimal(1).scaleb(place), ROUND_HALF_UP)
    return f"{sign}{plain_number(rounded)}"


def compact_millions(value: Money, qualifier: str = "exact") -> str:
    """``short_millions`` with a unit that needs little room: «≈ 28 100 млн ₸», «KZT 28,100 mn»."""
    language, number = reader_language(), short_millions(value, qualifier)
    if language == "en":
        sign, space, digits = number.rpartition("\xa0")
        return f"{sign}{space}{value.currency}\xa0{digits}\xa0mn"
    unit = _SHORT_UNITS[language].get(value.currency, value.currency)
    return f"{number}\xa0млн\xa0{unit}"


def signed(text: str, qualifier: str = "exact") -> str:
    """``text``, a number, with the sign of ``qualifier`` before it: «≈ 1 000»."""
    return f"{_SIGNS[qualifier]}\xa0{text}" if qualifier in _SIGNS else text


def plain_number(number: Decimal) -> str:
    """``number`` with every digit it has, as the reader's language writes it."""
    return str(format_decimal(number, locale=_locale(), decimal_quantization=False))


def rate_number(number: Decimal) -> str:
    """The same with two digits after the mark at least, as rates are written."""
    return str(format_decimal(number, "#,##0.00####", locale=_locale()))


def _locale() -> str:
    language = reader_language()
    return "en_GB" if language == "en" else language
