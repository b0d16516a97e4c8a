"""How a point is closed: executed, taken off control, given up; and how it is opened again."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from crm.accounts.models import Role, User
from crm.core.database import db
from crm.core.dates import short_date
from crm.core.forms import ChoiceField, DayField, LineField, Optional, Required, TextField
from crm.core.spans import check_agreed
from crm.documents.forms import ProofsField
from crm.documents.models import Purpose
from crm.follow_ups.forms.steps import (
    Situation,
    StepForm,
    not_ahead,
    not_long_ago,
    not_owner_words,
)
from crm.follow_ups.models.follow_up import FollowUp
from crm.follow_ups.models.terms import FollowUpKind, FollowUpStatus
from crm.meetings.models import Meeting, MeetingStatus

_WORDS = 2  # of an outcome that says more than that it was held


class DoneForm(StepForm):
    """Executed, with what came of it. It stays under control until a head removes it."""

    step, label, says_at = "done", _l("Mark as done"), "outcome"
    outcome = TextField(_l("Outcome"), [Required()])
    done_on = DayField(_l("Done on"), [Optional()])
    closing_meeting_id = ChoiceField(_l("Closing meeting"), [Optional()])
    files = ProofsField(_l("Evidence of execution"), Purpose.EVIDENCE)

    def __init__(self, point: FollowUp, actor: User, **more: Any) -> None:
        super().__init__(point, actor, **more)
        if self.done_on.data is None and not self.done_on.raw_data:
            self.done_on.data = self.today

    @property
    def day(self) -> date:
        """When it was executed; today when no day was named."""
        return self.done_on.data or self.today

    @classmethod
    def refused(cls, now: Situation) -> str | None:
        return super().refused(now) or not_owner_words(now.point, now.actor)

    @classmethod
    def shown_of(cls, now: Situation) -> tuple[object, ...]:
        return (*super().shown_of(now), now.point.kind)

    @property
    def asks_for_meeting(self) -> bool:
        """Whether the point is closed by the meeting where it was held."""
        return self.point.kind == FollowUpKind.CONSULTATION

    def validate_outcome(self, field: TextField) -> None:
        is_linked = self.closing_meeting_id.data is not None or not self.asks_for_meeting
        if not is_linked and len((field.data or "").split()) < _WORDS:
            text = _(
                "Without a meeting, say how the consultation was held; or choose its meeting, "
                "or record it"
            )
            raise ValidationError(text)

    def validate_closing_meeting_id(self, field: ChoiceField) -> None:
        meeting = None if field.data is None else db.session.get(Meeting, field.data)
        if meeting is not None and meeting.status != MeetingStatus.HELD:
            raise ValidationError(_("A point is closed by a meeting that was held"))

    def validate_done_on(self, field: DayField) -> None:
        not_ahead(field, self.today)
        check_agreed(field, self.point.agreed_on)
        if self.point.agreed_on is None:
            not_long_ago(field, self.today)


class OffControlForm(StepForm):
    """Removed from control by a document: a head's step, and only after the execution."""

    step, label, says_at = "off-control", _l("Remove from control"), "removal_number"
    roles = (Role.HEAD,)
    removal_number = LineField(_l("Number of the document"), [Required()], length=100)
    removed_on = DayField(_l("Removed from control on"), [Required()])
    files = ProofsField(_l("The document itself"), Purpose.REMOVAL)

    def __init__(self, point: FollowUp, actor: User, **more: Any) -> None:
        super().__init__(point, actor, **more)
        if self.removed_on.data is None and not self.removed_on.raw_data:
            self.removed_on.data = self.today

    @classmethod
    def refused(cls, now: Situation) -> str | None:
        if now.point.status == FollowUpStatus.DONE:
            return None
        return str(_("Only an executed point is removed from control: mark it as done first"))

    def validate_removed_on(self, field: DayField) -> None:
        not_ahead(field, self.today)
        done_on = self.point.done_on
        if field.data is not None and done_on is not None and field.data < done_on:
            day = short_date(done_on)
            raise ValidationError(_("It was done later than that: %(day)s", day=day))


class CancelForm(StepForm):
    """No longer relevant, with the reason."""

    step, label, says_at = "cancel", _l("Give up as no longer relevant"), "reason"
    reason = TextField(_l("Reason"), [Required()])

    @classmethod
    def refused(cls, now: Situation) -> str | None:
        return super().refused(now) or not_owner_words(now.point, now.actor)


class ReopenForm(StepForm):
    """A closed point goes back to work: a head's step, with the reason."""

    step, label, says_at = "reopen", _l("Reopen the point"), "reason"
    roles = (Role.HEAD,)
    reason = TextField(_l("Reason"), [Required()])

    @classmethod
    def refused(cls, now: Situation) -> str | None:
        return str(_("The point is open already")) if now.point.is_pending else None
