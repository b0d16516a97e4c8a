"""Forms: what a person may type, and whether it is well formed."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, cast

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import Choice  # type: ignore[attr-defined]  # stubs know it not
from wtforms.validators import Length, StopValidation, ValidationError

from crm.core.database import MAX_ID, id_of
from crm.core.dates import YEARS
from crm.core.faults import refuse
from crm.core.language import LANGUAGES, normalise
from crm.core.rows import RowsField, is_about_rows
from crm.core.widgets import Dropdown, FormMeta
from crm.core.words import Term

Choices = Sequence[tuple[Any, Any]]
_NOT_OFFERED = _l("Choose one of the list")
TOO_LONG = _l("At most %(max)s characters: shorten the text")  # what Length says


class Required:
    """Refuse an empty field; unlike InputRequired it looks at the value, not at the bytes sent."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        if field.process_errors:
            raise StopValidation  # what is wrong with it is said already
        if field.data is None or (isinstance(field.data, str) and not field.data.strip()):
            field.errors[:] = []
            raise StopValidation(_("This field is required"))


class Optional:
    """Stop the chain at an empty field."""

    field_flags: ClassVar[dict[str, bool]] = {"optional": True}

    def __call__(self, form: Any, field: Any) -> None:
        if not field.raw_data or not str(field.raw_data[0]).strip():
            field.errors[:] = []
            raise StopValidation


def _tidy(value: Any) -> Any:
    """Normalised and trimmed; an empty text is no text."""
    return normalise(value).strip() or None if isinstance(value, str) else value


def _in_one_line(value: Any) -> Any:
    """Tidied; a line end, which a browser never sends from one line, is a space."""
    text = normalise(value) if isinstance(value, str) else ""
    return _tidy(re.sub(r"\s*[\n\t]\s*", " ", text))


def _well_formed(form: Any, field: Any) -> None:
    if isinstance(field.data, str) and "\x00" in field.data:
        raise ValidationError(_("This text holds a character that cannot be stored"))


class LineField(StringField):
    """One line of text, tidied; ``length`` in characters."""

    def __init__(self, label: Any, validators: Iterable[Any] = (), length: int = 500, **more: Any):
        rules = [*validators, _well_formed, Length(max=length, message=TOO_LONG)]
        super().__init__(label, rules, filters=[_in_one_line], **more)


class TextField(TextAreaField):
    """Several lines of text, tidied; at most 20,000 characters."""

    def __init__(self, label: Any, validators: Iterable[Any] = (), **more: Any):
        rules = [*validators, _well_formed, Length(max=20000, message=TOO_LONG)]
        super().__init__(label, rules, filters=[_tidy], **more)


class DayField(DateField):
    """A day, as the browser sends it (ISO) or as people write it (24.11.2026)."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = " ".join(valuelist).strip()
        self.data = None
        if not text:
            return
        for pattern in ("%Y-%m-%d", "%d.%m.%Y"):
            try:
                day = datetime.strptime(text, pattern).date()  # noqa: DTZ007 (a date has no zone)
            except ValueError:
                continue
            if day.year in YEARS:
                self.data = day
                return
        raise ValueError(_("There is no such date: write it as 24.11.2026"))


class CountField(IntegerField):
    """A whole number from 1."""

    def __init__(self, label: Any, validators: Iterable[Any] = (), **more: Any):
        super().__init__(label, [*validators, self._fits], **more)

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = "".join(valuelist).replace("\xa0", "").replace(" ", "")
        self.data = None
        if text:
            if not (text.isascii() and text.isdecimal()) or len(text) > 100:
                raise ValueError(_("Write a whole number"))
            self.data = int(text)

    @staticmethod
    def _fits(form: Any, field: Any) -> None:
        if field.data is not None and not 1 <= field.data <= MAX_ID:
            raise ValidationError(_("Write a whole number from 1"))


def _offered(field: SelectField) -> list[tuple[Any, Any]]:
    return cast("list[tuple[Any, Any]]", field.choices or [])


class TermField(SelectField):
    """One member of ``terms``, or of those ``among`` them; with ``blank`` it may stay open.

    ``absent`` is meant when the form does not name the field at all.
    """

    def __init__(
        self, label: Any, terms: type[Term], validators: Iterable[Any] = (), **more: Any
    ) -> None:
        blank, self.absent = more.pop("blank", None), more.pop("absent", None)
        among = tuple(more.pop("among", terms))
        choices = [("", blank)] if blank is not None else []

        def read(value: Any) -> Any:
            if value and terms(value) not in among:
                raise ValueError
            return terms(value) if value else None

        more |= {"invalid_value_message": _NOT_OFFERED, "widget": Dropdown()}
        super().__init__(label, list(validators), coerce=read, choices=[], **more)
        # Not by the constructor: WTForms 3.3 warns of choices as tuples there.
        self.choices = [*choices, *((one.value, one.label) for one in among)]

    def process(self, formdata: Any, *given: Any, **more: Any) -> None:
        """Read the field; see ``absent``."""
        super().process(formdata, *given, **more)
        if self.data is None and formdata is not None and self.name not in formdata:
            self.data = self.absent

    def iter_choices(self) -> Any:
        """Compare by stored text, so that the blank one is chosen for None."""
        for value, label in _offered(self):
            yield Choice(value, label, value == self.shown, {})

    @property
    def shown(self) -> str:
        """The choice the page shows; "" is the blank one."""
        return self.data or ""

    def pre_validate(self, form: Any) -> None:
        is_open = any(value == "" for value, _label in _offered(self))
        if self.data is None and not is_open and not self.process_errors:
            raise ValidationError(_NOT_OFFERED)


class ChoiceField(SelectField):
    """A reference to another record: ``choices`` are handed in as (id or code, text)."""

    def __init__(
        self, label: Any, validators: Iterable[Any] = (), kind: type = int, **more: Any
    ) -> None:
        def read(value: Any) -> Any:
            if value in (None, ""):
                return None
            if kind is int and id_of(str(value)) is None:
                raise ValueError
            return kind(value)

        more |= {"invalid_value_message": _NOT_OFFERED, "widget": Dropdown()}
        super().__init__(label, list(validators), coerce=read, choices=[], **more)

    def offer(self, choices: Choices, blank: Any | None = None) -> None:
        """Take the choices; ``blank`` is the text of the empty one, None forbids it."""
        self.choices = [("", blank), *choices] if blank is not None else list(choices)

    def iter_choices(self) -> Any:
        for value, label in _offered(self):
            yield Choice(value, label, value == ("" if self.data is None else self.data), {})

    def pre_validate(self, form: Any) -> None:
        offered = {None if value == "" else value for value, _label in _offered(self)}
        if self.data not in offered and not self.process_errors:
            raise ValidationError(_NOT_OFFERED)


class ChoicesField(SelectMultipleField):
    """References to several records; ``choices`` are handed in as (code or id, text)."""

    def __init__(self, label: Any, kind: type = str, **more: Any) -> None:
        # Not WTForms' own, which repeats what was sent, however long.
        more["invalid_value_message"] = more["invalid_choice_message"] = _NOT_OFFERED
        super().__init__(label, coerce=kind, choices=[], widget=Dropdown(multiple=True), **more)

    def offer(self, choices: Choices) -> None:
        """Take the choices."""
        self.choices = list(choices)


class BaseForm(FlaskForm):
    """Every form of the application."""

    Meta = FormMeta

    def __init__(self, formdata: Any = None, **more: Any) -> None:
        # Flask-WTF would take a JSON body or a file where a text belongs.
        if formdata is None and request.method == "POST":
            formdata = request.form
        super().__init__(formdata=formdata, **more)

    @property
    def answer_status(self) -> int:
        """422 when what was typed was refused, else 200."""
        return 422 if self.errors else 200


class ConfirmForm(BaseForm):
    """A button alone."""


class ReasonForm(BaseForm):
    """A step that needs a reason, and the version it was decided on."""

    version = HiddenField()
    reason = TextField(_l("Reason"), [Required()])


class RecordForm(BaseForm):
    """The form of a record: fields carry the record's attribute names.

    ``record`` fills it on opening; with ``resolve-<field>=stored`` in the request the stored
    value is taken in place of the typed one (the answer to a conflict).
    """

    # Reference codes are called country, sector, district in forms and addresses.
    attributes: ClassVar[dict[str, str]] = {
        "country": "country_code",
        "district": "district_code",
        "sector": "sector_code",
    }
    # Fields that say in one what stands in several columns.
    columns: ClassVar[dict[str, tuple[str, ...]]] = {}
    _own_fields: ClassVar[tuple[str, ...]]
    version = HiddenField()

    def __init__(self, record: Any = None, **more: Any) -> None:
        given = more.pop("data", None) or {}
        values = {} if record is None else self.values_of(record)
        super().__init__(data={**values, **given}, **more)
        self.stored_values = values
        if record is not None and not self.is_submitted():
            self.version.data = str(self.version_of(record))
        self.show({name: values[name] for name in self.taken_fields() if name in values})

    def version_of(self, record: Any) -> int:
        """The version that changes of ``record`` are checked against."""
        version: int = record.version
        return version

    def show(self, values: Mapping[str, Any]) -> None:
        """Put ``values``, by field, in place of what was typed."""
        for name, value in values.items():
            self[name].process(None, data=value)
            self[name].raw_data = None  # fields of days and times show it before their value

    def taken_fields(self) -> list[str]:
        """Fields whose stored value was chosen in place of the typed one."""
        if not self.is_submitted():
            return []
        return [
            name
            for name in self.record_fields()
            if name in self
            and (request.form.get(f"resolve-{name}") == "stored" or self._lacks(name))
        ]

    def _lacks(self, name: str) -> bool:
        """Whether a list of rows was not in the form at all, which is no order to empty it."""
        return isinstance(self[name], RowsField) and not any(
            key == name or key.startswith(f"{name}-") for key in request.form
        )

    @classmethod
    def values_of(cls, record: Any) -> dict[str, Any]:
        """The value of every field of the form as ``record`` has it."""
        named = {name: cls.attributes.get(name, name) for name in cls.record_fields()}
        return {name: getattr(record, own) for name, own in named.items() if hasattr(record, own)}

    @classmethod
    def record_fields(cls) -> tuple[str, ...]:
        """Names of the fields that are the record's own, in the order of the form."""
        found: tuple[str, ...] | None = cls.__dict__.get("_own_fields")
        if found is None:
            own = (one for one in dir(cls) if hasattr(getattr(cls, one, None), "field_class"))
            order = sorted(own, key=lambda one: getattr(cls, one).creation_counter)
            found = cls._own_fields = tuple(one for one in order if one != "version")
        return found

    @classmethod
    def columns_of(cls, name: str) -> tuple[str, ...]:
        """The columns the field ``name`` speaks of."""
        return cls.columns.get(name) or (cls.attributes.get(name, name),)

    def fill(self, record: Any) -> None:
        """Write every field to ``record``; a form with special fields extends this."""
        for name in self.record_fields():
            if name not in self or isinstance(self[name], ChoicesField | RowsField):
                continue  # not this form's to write
            setattr(record, self.attributes.get(name, name), self[name].data)

    @property
    def wants_form_back(self) -> bool:
        """Whether the person went back from a conflict to the form, nothing to be saved yet."""
        return "back-to-form" in request.form

    def is_ready(self) -> bool:
        """Whether a well-formed form was sent to be saved."""
        wants_it_back = self.wants_form_back or is_about_rows()
        return self.is_submitted() and not wants_it_back and bool(self.validate())

    def is_named(self, name: str) -> bool:
        """Whether one language of the multilingual ``name`` is filled; else says so there."""
        if any(self[f"{name}_{code}"].data for code in LANGUAGES):
            return True
        return refuse(self[f"{name}_kk"], _("Fill in at least one language"))
