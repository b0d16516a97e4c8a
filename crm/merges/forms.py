"""What a head says of a merge: whose value stays."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField

from crm.core.forms import BaseForm
from crm.core.trail import words_of
from crm.merges.services.values import BOTH, KEPT, OTHER, Difference

ADD = "add"


class SidesField(RadioField):
    """A choice between ``sides``: (name, words)."""

    def __init__(self, label: Any, sides: Sequence[tuple[str, Any]], **more: Any) -> None:
        super().__init__(label, choices=[], **more)
        self.choices = list(sides)  # not by the constructor: WTForms 3.3 warns of tuples there


class MergeForm(BaseForm):
    """The versions of both records as they were seen, and one choice for each difference."""

    version = HiddenField()
    other_version = HiddenField()
    # A share of each of two participants of a project that are one.
    shares = SidesField(
        _l("Shares in the same project"),
        [(ADD, _l("Add them up")), (KEPT, _l("Keep the share of the one that stays"))],
        default=ADD,
    )

    def choices_of(self, found: Sequence[Difference]) -> dict[str, str]:
        """Whose value stays, by attribute."""
        return {one.name: self[one.name].data for one in found if one.name in self}


def form_for(table: str, found: Sequence[Difference]) -> type[MergeForm]:
    """The form that asks for each of the differences of two records of ``table``."""
    fields = {one.name: _choice(table, one) for one in found}
    return type("OwnMergeForm", (MergeForm,), fields)


def _choice(table: str, found: Difference) -> SidesField:
    sides = [(KEPT, _("Stays as it is")), (OTHER, _("Taken over"))]
    if found.can_be_both:
        sides.append((BOTH, _("Both texts")))
    label = _l("Consent") if len(found.columns) > 2 else words_of(table).fields[found.columns[0]]
    return SidesField(label, sides, default=found.default)
