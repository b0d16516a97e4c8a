"""Users, organisations and people, made up."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from sqlalchemy import func, select

from crm.accounts.models import Department, DigestFrequency, Language, Role, User
from crm.accounts.services.passwords import set_no_password
from crm.core.database import db
from crm.countries.models import HOME
from crm.demo.services.files import world
from crm.demo.services.volume.chance import FIRST_DAY, TODAY, Chance, Shares
from crm.demo.services.volume.found import Lists, Partners
from crm.demo.services.volume.words import (
    ARCHIVED,
    COUNTRIES,
    FIELDS,
    LANGUAGES,
    POSITIONS,
    brand,
    names_of,
)
from crm.demo.services.volume.writer import Writer
from crm.organisations.models import (
    Appointment,
    ConsentBasis,
    Organisation,
    OrganisationKind,
    Person,
    Rank,
    bin_fault,
    organisation_sectors,
)

_FIRST_INSTANT = datetime(2019, 1, 4, 4, tzinfo=UTC)
_MAIL = "volume.example"
_AT_HOME = 25  # of a hundred organisations
_FORMS = ("{} ЖШС", "ТОО «{}»", "{} LLP")
_ABROAD = ("«{}» компаниясы", "Компания «{}»", "{}")
_KINDS = Shares(
    {
        **{OrganisationKind.COMPANY: 86, OrganisationKind.STATE_BODY: 4},
        **{OrganisationKind.UNIVERSITY: 3, OrganisationKind.CHAMBER: 2},
        **{OrganisationKind.DEVELOPMENT_INSTITUTION: 2, OrganisationKind.MINISTRY: 1},
        **{OrganisationKind.EMBASSY: 1, OrganisationKind.OTHER: 1},
    }
)
_NAMED: Shares[tuple[int, ...]] = Shares({(0, 1, 2): 60, (0, 1): 15, (1,): 10, (0,): 5, (2,): 10})
_CODES = ("kk", "ru", "en")
_DIALLING = {"KZ": "7", "RU": "7", "DE": "49", "CN": "86", "TR": "90", "KR": "82", "US": "1"}


def add_users(count: int) -> None:
    """``count`` users, four fifths of them officers; nobody knows their passwords. Flushed.

    Departments are made where there are none.
    """
    departments = list(db.session.scalars(select(Department).order_by(Department.id)))
    if not departments:
        departments = [_department(place, one) for place, one in enumerate(world("departments"), 1)]
        db.session.add_all(departments)
        db.session.flush()
    first = db.session.scalar(select(func.max(User.id))) or 0
    chance, locked = Chance(f"users {first}"), User()
    set_no_password(locked)
    for number in range(first + 1, first + count + 1):
        user = User(
            email=f"user{number:04}@{_MAIL}",
            name=_spoken(*_named(HOME, chance)),
            role=_role(number - first - 1),
            language=Language.KK if chance.maybe(60) else Language.RU,
            digest=DigestFrequency.OFF,
            password_hash=locked.password_hash,
            created_at=_FIRST_INSTANT,
            updated_at=_FIRST_INSTANT,
        )
        user.department_id = chance.choice(departments).id
        db.session.add(user)
    db.session.flush()


def _department(place: int, facts: Mapping[str, str]) -> Department:
    names = {f"name_{code}": facts[f"name_{code}"] for code in _CODES}
    return Department(
        code=facts["code"],
        position=place,
        created_at=_FIRST_INSTANT,
        updated_at=_FIRST_INSTANT,
        **names,
    )


def _role(place: int) -> Role:
    if place % 50 == 9:
        return Role.ADMIN
    return {1: Role.HEAD, 3: Role.VIEWER}.get(place % 10, Role.OFFICER)


def add_organisations(writer: Writer, count: int, lists: Lists) -> None:
    """``count`` organisations, a quarter of them our own, with sectors; BINs of our own."""
    first = writer.next_id(Organisation)
    chance = Chance(f"organisations {first}")
    column = Organisation.__table__.c.bin
    taken = set(db.session.scalars(select(column).where(column.is_not(None))))
    for number in range(first, first + count):
        country = HOME if chance.maybe(_AT_HOME) else COUNTRIES.draw(chance)
        is_ours = country == HOME
        number_of_business = _bin(number) if is_ours and chance.maybe(70) else None
        latin, cyrillic = brand(chance)
        organisation = Organisation(
            kind=_KINDS.draw(chance),
            country_code=country,
            bin=None if number_of_business in taken else number_of_business,
            website=f"https://www.{latin.lower()}.example" if chance.maybe(40) else None,
            aliases=(latin.upper(),) if chance.maybe(15) else (),
            text_language=LANGUAGES.draw(chance),
            **_organisation_names(latin, cyrillic, is_ours, chance),
        )
        if chance.maybe(2):
            organisation.archive(chance.hour_of(TODAY), ARCHIVED)
        made = writer.add(organisation, chance.hour_of(chance.recent_day()))
        for code in lists.some_sectors(chance, 2) if chance.maybe(60) else ():
            writer.link(organisation_sectors, organisation_id=made, sector_code=code)


def _organisation_names(latin: str, cyrillic: str, is_ours: bool, chance: Chance) -> dict[str, str]:
    forms, words = _FORMS if is_ours else _ABROAD, chance.choice(FIELDS)
    brands = (cyrillic, cyrillic, latin)
    return {
        f"name_{_CODES[one]}": forms[one].format(f"{brands[one]} {words[one]}")
        for one in _NAMED.draw(chance)
    }


def _bin(number: int) -> str | None:
    """A well-formed business number that no other ``number`` gets; some have none."""
    serial, month = divmod(number, 240)
    start = f"{month // 12 + 5:02}{month % 12 + 1:02}40{serial % 100_000:05}"
    return next((f"{start}{n}" for n in range(10) if bin_fault(f"{start}{n}") is None), None)


def add_people(writer: Writer, count: int) -> None:
    """``count`` people, most of them with a post at an organisation of their country."""
    first = writer.next_id(Person)
    chance, partners = Chance(f"people {first}"), Partners.found()
    for number in range(first, first + count):
        country = HOME if chance.maybe(_AT_HOME) else COUNTRIES.draw(chance)
        person = _person(country, number, chance)
        if chance.maybe(1):
            person.archive(chance.hour_of(TODAY), ARCHIVED)
        made = writer.add(person, chance.hour_of(chance.recent_day()))
        at = partners.organisation(country, chance) if chance.maybe(92) else None
        if at is None:
            continue
        since = chance.recent_day() if chance.maybe(60) else None
        if chance.maybe(12):  # a post of before
            writer.add(_post(made, at, None, since or FIRST_DAY, chance))
            since = since or FIRST_DAY
            at = partners.organisation(country, chance) or at
        writer.add(_post(made, at, since, None, chance))


def _person(country: str, number: int, chance: Chance) -> Person:
    given, family = _named(country, chance)
    withdrawn = chance.recent_day() if chance.maybe(1) else None
    called = _DIALLING.get(country, "44")
    return Person(
        family_name=family,
        given_name=given if chance.maybe(97) else None,
        name_en=f"{given} {family}" if chance.maybe(10) else None,
        emails=(f"contact{number}@{_MAIL}",) if chance.maybe(45) else (),
        phones=(f"+{called}{7_010_000_000 + number % 9_000_000}",) if chance.maybe(40) else (),
        languages=("en", "ru") if chance.maybe(30) else (),
        consent_basis=chance.choice(list(ConsentBasis)) if chance.maybe(60) else None,
        consent_on=FIRST_DAY if withdrawn else None,
        consent_withdrawn_on=withdrawn,
        text_language=LANGUAGES.draw(chance),
    )


def _post(
    person: int, organisation: int, since: date | None, until: date | None, chance: Chance
) -> Appointment:
    positions = chance.choice(POSITIONS)
    return Appointment(
        person_id=person,
        organisation_id=organisation,
        valid_from=since,
        valid_to=until,
        rank=chance.choice(list(Rank)) if chance.maybe(2) else None,
        **{f"position_{code}": text for code, text in zip(_CODES, positions, strict=True)},
    )


def _named(country: str, chance: Chance) -> tuple[str, str]:
    """Given and family name."""
    names = names_of(country)
    family = f"{chance.choice(names.stems)}{chance.choice(names.endings)}"
    return chance.choice(names.given), family


def _spoken(given: str, family: str) -> str:
    return f"{given} {family}"
