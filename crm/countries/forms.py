"""What people type about countries and the trade with them."""

from collections.abc import Iterable
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from crm.accounts.forms import TextLanguageField
from crm.core.faults import refuse
from crm.core.forms import (
    ChoiceField,
    Choices,
    DayField,
    LineField,
    Optional,
    RecordForm,
    Required,
    TermField,
    TextField,
)
from crm.core.language import LANGUAGES
from crm.core.money import Money, Qualifier, millions_text
from crm.core.numbers import ExactField
from crm.countries.models import Indicator

_MOST = 10_000_000  # ten trillion: no trade of a region


class MillionsField(ExactField):
    """An amount typed in millions; its data are minor units."""

    def __init__(self, label: Any, validators: Iterable[Any] = (), **more: Any) -> None:
        super().__init__(label, validators, places=8, most=_MOST, **more)

    def in_words(self, value: Any) -> str:
        """Stored minor units as people read them."""
        return millions_text(Money(int(value), "USD"))

    @property
    def too_much(self) -> str:
        """What is said of an amount beyond the bound."""
        return str(_("This is too much: write the value in millions"))


class CountryForm(RecordForm):
    """How a country is called, and how the region works with it."""

    name_kk = LineField(_l("Name (Kazakh)"))
    name_ru = LineField(_l("Name (Russian)"))
    name_en = LineField(_l("Name (English)"))
    desk_officer_id = ChoiceField(_l("Desk officer"))
    is_partner = BooleanField(
        _l("Partner country"), description=_l("Stands in the list of countries from the start")
    )

    def offer(self, officers: Choices) -> None:
        """Take who may be chosen."""
        self.desk_officer_id.offer(officers, blank=_("nobody"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field, and that the name is given in one language."""
        is_valid = bool(super().validate(extra_validators))
        return self.is_named("name") and is_valid


class TradeFactForm(RecordForm):
    """A trade figure with its source."""

    attributes: ClassVar[dict[str, str]] = {**RecordForm.attributes, "value": "value_minor"}
    indicator = TermField(_l("Indicator"), Indicator, [Required()])
    value = MillionsField(_l("Value, USD mn"), [Required()])
    qualifier = TermField(_l("How exactly"), Qualifier, absent=Qualifier.EXACT)
    period_from = DayField(_l("Start of the period"), [Required()])
    period_to = DayField(
        _l("End of the period"),
        [Optional()],
        description=_l("Leave it empty when the source does not state it"),
    )
    is_year_to_date = BooleanField(
        _l("Since the start of the year"),
        description=_l("Such a figure is never compared with full years nor added to them"),
    )
    source = LineField(_l("Source"), [Required()], length=2000)
    note = TextField(_l("Note"))
    region_kk = LineField(_l("Region (Kazakh)"), length=200)
    region_ru = LineField(_l("Region (Russian)"), length=200)
    region_en = LineField(_l("Region (English)"), length=200)
    text_language = TextLanguageField(_l("Language of the texts"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field, and that the period is one."""
        is_valid = bool(super().validate(extra_validators))
        return self._has_period() and is_valid

    def _has_period(self) -> bool:
        first, last = self.period_from.data, self.period_to.data
        if first is not None and last is not None and last < first:
            return refuse(self.period_to, _("The last day is before the first one"))
        if not self.is_year_to_date.data or first is None:
            return True
        if (first.month, first.day) != (1, 1):
            return refuse(self.period_from, _("A year to date begins on 1 January"))
        if last is not None and last.year != first.year:
            return refuse(self.period_to, _("A year to date ends in the same year"))
        if last is not None and (last.month, last.day) == (12, 31):
            text = _("A period to 31 December is a full year: take the tick off")
            return refuse(self.is_year_to_date, text)
        return True

    @property
    def has_region(self) -> bool:
        """Whether the figure is said to be of another region."""
        return any(self[f"region_{code}"].data for code in LANGUAGES)
