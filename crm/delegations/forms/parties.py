"""What a person may type about a member or participant: a row of a form, or a form of its own."""

from collections.abc import Sequence
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.core.faults import refuse
from crm.core.forms import ChoiceField, CountField, LineField, TermField
from crm.core.parts import PartForm
from crm.core.rows import RowForm, RowsField
from crm.delegations.models.terms import MemberRole, PartyKind
from crm.delegations.services.parties import NEW_PERSON, Named, UnclearRows, person_text
from crm.organisations.services import find_people, split_name

_NAME_LENGTH = 200  # of each part of a person's name


class PartyFields:
    """The fields of a member or participant, and what of them fits together."""

    kind = TermField(_l("Kind"), PartyKind, default=PartyKind.PERSON)
    name = LineField(_l("Name or description"))
    position = LineField(_l("Position"))
    organisation = LineField(_l("Organisation"))
    count = CountField(_l("How many"))
    # Only asked when several people bear the name: an id, or «new».
    chosen = ChoiceField(_l("Which of them"), kind=str)

    def check_party(self: Any) -> bool:
        """Whether name, post, organisation and count fit the kind; says so at the field."""
        if self.kind.errors:
            return False
        match self.kind.data:
            case PartyKind.GROUP:
                return bool(self.name.data) or refuse(self.name, _("Describe the group"))
            case PartyKind.ORGANISATION:
                if not self.name.data and self.organisation.data:
                    self.name.data, self.organisation.data = self.organisation.data, None
                return bool(self.name.data) or refuse(self.name, _("Name the organisation"))
        return bool(self._check_person())

    def _check_person(self: Any) -> bool:
        if not (self.name.data or self.position.data):
            return refuse(self.name, _("Write a name, or at least a post"))
        if self.count.data is not None:
            return refuse(self.count, _("Only a group or an organisation has a count"))
        parts = split_name(self.name.data or "")
        if any(len(part or "") > _NAME_LENGTH for part in parts):
            return refuse(self.name, _("This name is too long for one person"))
        return True

    def offer_namesakes(self: Any, people: Sequence[tuple[str, str]]) -> None:
        """Ask which of ``people`` (id, text) is meant, or whether it is somebody new."""
        self._offer_people(people)
        message = _("Several people bear this name: choose one, or write the organisation")
        self.chosen.errors = [message]

    def let_choose(self: Any) -> None:
        """Offer the namesakes once more to whoever has chosen one of them before."""
        has_chosen = bool(self.chosen.data and self.name.data)
        people = find_people(self.name.data) if has_chosen else []
        if people:
            self._offer_people([(str(one.id), person_text(one)) for one in people])
        else:
            self.chosen.offer([], blank="")
            self.chosen.data = None

    def _offer_people(self: Any, people: Sequence[tuple[str, str]]) -> None:
        self.chosen.offer([*people, (NEW_PERSON, _("Somebody new with this name"))], blank="")

    @property
    def named(self: Any) -> Named:
        """What was typed, as the services take it."""
        return Named(
            self.kind.data,
            self.name.data,
            self.position.data,
            self.organisation.data,
            self.count.data,
            self.chosen.data,
        )


class PartyRow(PartyFields, RowForm):
    """A member or participant in the form of a new record."""

    typed: ClassVar[tuple[str, ...]] = ("name", "position", "organisation", "count")

    def validate(self, extra_validators: Any = None) -> bool:
        self.let_choose()
        return super().validate(extra_validators) and (self.is_blank or self.check_party())


class PartyForm(PartyFields, PartForm):
    """One member or participant by itself, added or changed."""

    columns: ClassVar[dict[str, tuple[str, ...]]] = {
        "kind": ("person_id", "group_text"),
        "name": ("person_id", "group_text", "organisation_id"),
        "position": ("position_text",),
        "organisation": ("organisation_id", "organisation_text"),
        "count": ("member_count",),
        "place": ("position_number",),
    }
    place = CountField(_l("Place in the order"))

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        if "name" in self.taken_fields():
            self.show({"chosen": None})  # it was about the name that is given up
        self.let_choose()

    def validate(self, extra_validators: Any = None) -> bool:
        return bool(super().validate(extra_validators)) and self.check_party()


class PartiesField(RowsField):
    """Members or participants, a row each."""

    def offer_namesakes(self, error: UnclearRows) -> None:
        """Ask in every unclear row which of the namesakes is meant."""
        for place, people in error.namesakes.items():
            self.filled[place].offer_namesakes(people)
        self.errors = [entry.errors for entry in self.entries]


class MemberRow(PartyRow):
    """A member in the form of a new delegation."""

    role = TermField(_l("Role"), MemberRole, default=MemberRole.MEMBER)


class MemberForm(PartyForm):
    """One member of a delegation by itself."""

    role = TermField(_l("Role"), MemberRole, default=MemberRole.MEMBER)
