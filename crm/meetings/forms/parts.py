"""Parts of a meeting's form: participants, agreed points and weighted sectors."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.core.faults import refuse
from crm.core.forms import BaseForm, ChoiceField, Choices, TermField, TextField
from crm.core.rows import RowForm, RowsField, row_to_drop
from crm.core.spans import check_agreed
from crm.delegations.forms.parties import PartiesField, PartyForm, PartyRow
from crm.delegations.forms.sectors import SectorRow, SectorsField
from crm.follow_ups.models.terms import FollowUpKind, ResponsibleSide
from crm.meetings.models import ParticipantRole, Side, Weight
from crm.meetings.services import Given
from crm.reference.forms.due import DueField


class ParticipantFields:
    """What a participant has besides what a member has."""

    side = TermField(_l("Side"), Side, default=Side.PARTNER)
    role = TermField(_l("Role"), ParticipantRole, default=ParticipantRole.MEMBER)

    @property
    def given(self: Any) -> Given:
        """What was typed, as the services take it."""
        return Given(self.side.data, self.named, self.role.data)


class ParticipantRow(ParticipantFields, PartyRow):
    """A participant in the form of a new meeting."""


class ParticipantForm(ParticipantFields, PartyForm):
    """One participant by itself."""


class ParticipantsField(PartiesField):
    """Participants of both sides in one list; the side is a field of the row."""

    def of_side(self, side: str) -> list[tuple[Any, str, int]]:
        """Rows of one side, empty ones too, with their names and numbers."""
        return [one for one in self.numbered if one[0].side.data == side]

    def pattern_of(self, side: str) -> Any:
        """The row the script copies for one side."""
        row = self.pattern
        row.side.data = Side(side)
        return row

    def top_up(self) -> None:
        """Empty rows on both sides; a side is asked for by its own name."""
        self.drop(row_to_drop() or "")
        for side in Side:
            rows = [row for row, _name, _number in self.of_side(side)]
            self._top_up(rows, side, side=side)


class PointFields:
    """The fields of an agreed point."""

    kind = TermField(_l("Kind"), FollowUpKind, default=FollowUpKind.CONSULTATION)
    text = TextField(_l("What was agreed"))
    responsible_side = TermField(
        _l("Responsible side"), ResponsibleSide, default=ResponsibleSide.OURS
    )
    owner_id = ChoiceField(_l("Owner"))
    due_on = DueField(_l("Due date"))

    def check_point(self: Any) -> bool:
        """Whether it is said what was agreed; says so at the field."""
        if self.text.errors or self.text.data:
            return True
        return refuse(self.text, _("Write what was agreed"))

    @property
    def values(self: Any) -> dict[str, Any]:
        """What was typed, as ``follow_ups.services.add_point`` takes it."""
        return {
            "text": self.text.data,
            "kind": self.kind.data,
            "responsible_side": self.responsible_side.data,
            "owner_id": self.owner_id.data,
            "due_on": self.due_on.data,
        }


class PointRow(PointFields, RowForm):
    """A point in the form of a new meeting."""

    typed = ("text", "due_on")

    def validate(self, extra_validators: Any = None) -> bool:
        return super().validate(extra_validators) and (self.is_blank or self.check_point())


class PointsField(RowsField):
    """Agreed points; each is owned by somebody, by who records unless another is chosen."""

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(PointRow, label, **more)
        self.owners: Choices = ()
        self.me: int | None = None

    def offer(self, owners: Choices, me: int) -> None:
        """Take who may own a point, and who owns it by default."""
        self.owners, self.me = owners, me
        for row in self.forms:
            self._offer(row)

    def _append(self, **how: Any) -> Any:
        entry = super()._append(**how)
        self._offer(entry.form)
        return entry

    def _offer(self, row: Any) -> None:
        row.owner_id.offer(self.owners)
        if row.owner_id.data is None and not row.owner_id.errors:
            row.owner_id.data = self.me


class PointForm(PointFields, BaseForm):
    """One more point, added to a meeting that is recorded already."""

    def __init__(
        self, owners: Choices, me: int, *, agreed_on: date | None = None, **more: Any
    ) -> None:
        super().__init__(**more)
        self.agreed_on = agreed_on
        self.owner_id.offer(owners)
        if self.owner_id.data is None:
            self.owner_id.data = me

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = bool(super().validate(extra_validators)) and self.check_point()
        return check_agreed(self.due_on, self.agreed_on) and is_valid


class WeightedSectorRow(SectorRow):
    """A sector and how much the meeting was about it; «none» takes it out."""

    weight = TermField(_l("Weight"), Weight, default=Weight.DISCUSSED, blank=_l("none"))


class WeightedSectorsField(SectorsField):
    """Sectors with their weight; its value is a list of (code, weight), as in the trail."""

    least = 4

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(label, WeightedSectorRow, **more)

    @staticmethod
    def row_values(stored: Any) -> dict[str, Any]:
        """The fields of a row for a stored (code, weight), or for a code alone."""
        code, weight = (stored, Weight.DISCUSSED) if isinstance(stored, str) else stored
        return {"code": code, "weight": Weight(weight)}

    @property
    def data(self) -> list[Any]:
        """(code, weight) in the order of the rows; named twice, the focus counts."""
        found: dict[str, Weight] = {}
        for row in self.filled:
            code, weight = row.code.data, row.weight.data
            if code and weight and found.get(code) != Weight.FOCUS:
                found[code] = weight
        return list(found.items())

    def in_words(self, value: Sequence[Sequence[str]]) -> str:
        """«Metallurgy (in focus), Energy (discussed)» for a value of the field or of the trail."""
        names = {code: str(text).removeprefix("— ") for code, text in self.choices}
        return ", ".join(
            f"{names.get(code, code)} ({Weight(weight).label})"
            for code, weight in (_pair(one) for one in value)
        )


def _pair(stored: Sequence[str]) -> tuple[str, str]:
    """Code and weight, in whatever order a comparison has put them."""
    first, second = stored
    return (second, first) if first in set(Weight) else (first, second)
