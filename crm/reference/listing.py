"""The list of exchange rates."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import extract

from crm.core.database import db
from crm.core.listing.columns import Column, plain
from crm.core.listing.declare import KEY_LABEL, Listing, ScreenColumn
from crm.core.listing.filters import ChoiceFilter, Choices
from crm.core.listing.ranges import PAST, DateRangeFilter
from crm.core.money import currency_name
from crm.reference.models import ExchangeRate, rate_of
from crm.reference.queries import every_rate, rated_currencies, rated_years


def _currencies() -> Choices:
    return [
        (code, f"{code} – {currency_name(code)}") for code in db.session.scalars(rated_currencies())
    ]


def _years() -> Choices:
    return [(str(year), str(year)) for year in db.session.scalars(rated_years())]


COLUMNS = [
    plain(ExchangeRate.id, KEY_LABEL),
    plain(ExchangeRate.currency, _l("Currency")),
    plain(ExchangeRate.rated_on, _l("Date")),
    Column("rate", _l("Tenge for one unit"), ExchangeRate.tenge_micro, rate_of),
    plain(ExchangeRate.source, _l("Source")),
]

RATES = Listing(
    name="admin/reference/rates",
    title=_l("Exchange rates"),
    base=every_rate,
    key=ExchangeRate.id,
    columns=COLUMNS,
    screen=[
        ScreenColumn("rated_on", _l("Date"), "rated_on", files=("rated_on",), fixed=True),
        ScreenColumn("currency", _l("Currency"), "currency", "w-quart", ("currency",)),
        ScreenColumn("rate", _l("Tenge for one unit"), None, "r", ("rate",)),
        ScreenColumn("source", _l("Source"), None, "w-mid", ("source",)),
        ScreenColumn("actions", ""),
    ],
    filters=[
        ChoiceFilter(
            "currency",
            _l("Currency"),
            _currencies,
            lambda code: ExchangeRate.currency == code,
        ),
        ChoiceFilter(
            "year",
            _l("Year"),
            _years,
            lambda year: extract("year", ExchangeRate.rated_on) == int(year),
        ),
        DateRangeFilter("rated", _l("Date"), ExchangeRate.rated_on, periods=PAST),
    ],
    sorts={
        "rated_on": [ExchangeRate.rated_on],
        "currency": [ExchangeRate.currency, ExchangeRate.rated_on],
    },
    default_sort="-rated_on",
    are_choices_kept=False,  # currencies and years of the rates there are
)
