"""Reads of countries and trade figures."""

from sqlalchemy import Select, select

from crm.core.database import db
from crm.core.language import reader_language, worded
from crm.countries.models import Country, TradeFact


def partner_countries() -> Select[Country]:
    """Countries the region works with, by name in the reader's language."""
    return all_countries().where(Country.is_partner)


def all_countries() -> Select[Country]:
    """Every country, by name in the reader's language."""
    name_key = getattr(Country, f"name_key_{reader_language()}")
    return select(Country).order_by(name_key.nulls_last(), Country.code)


def country_choices() -> list[tuple[str, str]]:
    """Code and name of every country, partners first, each part by name."""
    found = list(db.session.scalars(all_countries()))
    found.sort(key=lambda country: not country.is_partner)  # stable: names stay in order
    return [(country.code, worded(country, "name").text) for country in found]


def trade_facts_of(country: Country) -> Select[TradeFact]:
    """Figures of the country, newest period first, archived ones left out."""
    return (
        select(TradeFact)
        .where(TradeFact.country_code == country.code, TradeFact.archived_at.is_(None))
        .order_by(TradeFact.period_from.desc(), TradeFact.indicator, TradeFact.id)
    )
