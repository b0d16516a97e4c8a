"""What a person may type about a delegation, its members and its sectors."""

from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from crm.accounts.models import Language
from crm.core.dates import DatePrecision
from crm.core.forms import (
    BaseForm,
    ChoiceField,
    Choices,
    CountField,
    DayField,
    LineField,
    RecordForm,
    Required,
    TermField,
    TextField,
)
from crm.core.rows import RowForm, RowsField
from crm.core.spans import settle_span
from crm.delegations.models import (
    Channel,
    DelegationStatus,
    Direction,
    Level,
    MemberRole,
    PartyKind,
)
from crm.delegations.services import NEW_PERSON, Named, person_text
from crm.organisations.services import find_people, split_name

_NAME_LENGTH = 200  # of each part of a person's name


class SectorRow(RowForm):
    """One sector of a record."""

    typed = ("code",)
    code = ChoiceField(_l("Sector"), kind=str)


class SectorsField(RowsField):
    """Sectors of a record, a row each; ``sectors=MET&sectors=ENE`` is understood as well."""

    def __init__(self, label: Any, row: type[RowForm] = SectorRow, **more: Any) -> None:
        super().__init__(row, label, **more)
        self.choices: Choices = ()

    def process(self, formdata: Any, data: Any = (), extra_filters: Any = None) -> None:
        """Take the posted rows, else the stored codes."""
        super().process(formdata, [self.row_values(one) for one in data or ()])
        for code in formdata.getlist(self.name) if formdata else ():
            self._append(data=self.row_values(code))

    @staticmethod
    def row_values(stored: Any) -> dict[str, Any]:
        """The fields of a row for one stored sector."""
        return {"code": stored}

    def offer(self, choices: Choices) -> None:
        """Take the sectors to choose from, as (code, text)."""
        self.choices = choices
        for row in self.forms:
            row.code.offer(choices, blank=_("Choose a sector"))

    def _append(self, **how: Any) -> Any:
        entry = super()._append(**how)
        entry.form.code.offer(self.choices, blank=_("Choose a sector"))
        return entry

    @property
    def data(self) -> list[Any]:
        """The codes in the order of the rows, each once."""
        return list(dict.fromkeys(row.code.data for row in self.filled if row.code.data))


class PartyFields:
    """The fields of a member or participant, and what of them fits together."""

    typed: ClassVar[tuple[str, ...]] = ("name", "position", "organisation", "count")
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
                return bool(self.name.data) or self.refuse("name", _("Describe the group"))
            case PartyKind.ORGANISATION:
                if not self.name.data and self.organisation.data:
                    self.name.data, self.organisation.data = self.organisation.data, None
                return bool(self.name.data) or self.refuse("name", _("Name the organisation"))
        return bool(self._check_person())

    def _check_person(self: Any) -> bool:
        if not (self.name.data or self.position.data):
            return bool(self.refuse("name", _("Write a name, or at least a post")))
        if self.count.data is not None:
            return bool(self.refuse("count", _("Only a group or an organisation has a count")))
        parts = split_name(self.name.data or "")
        if any(len(part or "") > _NAME_LENGTH for part in parts):
            return bool(self.refuse("name", _("This name is too long for one person")))
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
        self.chosen.offer([*people, (NEW_PERSON, _("Somebody new of this name"))], blank="")

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


class MemberRow(PartyFields, RowForm):
    """A member in the form of a new delegation."""

    typed = PartyFields.typed
    role = TermField(_l("Role"), MemberRole, default=MemberRole.MEMBER)

    def validate(self, extra_validators: Any = None) -> bool:
        self.let_choose()
        return super().validate(extra_validators) and (self.is_blank or self.check_party())


class PartyForm(PartyFields, BaseForm):
    """One member or participant by itself, added or changed."""

    version = HiddenField()
    place = CountField(_l("Place in the order"))

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.let_choose()

    def refuse(self, name: str, message: str) -> bool:
        """Put ``message`` at the field ``name``; False, as the answer of a check."""
        self[name].errors = [*self[name].errors, message]
        return False

    def validate(self, extra_validators: Any = None) -> bool:
        return bool(super().validate(extra_validators)) and self.check_party()


class MemberForm(PartyForm):
    """One member of a delegation by itself."""

    role = TermField(_l("Role"), MemberRole, default=MemberRole.MEMBER)


class DelegationForm(RecordForm):
    """The fields of a delegation."""

    title = LineField(_l("Title"), [Required()])
    country = ChoiceField(_l("Country"), [Required()], kind=str)
    direction = TermField(_l("Direction"), Direction, default=Direction.INBOUND)
    level = TermField(_l("Level"), Level, blank=_l("not stated"))
    status = TermField(_l("Status"), DelegationStatus, default=DelegationStatus.PLANNED)
    date_precision = TermField(_l("Date precision"), DatePrecision, default=DatePrecision.UNKNOWN)
    arrives_on = DayField(_l("Arrives on"))
    departs_on = DayField(_l("Departs on"))
    officer_id = ChoiceField(_l("Responsible officer"), [Required()])
    received_by = TextField(_l("Received by"))
    channel = TermField(_l("Channel"), Channel, blank=_l("not stated"))
    purpose = TextField(_l("Purpose"))
    sectors = SectorsField(_l("Sectors"))
    text_language = TermField(_l("Language of the texts"), Language, default=Language.KK)
    note = TextField(_l("Note"))

    @classmethod
    def values_of(cls, record: Any) -> dict[str, Any]:
        codes = [sector.code for sector in record.sectors]
        return {**super().values_of(record), "sectors": codes}

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = bool(super().validate(extra_validators))
        return (
            settle_span(
                self.date_precision, self.arrives_on, self.departs_on, two_days_are_a_range=True
            )
            and is_valid
        )


class NewDelegationForm(DelegationForm):
    """A delegation with its members, in one form."""

    members = RowsField(MemberRow, _l("Members"))


def with_stored(choices: Choices, stored: Collection[tuple[Any, Any]]) -> Choices:
    """``choices`` and what a record has though it is offered no more (a retired sector)."""
    offered = {value for value, _text in choices}
    return [*choices, *(one for one in stored if one[0] not in offered)]
