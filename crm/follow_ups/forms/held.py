"""The form of the meeting at which a point was carried out: saving it closes the point."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.accounts.models import User
from crm.core.editing import version_sent
from crm.core.faults import refuse
from crm.core.forms import Required, TextField
from crm.core.spans import check_agreed
from crm.follow_ups.forms.steps import closed_words, not_owner_words
from crm.follow_ups.models.follow_up import FollowUp
from crm.meetings.forms.meeting import NewMeetingForm
from crm.meetings.models import MeetingStatus


class HeldForm(NewMeetingForm):
    """A new meeting, whose outcome is that of ``point``; ``version`` is the point's."""

    outcome = TextField(
        _l("Outcome"), [Required()], description=_l("It becomes the outcome of the point, too")
    )

    def __init__(self, point: FollowUp, actor: User, **more: Any) -> None:
        super().__init__(**more)
        self.point, self.actor = point, actor
        self._sent = self.version.data
        self.version.data = str(point.version)

    def validate(self, extra_validators: Any = None) -> bool:
        is_fine = bool(super().validate(extra_validators))
        if not self.status.errors and self.status.data in _NOT_HELD:
            is_fine = refuse(self.status, _("A point is closed by a meeting that was held"))
        if not self.held_on.errors and not check_agreed(self.held_on, self.point.agreed_on):
            is_fine = False
        refusal = self._stale_words() or self.refusal()
        if refusal is not None:
            self.form_errors = [refusal]
        return is_fine and refusal is None

    def refusal(self) -> str | None:
        """Why the point is not closed by this person in this state; None when it is."""
        return closed_words(self.point) or not_owner_words(self.point, self.actor)

    def _stale_words(self) -> str | None:
        if version_sent(self._sent) == self.point.version or not self.point.is_pending:
            return None
        return str(_("The point was changed in the meantime: look at it, then save once more"))


_NOT_HELD = (MeetingStatus.PLANNED, MeetingStatus.CANCELLED)
