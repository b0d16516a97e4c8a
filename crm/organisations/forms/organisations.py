"""What people type about organisations."""

import re
from typing import Any, ClassVar
from urllib.parse import urlsplit

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from crm.accounts.forms import TextLanguageField
from crm.core.forms import (
    ChoiceField,
    Choices,
    ChoicesField,
    LineField,
    RecordForm,
    Required,
    TermField,
    TextField,
)
from crm.core.lines import LinesField
from crm.organisations.models import Organisation, OrganisationKind, bin_fault

_BARE_HOST = re.compile(r"[\w-]+(\.[\w-]+)*\.[^\W\d_]{2,}([/?#].*)?")


def plain_bin(typed: str) -> str:
    """``typed`` without the spaces and hyphens people group a BIN by."""
    return re.sub(r"[\s-]", "", typed)


class BinField(LineField):
    """A business identification number; spaces and hyphens people group it by are dropped."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        self.data = plain_bin(self.data or "")

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


class CodesField(ChoicesField):
    """Codes of sectors or languages, one select each; selects left empty mean nothing."""

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
    aliases = LinesField(_l("Other names"), description=_l("One a line: former, short, translated"))
    sectors = CodesField(_l("Sectors"))
    note = TextField(_l("Note"))
    text_language = TextLanguageField(_l("Language of the note"))

    bearer: Organisation | None = None  # of the BIN typed, when another organisation has it
    folded: ClassVar = ("bin", "website", "aliases", "sectors", "note", "text_language")

    def offer(self, countries: Choices, sectors: Choices) -> None:
        """Take what may be chosen."""
        self.country.offer(countries, blank=_("Choose"))
        self.sectors.offer(sectors)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field, and that the name is given in one language."""
        is_valid = bool(super().validate(extra_validators))
        return self.is_named("name") and is_valid

    @classmethod
    def values_of(cls, record: Any) -> dict[str, Any]:
        """The stored values; sectors by their codes."""
        return {**super().values_of(record), "sectors": [one.code for one in record.sectors]}
