"""Requests for extension: asked by the owner, granted or refused by a head, or taken back."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from crm.accounts.models import Role
from crm.core.dates import short_date
from crm.core.forms import Required, TextField
from crm.follow_ups.forms.steps import Situation, StepForm, not_later_words, not_owner_words
from crm.follow_ups.models.extensions import ExtensionRequest
from crm.reference.forms.due import DueField


class RequestForm(StepForm):
    """A step about the request that nobody has decided yet."""

    @property
    def open_request(self) -> ExtensionRequest:
        """The request; raises ValueError when there is none: validation said so before."""
        if self.request is None:
            raise ValueError("no extension is asked for")
        return self.request

    @classmethod
    def refused(cls, now: Situation) -> str | None:
        return super().refused(now) or (None if now.request else _no_request())


class AskForm(RequestForm):
    """The owner, who is no head, asks for a later deadline."""

    step, label, says_at = "extension-request", _l("Ask for an extension"), "new_due_on"
    roles = (Role.OFFICER,)
    new_due_on = DueField(_l("New deadline"), [Required()])
    reason = TextField(_l("Reason"), [Required()])

    @classmethod
    def refused(cls, now: Situation) -> str | None:
        closed = StepForm.refused(now)
        return closed or not_owner_words(now.point, now.actor) or cls._asked_already(now)

    @staticmethod
    def _asked_already(now: Situation) -> str | None:
        if now.point.due_on is None:
            return str(_("No deadline is set: set one, nobody need be asked"))
        if now.request is None:
            return None
        day = short_date(now.request.new_due_on)
        return str(_("An extension to %(day)s is asked for and not decided yet", day=day))

    def validate_new_due_on(self, field: DueField) -> None:
        stands = self.point.due_on
        if field.data is None or stands is None:
            return
        words = not_later_words(stands, field.data, self.today)
        if words is not None:
            raise ValidationError(words)


class GrantForm(RequestForm):
    """A head grants what was asked for; another day is given by extending the deadline."""

    step, label, says_at = "grant", _l("Grant the extension"), ""
    roles = (Role.HEAD,)

    @classmethod
    def title_in(cls, now: Situation) -> Any:
        if now.request is None:
            return cls.label
        return _("Grant the extension to %(day)s", day=short_date(now.request.new_due_on))

    @classmethod
    def refused(cls, now: Situation) -> str | None:
        refusal, stands = super().refused(now), now.point.due_on
        if refusal is not None or now.request is None or stands is None:
            return refusal
        return not_later_words(stands, now.request.new_due_on, now.today)


class RefuseForm(RequestForm):
    """A head refuses, with the reason."""

    step, label, says_at = "refuse", _l("Refuse the extension"), "answer"
    roles = (Role.HEAD,)
    answer = TextField(_l("Why it is refused"), [Required()])


class WithdrawForm(RequestForm):
    """Whoever asked takes the request back."""

    step, label, says_at = "withdraw", _l("Withdraw the request"), ""

    @classmethod
    def refused(cls, now: Situation) -> str | None:
        return super().refused(now) or cls._asked_by_another(now)

    @staticmethod
    def _asked_by_another(now: Situation) -> str | None:
        if now.request is None or now.request.asked_by_id == now.actor.id:
            return None
        name = now.request.asked_by.name
        return str(_("Only the one who asked can withdraw the request: %(name)s", name=name))


def _no_request() -> str:
    return str(_("No extension is asked for any more"))
