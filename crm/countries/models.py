"""Countries and the region's trade with them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from crm.accounts.models import Language, User
from crm.core.choices import Offered
from crm.core.database import Archivable, Model, NamedInLanguages, Versioned
from crm.core.money import Money, Qualifier
from crm.core.territories import names_abroad
from crm.core.trail import Audited
from crm.core.words import Term

HOME = "KZ"  # our own organisations are of this country


class Country(Offered, Audited, Versioned, NamedInLanguages, Model):
    """A country by its ISO 3166 alpha-2 code; names from CLDR."""

    __tablename__ = "countries"
    code: Mapped[str] = mapped_column(String(2), primary_key=True)
    is_partner: Mapped[bool] = mapped_column(default=False)
    desk_officer_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="RESTRICT"), index=True
    )
    desk_officer: Mapped[User | None] = relationship(lazy="raise_on_sql")

    def search_spellings(self) -> tuple[str | None, ...]:
        return self.code, *names_abroad(self.code)


class Indicator(Term):
    """What a trade figure measures."""

    TURNOVER = "turnover", _l("Trade turnover")
    EXPORT = "export", _l("Exports")
    IMPORT = "import", _l("Imports")


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
    text_language: Mapped[Language] = mapped_column(default=Language.KK)
    country: Mapped[Country] = relationship(lazy="raise_on_sql")

    @property
    def is_ours(self) -> bool:
        """Whether the figure is about our own region."""
        return not (self.region_kk or self.region_ru or self.region_en)

    @property
    def scope(self) -> tuple[Any, ...]:
        """What figures must share to be set side by side: region, period, currency."""
        period = (self.period_from, self.period_to, self.is_year_to_date)
        return *self._whose, *period

    def overlaps(self, other: "TradeFact") -> bool:
        """Whether ``other`` is of the same indicator and region, for days this one counts too.

        A part of a period (a quarter in a year, an earlier month of a year to date) is no doublet.
        """
        if self.indicator != other.indicator or self._whose != other._whose:
            return False
        if self.is_year_to_date or other.is_year_to_date:
            return self.scope == other.scope
        (first, last), (start, end) = self._span, other._span
        is_apart = last < start or end < first
        is_part = (first <= start and end <= last) or (start <= first and last <= end)
        return (first, last) == (start, end) or not (is_apart or is_part)

    @property
    def is_full_year(self) -> bool:
        """Whether the figure is of one calendar year from the first day to the last."""
        first, last = self.period_from, self.period_to or date.min
        is_whole = (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)
        return is_whole and first.year == last.year

    @property
    def _whose(self) -> tuple[str | None, str]:
        return self.region_kk or self.region_ru or self.region_en, self.currency

    @property
    def _span(self) -> tuple[date, date]:
        return self.period_from, self.period_to or date.max


@dataclass(frozen=True)
class Imbalance:
    """A turnover that is not the sum of the exports and imports of its scope."""

    turnover: TradeFact
    total: Money  # of exports and imports

    @property
    def difference(self) -> Money:
        """How far the two are apart, never negative."""
        minor = abs(self.turnover.value_minor - self.total.minor)
        return Money(minor, self.total.currency)


def imbalances(facts: Iterable[TradeFact]) -> list[Imbalance]:
    """Turnovers among ``facts`` that are not the sum of exports and imports of the same scope.

    Only exact figures can contradict each other; where one of the three is missing nothing is said.
    """
    exact: dict[tuple[Any, ...], dict[Indicator, TradeFact]] = {}
    for fact in facts:
        if fact.qualifier == Qualifier.EXACT:
            exact.setdefault(fact.scope, {}).setdefault(fact.indicator, fact)
    found = []
    for three in exact.values():
        if len(three) == len(Indicator):
            parts = three[Indicator.EXPORT].value_minor + three[Indicator.IMPORT].value_minor
            turnover = three[Indicator.TURNOVER]
            if turnover.value_minor != parts:
                found.append(Imbalance(turnover, Money(parts, turnover.currency)))
    return found


def overlaps(facts: Iterable[TradeFact]) -> list[tuple[TradeFact, TradeFact]]:
    """Pairs among ``facts`` that give one indicator of one region twice for the same days."""
    return [(one, other) for one, other in combinations(facts, 2) if one.overlaps(other)]
