"""Departments, countries with their trade, organisations and people of the demo world."""

from decimal import Decimal

from crm.accounts.models import Department, User
from crm.core.database import db
from crm.core.money import Money, Qualifier
from crm.countries.models import Country, Indicator, TradeFact
from crm.demo.queries import Known
from crm.demo.services.files import Facts, day, world
from crm.organisations.models import (
    Appointment,
    ConsentBasis,
    Organisation,
    OrganisationKind,
    Person,
    Rank,
)
from crm.reference.models import Sector

_NAMES = ("name_kk", "name_ru", "name_en")
_POSITIONS = ("position_kk", "position_ru", "position_en")
_REGIONS = ("region_kk", "region_ru", "region_en")


def departments(known: Known) -> dict[str, Department]:
    """The departments by their key in the files, the missing ones added."""
    found = {}
    for place, facts in enumerate(world("departments"), 1):
        values = _picked(facts, "code", *_NAMES)
        department = known.record(Department, values)
        if department is None:
            department = Department(**values, position=place)
            db.session.add(department)
        found[facts["key"]] = department
    db.session.flush()
    return found


def flag_partners(desk_officer: User) -> None:
    """Mark the partner countries, with ``desk_officer`` for Germany; touched ones stay."""
    for facts in world("countries"):
        country = db.session.get_one(Country, facts["code"])
        if country.version > 1:
            continue
        country.is_partner = facts["is_partner"]
        if facts["is_desk_of_officer"]:
            country.desk_officer_id = desk_officer.id
    db.session.flush()


def trade_facts(known: Known) -> None:
    """Add the trade figures that are missing."""
    for facts in world("trade_facts"):
        value = Money.of_millions(Decimal(facts["value_mln_usd"]), "USD")
        address = facts["source_url"]
        values = {
            "country_code": facts["country"],
            "indicator": Indicator(facts["indicator"]),
            "value_minor": value.minor,
            "currency": value.currency,
            "qualifier": Qualifier(facts["qualifier"]),
            "period_from": day(facts["period_from"]),
            "period_to": day(facts["period_to"]),
            "source": ", ".join(filter(None, (facts["source_name"], address))),
            **_picked(facts, "is_year_to_date", "note", *_REGIONS),
        }
        if known.record(TradeFact, values) is None:
            db.session.add(TradeFact(**values))
    db.session.flush()


def organisations(known: Known) -> dict[str, Organisation]:
    """The organisations by their key in the files, the missing ones added."""
    found = {}
    for facts in world("organisations"):
        values = {
            "kind": OrganisationKind(facts["kind"]),
            "country_code": facts["country"],
            "aliases": tuple(facts["aliases"]),
            **_picked(facts, "website", "note", *_NAMES),
        }
        organisation = known.record(Organisation, values)
        if organisation is None:
            organisation = Organisation(sectors=sectors(facts["sectors"]), **values)
            db.session.add(organisation)
        found[facts["key"]] = organisation
    db.session.flush()
    return found


def people(known: Known, at: dict[str, Organisation]) -> dict[str, Person]:
    """The people by their key in the files, the missing ones added with their posts."""
    found = {}
    for facts in world("people"):
        values = {
            "consent_basis": ConsentBasis.PUBLIC_SOURCE,  # all of them stand in the press
            "aliases": tuple(facts["aliases"]),
            **_picked(facts, "family_name", "given_name", "patronymic", "name_latin", *_NAMES),
        }
        person = known.record(Person, values)
        if person is None:
            person = Person(**values)
            db.session.add(person)
            db.session.flush()
            db.session.add_all(_post(person, post, at) for post in facts["appointments"])
        found[facts["key"]] = person
    db.session.flush()
    return found


def sectors(codes: list[str]) -> list[Sector]:
    """The sectors with these codes."""
    return [db.session.get_one(Sector, code) for code in codes]


def _post(person: Person, facts: Facts, at: dict[str, Organisation]) -> Appointment:
    return Appointment(
        person=person,
        organisation=at[facts["organisation"]],
        rank=Rank(facts["rank"]) if facts["rank"] else None,
        valid_from=day(facts["valid_from"]),
        valid_to=day(facts["valid_to"]),
        **_picked(facts, *_POSITIONS),
    )


def _picked(facts: Facts, *names: str) -> Facts:
    return {name: facts[name] for name in names}
