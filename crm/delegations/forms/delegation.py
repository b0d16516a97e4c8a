"""The form of a delegation."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.accounts.forms import TextLanguageField
from crm.core.dates import DatePrecision
from crm.core.faults import refuse
from crm.core.forms import (
    ChoiceField,
    DayField,
    LineField,
    Required,
    TermField,
    TextField,
)
from crm.core.spans import PrecisionField, is_ahead, settle_span
from crm.core.teams import SightForm
from crm.delegations.forms.parties import MemberRow, PartiesField
from crm.delegations.forms.sectors import SectorsField
from crm.delegations.models.terms import Channel, DelegationStatus, Direction, Level


class DelegationForm(SightForm):
    """The fields of a delegation."""

    title = LineField(_l("Title"), [Required()])
    country = ChoiceField(_l("Country"), [Required()], kind=str)
    direction = TermField(_l("Direction"), Direction, default=Direction.INBOUND)
    level = TermField(_l("Level"), Level, blank=_l("not stated"))
    status = TermField(_l("Status"), DelegationStatus, default=DelegationStatus.PLANNED)
    date_precision = PrecisionField(
        _l("Date precision"), DatePrecision, default=DatePrecision.UNKNOWN
    )
    arrives_on = DayField(_l("Arrives on"))
    departs_on = DayField(_l("Departs on"))
    officer_id = ChoiceField(_l("Responsible officer"), [Required()])
    next_contact_on = DayField(_l("Next contact planned on"))
    purpose = TextField(_l("Purpose"))
    received_by = TextField(_l("Received by"))
    channel = TermField(_l("Channel"), Channel, blank=_l("not stated"))
    letter_number = LineField(_l("Incoming letter no."), length=100)
    letter_on = DayField(_l("Date of the letter"))
    languages = LineField(_l("Languages of the guests"))
    interpreter = LineField(_l("Interpreter"))
    logistics = TextField(_l("Arrival, hotel, transport, gifts"))
    sectors = SectorsField(_l("Sectors"))
    text_language = TextLanguageField(_l("Language of the texts"))
    note = TextField(_l("Note"))

    @classmethod
    def values_of(cls, record: Any) -> dict[str, Any]:
        codes = [sector.code for sector in record.sectors]
        return {**super().values_of(record), "sectors": codes}

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = bool(super().validate(extra_validators))
        is_dated = settle_span(
            self.date_precision, self.arrives_on, self.departs_on, two_days_are_a_range=True
        )
        return is_dated and self._status_fits() and is_valid

    def _status_fits(self) -> bool:
        if self.status.data != DelegationStatus.COMPLETED or not is_ahead(self.arrives_on):
            return True
        words = _("This day is still ahead: choose «Planned» or «Confirmed», or correct the date")
        return refuse(self.status, words)


class NewDelegationForm(DelegationForm):
    """A delegation with its members, in one form."""

    members = PartiesField(MemberRow, _l("Members"))
