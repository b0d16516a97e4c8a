"""An amount of money as people type it: 39,5, million, USD."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from crm.core.money import CURRENCIES, Money, currency_name, millions_text
from crm.core.numbers import NumberField
from crm.core.words import Term


class MoneyUnit(Term):
    """In what an amount is typed; it is stored exactly all the same."""

    MILLION = "mn", _l("million")
    BILLION = "bn", _l("billion")
    WHOLE = "whole", _l("in full")


_FACTORS = {
    MoneyUnit.MILLION: 1_000_000,
    MoneyUnit.BILLION: 1_000_000_000,
    MoneyUnit.WHOLE: 1,
}
_IN_MILLIONS_FROM = 10**8  # minor units: below a million an amount is shown in full


class MoneyField(NumberField):
    """An amount of money: a number, its unit and its currency, three inputs that are one value.

    The unit is sent as ``unit``, the currency as ``currency``, both beside the number (in a row
    with the row's prefix). The data are a ``Money``, or None when no number was typed.
    """

    def __init__(
        self,
        label: Any,
        validators: Iterable[Any] = (),
        *,
        unit: str = "unit",
        currency: str = "currency",
        **more: Any,
    ) -> None:
        self._names = {"unit": unit, "currency": currency}
        self._sent: Mapping[str, str] = {}
        self.unit, self.currency = MoneyUnit.MILLION.value, "USD"
        super().__init__(label, [*validators, self._is_some], **more)

    def limit_of(self, currency: str) -> int:
        """What an amount in ``currency`` must stay below, in minor units."""
        return 10**16

    @property
    def prefix(self) -> str:
        """What stands before the names of the inputs of a row."""
        return self.name[: len(self.name) - len(self.short_name)]

    @property
    def unit_name(self) -> str:
        """The name of the input of the unit."""
        return self.prefix + self._names["unit"]

    @property
    def currency_name(self) -> str:
        """The name of the input of the currency."""
        return self.prefix + self._names["currency"]

    def process(self, formdata: Any, *given: Any, **more: Any) -> None:
        """Read the number together with its unit and currency, which may be left out."""
        self._sent = formdata or {}
        super().process(formdata, *given, **more)

    def process_data(self, value: Any) -> None:
        """Show a stored amount in millions, a small one in full."""
        super().process_data(value)
        if value is not None:
            is_large = value.minor >= _IN_MILLIONS_FROM
            self.unit = (MoneyUnit.MILLION if is_large else MoneyUnit.WHOLE).value
            self.currency = value.currency

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.unit = self._sent.get(self.unit_name) or self.unit
            self.currency = self._sent.get(self.currency_name) or self.currency
        super().process_formdata(valuelist)

    def _kept(self, number: Decimal | None) -> Money | None:
        if self.unit not in set(MoneyUnit):
            raise ValueError(_("Choose one of the list"))
        if self.currency not in CURRENCIES:
            raise ValueError(_("Choose a currency of the list"))
        if number is None:
            return None
        amount = number * _FACTORS[MoneyUnit(self.unit)]
        if amount * 100 != int(amount * 100):
            raise ValueError(_("This is more exact than hundredths: write fewer digits"))
        money = Money.of(amount, self.currency)
        if money.minor >= self.limit_of(self.currency):
            raise ValueError(_("This is too much: look at the unit, and whether it is millions"))
        return money

    @staticmethod
    def _is_some(form: Any, field: Any) -> None:
        if field.data is not None and field.data.minor <= 0:
            raise ValidationError(_("Write a number above 0"))

    def _number(self, value: Any) -> Decimal:
        amount: Decimal = value.amount
        return amount / _FACTORS[MoneyUnit(self.unit)]

    def in_words(self, value: Any) -> str:
        """A stored amount as people read it."""
        return millions_text(value)

    @property
    def units(self) -> list[tuple[str, Any, bool]]:
        """Value and label of every unit, and whether it is the chosen one."""
        return [(value, label, value == self.unit) for value, label in MoneyUnit.choices()]

    @property
    def currencies(self) -> list[tuple[str, str, bool]]:
        """Code and name of every currency, and whether it is the chosen one."""
        return [
            (code, f"{code} – {currency_name(code)}", code == self.currency) for code in CURRENCIES
        ]
