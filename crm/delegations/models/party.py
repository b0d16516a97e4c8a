"""Who stands in the list of members or participants."""

from sqlalchemy.orm import Mapped

from crm.core.language import Worded, reader_language, worded
from crm.delegations.models.terms import PartyKind
from crm.organisations.models import Organisation, Person


class Party:
    """Somebody of a delegation or a meeting: a person, a post without a name, an organisation
    without a named person, or a described group.
    """

    person: Mapped[Person | None]
    organisation: Mapped[Organisation | None]
    person_id: Mapped[int | None]
    group_text: Mapped[str | None]
    position_text: Mapped[str | None]
    member_count: Mapped[int | None]

    @property
    def kind(self) -> PartyKind:
        """What it is; a post without a name counts as a person."""
        if self.group_text is not None:
            return PartyKind.GROUP
        if self.person_id is not None or self.position_text is not None:
            return PartyKind.PERSON
        return PartyKind.ORGANISATION

    @property
    def name(self) -> str:
        """What is called first: the person, the group or the organisation; else the post."""
        if self.person is not None:
            return self.person.name_in(reader_language())
        if self.group_text is not None:
            return self.group_text
        if self.position_text is not None:
            return self.position_text
        return "" if self.organisation is None else worded(self.organisation, "name").text

    def name_from(self, language: str) -> Worded:
        """The name with its language, where the record it stands in is written in ``language``."""
        if self.kind == PartyKind.ORGANISATION and self.organisation is not None:
            return worded(self.organisation, "name")
        return Worded(self.name, None if self.person is not None else language)

    @property
    def post(self) -> str:
        """The post under the name; empty when it stands in the name's place."""
        return self.position_text or "" if self.person is not None else ""

    @property
    def organisation_name(self) -> str:
        """The organisation under the name; empty when it is the name itself."""
        if self.organisation is None or self.kind == PartyKind.ORGANISATION:
            return ""
        return worded(self.organisation, "name").text
