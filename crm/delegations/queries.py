"""Reads of delegations."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.orm import defer, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from crm.core.database import db
from crm.core.dates import imprecise_date
from crm.core.language import reader_language, worded
from crm.core.prepared import is_among, prepared
from crm.core.records import newest_choices
from crm.core.sight import exists_in, reader_kept_back
from crm.core.spans import falls_between
from crm.delegations.models.delegation import Delegation, DelegationMember
from crm.delegations.models.terms import DelegationStatus
from crm.meetings.models import Meeting, Participant
from crm.organisations.models import Organisation, Person

AHEAD = (DelegationStatus.PLANNED, DelegationStatus.CONFIRMED)
_KNOWN = 200  # names offered while typing
_NEWEST_FIRST = (Delegation.arrives_on.desc().nulls_last(), Delegation.id.desc())


def listed_delegations() -> Select[Delegation]:
    """Every delegation, archived ones too, with country and officer, without the long texts: what
    its list draws.
    """
    long = (Delegation.logistics, Delegation.purpose, Delegation.note, Delegation.search_text)
    return select(Delegation).options(
        joinedload(Delegation.country),
        joinedload(Delegation.officer),
        *(defer(text, raiseload=True) for text in long),
    )


def known_people() -> list[str]:
    """Names of the people recorded last, in the reader's language: to pick from while typing."""
    statement = select(Person).where(
        Person.archived_at.is_(None), is_openly_met(Person, "person_id", reader_kept_back())
    )
    statement = statement.order_by(Person.id.desc())
    found = db.session.scalars(statement.limit(_KNOWN))
    return list(dict.fromkeys(one.name_in(reader_language()) for one in found))


def known_organisations() -> list[str]:
    """Names of the organisations recorded last, in the reader's language."""
    is_open = is_openly_met(Organisation, "organisation_id", reader_kept_back())
    statement = select(Organisation).where(Organisation.archived_at.is_(None), is_open)
    found = db.session.scalars(statement.order_by(Organisation.id.desc()).limit(_KNOWN))
    return list(dict.fromkeys(worded(one, "name").text for one in found))


def is_openly_met(model: Any, link: str, reader_id: Any) -> ColumnElement[bool]:
    """Whether the reader may know it otherwise than from records they are kept from; ``model`` is
    Person or Organisation, or an alias of it, and the id that of ``reader_kept_back``.

    Only what was recorded since such a record was made, and met nowhere else, is no suggestion:
    what was known before must not vanish, that would tell of it, too.
    """
    if reader_id is None:
        return true()
    met_in_secret = or_(
        _met_in(DelegationMember, Delegation, reader_id, model, link),
        _met_in(Participant, Meeting, reader_id, model, link),
    )
    openly = (
        select(one.id).where(getattr(one, link) == model.id).exists()
        for one in (DelegationMember, Participant)
    )
    return or_(~met_in_secret, *openly)


def _met_in(part: Any, record: Any, reader_id: Any, model: Any, link: str) -> ColumnElement[bool]:
    parts, records = part.__table__.alias(), record.__table__.alias()
    hidden = exists_in(
        records,
        records.c.id == parts.c[f"{part.__parent__}_id"],
        model.created_at >= records.c.created_at,
        record.hides(records.c, reader_id),
    )
    return exists_in(parts, parts.c[link] == model.id, hidden)


@prepared
def delegation_by_id(delegation_id: int) -> Select[Delegation]:
    """One delegation, archived or not, with its members."""
    statement = select(Delegation).where(Delegation.id == delegation_id)
    members = selectinload(Delegation.members)
    return statement.options(
        joinedload(Delegation.country),
        joinedload(Delegation.officer),
        # Few of each: together they are fewer rows than statements would cost.
        joinedload(Delegation.sectors),
        joinedload(Delegation.team),
        members.joinedload(DelegationMember.person),
        members.joinedload(DelegationMember.organisation),
    )


@prepared
def delegation_page(delegation_id: int) -> Select[Delegation]:
    """One delegation with everything its own page shows: the programme, too."""
    return delegation_by_id(delegation_id).options(selectinload(Delegation.programme))


@prepared
def delegations_in(country_code: str) -> Select[Delegation]:
    """Delegations of a country, newest first, undated last, with what a row shows loaded."""
    statement = _unarchived(select(Delegation)).where(Delegation.country_code == country_code)
    return statement.options(*_guests()).order_by(*_NEWEST_FIRST)


@prepared
def completed_delegations_in(country_code: str) -> Select[Delegation]:
    """Those of ``delegations_in`` that took place."""
    took_place = Delegation.status == DelegationStatus.COMPLETED
    return delegations_in(country_code).where(took_place)


@prepared
def unsettled_delegations(today: date) -> Select[Delegation]:
    """Visits still to come by their status whose last possible day has passed, newest first."""
    is_past = and_(is_among(Delegation.status, AHEAD), Delegation.span_ends_on < today)
    statement = _unarchived(select(Delegation)).where(is_past)
    return statement.options(joinedload(Delegation.country)).order_by(*_NEWEST_FIRST)


@prepared
def visits_with_ids(ids: Sequence[int]) -> Select[Delegation]:
    """These delegations, in no order, with who comes: what a line or a timeline names."""
    return select(Delegation).where(Delegation.id.in_(ids)).options(*_guests())


@prepared
def delegations_of_person(person_id: int) -> Select[Delegation]:
    """Delegations the person came with, newest first, with what a row shows loaded."""
    return _with_member(DelegationMember.person_id == person_id)


def delegations_with_guests() -> Select[Delegation]:
    """Delegations in use with who comes, in no order."""
    return _unarchived(select(Delegation)).options(*_guests())


def _guests() -> tuple[ORMOption, ...]:
    members = joinedload(Delegation.members)
    return (
        members.joinedload(DelegationMember.person),
        members.joinedload(DelegationMember.organisation),
    )


def _with_member(condition: ColumnElement[bool]) -> Select[Delegation]:
    coming = select(DelegationMember.delegation_id).where(condition)
    statement = _unarchived(select(Delegation)).where(Delegation.id.in_(coming))
    return statement.options(*_guests()).order_by(*_NEWEST_FIRST)


@prepared
def delegations_between(first: date, last: date) -> Select[Delegation]:
    """Visits that fall between two days, both included, by day; cancelled ones left out.

    Only those whose date is known to the day or the week: a month is no day.
    """
    is_then = falls_between(
        Delegation.arrives_on, Delegation.span_ends_on, Delegation.date_precision, first, last
    )
    return (
        _unarchived(select(Delegation))
        .where(Delegation.status != DelegationStatus.CANCELLED, is_then)
        .options(joinedload(Delegation.country))
        .order_by(Delegation.arrives_on, Delegation.id)
    )


def delegation_choices(
    selected: int | None = None, stored: int | None = None
) -> list[tuple[int, str]]:
    """Id and readable text for a select: the newest in use, ``selected``, ``stored``."""
    return newest_choices(_unarchived(select(Delegation)), delegation_text, selected, stored)


def delegation_text(delegation: Delegation) -> str:
    """The delegation in one line: title, country code, date."""
    when = imprecise_date(delegation.arrives_on, delegation.departs_on, delegation.date_precision)
    return f"{delegation.title} · {delegation.country_code} · {when}"


def _unarchived(statement: Select[Delegation]) -> Select[Delegation]:
    return statement.where(Delegation.archived_at.is_(None))
