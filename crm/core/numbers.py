"""Numbers with a decimal mark, typed as the reader's language writes them."""

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from wtforms import StringField
from wtforms.validators import ValidationError

from crm.core.language import reader_language
from crm.core.money import plain_number

# 39,5 in Kazakh and Russian, where a point cannot mean anything else either; 1,234.5 in English.
_NUMBERS = {
    True: re.compile(r"([1-9]\d{0,2}(,\d{3})+|\d+)(\.\d+)?", re.ASCII),
    False: re.compile(r"\d+([.,]\d+)?", re.ASCII),
}
_SPACES = re.compile(r"[ \u00a0\u202f]")
_EXAMPLE = Decimal("39.5")
_KILO = 1024
_LONGEST = 24  # exact in decimal arithmetic, and more than any figure has


def read_number(text: str) -> Decimal | None:
    """The number from 0 that ``text`` writes, exact; None for no text. Raises ValueError."""
    text = _SPACES.sub("", text)
    if not text:
        return None
    is_english = reader_language() == "en"
    if len(text) > _LONGEST or not _NUMBERS[is_english].fullmatch(text):
        raise ValueError(_("Write a number from 0, as %(example)s", example=plain_number(_EXAMPLE)))
    return Decimal(text.replace(",", "" if is_english else "."))


class NumberField(StringField):
    """A number from 0 with the reader's decimal mark; its data are an exact Decimal, or None."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.data = None
            self.data = self._kept(read_number(str(valuelist[0])))

    def _kept(self, number: Decimal | None) -> Any:
        """What of a typed number is stored; raises ValueError."""
        return number

    def _number(self, value: Any) -> Decimal:
        """The number that a stored ``value`` means."""
        return Decimal(value)

    def _value(self) -> str:
        # What was typed wrongly comes back as it was typed.
        if self.raw_data and (self.errors or self.data is None):
            return str(self.raw_data[0])
        if self.data is None:
            return ""
        shown = plain_number(_plain(self._number(self.data)))
        # «50,000» would be 50 for who has turned to another language in the meantime.
        return shown.replace(",", "") if reader_language() == "en" else shown

    def in_words(self, value: Any) -> str:
        """A stored value as people read it."""
        return plain_number(_plain(self._number(value)))


class ExactField(NumberField):
    """A number kept as a whole count of its smallest parts: 12,5 of 3 ``places`` is 12500.

    A number of ``most`` or above is refused.
    """

    def __init__(
        self,
        label: Any,
        validators: Iterable[Any] = (),
        *,
        places: int,
        most: int = 10**9,
        **more: Any,
    ) -> None:
        super().__init__(label, [*validators, self._fits], **more)
        self._scale: int = 10**places
        self._most = most

    def _kept(self, number: Decimal | None) -> int | None:
        if number is None:
            return None
        count = number * self._scale
        if count != int(count):
            places = len(str(self._scale)) - 1
            raise ValueError(_("At most %(count)s digits after the decimal mark", count=places))
        return int(count)

    def _number(self, value: Any) -> Decimal:
        return Decimal(value) / self._scale

    def _fits(self, form: Any, field: Any) -> None:
        if field.data is not None and field.data >= self._most * self._scale:
            raise ValidationError(self.too_much)

    @property
    def too_much(self) -> str:
        """What is said of a number beyond the bound."""
        most = plain_number(Decimal(self._most))
        return str(_("This is too much: below %(number)s is possible", number=most))


def shown_with(places: int) -> Callable[[Any], str]:
    """What writes a stored count of parts as people read it: 12500 of 3 ``places`` is «12,5»."""
    return lambda count: plain_number(_plain(Decimal(count).scaleb(-places)))


def file_size(size: int) -> str:
    """``size`` bytes as people read it: «2,4 MB»."""
    kilobytes = Decimal(size) / 1024
    if kilobytes < 1:
        return str(_("%(count)s bytes", count=size))
    if kilobytes < _KILO:
        return str(_("%(count)s kB", count=plain_number(_plain(kilobytes.quantize(Decimal(1))))))
    megabytes = (kilobytes / _KILO).quantize(Decimal("0.1"))
    return str(_("%(count)s MB", count=plain_number(_plain(megabytes))))


def _plain(number: Decimal) -> Decimal:
    """``number`` without zeros behind its last digit."""
    whole = number.to_integral_value()
    return whole.quantize(Decimal(1)) if number == whole else number.normalize()
