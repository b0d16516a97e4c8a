"""Reads of interests: lists, one interest, and those that belong to another record's page."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, union_all
from sqlalchemy.orm import joinedload

from crm.core.language import reader_language
from crm.core.prepared import prepared
from crm.countries.models import HOME, Country
from crm.countries.queries import country_name_key
from crm.delegations.models.delegation import Delegation
from crm.interests.models import SectorInterest, Strength
from crm.organisations.models import Organisation, organisation_sectors
from crm.organisations.queries import organisation_name_key, organisations_in_brief
from crm.projects.models.project import InvestmentProject
from crm.projects.queries.projects import projects_in_brief
from crm.reference.models import Sector
from crm.reference.queries import akin_to_sector

STRENGTH_ORDER = case({one.value: one.number for one in Strength}, value=SectorInterest.strength)
_STRONGEST_FIRST = (
    STRENGTH_ORDER.desc(),
    SectorInterest.noted_on.desc().nulls_last(),
    SectorInterest.id.desc(),
)


def listed_interests() -> Select[SectorInterest]:
    """Every interest, archived ones too, with whose it is and where it was noted: for rows."""
    return select(SectorInterest).options(
        joinedload(SectorInterest.organisation).joinedload(Organisation.country),
        joinedload(SectorInterest.delegation).joinedload(Delegation.country),
        joinedload(SectorInterest.meeting),
    )


@prepared
def interest_by_id(interest_id: int) -> Select[SectorInterest]:
    """One interest, archived or not, with everything its page shows."""
    statement = listed_interests().where(SectorInterest.id == interest_id)
    return statement.options(joinedload(SectorInterest.officer), joinedload(SectorInterest.team))


def interests_where(*conditions: ColumnElement[bool]) -> Select[SectorInterest]:
    """Interests in use that fit, strongest first, then newest, for rows of another page."""
    in_use = SectorInterest.archived_at.is_(None)
    return listed_interests().where(in_use, *conditions).order_by(*_STRONGEST_FIRST)


def is_of_country(code: str) -> ColumnElement[bool]:
    """Whether an interest is of the country, of its organisations or its delegations."""
    # Plain tables, each half by its index: what is found is still asked for who sees it.
    noted, bodies, visits = (
        one.__table__.alias().c for one in (SectorInterest, Organisation, Delegation)
    )
    return SectorInterest.id.in_(
        union_all(
            select(noted.id).where(noted.country_code == code),
            select(noted.id).where(noted.organisation_id == bodies.id, bodies.country_code == code),
            select(noted.id).where(noted.delegation_id == visits.id, visits.country_code == code),
        )
    )


def of_organisation(column: Any) -> Any:
    """``column`` of the organisation whose interest it is; NULL for one of others."""
    found = select(column).where(Organisation.id == SectorInterest.organisation_id)
    return found.correlate(SectorInterest).scalar_subquery()


def of_delegation(column: Any) -> Any:
    """``column`` of the delegation whose interest it is; NULL for one of others."""
    found = select(column).where(Delegation.id == SectorInterest.delegation_id)
    return found.correlate(SectorInterest).scalar_subquery()


def whose_country() -> ColumnElement[str]:
    """The code of the country of who is interested."""
    return func.coalesce(
        SectorInterest.country_code,
        of_organisation(Organisation.country_code),
        of_delegation(Delegation.country_code),
    )


def whose_key() -> ColumnElement[str | None]:
    """What puts interests in the order of the names of who is interested."""
    country = getattr(Country, f"name_key_{reader_language()}")
    own = select(country).where(Country.code == SectorInterest.country_code)
    return func.coalesce(
        of_organisation(organisation_name_key()),
        of_delegation(Delegation.title_key),
        own.correlate(SectorInterest).scalar_subquery(),
    )


def whose_country_key() -> Any:
    """What puts interests in the order of the names of those countries."""
    return country_name_key(whose_country())


def sector_key() -> Any:
    """What puts interests in the order of the names of their sectors."""
    key = getattr(Sector, f"name_key_{reader_language()}")
    found = select(key).where(Sector.code == SectorInterest.sector_code)
    return found.correlate(SectorInterest).scalar_subquery()


def searched() -> Any:
    """Everything an interest is found by: its note, who is interested, and the sector."""
    country = select(Country.search_text).where(Country.code == SectorInterest.country_code)
    sector = select(Sector.search_text).where(Sector.code == SectorInterest.sector_code)
    texts = (
        of_organisation(Organisation.search_text),
        of_delegation(Delegation.search_text),
        country.correlate(SectorInterest).scalar_subquery(),
        sector.correlate(SectorInterest).scalar_subquery(),
    )
    found: Any = SectorInterest.search_text
    for text in texts:
        found = found + " " + func.coalesce(text, "")
    return found


@prepared
def interests_noted_in(meeting_id: int) -> Select[SectorInterest]:
    """Interests whose source is the meeting."""
    return interests_where(SectorInterest.meeting_id == meeting_id)


@prepared
def interests_of_delegation(delegation_id: int) -> Select[SectorInterest]:
    """Interests of the delegation itself."""
    return interests_where(SectorInterest.delegation_id == delegation_id)


@prepared
def interests_of_organisation(organisation_id: int) -> Select[SectorInterest]:
    """Interests of the organisation."""
    return interests_where(SectorInterest.organisation_id == organisation_id)


@prepared
def interests_of_country(code: str) -> Select[SectorInterest]:
    """Interests of the country, of its organisations and its delegations."""
    return interests_where(is_of_country(code))


@prepared
def interests_about(sector_code: str) -> Select[SectorInterest]:
    """Interests in the sector, in a part of it, or in the whole it is a part of."""
    return interests_where(akin_to_sector(SectorInterest.sector_code, sector_code))


@prepared
def interests_for(organisation_id: int) -> Select[SectorInterest]:
    """Interests of partners in the sectors a local organisation works in."""
    links = organisation_sectors.c
    own = select(links.sector_code).where(links.organisation_id == organisation_id)
    parents = select(Sector.parent_code).where(
        Sector.code.in_(own), Sector.parent_code.is_not(None)
    )
    parts = select(Sector.code).where(Sector.parent_code.in_(own))
    code = SectorInterest.sector_code
    return interests_where(
        or_(code.in_(own), code.in_(parents), code.in_(parts)),
        whose_country() != HOME,
    )


def projects_akin(interest: SectorInterest) -> Select[InvestmentProject]:
    """Projects in use of the sector, its parts or its whole; those of the country first."""
    is_same_country = InvestmentProject.country_code == interest.whose_country.code
    return (
        projects_in_brief()
        .where(
            InvestmentProject.archived_at.is_(None),
            akin_to_sector(InvestmentProject.sector_code, interest.sector_code),
        )
        .order_by(is_same_country.desc(), InvestmentProject.code.desc())
    )


def local_organisations_akin(interest: SectorInterest) -> Select[Organisation]:
    """Organisations of Kazakhstan in the sector, its parts or its whole, by name, for rows."""
    links = organisation_sectors.c
    working = select(links.organisation_id).where(
        akin_to_sector(links.sector_code, interest.sector_code)
    )
    return organisations_in_brief().where(
        and_(Organisation.country_code == HOME, Organisation.id.in_(working))
    )
