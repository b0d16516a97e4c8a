"""The form of a sector interest."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from crm.accounts.forms import TextLanguageField
from crm.core import clock
from crm.core.faults import refuse
from crm.core.forms import ChoiceField, DayField, Optional, Required, TermField, TextField
from crm.core.teams import SightForm
from crm.interests.models import InterestDirection, Strength

WHO = ("organisation_id", "delegation_id", "country")  # exactly one of them is filled


class StrengthFields:
    """What is asked of an interest wherever it is recorded."""

    sector = ChoiceField(_l("Sector"), [Required()], kind=str)
    strength = TermField(
        _l("Strength"), Strength, default=Strength.EXPRESSED, absent=Strength.EXPRESSED
    )
    direction = TermField(_l("Direction"), InterestDirection, [Optional()], blank=_l("not stated"))
    note = TextField(_l("Note"), [Optional()])


class InterestForm(StrengthFields, SightForm):
    """Who is interested in which sector, and how strongly."""

    organisation_id = ChoiceField(_l("Organisation"), [Optional()])
    delegation_id = ChoiceField(_l("Delegation"), [Optional()])
    country = ChoiceField(_l("Country"), [Optional()], kind=str)
    meeting_id = ChoiceField(_l("Source meeting"), [Optional()])
    noted_on = DayField(_l("Noted on"), [Optional()])
    officer_id = ChoiceField(_l("Responsible officer"), [Required()])
    text_language = TextLanguageField(_l("Language of the text"))

    def validate(self, extra_validators: Any = None) -> bool:
        is_fine = bool(super().validate(extra_validators))
        return self._is_of_one() and is_fine

    def _is_of_one(self) -> bool:
        fields = [self[name] for name in WHO]
        if any(field.errors for field in fields):
            return False
        filled = [field for field in fields if field.data is not None]
        if len(filled) == 1:
            return True
        if not filled:
            words = _("Say who is interested: an organisation, a delegation or a country")
            return refuse(fields[0], words)
        words = _("Leave only one: the organisation, the delegation or the country")
        for field in filled:
            refuse(field, words)
        return False

    def validate_noted_on(self, field: DayField) -> None:
        if field.data is not None and field.data > clock.today():
            raise ValidationError(_("This day is still ahead"))
