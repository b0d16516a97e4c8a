"""The form of a project."""

import re
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from crm.accounts.forms import TextLanguageField
from crm.core.database import MAX_ID
from crm.core.faults import refuse
from crm.core.forms import (
    ChoiceField,
    CountField,
    DayField,
    LineField,
    Required,
    TermField,
    TextField,
)
from crm.core.money import Qualifier
from crm.core.numbers import ExactField
from crm.core.teams import FlagField, SightForm
from crm.projects.models.terms import Stage

_FIRST_YEAR, _LAST_YEAR = 1990, 2100
_OKED = re.compile(r"[^\W_]+(\.[^\W_]+)*")
_QUARTERS = [(number, str(number)) for number in (1, 2, 3, 4)]


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
        self.offer(_QUARTERS, blank=_l("unknown"))


class HowField(TermField):
    """How exactly a number is known."""

    def __init__(self, label: Any, **more: Any) -> None:
        given = {"default": Qualifier.EXACT, "absent": Qualifier.EXACT, **more}
        super().__init__(label, Qualifier, **given)


class ProjectForm(SightForm):
    """The fields of a project but for stage and status, which have acts of their own."""

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
    start_year = YearField(_l("Start, year"))
    start_quarter = QuarterField(_l("Start, quarter"))
    commissioning_planned_year = YearField(_l("Commissioning planned, year"))
    commissioning_planned_quarter = QuarterField(_l("Commissioning planned, quarter"))
    commissioning_actual_year = YearField(_l("Commissioning actual, year"))
    commissioning_actual_quarter = QuarterField(_l("Commissioning actual, quarter"))
    capacity_number = ExactField(_l("Production capacity"), places=3, most=10**12)
    capacity_unit = LineField(_l("Unit of the capacity"), length=100)
    capacity_product = LineField(_l("Product"), length=300)
    oked = LineField(_l("OKED code"), length=10)
    memorandum_on = DayField(_l("Memorandum signed on"))
    in_report = FlagField(_l("In the report"), default=True)
    officer_id = ChoiceField(_l("Responsible officer"), [Required()])
    text_language = TextLanguageField(_l("Language of the texts"))
    note = TextField(_l("Note"))

    def validate_oked(self, field: LineField) -> None:
        if field.data and not _OKED.fullmatch(field.data):
            raise ValidationError(_("Write the code in letters, digits and dots, as 06.20.0"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field, that there is a title, and that quarters have their year."""
        is_valid = bool(super().validate(extra_validators))
        checks = (self.is_named("title"), *map(self._has_year, _SPANS))
        return all(checks) and is_valid

    def _has_year(self, name: str) -> bool:
        year, quarter = self[f"{name}_year"], self[f"{name}_quarter"]
        if quarter.data is None or year.data is not None or year.errors:
            return True
        return refuse(year, _("Write the year of the quarter, too"))


_SPANS = ("start", "commissioning_planned", "commissioning_actual")


class NewProjectForm(ProjectForm):
    """A project that may have come far before it was recorded here."""

    stage = TermField(_l("Stage"), Stage, default=Stage.PROPOSAL, absent=Stage.PROPOSAL)
