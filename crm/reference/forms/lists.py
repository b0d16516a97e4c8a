"""What an administrator types about sectors, districts, departments and working days."""

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import Regexp

from crm.core.forms import (
    ChoiceField,
    Choices,
    DayField,
    LineField,
    Optional,
    RecordForm,
    Required,
    TermField,
)
from crm.reference.models import DayKind


class EntryForm(RecordForm):
    """An entry of a list: its names. A code once given never changes."""

    name_kk = LineField(_l("Name (Kazakh)"))
    name_ru = LineField(_l("Name (Russian)"))
    name_en = LineField(_l("Name (English)"))

    def offer(self, parents: Choices) -> None:
        """Take what may stand above the entry; only new sectors ask for it."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field, and that the name is given in one language."""
        is_valid = bool(super().validate(extra_validators))
        return self.is_named("name") and is_valid


class NewSectorForm(EntryForm):
    """A sector to be added."""

    code = LineField(
        _l("Code"),
        [
            Required(),
            Regexp(r"[A-Z]{2,9}(\.[A-Z]{2,9})?\Z", message=_l("Write it as MET or MET.NFM")),
        ],
        length=20,
    )
    parent_code = ChoiceField(_l("Belongs to"), kind=str)

    def offer(self, parents: Choices) -> None:
        """Take the sectors of the upper level."""
        self.parent_code.offer(parents, blank=_("an upper sector of its own"))


class NewDistrictForm(EntryForm):
    """A district to be added."""

    code = LineField(
        _l("KATO code"),
        [Required(), Regexp(r"[0-9]{9}\Z", re.ASCII, _l("A KATO code has exactly 9 digits"))],
        length=9,
    )


class NewDepartmentForm(EntryForm):
    """A department to be added."""

    code = LineField(
        _l("Code"),
        [Optional(), Regexp(r"[\w.-]+\Z", message=_l("Letters, digits, hyphens and points only"))],
        length=20,
    )


class WorkingDayForm(RecordForm):
    """A day moved by decree."""

    day = DayField(_l("Date"), [Required()])
    kind = TermField(_l("This day is"), DayKind)
    decree = LineField(
        _l("By which decree"),
        [Required()],
        description=_l("Its name or number, so that a colleague can look it up"),
    )
