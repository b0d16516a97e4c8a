"""Amounts of money: integer minor units and an ISO currency, never a float."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_MINOR = Decimal(100)
_MILLION = 1_000_000


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
        """In whole units, exact."""
        return Decimal(self.minor) / _MINOR

    @property
    def millions(self) -> Decimal:
        """In millions of units, exact, without trailing zeros."""
        value = self.amount / _MILLION
        return value.quantize(Decimal(1)) if value == value.to_integral() else value.normalize()
