"""Countries and the region's trade with them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from crm.accounts.models import User
from crm.core.database import Archivable, Model, NamedInLanguages, Versioned
from crm.core.money import Money
from crm.core.trail import Audited
from crm.core.words import Term


class Country(Audited, Versioned, NamedInLanguages, Model):
    """A country by its ISO 3166 alpha-2 code; names from CLDR."""

    __tablename__ = "countries"
    code: Mapped[str] = mapped_column(String(2), primary_key=True)
    is_partner: Mapped[bool] = mapped_column(default=False)
    desk_officer_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="RESTRICT"), index=True
    )
    desk_officer: Mapped[User | None] = relationship(lazy="raise_on_sql")


class Indicator(Term):
    """What a trade figure measures."""

    TURNOVER = "turnover", _l("Trade turnover")
    EXPORT = "export", _l("Exports")
    IMPORT = "import", _l("Imports")


class Qualifier(Term):
    """How exactly a source gives a figure."""

    EXACT = "exact", _l("exactly")
    ABOUT = "about", _l("about")
    MORE_THAN = "more_than", _l("more than")
    LESS_THAN = "less_than", _l("less than")


class TradeFact(Audited, Versioned, Archivable, Model):
    """A sourced trade figure. A year-to-date one is never added to nor compared with full years."""

    __tablename__ = "trade_facts"
    __table_args__ = (
        CheckConstraint("period_to IS NULL OR period_to >= period_from", name="period_in_order"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    country_code: Mapped[str] = mapped_column(
        ForeignKey("countries.code", ondelete="RESTRICT"), index=True
    )
    indicator: Mapped[Indicator]
    value_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3), default="USD")
    value: Mapped[Money] = composite("value_minor", "currency")
    qualifier: Mapped[Qualifier] = mapped_column(default=Qualifier.EXACT)
    period_from: Mapped[date]
    period_to: Mapped[date | None]
    is_year_to_date: Mapped[bool] = mapped_column(default=False)
    # Whose trade it is when not our region's; such figures never count as ours.
    region_kk: Mapped[str | None] = mapped_column(String(200))
    region_ru: Mapped[str | None] = mapped_column(String(200))
    region_en: Mapped[str | None] = mapped_column(String(200))
    source: Mapped[str]
    note: Mapped[str | None]
    country: Mapped[Country] = relationship(lazy="raise_on_sql")

    @property
    def is_ours(self) -> bool:
        """Whether the figure is about our own region."""
        return not (self.region_kk or self.region_ru or self.region_en)

    @property
    def scope(self) -> tuple[Any, ...]:
        """What figures must share to be set side by side: region, period, currency."""
        region = self.region_kk or self.region_ru or self.region_en
        period = (self.period_from, self.period_to, self.is_year_to_date)
        return region, *period, self.currency


def unbalanced(facts: Iterable[TradeFact]) -> list[TradeFact]:
    """Turnovers among ``facts`` that are not the sum of exports and imports of the same scope.

    Only exact figures can contradict each other; where one of the three is missing nothing is said.
    """
    exact: dict[tuple[Any, ...], dict[Indicator, TradeFact]] = {}
    for fact in facts:
        if fact.qualifier == Qualifier.EXACT:
            exact.setdefault(fact.scope, {}).setdefault(fact.indicator, fact)
    return [
        three[Indicator.TURNOVER]
        for three in exact.values()
        if len(three) == len(Indicator)
        and three[Indicator.TURNOVER].value_minor
        != three[Indicator.EXPORT].value_minor + three[Indicator.IMPORT].value_minor
    ]
