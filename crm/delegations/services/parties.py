"""Finding the people and organisations named in a form, and making the missing ones."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from crm.core import clock
from crm.core.database import db
from crm.core.language import fold, worded
from crm.delegations.models.party import Party
from crm.delegations.models.terms import PartyKind
from crm.organisations.models import Appointment, Organisation, OrganisationKind, Person
from crm.organisations.queries import posts_on
from crm.organisations.services import (
    AmbiguousName,
    appoint,
    find_or_make_organisation,
    find_or_make_person,
    split_name,
)

OUR_COUNTRY = "KZ"
NEW_PERSON = "new"

# What the name of an organisation says of its kind; anything else is «other».
_KIND_WORDS = (
    (("елшілігі", "посольств", "embassy"), OrganisationKind.EMBASSY),
    (("консулдығы", "консульств", "consulate"), OrganisationKind.CONSULATE),
    (("министрлігі", "министерств", "ministry"), OrganisationKind.MINISTRY),
    (("палатасы", "палата", "chamber"), OrganisationKind.CHAMBER),
    (("университет", "university"), OrganisationKind.UNIVERSITY),
    (("әкімдігі", "басқармасы", "акимат", "управлени", "akimat"), OrganisationKind.STATE_BODY),
)
# Words that only the names of companies bear.
_LEGAL_FORMS = frozenset({"жшс", "тоо", "ооо", "пао", "ltd", "llc", "llp", "inc", "gmbh", "corp"})


@dataclass(frozen=True)
class Named:
    """A member or participant as typed: by name, by post, or described.

    ``chosen`` says which of several namesakes is meant: an id, or ``NEW_PERSON`` for none.
    """

    kind: PartyKind
    name: str | None = None
    position: str | None = None
    organisation: str | None = None
    count: int | None = None
    chosen: str | None = None


@dataclass(frozen=True)
class Known:
    """The records behind a name, and what was written of them."""

    person: Person | None = None
    organisation: Organisation | None = None
    group_text: str | None = None
    position_text: str | None = None
    organisation_text: str | None = None
    member_count: int | None = None

    def write_to(self, party: Any) -> None:
        """Make ``party`` what was found."""
        for name in _OF_PARTY:
            setattr(party, name, getattr(self, name))
        # The trail is written before the flush that would take them from the relations.
        party.person_id = None if self.person is None else self.person.id
        party.organisation_id = None if self.organisation is None else self.organisation.id
        if hasattr(party, "organisation_text"):  # the snapshot of a participant
            party.organisation_text = self.organisation_text


_OF_PARTY = ("person", "organisation", "group_text", "position_text", "member_count")


class UnclearRows(ValueError):  # noqa: N818 (no fault: people have namesakes)
    """Rows whose names several people bear: by place in the list, (id, text) of each of them."""

    def __init__(self, namesakes: dict[int, list[tuple[str, str]]]) -> None:
        super().__init__(sorted(namesakes))
        self.namesakes = namesakes


@dataclass
class Finder:
    """Finds or makes the records of one side; ``language`` is that of the texts.

    ``day`` is when the two sides meet (None: today): posts are taken as they were then.
    """

    country_code: str
    language: str
    day: date | None = None

    def known(self, named: Named) -> Known:
        """The records ``named`` means, made where they are missing; raises AmbiguousName."""
        if named.kind == PartyKind.GROUP:
            return Known(
                organisation=self._organisation(named.organisation),
                group_text=named.name,
                position_text=named.position,
                organisation_text=named.organisation,
                member_count=named.count,
            )
        if named.kind == PartyKind.ORGANISATION:
            organisation = self._organisation(named.name)
            return Known(
                organisation=organisation,
                organisation_text=named.name,
                member_count=named.count,
            )
        return self._person(named)

    def _person(self, named: Named) -> Known:
        organisation = self._organisation(named.organisation)
        if named.name is None:  # a post without a name
            return Known(None, organisation, None, named.position, named.organisation)
        if named.chosen is not None:
            person = self._chosen(named, organisation)
        else:
            person = find_or_make_person(named.name, organisation, named.position, self.language)
        post = None
        if organisation is None or named.position is None:
            post = self._post(person, organisation)
        return Known(
            person=person,
            organisation=organisation or (post.organisation if post else None),
            position_text=named.position or (self._worded(post, "position") if post else None),
            organisation_text=named.organisation
            or (self._worded(post.organisation, "name") if post else None),
        )

    def _chosen(self, named: Named, organisation: Organisation | None) -> Person:
        person = None
        if named.chosen != NEW_PERSON:
            person = db.session.get(Person, int(named.chosen or 0))
        if person is None:
            given, patronymic, family = split_name(named.name or "")
            person = Person(given_name=given, patronymic=patronymic, family_name=family)
            db.session.add(person)
            db.session.flush()
        if organisation is not None:
            appoint(person, organisation, named.position, self.language)
        return person

    def _organisation(self, name: str | None) -> Organisation | None:
        if name is None:
            return None
        return find_or_make_organisation(
            name, self.country_code, self.language, organisation_kind(name)
        )

    def _post(self, person: Person, organisation: Organisation | None) -> Appointment | None:
        """The post of ``person`` on the day the sides meet, at ``organisation`` when given."""
        day = self.day or clock.today()
        statement = (
            select(Appointment)
            .where(Appointment.person_id == person.id)
            .options(joinedload(Appointment.organisation))
            .order_by(Appointment.valid_from.desc().nulls_last(), Appointment.id.desc())
        )
        held = [post for post in db.session.scalars(statement) if post.holds_on(day)]
        if organisation is not None:
            held = [post for post in held if post.organisation_id == organisation.id]
        return held[0] if held else None

    def _worded(self, record: Any, attribute: str) -> str | None:
        return worded(record, attribute, self.language).text or None


def organisation_kind(name: str) -> OrganisationKind:
    """What the words of ``name`` say it is; «other» when they say nothing."""
    folded = fold(name)
    for words, kind in _KIND_WORDS:
        if any(fold(word) in folded for word in words):
            return kind
    if _LEGAL_FORMS.intersection(re.findall(r"\w+", name.casefold())):
        return OrganisationKind.COMPANY
    return OrganisationKind.OTHER


def namesakes(error: AmbiguousName) -> list[tuple[str, str]]:
    """Id and text of everybody meant by an ambiguous name, told apart by their posts."""
    return [(str(person.id), person_text(person)) for person in error.candidates]


def person_text(person: Person) -> str:
    """A person told apart from namesakes: by the organisation, at least by the number."""
    statement = posts_on(clock.today()).where(Appointment.person_id == person.id)
    posts = db.session.scalars(statement.options(joinedload(Appointment.organisation))).unique()
    places = [worded(post.organisation, "name").text for post in posts][:1]
    return ", ".join([person.name, *places, f"№ {person.id}"])


def named_of(party: Party) -> Named:
    """``party`` as a form shows it."""
    is_named = party.person is not None or party.kind != PartyKind.PERSON
    return Named(
        party.kind,
        party.name if is_named else None,
        party.position_text,
        party.organisation_name or None,
        party.member_count,
    )


def describe(party: Party, named: Named, finder: Finder) -> None:
    """Write to ``party`` who it is, in place of what stood there; raises AmbiguousName.

    As long as kind, name and organisation stay, so do the records behind them: only the post and
    the count change. A person's later post must not come in by a correction.
    """
    was = named_of(party)
    if (was.kind, was.name, was.organisation) == (named.kind, named.name, named.organisation):
        party.position_text, party.member_count = named.position, named.count
    else:
        finder.known(named).write_to(party)


def add_all(rows: Sequence[Any], add: Callable[[Any], Any]) -> None:
    """``add`` each of ``rows``, in their order; raises UnclearRows after trying every one."""
    unclear = {}
    for place, row in enumerate(rows):
        try:
            add(row)
        except AmbiguousName as error:
            unclear[place] = namesakes(error)
    if unclear:
        raise UnclearRows(unclear)


def next_number(numbers: Select[int]) -> int:
    """The place behind all of ``numbers``, from 1."""
    return max(db.session.scalars(numbers), default=0) + 1


def put_at(parties: Sequence[Any], party: Any, place: int) -> None:
    """Bring ``party`` to ``place`` (from 1) among ``parties`` in their order of precedence."""
    others = [one for one in parties if one is not party]
    others.insert(place - 1, party)
    for number, one in enumerate(others, start=1):
        one.position_number = number
