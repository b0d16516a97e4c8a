"""What people type about a person: business data only (law 94-V)."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from crm.accounts.forms import TextLanguageField
from crm.core import clock
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
from crm.core.language import LANGUAGES, spoken_language_choices
from crm.core.lines import LinesField
from crm.core.phones import HOME_REGION, e164, phone_text
from crm.organisations.forms.organisations import CodesField
from crm.organisations.models import Appointment, ConsentBasis, Person, Rank, holds_iin

SEVERAL = re.compile(r"[\n;,]")  # people also write several behind each other


class EmailsField(LinesField):
    """E-mail addresses."""

    separator = SEVERAL

    def kept(self, line: str) -> str:
        try:
            return validate_email(line, check_deliverability=False).normalized
        except EmailNotValidError:
            text = _("This is no e-mail address: %(typed)s. Write it as name@example.org")
            raise ValidationError(text % {"typed": line}) from None

    def same_as(self, line: str) -> str:
        return line.casefold()


class PhonesField(LinesField):
    """Phone numbers, kept as E.164 and shown in groups; ``region`` is theirs without a code."""

    separator = SEVERAL
    region = HOME_REGION

    def kept(self, line: str) -> str:
        number = e164(line, self.region)
        if number is None:
            text = _(
                "This is no phone number: %(typed)s. Write +49 30 1234567, an extension in the note"
            )
            raise ValidationError(text % {"typed": line})
        return number

    def shown(self, line: str) -> str:
        return phone_text(line)


class PersonForm(RecordForm):
    """A person."""

    family_name = LineField(_l("Surname"), [Required()], length=200)
    given_name = LineField(_l("Given name"), length=200)
    patronymic = LineField(_l("Patronymic"), length=200)
    phones = PhonesField(_l("Phones"), description=_l("One a line: +49 30 1234567"), length=60)
    emails = EmailsField(_l("E-mails"), description=_l("One a line"), length=254)
    languages = CodesField(_l("Languages"))
    name_kk = LineField(_l("Full name (Kazakh)"))
    name_ru = LineField(_l("Full name (Russian)"))
    name_en = LineField(_l("Full name (English)"))
    name_latin = LineField(_l("Name in Latin letters"), description=_l("As in the passport"))
    aliases = LinesField(_l("Other spellings"), description=_l("One a line"))
    consent_basis = TermField(_l("Basis of consent"), ConsentBasis, blank=_l("not stated"))
    consent_on = DayField(_l("Date of consent"), [Optional()])
    consent_withdrawn_on = DayField(_l("Consent withdrawn on"), [Optional()])
    note = TextField(_l("Note"))
    text_language = TextLanguageField(_l("Language of the note"))

    names: ClassVar = ("name_kk", "name_ru", "name_en", "name_latin", "aliases")
    consent: ClassVar = ("consent_basis", "consent_on", "consent_withdrawn_on")

    def __init__(self, record: Person | None = None, **more: Any) -> None:
        super().__init__(record=record, **more)
        self.languages.offer(spoken_language_choices())

    @classmethod
    def values_of(cls, record: Any) -> dict[str, Any]:
        """The stored values; the languages as a list of codes."""
        return {**super().values_of(record), "languages": list(record.languages)}

    def fill(self, record: Any) -> None:
        """Write every field to ``record``."""
        super().fill(record)
        record.languages = tuple(self.languages.data or ())

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field, the consent, and that nobody's IIN stands anywhere."""
        is_valid = bool(super().validate(extra_validators))
        return all((is_valid, self._has_consent_in_order(), self._is_free_of_iins()))

    def _has_consent_in_order(self) -> bool:
        given, withdrawn = self.consent_on, self.consent_withdrawn_on
        if any(_is_to_come(one.data) for one in (given, withdrawn)):
            late = given if _is_to_come(given.data) else withdrawn
            return refuse(late, _("This day is still ahead"))
        if withdrawn.data and given.data and withdrawn.data < given.data:
            return refuse(withdrawn, _("A consent cannot be withdrawn before it was given"))
        if (given.data or withdrawn.data) and self.consent_basis.data is None:
            return refuse(self.consent_basis, _("Choose the basis this date belongs to"))
        return True

    def _is_free_of_iins(self) -> bool:
        wrong = [
            field
            for field, text in self._texts()
            if holds_iin(text)
            and not refuse(
                field, _("This looks like an IIN: the law restricts it, so take these digits out")
            )
        ]
        return not wrong

    def _texts(self) -> Iterator[tuple[Any, str]]:
        for name in self.record_fields():
            field = self[name]
            if isinstance(field, PhonesField):
                continue
            if isinstance(field.data, str):
                yield field, field.data
            elif isinstance(field, LinesField):
                yield field, "\n".join(field.data or ())


class NewPersonForm(PersonForm):
    """A person with the post they hold, so that a visiting card is typed in at once."""

    organisation_id = ChoiceField(_l("Organisation"))
    position_kk = LineField(_l("Position (Kazakh)"))
    position_ru = LineField(_l("Position (Russian)"))
    position_en = LineField(_l("Position (English)"))
    rank = TermField(_l("Diplomatic rank"), Rank, blank=_l("none"))

    post: ClassVar = ("organisation_id", *(f"position_{code}" for code in LANGUAGES), "rank")

    def offer(self, organisations: Choices) -> None:
        """Take the organisations that may be chosen."""
        self.organisation_id.offer(organisations, blank=_("not known"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field, and that a position stands at an organisation."""
        is_valid = super().validate(extra_validators)
        if self.organisation_id.data is None and any(self[name].data for name in self.post):
            return refuse(self.organisation_id, _("Choose the organisation of this post"))
        return is_valid

    @classmethod
    def record_fields(cls) -> tuple[str, ...]:
        """The fields of the person alone."""
        return tuple(name for name in super().record_fields() if name not in cls.post)

    def post_of(self, person: Person) -> Appointment | None:
        """The post typed, as one of ``person``; None when none was."""
        if self.organisation_id.data is None:
            return None
        return Appointment(person=person, **{name: self[name].data for name in self.post})


def _is_to_come(day: date | None) -> bool:
    return day is not None and day > clock.today()
