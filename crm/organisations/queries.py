"""Reads of organisations, people and the posts people hold."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    bindparam,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from crm.core import clock
from crm.core.database import db
from crm.core.language import reader_language, worded
from crm.core.listing.filters import words_clause
from crm.core.listing.query import COUNTED
from crm.core.prepared import prepared
from crm.delegations.models.delegation import Delegation, DelegationMember
from crm.delegations.models.terms import Direction
from crm.meetings.models import Meeting, Participant, Side
from crm.organisations.models import Appointment, Organisation, Person, organisation_sectors
from crm.reference.models import Sector
from crm.reference.queries import within_sector

Choices = list[tuple[int, str]]


def organisation_name_key() -> Any:
    """The column organisations are ordered by for the present reader."""
    return getattr(Organisation, f"name_key_{reader_language()}")


def all_organisations() -> Select[Organisation]:
    """Every organisation, archived ones too, country and sectors loaded, by name."""
    return (
        select(Organisation)
        .options(
            joinedload(Organisation.country, innerjoin=True), selectinload(Organisation.sectors)
        )
        .order_by(organisation_name_key().nulls_last(), Organisation.id)
    )


def organisations_in_brief() -> Select[Organisation]:
    """Organisations in use by name, with what a line on another page shows."""
    return (
        select(Organisation)
        .where(Organisation.archived_at.is_(None))
        .order_by(organisation_name_key().nulls_last(), Organisation.id)
    )


@prepared
def organisation_by_id(organisation_id: int) -> Select[Organisation]:
    """One organisation, archived or not, with what its page shows."""
    links = organisation_sectors.c
    # Joined one after the other: of a join inside a join SQLite makes the inner one, as a whole.
    return (
        select(Organisation)
        .outerjoin(organisation_sectors, links.organisation_id == Organisation.id)
        .outerjoin(Sector, Sector.code == links.sector_code)
        .where(Organisation.id == organisation_id)
        .options(
            joinedload(Organisation.country, innerjoin=True), contains_eager(Organisation.sectors)
        )
        .order_by(Sector.code)
    )


def organisations_named(name: str) -> Select[Organisation]:
    """Organisations in use whose texts hold every word of ``name``; a superset of its bearers."""
    found = select(Organisation).where(Organisation.archived_at.is_(None))
    clause = words_clause(Organisation.search_text, name)
    return (found if clause is None else found.where(clause)).order_by(Organisation.id)


def all_people() -> Select[Person]:
    """Every person, archived ones too, by family name, with posts and their organisations."""
    organisation = selectinload(Person.appointments).joinedload(Appointment.organisation)
    return (
        select(Person)
        .options(organisation.joinedload(Organisation.country))
        .order_by(Person.name_key.nulls_last(), Person.id)
    )


def people_at(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a person holds a post today at an organisation that fits ``condition``."""
    posts = posts_on(clock.today()).join(Appointment.organisation).where(condition)
    return Person.id.in_(posts.options().order_by(None).with_only_columns(Appointment.person_id))


def in_sector(code: str) -> ColumnElement[bool]:
    """Whether an organisation works in the sector ``code`` or one of its children."""
    links = organisation_sectors.c
    return Organisation.id.in_(
        select(links.organisation_id).where(within_sector(links.sector_code, code))
    )


def are_called(text: str, person_id: Any, organisation_id: Any) -> ColumnElement[bool] | None:
    """Whether the person or the organisation in these columns is called by every word of ``text``;
    None for no word.
    """
    person = words_clause(Person.search_text, text)
    organisation = words_clause(Organisation.search_text, text)
    if person is None or organisation is None:
        return None
    return or_(
        person_id.in_(select(Person.id).where(person)),
        organisation_id.in_(select(Organisation.id).where(organisation)),
    )


@prepared
def person_by_id(person_id: int) -> Select[Person]:
    """One person, archived or not, with posts and their organisations."""
    posts = joinedload(Person.appointments)
    return (
        select(Person)
        .where(Person.id == person_id)
        .options(posts.joinedload(Appointment.organisation).joinedload(Organisation.country))
    )


def people_named(name: str) -> Select[Person]:
    """People in use whose texts hold every word of ``name``; a superset of those so called."""
    found = select(Person).where(Person.archived_at.is_(None))
    clause = words_clause(Person.search_text, name)
    return (found if clause is None else found.where(clause)).order_by(Person.id)


@prepared
def people_of(organisation_id: int) -> Select[Appointment]:
    """Posts at the organisation with their people, held ones first, then by family name."""
    return (
        select(Appointment)
        .join(Appointment.person)
        .where(Appointment.organisation_id == organisation_id, Person.archived_at.is_(None))
        .options(contains_eager(Appointment.person))
        .order_by(
            Appointment.valid_to.desc().nulls_first(),
            Person.name_key.nulls_last(),
            Appointment.id,
        )
    )


def posts_on(day: date) -> Select[Appointment]:
    """Posts held on ``day``, open ends counting as held, newest first."""
    return (
        select(Appointment)
        .where(
            or_(Appointment.valid_from.is_(None), Appointment.valid_from <= day),
            or_(Appointment.valid_to.is_(None), Appointment.valid_to >= day),
        )
        .options(joinedload(Appointment.organisation))
        .order_by(Appointment.valid_from.desc().nulls_last(), Appointment.id)
    )


def present_post(person_id: SQLColumnExpression[int]) -> ScalarSelect[int]:
    """The id of the post a person holds on the day the statement runs, the first of several in the
    order of ``Person.appointments``; NULL without one. ``person_id`` is a column of the record.
    """
    post, today = aliased(Appointment), bindparam("today", callable_=_today, type_=Date)
    return (
        select(post.id)
        .where(
            post.person_id == person_id,
            or_(post.valid_from.is_(None), post.valid_from <= today),
            or_(post.valid_to.is_(None), post.valid_to >= today),
        )
        .order_by(post.valid_to.desc().nulls_first(), post.valid_from.desc().nulls_last(), post.id)
        .limit(1)
        .correlate_except(post)
        .scalar_subquery()
    )


def _today() -> date:
    return clock.today()


def has_current_post(person: Person, organisation: Organisation) -> bool:
    """Whether ``person`` holds a post at ``organisation`` today."""
    found = posts_on(clock.today()).where(
        Appointment.person_id == person.id, Appointment.organisation_id == organisation.id
    )
    return db.session.scalars(found).first() is not None


def organisation_choices(selected: int | None = None) -> Choices:
    """Id and name of the organisations in use, by name; ``selected`` too, though archived."""
    in_use = or_(Organisation.archived_at.is_(None), Organisation.id == selected)
    found = select(Organisation).where(in_use)
    found = found.order_by(organisation_name_key().nulls_last(), Organisation.id)
    return [(one.id, worded(one, "name").text) for one in db.session.scalars(found)]


def organisation_name(organisation_id: int) -> str | None:
    """What the organisation is called; None when there is no such one."""
    found = db.session.scalar(select(Organisation).where(Organisation.id == organisation_id))
    return None if found is None else worded(found, "name").text


def people_known(country_code: str) -> Select[int]:
    """The ids of the people of a country that are in use, in no order: of its organisations, on
    its side of meetings, of its visits to us.
    """
    every = union_all(*(ids for ids, _person in _ties(country_code))).subquery()
    archived = select(Person.id).where(Person.archived_at.is_not(None))
    known = every.c[0]
    return select(known).distinct().where(known.is_not(None), known.not_in(archived))


def first_people(country_code: str, most: int, known: int) -> Sequence[Person]:
    """The first of them by family name, posts with their organisations loaded.

    ``known``: how many there are. Many are looked for in the order of the names, few are put in
    order.
    """
    first = _many_by_name if known > COUNTED else _few_by_name
    return db.session.scalars(first(country_code, most)).unique().all()


@prepared
def _few_by_name(country_code: str, most: int) -> Select[Person]:
    named = _with_posts().where(Person.id.in_(people_known(country_code)))
    return named.order_by(Person.name_key.nulls_last(), Person.id).limit(most)


@prepared
def _many_by_name(country_code: str, most: int) -> Select[Person]:
    # Each tie by itself, and as a value: PostgreSQL would gather whom EXISTS speaks of first.
    tied = (
        ids.where(person == Person.id).limit(1).correlate(Person).scalar_subquery().is_not(None)
        for ids, person in _ties(country_code)
    )
    named = _with_posts().where(Person.archived_at.is_(None), or_(*tied))
    return (
        named.where(Person.name_key.is_not(None)).order_by(Person.name_key, Person.id).limit(most)
    )


def _with_posts() -> Select[Person]:
    return select(Person).options(
        joinedload(Person.appointments).joinedload(Appointment.organisation)
    )


def _ties(country_code: str) -> Sequence[tuple[Select[Any], Any]]:
    """What ties people to a country: the ids under each tie, and the column they stand in."""
    posts = Appointment.__table__.alias().c
    # Plain tables: who sees the meeting or the visit sees its parts, and need not be asked again.
    guests, members = (one.__table__.alias().c for one in (Participant, DelegationMember))
    at_work = select(posts.person_id).where(
        posts.organisation_id == Organisation.id, Organisation.country_code == country_code
    )
    in_meetings = select(guests.person_id).where(
        guests.meeting_id == Meeting.id,
        guests.side == Side.PARTNER,
        Meeting.country_code == country_code,
        Meeting.archived_at.is_(None),
    )
    on_visits = select(members.person_id).where(
        members.delegation_id == Delegation.id,
        Delegation.country_code == country_code,
        Delegation.archived_at.is_(None),
        Delegation.direction == Direction.INBOUND,
    )
    return (
        (at_work.select_from(Organisation), posts.person_id),
        (in_meetings.select_from(Meeting), guests.person_id),
        (on_visits.select_from(Delegation), members.person_id),
    )


@prepared
def organisations_of(country_code: str) -> Select[Organisation]:
    """Organisations of the country, by name."""
    return organisations_in_brief().where(Organisation.country_code == country_code)
