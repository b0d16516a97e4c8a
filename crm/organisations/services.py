"""Finding organisations and people by the names people type, and making the missing ones."""

from collections.abc import Sequence

from sqlalchemy import select

from crm.core.database import db
from crm.core.language import fold, normalise
from crm.countries.services import make_partner
from crm.organisations import queries
from crm.organisations.models import Appointment, Organisation, OrganisationKind, Person
from crm.reference.models import Sector

# «Serikuly» is a patronymic, the second of two given names is none.
_PATRONYMIC_ENDINGS = (
    *("улы", "кызы", "вич", "вна", "ична", "инична"),
    *("uly", "kyzy", "qyzy", "vich", "vna", "ichna"),
)
_PARTICLES = frozenset(
    (
        *("von", "van", "der", "den", "de", "da", "di", "du", "del", "la", "le", "bin", "al"),
        *("фон", "ван", "дер", "де"),
    )
)


class AmbiguousName(ValueError):  # noqa: N818 (the name every feature knows it by)
    """A name several people bear, and nothing tells which of ``candidates`` is meant."""

    def __init__(self, name: str, candidates: Sequence[Person]) -> None:
        super().__init__(name)
        self.name = name
        self.candidates = list(candidates)


def find_organisation(name: str) -> Organisation | None:
    """The organisation in use with exactly this name or alias, letter case and spaces apart."""
    wanted = comparable(name)
    if not wanted:
        return None
    found = db.session.scalars(queries.organisations_named(name))
    return next((one for one in found if wanted in _names_of(one)), None)


def find_or_make_organisation(
    name: str,
    country_code: str,
    language: str,
    kind: OrganisationKind = OrganisationKind.OTHER,
) -> Organisation:
    """The organisation called ``name``, else a new one named so in ``language`` (kk, ru, en)."""
    found = find_organisation(name)
    if found is not None:
        return found
    made = Organisation(kind=kind, country_code=country_code)
    setattr(made, f"name_{language}", _tidy(name))
    db.session.add(made)
    make_partner(country_code)
    db.session.flush()
    return made


def find_people(name: str) -> list[Person]:
    """Everyone in use who is called ``name``, in any recorded spelling; oldest record first."""
    name = _tidy(name)
    if not name:
        return []
    given, patronymic, family = split_name(name)
    whole = [one for one in db.session.scalars(queries.people_named(name)) if one.is_called(name)]
    if whole or patronymic is None:
        return whole
    # The record may lack the patronymic, or hold it in its own column.
    short = f"{given} {family}"
    return [
        one
        for one in db.session.scalars(queries.people_named(short))
        if one.is_called(short) and comparable(one.patronymic or patronymic) == fold(patronymic)
    ]


def find_or_make_person(
    name: str,
    organisation: Organisation | None = None,
    position: str | None = None,
    language: str = "kk",
) -> Person:
    """The person called ``name``, else a new one; with a post at ``organisation`` if they had none.

    Of several namesakes the one who holds a post there today is meant; raises AmbiguousName when
    that does not decide. Flushes, never commits.
    """
    found = find_people(name)
    if len(found) > 1 and organisation is not None:
        found = [one for one in found if queries.has_current_post(one, organisation)] or found
    if len(found) > 1:
        raise AmbiguousName(name, found)
    person = found[0] if found else _make_person(name)
    if organisation is not None:
        appoint(person, organisation, position, language)
    return person


def appoint(
    person: Person, organisation: Organisation, position: str | None, language: str
) -> Appointment | None:
    """Give ``person`` a post at ``organisation`` since an unknown day; None if one is held."""
    if queries.has_current_post(person, organisation):
        return None
    post = Appointment(person=person, organisation=organisation)
    setattr(post, f"position_{language}", _tidy(position or "") or None)
    db.session.add(post)
    db.session.flush()
    return post


def bearer_of_bin(number: str | None, besides: Organisation | None = None) -> Organisation | None:
    """The organisation, archived or not, that has the BIN ``number`` already."""
    if number is None:
        return None
    found = db.session.scalar(select(Organisation).where(Organisation.bin == number))
    return found if found is not besides else None


def set_sectors(organisation: Organisation, codes: Sequence[str]) -> None:
    """Make the sectors called ``codes`` those of ``organisation``; codes of no sector are none."""
    found = select(Sector).where(Sector.code.in_(codes)).order_by(Sector.code)
    organisation.sectors = list(db.session.scalars(found))


def split_name(name: str) -> tuple[str | None, str | None, str]:
    """Given name, patronymic and family name out of «Given [Patronymic] Family»."""
    words = _tidy(name).split()
    start = len(words) - 1
    while start > 1 and fold(words[start - 1]) in _PARTICLES:
        start -= 1  # «Ursula von der Leyen»
    given, family = words[:start], " ".join(words[start:])
    patronymic = None
    if len(given) > 1 and fold(given[-1]).endswith(_PATRONYMIC_ENDINGS):
        patronymic = given.pop()
    return " ".join(given) or None, patronymic, family


def _make_person(name: str) -> Person:
    given, patronymic, family = split_name(name)
    made = Person(given_name=given, patronymic=patronymic, family_name=family)
    db.session.add(made)
    db.session.flush()
    return made


def _names_of(organisation: Organisation) -> set[str]:
    names = (organisation.name_kk, organisation.name_ru, organisation.name_en)
    spellings = [*names, *(organisation.aliases or ())]
    return {comparable(text) for text in spellings if text}


def comparable(text: str) -> str:
    """``text`` as names are compared: letter case, spaces and spelling variants apart."""
    return " ".join(fold(normalise(text)).split())


def _tidy(text: str) -> str:
    return " ".join(normalise(text).split())
