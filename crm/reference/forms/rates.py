"""What an administrator types about exchange rates and the yearly calculation index."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import FileField, HiddenField, TextAreaField
from wtforms.validators import NumberRange, ValidationError

from crm.core import clock
from crm.core.faults import refuse
from crm.core.forms import (
    BaseForm,
    ChoiceField,
    CountField,
    DayField,
    LineField,
    RecordForm,
    Required,
)
from crm.core.money import currency_name
from crm.core.numbers import ExactField, NumberField
from crm.reference.models import rate_text
from crm.reference.services.rates import RATED, UNITS, RateError, check_day, micro_of


class RateField(NumberField):
    """A rate in tenge for 1, 10, 100 or 1000 units, sent as ``units`` beside the number.

    The data are millionths of a tenge for one unit.
    """

    def __init__(self, label: Any, validators: Iterable[Any] = (), **more: Any) -> None:
        self._sent: Mapping[str, str] = {}
        self.units = str(UNITS[0])
        super().__init__(label, list(validators), **more)

    def process(self, formdata: Any, *given: Any, **more: Any) -> None:
        """Read the number together with its units and the currency it is of."""
        self._sent = formdata or {}
        self.units = self._sent.get("units") or str(UNITS[0])
        super().process(formdata, *given, **more)

    def _kept(self, number: Decimal | None) -> int | None:
        if number is None:
            return None
        if self.units not in map(str, UNITS):
            raise ValueError(_l("Choose one of the list"))
        return micro_of(number, int(self.units), self._sent.get("currency"))

    def _number(self, value: Any) -> Decimal:
        return Decimal(value) / 1_000_000 * int(self.units)

    def in_words(self, value: Any) -> str:
        """A stored rate as people read it."""
        return rate_text(value)

    @property
    def unit_choices(self) -> list[tuple[str, bool]]:
        """Each number of units, and whether it is the chosen one."""
        return [(str(units), str(units) == self.units) for units in UNITS]


class RateForm(RecordForm):
    """How many tenge one unit of a currency costs from a day on."""

    attributes: ClassVar[dict[str, str]] = {**RecordForm.attributes, "rate": "tenge_micro"}
    currency = ChoiceField(_l("Currency"), [Required()], kind=str)
    rated_on = DayField(
        _l("Date"),
        [Required()],
        description=_l("From this day on, until a later rate"),
    )
    rate = RateField(_l("Rate, tenge"), [Required()])
    source = LineField(_l("Source"))

    def offer(self, used: Sequence[str]) -> None:
        """Take the currencies, those ``used`` already first."""
        stored = self.stored_values.get("currency")
        codes = dict.fromkeys([*used, *RATED, *([stored] if stored else [])])
        choices = [(code, f"{code} – {currency_name(code)}") for code in codes]
        self.currency.offer(choices, blank=_l("Choose"))

    def validate_rated_on(self, field: DayField) -> None:
        """Refuse a day that can have no rate."""
        if field.data is not None:
            try:
                check_day(field.data, clock.today())
            except RateError as error:
                raise ValidationError(str(error)) from error


class IndexForm(RecordForm):
    """The calculation index of a year, and above how many of them a project is national."""

    attributes: ClassVar[dict[str, str]] = {**RecordForm.attributes, "value": "value_minor"}
    year = CountField(_l("Year"), [Required(), NumberRange(1994, 2200, _l("Write a year as 2026"))])
    value = ExactField(_l("MCI, tenge"), [Required()], places=2, most=1_000_000)
    national_pool_from = CountField(
        _l("National pool: above how many MCI"),
        [Required(), NumberRange(1, 10_000_000, _l("Write a number up to 10,000,000"))],
        default=150_000,
    )
    decree = LineField(
        _l("By which law"),
        description=_l("Its name or number, so that a colleague can look it up"),
    )

    def validate_value(self, field: ExactField) -> None:
        """Refuse nothing at all."""
        if field.data == 0:
            raise ValidationError(_l("Write a number above 0"))


class RateFileForm(BaseForm):
    """A file of rates, or its text; ``plan`` is what the person was shown and now saves."""

    file = FileField(
        _l("File"), description=_l("CSV, at most 1 MB and 10,000 lines. Excel: save as CSV UTF-8")
    )
    text = TextAreaField(_l("Or paste the rows"))
    source = LineField(
        _l("Source"), description=_l("For rows that name none, as: National Bank of Kazakhstan")
    )
    plan = HiddenField()

    def take(self, text: str) -> None:
        """Show ``text``, what a file held, in place of what was pasted."""
        self.text.process(None, data=text)

    def refuse_text(self, message: str, is_file: bool) -> None:
        """Say what is wrong with all of it, where it came from."""
        refuse(self.file if is_file else self.text, message)
