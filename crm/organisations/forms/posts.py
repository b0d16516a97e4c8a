"""What people type about the posts somebody holds."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.core.faults import refuse
from crm.core.forms import (
    ChoiceField,
    DayField,
    LineField,
    Optional,
    Required,
    TermField,
)
from crm.core.parts import PartForm
from crm.organisations.models import Appointment, Rank


class AppointmentForm(PartForm):
    """A post of a person at an organisation."""

    organisation_id = ChoiceField(_l("Organisation"), [Required()])
    position_kk = LineField(_l("Position (Kazakh)"))
    position_ru = LineField(_l("Position (Russian)"))
    position_en = LineField(_l("Position (English)"))
    rank = TermField(_l("Diplomatic rank"), Rank, blank=_l("none"))
    valid_from = DayField(_l("Since"), [Optional()])
    valid_to = DayField(_l("Until"), [Optional()])

    others: Sequence[Appointment] = ()  # what else the person holds or held

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field, that the span is in order, and that the post is not there yet."""
        is_valid = bool(super().validate(extra_validators))
        if not _is_in_order(self.valid_from.data, self.valid_to.data):
            return refuse(self.valid_to, _("The last day is before the first one"))
        if is_valid and any(one.is_same_post_as(self._typed) for one in self.beside):
            text = _("This post is recorded already for some of these days: correct its dates")
            return refuse(self.valid_from, text)
        return is_valid

    @property
    def beside(self) -> list[Appointment]:
        """Other posts at the same organisation that share days with the one typed."""
        typed = self._typed
        return [
            one
            for one in self.others
            if one.organisation_id == typed.organisation_id and one.overlaps(typed)
        ]

    @property
    def _typed(self) -> Appointment:
        post = Appointment()
        self.fill(post)
        return post


class EndForm(PartForm):
    """The last day of a post."""

    valid_to = DayField(_l("Last day in this post"), [Required()])

    begun_on: date | None = None  # the post, as it is stored now

    def is_in_order(self) -> bool:
        """Whether the post does not end before it began; says so at the field."""
        if _is_in_order(self.begun_on, self.valid_to.data):
            return True
        return refuse(self.valid_to, _("The last day is before the first one"))


def _is_in_order(first: Any, last: Any) -> bool:
    """Whether a span does not end before it begins; an open one never does."""
    return first is None or last is None or bool(first <= last)
