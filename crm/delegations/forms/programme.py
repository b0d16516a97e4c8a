"""What a person may type about an entry of the programme of a visit."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.core.clock_field import ClockField, check_times
from crm.core.faults import refuse
from crm.core.forms import DayField, LineField, Required, TermField
from crm.core.parts import PartForm
from crm.delegations.models.terms import ProgrammeKind


class ProgrammeForm(PartForm):
    """One entry of a programme."""

    title = LineField(_l("What takes place"), [Required()])
    planned_on = DayField(_l("Day"))
    starts_at = ClockField(_l("Begins at"))
    ends_at = ClockField(_l("Ends at"))
    place = LineField(_l("Venue"))
    responsible = LineField(_l("Who sees to it"))
    kind = TermField(_l("For whom"), ProgrammeKind, default=ProgrammeKind.OFFICIAL)

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = bool(super().validate(extra_validators))
        return self._times_fit() and is_valid

    def _times_fit(self) -> bool:
        if self.ends_at.data and not self.starts_at.data and not self.starts_at.errors:
            return refuse(self.starts_at, _("Write when it begins, too"))
        if self.ends_at.data and self.ends_at.data == self.starts_at.data:
            return refuse(self.ends_at, _("It ends when it begins: write a later time, or none"))
        words = _("It ends before it begins; past midnight, leave the end empty")
        return check_times(self.starts_at, self.ends_at, words)
