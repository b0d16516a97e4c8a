"""Lists that records refer to by code, exchange rates and the yearly calculation index."""

from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    Date,
    ForeignKey,
    ScalarSelect,
    String,
    UniqueConstraint,
    bindparam,
    case,
    extract,
    func,
    select,
)
from sqlalchemy.orm import Mapped, composite, mapped_column

from crm.core import clock
from crm.core.choices import Offered
from crm.core.database import Archivable, Model, NamedInLanguages, Versioned
from crm.core.money import Money, rate_number
from crm.core.trail import Audited
from crm.core.words import Term


class Sector(Offered, Audited, Versioned, Archivable, NamedInLanguages, Model):
    """A branch of the economy, in a tree of two levels; a retired one still displays."""

    __tablename__ = "sectors"
    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    parent_code: Mapped[str | None] = mapped_column(
        ForeignKey("sectors.code", ondelete="RESTRICT"), index=True
    )
    position: Mapped[int] = mapped_column(default=0)


class District(Offered, Audited, Versioned, Archivable, NamedInLanguages, Model):
    """A district or city of the region by its KATO code, nine digits as text (NK RK 11-2025)."""

    __tablename__ = "districts"
    code: Mapped[str] = mapped_column(String(9), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)


class DayKind(Term):
    """What a decree has made of a day."""

    DAY_OFF = "day_off", _l("Day off")
    WORKING = "working", _l("Working day")


class WorkingDay(Offered, Audited, Versioned, Archivable, Model):
    """A day whose nature a decree of the government changed: moved to work, or made a day off."""

    __tablename__ = "working_days"
    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(unique=True)
    kind: Mapped[DayKind]
    decree: Mapped[str] = mapped_column(String(500))


TENGE, DOLLAR = "KZT", "USD"
LIMIT_ABROAD, LIMIT_HERE = 10**14, 10**16  # minor units of one sum: conversion stays in 64 bits
_MICRO = 1_000_000  # rates are kept in millionths of a tenge: exact, and small enough to multiply
FIRST_RATE = date(1993, 11, 15)  # the day the tenge came
HIGHEST_RATE, LOWEST_DOLLAR = 50_000 * _MICRO, _MICRO


def rate_of(micro: int) -> Decimal:
    """Tenge for one unit, exact, of a rate kept as ``micro``."""
    return Decimal(micro) / _MICRO


def rate_text(micro: int) -> str:
    """The same as the reader writes it, with two to six digits."""
    return rate_number(rate_of(micro))


class ExchangeRate(Audited, Versioned, Archivable, Model):
    """How many tenge one unit of a currency costs from a day on, until a later rate."""

    __tablename__ = "exchange_rates"
    __table_args__ = (
        UniqueConstraint("currency", "rated_on"),
        CheckConstraint("tenge_micro > 0 AND tenge_micro <= 50000000000", name="rate_in_bounds"),
        CheckConstraint("currency <> 'USD' OR tenge_micro >= 1000000", name="dollar_in_bounds"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(String(3))
    rated_on: Mapped[date] = mapped_column(index=True)
    tenge_micro: Mapped[int] = mapped_column(BigInteger, info={"shown": rate_text})
    source: Mapped[str | None] = mapped_column(String(500))

    @property
    def rate(self) -> Decimal:
        """Tenge for one unit, exact."""
        return rate_of(self.tenge_micro)

    @property
    def text(self) -> str:
        """Tenge for one unit, as the reader writes it."""
        return rate_text(self.tenge_micro)


class CalculationIndex(Audited, Versioned, Archivable, Model):
    """The monthly calculation index (АЕК, МРП) of a year, in tenge, and where pools part.

    A project above ``national_pool_from`` indices is of the national pool (order of MFA
    11-1-4/746 of 31 Dec 2024).
    """

    __tablename__ = "calculation_indexes"
    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(unique=True)
    value_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3), default=TENGE)
    value: Mapped[Money] = composite("value_minor", "currency")
    national_pool_from: Mapped[int] = mapped_column(default=150_000)
    decree: Mapped[str | None] = mapped_column(String(500))

    @property
    def threshold(self) -> Money:
        """The sum up to which a project of the year is of the regional pool."""
        return Money(self.value_minor * self.national_pool_from, self.currency)


def rate_on(currency: Any, day: Any, wanted: str) -> ScalarSelect[Any]:
    """The column ``wanted`` of the newest rate of ``currency`` in use on ``day`` or before.

    ``day`` is a column; where it is open, today is meant. NULL when there is no rate.
    """
    rates = ExchangeRate.__table__.alias().c  # a mapped alias would set up mappers too early
    return (
        select(rates[wanted])
        .where(
            rates.currency == currency,
            rates.rated_on <= func.coalesce(day, today()),
            rates.archived_at.is_(None),
        )
        .order_by(rates.rated_on.desc())
        .limit(1)
        .scalar_subquery()
    )


def national_from(day: Any) -> ScalarSelect[Any]:
    """Hundredths of a tenge above which a project of the year of ``day`` is of the national pool.

    ``day`` is a column; where it is open, today is meant. NULL when the year has no index in use.
    """
    indexes = CalculationIndex.__table__.alias().c
    return (
        select(indexes.value_minor * indexes.national_pool_from)
        .where(
            indexes.year == extract("year", func.coalesce(day, today())),
            indexes.archived_at.is_(None),
        )
        .scalar_subquery()
    )


def today() -> ColumnElement[date]:
    """The present local day, asked when the statement runs."""
    return bindparam(None, callable_=clock.today, type_=Date(), unique=True)


def in_tenge(minor: Any, currency: Any, micro: Any) -> ColumnElement[int]:
    """``minor`` in hundredths of a tenge, halves rounded up; NULL without a rate ``micro``.

    In two steps, millions and the rest: a product of both would not fit into 64 bits. What is not
    in tenge must be below 10^14 (``LIMIT_ABROAD``), what is in tenge below 10^16.
    """
    converted = minor // _MICRO * micro + (minor % _MICRO * micro + _MICRO // 2) // _MICRO
    return case((currency == TENGE, minor), else_=converted)


def in_dollars(minor: Any, currency: Any, tenge_minor: Any, micro: Any) -> ColumnElement[int]:
    """``tenge_minor`` in US cents by the dollar's rate ``micro``; ``minor`` when it is in USD."""
    converted = tenge_minor // micro * _MICRO + (tenge_minor % micro * _MICRO + micro // 2) // micro
    return case((currency == DOLLAR, minor), else_=converted)
