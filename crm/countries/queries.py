"""Reads of countries and trade figures."""

from collections.abc import Sequence

from sqlalchemy import ScalarSelect, Select, SQLColumnExpression, select
from sqlalchemy.orm import joinedload

from crm.core.choices import cached_choices
from crm.core.database import db
from crm.core.language import reader_language, worded
from crm.core.prepared import prepared
from crm.countries.models import Country, Indicator, TradeFact


def all_countries() -> Select[Country]:
    """Every country, by name in the reader's language."""
    name_key = getattr(Country, f"name_key_{reader_language()}")
    return select(Country).order_by(name_key.nulls_last(), Country.code)


def country_name_key(code: SQLColumnExpression[str | None]) -> ScalarSelect[str | None]:
    """What puts records in the order of their countries' names; ``code`` is their column."""
    name_key = getattr(Country, f"name_key_{reader_language()}")
    return select(name_key).where(Country.code == code).scalar_subquery()


def kept_by(user_id: int) -> Select[str]:
    """The codes of the countries whose desk officer the user is."""
    return select(Country.code).where(Country.desk_officer_id == user_id)


@cached_choices
def desk_officers() -> Sequence[int]:
    """The ids of users who are desk officer of some country, in no order."""
    found = select(Country.desk_officer_id).where(Country.desk_officer_id.is_not(None))
    return [one for one in db.session.scalars(found.distinct()) if one is not None]


@cached_choices
def country_choices() -> list[tuple[str, str]]:
    """Code and name of every country, partners first, each part by name."""
    found = list(db.session.scalars(all_countries()))
    found.sort(key=lambda country: not country.is_partner)  # stable: names stay in order
    return [(country.code, worded(country, "name").text) for country in found]


def trade_facts_of(code: str) -> Select[TradeFact]:
    """Figures of the country, newest period first, archived ones left out."""
    return every_trade_fact_of(code).where(TradeFact.archived_at.is_(None))


@prepared
def every_trade_fact_of(code: str) -> Select[TradeFact]:
    """Figures of the country, newest period first, archived ones too."""
    return (
        select(TradeFact)
        .where(TradeFact.country_code == code)
        .order_by(TradeFact.period_from.desc(), TradeFact.indicator, TradeFact.id)
    )


def newest_turnover(country_code: str) -> Select[TradeFact]:
    """The newest turnover of our own region with the country; none when there is none."""
    regions = (TradeFact.region_kk, TradeFact.region_ru, TradeFact.region_en)
    return (
        select(TradeFact)
        .where(
            TradeFact.country_code == country_code,
            TradeFact.indicator == Indicator.TURNOVER,
            TradeFact.archived_at.is_(None),
            *(region.is_(None) for region in regions),
        )
        .order_by(TradeFact.period_from.desc(), TradeFact.id.desc())
        .limit(1)
    )


def trade_fact_by_id(fact_id: int) -> Select[TradeFact]:
    """One figure, archived or not, with its country."""
    return select(TradeFact).where(TradeFact.id == fact_id).options(joinedload(TradeFact.country))


@prepared
def country_by_code(code: str) -> Select[Country]:
    """The country with exactly this code, its desk officer loaded."""
    return select(Country).where(Country.code == code).options(joinedload(Country.desk_officer))


def listed_countries() -> Select[Country]:
    """Every country for the list, its desk officer loaded; the list itself leaves out others."""
    return all_countries().options(joinedload(Country.desk_officer))
