"""What people type about organisations, people and their posts."""

import re
from typing import Any, ClassVar
from urllib.parse import urlsplit

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import Email, ValidationError

from crm.core.forms import (
    BaseForm,
    ChoiceField,
    Choices,
    ChoicesField,
    DayField,
    LineField,
    Optional,
    RecordForm,
    Required,
    TermField,
    TextField,
)
from crm.core.phones import e164, phone_text
from crm.organisations.models import OrganisationKind, Rank, bin_fault

_BARE_HOST = re.compile(r"[\w-]+(\.[\w-]+)*\.[^\W\d_]{2,}([/?#].*)?")


class BinField(LineField):
    """A business identification number; spaces and hyphens people group it by are dropped."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        self.data = re.sub(r"[\s-]", "", self.data or "")

    def pre_validate(self, form: Any) -> None:
        if self.data and (fault := bin_fault(self.data)):
            raise ValidationError(str(fault.label))


class WebsiteField(LineField):
    """An address beginning with http:// or https://; «kazzinc.com» gets https:// by itself."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        text = (self.data or "").strip()
        is_bare = len(text) < 500 and _BARE_HOST.fullmatch(text)
        self.data = f"https://{text}" if is_bare else text

    def pre_validate(self, form: Any) -> None:
        if self.data and not _is_web_address(self.data):
            raise ValidationError(_("Write an address that begins with http:// or https://"))


def _is_web_address(text: str) -> bool:
    if any(mark.isspace() or ord(mark) < 32 or mark in '\\<>"' for mark in text):
        return False
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        _port = parts.port  # raises for what is none
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and "." in host and "@" not in parts.netloc


class PhoneField(LineField):
    """A phone number, kept as E.164 and shown in groups."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        if typed := (self.data or "").strip():
            self.data = e164(typed)
            if self.data is None:
                raise ValueError(
                    _("This is no phone number: write +49 30 1234567, an extension in the note")
                )

    def _value(self) -> str:
        # What was typed wrongly comes back as it was typed.
        if self.data is None and self.raw_data:
            return str(self.raw_data[0])
        return phone_text(self.data)

    def in_words(self, value: Any) -> str:
        """A stored number as people read it."""
        return phone_text(value)


class SectorsField(ChoicesField):
    """Codes of sectors, one select each; selects left empty mean nothing."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(list(dict.fromkeys(code for code in valuelist if code)))


class OrganisationForm(RecordForm):
    """An organisation."""

    name_kk = LineField(_l("Name (Kazakh)"))
    name_ru = LineField(_l("Name (Russian)"))
    name_en = LineField(_l("Name (English)"))
    kind = TermField(_l("Kind"), OrganisationKind, [Required()], blank=_l("Choose"))
    country = ChoiceField(_l("Country"), [Required()], kind=str)
    bin = BinField(
        _l("BIN"), description=_l("12 digits; foreign organisations have none"), length=40
    )
    website = WebsiteField(_l("Website"))
    aliases = TextField(_l("Other names"), description=_l("One a line: former, short, translated"))
    sectors = SectorsField(_l("Sectors"))
    note = TextField(_l("Note"))

    folded: ClassVar = ("bin", "website", "aliases", "sectors", "note")

    def offer(self, countries: Choices, sectors: Choices) -> None:
        """Take what may be chosen."""
        self.country.offer(countries, blank=_("Choose"))
        self.sectors.offer(sectors)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field, and that the name is given in one language."""
        is_valid = bool(super().validate(extra_validators))
        return self.validate_name("name") and is_valid

    @classmethod
    def values_of(cls, record: Any) -> dict[str, Any]:
        """The stored values; sectors by their codes."""
        return {**super().values_of(record), "sectors": [one.code for one in record.sectors]}


class PersonForm(RecordForm):
    """A person: business data only (law 94-V: no IIN, birth date or home address)."""

    family_name = LineField(_l("Surname"), [Required()], length=200)
    given_name = LineField(_l("Given name"), length=200)
    patronymic = LineField(_l("Patronymic"), length=200)
    name_kk = LineField(_l("Full name (Kazakh)"))
    name_ru = LineField(_l("Full name (Russian)"))
    name_en = LineField(_l("Full name (English)"))
    name_latin = LineField(_l("Name in Latin letters"), description=_l("As in the passport"))
    aliases = TextField(_l("Other spellings"), description=_l("One a line"))
    email = LineField(
        _l("E-mail"),
        [Optional(), Email(_l("This is no e-mail address: write it as name@example.org"))],
        length=254,
    )
    phone = PhoneField(_l("Phone"), description=_l("With the country code: +49 30 1234567"))
    note = TextField(_l("Note"))

    folded: ClassVar = (
        *("name_kk", "name_ru", "name_en", "name_latin"),
        *("aliases", "email", "phone", "note"),
    )


class AppointmentForm(RecordForm):
    """A post of a person at an organisation; ``version`` is the person's."""

    organisation_id = ChoiceField(_l("Organisation"), [Required()])
    position_kk = LineField(_l("Position (Kazakh)"))
    position_ru = LineField(_l("Position (Russian)"))
    position_en = LineField(_l("Position (English)"))
    rank = TermField(_l("Diplomatic rank"), Rank, blank=_l("none"))
    valid_from = DayField(_l("Since"), [Optional()])
    valid_to = DayField(_l("Until"), [Optional()])

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field, and that the span is in order."""
        is_valid = bool(super().validate(extra_validators))
        if is_in_order(self.valid_from.data, self.valid_to.data):
            return is_valid
        self.valid_to.errors = [*self.valid_to.errors, _("The last day is before the first one")]
        return False


class VersionForm(BaseForm):
    """A button that changes a post; ``version`` is the person's."""

    version = HiddenField()


class EndForm(VersionForm):
    """The last day of a post."""

    valid_to = DayField(_l("Last day in this post"), [Required()])


def is_in_order(first: Any, last: Any) -> bool:
    """Whether a span does not end before it begins; an open one never does."""
    return first is None or last is None or bool(first <= last)
