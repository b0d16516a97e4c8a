"""What members and participants are called, in SQL: ``Party`` says the same of a loaded record."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, select
from sqlalchemy.orm import aliased

from crm.core.language import Worded, reader_language
from crm.core.listing.columns import in_reader_language, language_shown, part_rows
from crm.organisations.models import Organisation, Person


class PartyWords:
    """The words of ``party``, an alias of members or participants, in the reader's language.

    ``snapshot`` is its column of what the organisation was called then, where it has one.
    """

    def __init__(self, party: Any, snapshot: Any = None) -> None:
        self.party, self.snapshot = party, snapshot
        self.person, self.organisation = aliased(Person), aliased(Organisation)
        self._is_organisation = and_(
            party.group_text.is_(None), party.person_id.is_(None), party.position_text.is_(None)
        )
        self._own_name = in_reader_language(self.organisation, "name")()

    def select(self, *columns: Any) -> Select[Any]:
        """``columns`` of the parties, with whom and what they are made of."""
        return (
            select(*columns)
            .select_from(self.party)
            .outerjoin(self.party.person.of_type(self.person))
            .outerjoin(self.party.organisation.of_type(self.organisation))
        )

    @property
    def name(self) -> ColumnElement[Any]:
        """What is called first: the person, the group or the organisation; else the post."""
        person = self.person
        introduced = func.trim(func.coalesce(person.given_name, "") + " " + person.family_name)
        named = func.nullif(getattr(person, f"name_{reader_language()}"), "")
        return case(
            (self.party.person_id.is_not(None), func.coalesce(named, introduced)),
            else_=func.coalesce(
                self.party.group_text, self.party.position_text, self._own_name, ""
            ),
        )

    @property
    def post(self) -> ColumnElement[Any]:
        """The post under a person's name; NULL when there is none."""
        return case((self.party.person_id.is_not(None), func.nullif(self.party.position_text, "")))

    @property
    def organisation_name(self) -> ColumnElement[Any]:
        """The organisation under the name, as at that time; NULL when it is the name itself."""
        present = case((~self._is_organisation, self._own_name))
        if self.snapshot is None:
            return present
        names = (getattr(self.organisation, f"name_{code}") for code in ("kk", "ru", "en"))
        return case(
            (func.coalesce(self.snapshot, "") == "", present),
            (self.snapshot.in_([*names]), present),
            else_=self.snapshot,
        )

    @property
    def line(self) -> ColumnElement[Any]:
        """All of it: name, and post and organisation in brackets."""
        post, organisation = self.post, self.organisation_name
        behind = func.coalesce(post + ", " + organisation, post, organisation)
        return self.name + func.coalesce(literal(" (") + behind + ")", "")

    @property
    def pieces(self) -> Select[Any]:
        """Name, post and organisation for ``named_parties``."""
        is_own_name = self.organisation_name == self._own_name
        own_language = language_shown(self.organisation, "name")
        return self.select(
            self.name,
            case((self._is_organisation, own_language), (self.party.person_id.is_(None), "text")),
            self.post,
            self.organisation_name,
            case((is_own_name, own_language), else_="text"),
        )


@dataclass(frozen=True)
class NamedParty:
    """Who stands in a row: ``post`` and ``organisation`` may be empty."""

    name: Worded
    post: Worded
    organisation: Worded


def named_parties(text: str | None, language: str) -> list[NamedParty]:
    """Who stands in the gathered ``pieces`` of a record whose texts are in ``language``."""

    def worded(words: str, code: str) -> Worded:
        return Worded(words, language if code == "text" else code or None)

    return [
        NamedParty(worded(name, code), Worded(post, language), worded(organisation, its_code))
        for name, code, post, organisation, its_code in part_rows(text)
    ]
