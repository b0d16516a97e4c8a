"""The form of a meeting."""

import re
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from crm.accounts.forms import TextLanguageField
from crm.core import clock
from crm.core.clock_field import ClockField, check_times
from crm.core.dates import DatePrecision, short_date
from crm.core.faults import refuse
from crm.core.forms import (
    ChoiceField,
    DayField,
    LineField,
    Required,
    TermField,
    TextField,
)
from crm.core.spans import PrecisionField, check_agreed, check_clock, is_ahead, settle_span
from crm.core.teams import SightForm
from crm.meetings.forms.parts import (
    ParticipantRow,
    ParticipantsField,
    PointsField,
    WeightedSectorsField,
)
from crm.meetings.models import Meeting, MeetingKind, MeetingStatus

_WEB_ADDRESS = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE)


class MeetingForm(SightForm):
    """The fields of a meeting; only title and country are asked for."""

    attributes: ClassVar[dict[str, str]] = {**SightForm.attributes, "sectors": "sector_links"}

    title = LineField(_l("Title"), [Required()])
    kind = TermField(_l("Kind"), MeetingKind, default=MeetingKind.WORKING_MEETING)
    country = ChoiceField(_l("Country"), [Required()], kind=str)
    status = TermField(_l("Status"), MeetingStatus, default=MeetingStatus.HELD)
    date_precision = PrecisionField(
        _l("Date precision"), DatePrecision, default=DatePrecision.UNKNOWN
    )
    held_on = DayField(_l("Date"))
    held_until = DayField(_l("Last day"))
    starts_at = ClockField(_l("Begins at"))
    ends_at = ClockField(_l("Ends at"))
    place = LineField(_l("Venue"))
    delegation_id = ChoiceField(_l("Delegation"))
    district = ChoiceField(_l("District"), kind=str)
    received_by = LineField(_l("Received by"))
    sectors = WeightedSectorsField(_l("Sectors"))
    agenda = TextField(_l("Agenda"))
    summary = TextField(_l("Topics discussed"))
    outcome = TextField(_l("Outcome"))
    minutes_number = LineField(_l("Number of the minutes"), length=100)
    minutes_on = DayField(_l("Minutes registered on"))
    source_name = LineField(_l("Source"))
    source_url = LineField(_l("Web address of the source"), length=1000)
    source_published_on = DayField(_l("Published on"))
    officer_id = ChoiceField(_l("Responsible officer"), [Required()])
    text_language = TextLanguageField(_l("Language of the texts"))
    note = TextField(_l("Note"))

    @classmethod
    def values_of(cls, record: Any) -> dict[str, Any]:
        weights = [(link.sector_code, link.weight) for link in record.sector_links]
        return {**super().values_of(record), "sectors": weights}

    def validate_source_url(self, field: LineField) -> None:
        if field.data and not _WEB_ADDRESS.fullmatch(field.data):
            raise ValidationError(_("Write the whole address, from https:// on"))

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = bool(super().validate(extra_validators))
        is_dated = settle_span(self.date_precision, self.held_on, self.held_until)
        is_fine = is_dated and self._times_in_order() and self._status_fits()
        return self._minutes_fit() and is_fine and is_valid

    def _times_in_order(self) -> bool:
        if not check_clock(self.held_on, self.date_precision, self.starts_at, self.ends_at):
            return False
        if self.held_until.data:
            return True  # from the first day's beginning to the last day's end
        return check_times(self.starts_at, self.ends_at, _("The meeting ends before it begins"))

    def _status_fits(self) -> bool:
        """A stale form is let through: the answer to the conflict says what is stored now."""
        record, status = self.record, self.status.data
        if self.status.errors or (record is not None and self.is_stale):
            return True
        if status == MeetingStatus.HELD and is_ahead(self.held_on):
            words = _("This day is still ahead: choose «Planned», or correct the date")
            return refuse(self.status, words)
        if record is None or _may_become(record, status):
            return True
        stored = MeetingStatus(record.status).label
        message = _(
            "Now: %(stored)s. It cannot become: %(wanted)s", stored=stored, wanted=status.label
        )
        return refuse(self.status, message)

    def _minutes_fit(self) -> bool:
        """Whether number and day stand together, of a meeting that was held, and stay for good."""
        number, day = self.minutes_number, self.minutes_on
        if number.errors or day.errors or (self.record is not None and self.is_stale):
            return not number.errors and not day.errors
        if number.data is None and day.data is None:
            if self.record is None or not self.record.has_minutes:
                return True
            return refuse(number, _("Registered minutes stay: correct the number or the day"))
        if number.data is None:
            return refuse(number, _("Write the number the document system gave"))
        if day.data is None:
            return refuse(day, _("Write the day the document system gave"))
        if self.status.data in (MeetingStatus.PLANNED, MeetingStatus.CANCELLED) or is_ahead(
            self.held_on
        ):
            return refuse(number, _("Only a meeting that was held has minutes: see its status"))
        if is_ahead(day):
            return refuse(day, _("This day is still ahead"))
        if self.held_on.data is not None and day.data < self.held_on.data:
            held_on = short_date(self.held_on.data)
            return refuse(day, _("The meeting was held later than that: %(day)s", day=held_on))
        return True


def _may_become(record: Meeting, status: MeetingStatus) -> bool:
    """What is said to be held on a day to come was a slip, and can be put right."""
    was_a_slip = record.held_on is not None and record.held_on > clock.today()
    return was_a_slip or MeetingStatus(record.status).may_become(status)


class NewMeetingForm(MeetingForm):
    """A meeting with its participants and agreed points, in one form.

    Its status may be left to the date: planned when the day is ahead, else held.
    """

    status = TermField(_l("Status"), MeetingStatus, blank=_l("by the date"))
    participants = ParticipantsField(ParticipantRow, _l("Participants"))
    points = PointsField(_l("Follow-ups"))

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = super().validate(extra_validators)
        is_day = self.date_precision.data == DatePrecision.DAY and not is_ahead(self.held_on)
        agreed_on = self.held_on.data if is_day else None
        fits = [check_agreed(row.due_on, agreed_on) for row in self.points.filled]  # all are told
        if all(fits):
            return is_valid
        # WTForms 3.3 gathers the faults of rows once, before this one.
        self.points.errors = [row.errors for row in self.points.forms]
        return False

    def fill(self, record: Meeting) -> None:
        """Write the fields; a status left open follows the date."""
        super().fill(record)
        if self.status.data is None:
            is_planned = is_ahead(self.held_on)
            record.status = MeetingStatus.PLANNED if is_planned else MeetingStatus.HELD
