"""Filling the list of countries of a new installation."""

from babel import Locale
from sqlalchemy import select

from crm.core.database import db
from crm.core.language import LANGUAGES
from crm.countries.models import HOME, Country

_NOT_COUNTRIES = frozenset(
    ["EU", "EZ", "QO", "UN", "XA", "XB", "ZZ", "AC", "CP", "DG", "EA", "IC", "TA", "CQ"]
)


def load_countries() -> int:
    """Add every country of CLDR that is missing, named in kk, ru and en; how many were added."""
    names = {code: Locale.parse(code).territories for code in LANGUAGES}
    present = set(db.session.scalars(select(Country.code)))
    codes = [
        code
        for code in sorted(names["en"])
        if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES | present
    ]
    db.session.add_all(
        Country(code=code, **{f"name_{one}": names[one].get(code) for one in LANGUAGES})
        for code in codes
    )
    db.session.flush()
    return len(codes)


def make_partner(country_code: str) -> None:
    """The region works with this country from now on (its first record says so)."""
    if country_code == HOME:
        return  # our own organisations make nobody a partner
    country = db.session.get(Country, country_code)
    if country is not None and not country.is_partner:
        country.is_partner = True
