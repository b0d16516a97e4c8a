"""The form of a point under control."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from crm.accounts.forms import TextLanguageField
from crm.core.dates import short_date
from crm.core.faults import refuse
from crm.core.forms import (
    ChoiceField,
    Choices,
    ChoicesField,
    CountField,
    DayField,
    LineField,
    Optional,
    Required,
    TermField,
    TextField,
)
from crm.core.spans import check_agreed
from crm.core.teams import SightForm
from crm.follow_ups import services
from crm.follow_ups.models.follow_up import Executor, FollowUp
from crm.follow_ups.models.terms import Basis, FollowUpKind, ResponsibleSide
from crm.reference.forms.due import DueField

_MOST = 999  # points of one meeting

# Kept apart from the point's own columns: executors are parts, the number follows the meeting.
_EXECUTORS = ("executor", "executor_name", "co_executors", "co_executor_names")


class FollowUpForm(SightForm):
    """What was agreed, who owes it and by when; only the text and the kind are required."""

    text = TextField(_l("What was agreed"), [Required()])
    kind = TermField(_l("Kind"), FollowUpKind, [Required()], blank=_l("Choose"))
    meeting_id = ChoiceField(_l("Meeting"), [Optional()])
    number = CountField(_l("No. in the meeting"), [Optional()])
    delegation_id = ChoiceField(_l("Delegation"), [Optional()])
    project_id = ChoiceField(_l("Project"), [Optional()])
    country = ChoiceField(_l("Country"), [Optional()], kind=str)
    partner_organisation_id = ChoiceField(_l("Partner organisation"), [Optional()])
    responsible_side = TermField(_l("Responsible side"), ResponsibleSide)
    owner_id = ChoiceField(_l("Owner"), [Required()])
    executor = ChoiceField(_l("Responsible executor"), [Optional()], kind=str)
    executor_name = LineField(_l("Executor without sign-in"), [Optional()], length=300)
    co_executors = ChoicesField(_l("Co-executors"))
    co_executor_names = TextField(_l("Co-executors without sign-in"), [Optional()])
    controller_id = ChoiceField(_l("Controller"), [Optional()])
    controller_name = LineField(_l("Controlling office"), [Optional()], length=300)
    basis = TermField(_l("Basis"), Basis)
    basis_number = LineField(_l("Number of the document"), [Optional()], length=100)
    basis_date = DayField(_l("Date of the document"), [Optional()])
    basis_point = LineField(_l("Point of the document"), [Optional()], length=50)
    agreed_on = DayField(_l("Agreed on"), [Optional()])
    due_on = DueField(_l("Due date"), [Optional()])
    text_language = TextLanguageField(_l("Language of the text"))
    note = TextField(_l("Note"), [Optional()])

    def offer(self, choices: Mapping[str, Choices]) -> None:
        """Take what every list of the form offers, by field."""
        for name, offered in choices.items():
            if name == "co_executors":
                self.co_executors.offer(offered)
            else:
                self[name].offer(offered, blank=None if name == "owner_id" else "")

    @classmethod
    def values_of(cls, record: Any) -> dict[str, Any]:
        values = super().values_of(record)
        return values | executor_values(record.executors)

    def fill(self, record: FollowUp) -> None:
        """Write the point's own columns; executors, deadline and number are services' work."""
        for name in self.record_fields():
            if name in self and name not in (*_EXECUTORS, "number", "team", "due_on"):
                setattr(record, self.attributes.get(name, name), self[name].data)
        codes = (self.lead or "", *self.helpers)
        users = [int(code[5:]) for code in codes if re.fullmatch(r"user-[0-9]{1,9}", code)]
        self.fill_team(record, besides=users)

    @property
    def lead(self) -> str | None:
        """The executor as ``Executor.code`` writes it."""
        code: str | None = self.executor.data or self.executor_name.data
        return code

    @property
    def helpers(self) -> list[str]:
        """The co-executors, those of the list first, then those named in lines."""
        lines = (self.co_executor_names.data or "").splitlines()
        return [*(self.co_executors.data or ()), *filter(None, (line.strip() for line in lines))]

    def offer_number(self) -> None:
        """Leave the number out where none can be typed: of no meeting, or of registered minutes."""
        meeting = None if self.record is None else self.record.meeting
        if meeting is None or meeting.has_minutes:
            del self.number

    def validate_number(self, field: CountField) -> None:
        point = self.record
        is_other = "meeting_id" in self and self.meeting_id.data != point.meeting_id
        if field.data is None or field.data == point.number or is_other or self.is_stale:
            return
        if field.data > _MOST:
            raise ValidationError(_("Write a number up to %(most)s", most=_MOST))
        if not services.number_is_free(field.data, point):
            raise ValidationError(_("Another point of the meeting has this number"))

    def validate_executor_name(self, field: LineField) -> None:
        if field.data and self.executor.data:
            raise ValidationError(_("Choose from the list or write a name, not both"))

    def validate_controller_name(self, field: LineField) -> None:
        if field.data and self.controller_id.data:
            raise ValidationError(_("Choose from the list or write a name, not both"))

    def validate_co_executor_names(self, field: TextField) -> None:
        if any(len(line) > 300 for line in (field.data or "").splitlines()):
            raise ValidationError(_("Write one name a line, each at most 300 characters long"))

    def validate(self, extra_validators: Any = None) -> bool:
        is_fine = bool(super().validate(extra_validators)) and self._is_due_after_it_is_agreed()
        is_fine = self._stays_in_its_minutes() and is_fine
        stored = None if self.record is None else self.record.due_on
        if stored is None or self.due_on.errors or self.is_stale:
            return is_fine
        if self.due_on.data is None or self.due_on.data > stored:
            # Not by the field's own chain, which stops at an emptied field.
            text = _("A set deadline moves back only by an extension, on the page of the point")
            self.due_on.errors = [text]
            return False
        return is_fine

    def _stays_in_its_minutes(self) -> bool:
        """Not by the field's own chain, either: an emptied meeting would stop it."""
        meeting = None if self.record is None or self.is_stale else self.record.meeting
        if meeting is None or not meeting.has_minutes or self.meeting_id.data == meeting.id:
            return True
        text = _(
            "The minutes are registered (№ %(number)s, %(day)s): the point stays in the meeting "
            "and keeps its number",
            number=meeting.minutes_number,
            day=short_date(meeting.minutes_on),
        )
        return refuse(self.meeting_id, text)

    def _is_due_after_it_is_agreed(self) -> bool:
        if "agreed_on" not in self:
            return True  # the day is hidden with the meeting, and would be told by a refusal
        due, agreed, stored = self.due_on.data, self.agreed_on.data, self.record
        if stored and (self.is_stale or (stored.due_on, stored.agreed_on) == (due, agreed)):
            return True  # the conflict comes first; what was recorded so stays
        return check_agreed(self.due_on, agreed)


def executor_values(executors: Iterable[Executor]) -> dict[str, Any]:
    """The form's four fields out of who carries a point out."""
    lead = [one for one in executors if one.is_lead]
    helpers = [one for one in executors if not one.is_lead]
    return {
        "executor": next((one.code for one in lead if one.outsider is None), None),
        "executor_name": next((one.outsider for one in lead if one.outsider), None),
        "co_executors": [one.code for one in helpers if one.outsider is None],
        "co_executor_names": "\n".join(one.outsider for one in helpers if one.outsider),
    }
