"""What an exchange rate must be, wherever it comes from: a form or a file."""

from datetime import date, timedelta
from decimal import Decimal

from flask_babel import gettext as _

from crm.core.dates import short_date
from crm.core.money import CURRENCIES
from crm.reference.models import (
    DOLLAR,
    FIRST_RATE,
    HIGHEST_RATE,
    LOWEST_DOLLAR,
    TENGE,
    rate_text,
)

UNITS = (1, 10, 100, 1000)  # for how many of a currency the National Bank names a rate
RATED = tuple(code for code in CURRENCIES if code != TENGE)


class RateError(ValueError):
    """A rate that cannot be one; the message says why, in the reader's words."""


def micro_of(rate: Decimal, units: int, currency: str | None) -> int:
    """Millionths of a tenge for one unit when ``units`` cost ``rate``; raises RateError."""
    micro = rate * 1_000_000 / units
    if micro != int(micro):
        raise RateError(_("For one unit at most 6 digits after the decimal mark are kept"))
    if not 0 < micro <= HIGHEST_RATE:
        most = rate_text(HIGHEST_RATE)
        raise RateError(_("One unit costs more than 0 and at most %(most)s tenge", most=most))
    if currency == DOLLAR and micro < LOWEST_DOLLAR:
        raise RateError(_("A US dollar costs at least one tenge: look for how many units this is"))
    return int(micro)


def check_day(day: date, today: date) -> None:
    """Refuse a day on which there can be no rate yet, or none in tenge; raises RateError."""
    # The National Bank publishes a rate the day before it counts.
    if day > today + timedelta(days=1):
        last = short_date(today + timedelta(days=1))
        raise RateError(_("Rates are known until %(day)s at most", day=last))
    if day < FIRST_RATE:
        raise RateError(_("There is no rate in tenge before %(day)s", day=short_date(FIRST_RATE)))
