"""The form of one amount, participant, problem or linked meeting of a project by itself."""

from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.core import clock
from crm.core.faults import refuse
from crm.core.forms import BaseForm, ChoiceField, Choices, DayField, LineField, Required, TextField
from crm.core.parts import PartForm
from crm.projects.forms.amounts import AmountFields, ParticipantFields, ProjectMoneyField


class AmountForm(AmountFields, PartForm):
    """One amount."""

    columns: ClassVar[dict[str, tuple[str, ...]]] = {"value": ("value_minor", "currency")}

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = bool(super().validate(extra_validators))
        return self.check_amount() and is_valid


class ParticipantForm(ParticipantFields, PartForm):
    """One participant."""

    columns: ClassVar[dict[str, tuple[str, ...]]] = {
        "organisation": ("organisation_id",),
        "share_percent": ("share_basis_points",),
    }

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = bool(super().validate(extra_validators))
        return self.check_participant() and is_valid


class _SolvedFields:
    """When a problem was solved, and how."""

    solved_on = DayField(_l("Solved on"))
    solution = TextField(_l("How it was solved"))

    def check_solved(self: Any) -> bool:
        """Whether it was not solved in days to come; says so at the field."""
        return bool(_is_past(self.solved_on))

    def say_too_early(self: Any) -> None:
        """Say that it arose after that day."""
        refuse(self.solved_on, _("It was solved before it arose: correct one of the days"))


def _is_past(field: DayField) -> bool:
    if field.errors or field.data is None or field.data <= clock.today():
        return True
    return refuse(field, _("This day is still ahead"))


class ProblemForm(_SolvedFields, PartForm):
    """One problem; only what it is has to be said."""

    columns: ClassVar[dict[str, tuple[str, ...]]] = {"risk": ("risk_minor", "risk_currency")}
    text = TextField(_l("What the problem is"), [Required()])
    agency = LineField(_l("Responsible agency"), length=300)
    decided_by = LineField(_l("Who decides"), length=300)
    decide_by_on = DayField(_l("To be decided by"))
    since_on = DayField(_l("Arose on"))
    risk = ProjectMoneyField(_l("Sum at risk"), unit="risk_unit", currency="risk_currency")

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = bool(super().validate(extra_validators))
        if self.since_on.data is None and not self.since_on.errors:
            self.since_on.data = clock.today()
        checks = (_is_past(self.since_on), self.check_solved(), self._ends_in_order())
        return all(checks) and is_valid

    def _ends_in_order(self) -> bool:
        first, last = self.since_on, self.solved_on
        if first.errors or last.errors or first.data is None:
            return False
        if last.data is None:
            text = _("Write when it was solved, too")
            return not self.solution.data or refuse(last, text)
        if last.data < first.data:
            self.say_too_early()
        return not last.errors


class SolvedForm(_SolvedFields, PartForm):
    """The end of a problem."""

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = bool(super().validate(extra_validators))
        if self.solved_on.data is None and not self.solved_on.errors:
            self.solved_on.data = clock.today()
        return self.check_solved() and is_valid


class MeetingLinkForm(BaseForm):
    """A meeting that was about the project."""

    meeting_id = ChoiceField(_l("Meeting"), [Required()])

    def __init__(self, meetings: Choices, **more: Any) -> None:
        super().__init__(**more)
        self.meeting_id.offer(meetings, blank=_("Choose a meeting"))


class ProjectLinkForm(BaseForm):
    """A project that a meeting was about."""

    project_id = ChoiceField(_l("Project"), [Required()])

    def __init__(self, projects: Choices, **more: Any) -> None:
        super().__init__(**more)
        self.project_id.offer(projects, blank=_("Choose a project"))
