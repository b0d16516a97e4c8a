"""The form of a project."""

import re
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from crm.accounts.forms import TextLanguageField
from crm.core import clock
from crm.core.database import MAX_ID
from crm.core.faults import refuse
from crm.core.forms import (
    ChoiceField,
    CountField,
    DayField,
    LineField,
    RecordForm,
    Required,
    TermField,
    TextField,
)
from crm.core.money import Qualifier
from crm.core.numbers import ExactField
from crm.core.teams import FlagField, SightForm
from crm.organisations.services import find_organisation
from crm.projects.forms.amounts import AmountsField, ParticipantsField, role_is_taken
from crm.projects.models.gates import Demand, gaps_before
from crm.projects.models.parts import ProjectAmount, ProjectParticipant
from crm.projects.models.project import InvestmentProject
from crm.projects.models.terms import Stage

_FIRST_YEAR, _LAST_YEAR = 1990, 2100
_OKED = re.compile(r"[^\W_]+(\.[^\W_]+)*")
_QUARTERS = [(number, _l("quarter %(number)s", number=number)) for number in (1, 2, 3, 4)]


class QuantityField(CountField):
    """A whole number from 0."""

    @staticmethod
    def _fits(form: Any, field: Any) -> None:
        if field.data is not None and field.data > MAX_ID:
            raise ValidationError(_("This number is too large"))


class YearField(CountField):
    """A year a project may be planned in."""

    @staticmethod
    def _fits(form: Any, field: Any) -> None:
        if field.data is not None and not _FIRST_YEAR <= field.data <= _LAST_YEAR:
            bounds = {"first": str(_FIRST_YEAR), "last": str(_LAST_YEAR)}
            raise ValidationError(_("Write a year from %(first)s to %(last)s", **bounds))


class QuarterField(ChoiceField):
    """A quarter of the year beside it; it may stay open."""

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(label, **more)
        self.offer(_QUARTERS, blank=_l("quarter unknown"))


class HowField(TermField):
    """How exactly a number is known."""

    def __init__(self, label: Any, **more: Any) -> None:
        given = {"default": Qualifier.EXACT, "absent": Qualifier.EXACT, **more}
        super().__init__(label, Qualifier, **given)


class ProjectForm(SightForm):
    """The fields of a project but for stage and status, which have acts of their own.

    ``amounts`` and ``participants`` are rows to add; those a project has are changed one by one.
    """

    attributes: ClassVar[dict[str, str]] = {
        **SightForm.attributes,
        "capacity_number": "capacity_thousandths",
    }
    title_kk = LineField(_l("Title (Kazakh)"))
    title_ru = LineField(_l("Title (Russian)"))
    title_en = LineField(_l("Title (English)"))
    country = ChoiceField(_l("Country"), [Required()], kind=str)
    sector = ChoiceField(_l("Sector"), [Required()], kind=str)
    district = ChoiceField(_l("District"), kind=str)
    amounts = AmountsField(_l("Amounts"))
    participants = ParticipantsField(_l("Participants"))
    next_step = LineField(_l("Next step"))
    next_step_on = DayField(_l("Date of the next step"))
    jobs_permanent_planned = QuantityField(_l("Permanent jobs, planned"))
    jobs_permanent_planned_qualifier = HowField(_l("Permanent jobs, planned: how exactly"))
    jobs_permanent_actual = QuantityField(_l("Permanent jobs, actual"))
    jobs_permanent_actual_qualifier = HowField(_l("Permanent jobs, actual: how exactly"))
    jobs_temporary_planned = QuantityField(_l("Temporary jobs, planned"))
    jobs_temporary_planned_qualifier = HowField(_l("Temporary jobs, planned: how exactly"))
    jobs_temporary_actual = QuantityField(_l("Temporary jobs, actual"))
    jobs_temporary_actual_qualifier = HowField(_l("Temporary jobs, actual: how exactly"))
    jobs_total_planned = QuantityField(_l("Jobs in total, planned"))
    jobs_total_planned_qualifier = HowField(_l("Jobs in total, planned: how exactly"))
    jobs_total_actual = QuantityField(_l("Jobs in total, actual"))
    jobs_total_actual_qualifier = HowField(_l("Jobs in total, actual: how exactly"))
    start_year = YearField(_l("Start"))
    start_quarter = QuarterField(_l("Start: quarter"))
    commissioning_planned_year = YearField(_l("Commissioning, planned"))
    commissioning_planned_quarter = QuarterField(_l("Commissioning, planned: quarter"))
    commissioning_actual_year = YearField(_l("Commissioning, actual"))
    commissioning_actual_quarter = QuarterField(_l("Commissioning, actual: quarter"))
    capacity_number = ExactField(_l("Production capacity"), places=3, most=10**12)
    capacity_unit = LineField(_l("Unit of the capacity"), length=100)
    capacity_product = LineField(_l("Product"), length=300)
    oked = LineField(_l("OKED code"), length=10)
    memorandum_on = DayField(_l("Memorandum signed on"))
    in_report = FlagField(_l("In the report"), default=True)
    officer_id = ChoiceField(_l("Responsible officer"), [Required()])
    text_language = TextLanguageField(_l("Language of the texts"))
    note = TextField(_l("Note"))

    @classmethod
    def values_of(cls, record: Any) -> dict[str, Any]:
        values = super().values_of(record)
        return {name: value for name, value in values.items() if name not in _ROWS}

    def validate_oked(self, field: LineField) -> None:
        if field.data and not _OKED.fullmatch(field.data):
            raise ValidationError(_("Write the code in letters, digits and dots, as 06.20.0"))

    def validate_commissioning_actual_year(self, field: YearField) -> None:
        if field.data is not None and field.data > clock.today().year:
            raise ValidationError(_("This year is still ahead: it is the planned one"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field, that there is a title, and that quarters have their year."""
        is_valid = bool(super().validate(extra_validators))
        checks = (self.is_named("title"), *map(self._has_year, _SPANS), self._are_new())
        return all(checks) and is_valid

    def _has_year(self, name: str) -> bool:
        year, quarter = self[f"{name}_year"], self[f"{name}_quarter"]
        if quarter.data is None or year.data is not None or year.errors:
            return True
        return refuse(year, _("Write the year of the quarter, too"))

    def _are_new(self) -> bool:
        """Whether none of the rows names who stands among the participants already."""
        stored = {} if self.record is None else self.record.participants
        known = {(one.organisation_id, one.role) for one in stored}
        answers = [self._is_new(row, known) for row in self.participants.filled] if known else []
        if all(answers):
            return True
        self.participants.errors = [entry.errors for entry in self.participants.entries]
        return False

    @staticmethod
    def _is_new(row: Any, known: set[tuple[int, Any]]) -> bool:
        found = find_organisation(row.organisation.data or "")
        if found is None or (found.id, row.role.data) not in known:
            return True
        return refuse(row.organisation, role_is_taken())


_SPANS = ("start", "commissioning_planned", "commissioning_actual")
_ROWS = ("amounts", "participants")


class NewProjectForm(ProjectForm):
    """A project that may have come far before it was recorded here."""

    stage = TermField(_l("Stage"), Stage, default=Stage.PROPOSAL, absent=Stage.PROPOSAL)
    stage_since = DayField(_l("At this stage since"))

    def validate_stage_since(self, field: DayField) -> None:
        if field.data is not None and field.data > clock.today():
            raise ValidationError(_("This day is still ahead"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the same, and that every field its stage needs is filled in."""
        is_valid = super().validate(extra_validators)
        return self._reaches_stage() and is_valid

    def _reaches_stage(self) -> bool:
        stage = self.stage.data
        if stage is None:
            return True
        gaps = gaps_before(self._sketch(), stage, Demand.NEEDED)
        for rule in gaps:
            words = _("Needed for «%(stage)s»: %(field)s", stage=stage.label, field=rule.label)
            if not self[rule.anchor].errors:
                refuse(self[rule.anchor], words)
        return not gaps

    def _sketch(self) -> InvestmentProject:
        """The project as typed, only to be looked at."""
        amounts = [ProjectAmount(kind=row.kind.data) for row in self.amounts.filled]
        participants = [
            ProjectParticipant(role=row.role.data, share_basis_points=row.share_percent.data)
            for row in self.participants.filled
        ]
        sketch = InvestmentProject(amounts=amounts, participants=participants)
        RecordForm.fill(self, sketch)
        return sketch
