"""Reads of meetings and of who took part in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select
from sqlalchemy.orm import defer, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from crm.core import clock
from crm.core.database import db
from crm.core.dates import imprecise_date
from crm.core.prepared import prepared
from crm.core.records import newest_choices
from crm.core.spans import falls_between
from crm.delegations.models.delegation import Delegation
from crm.delegations.models.terms import DelegationStatus
from crm.meetings.models import Meeting, MeetingSector, MeetingStatus, Participant
from crm.reference.queries import within_sector

_CONTACTS = 5
_NEWEST_FIRST = (Meeting.held_on.desc().nulls_last(), Meeting.id.desc())


def row_options() -> tuple[ORMOption, ...]:
    """What a row of a list or a timeline shows: country, officer, sectors, participants."""
    participants = selectinload(Meeting.participants)
    return (
        joinedload(Meeting.country),
        joinedload(Meeting.officer),
        selectinload(Meeting.sector_links).joinedload(MeetingSector.sector),
        participants.joinedload(Participant.person),
        participants.joinedload(Participant.organisation),
    )


def listed_meetings() -> Select[Meeting]:
    """Every meeting, archived ones too, with country and delegation, without the long texts: what
    its list draws.
    """
    long = (Meeting.agenda, Meeting.summary, Meeting.outcome, Meeting.note, Meeting.search_text)
    return select(Meeting).options(
        joinedload(Meeting.country),
        joinedload(Meeting.delegation).load_only(Delegation.restricted),
        *(defer(text, raiseload=True) for text in long),
    )


@prepared
def meeting_by_id(meeting_id: int) -> Select[Meeting]:
    """One meeting, archived or not, with everything its page shows."""
    statement = select(Meeting).where(Meeting.id == meeting_id)
    participants = selectinload(Meeting.participants)
    return statement.options(
        joinedload(Meeting.country),
        joinedload(Meeting.officer),
        joinedload(Meeting.delegation),
        joinedload(Meeting.district),
        # Few of each: together they are fewer rows than statements would cost.
        joinedload(Meeting.sector_links).joinedload(MeetingSector.sector),
        joinedload(Meeting.team),
        participants.joinedload(Participant.person),
        participants.joinedload(Participant.organisation),
    )


@prepared
def meetings_in(country_code: str) -> Select[Meeting]:
    """Meetings with a country, newest first, undated last, with who took part."""
    return (
        meetings_with_guests().where(Meeting.country_code == country_code).order_by(*_NEWEST_FIRST)
    )


@prepared
def held_meetings_in(country_code: str) -> Select[Meeting]:
    """Those of ``meetings_in`` that were held."""
    return meetings_in(country_code).where(Meeting.status == MeetingStatus.HELD)


@prepared
def unsettled_meetings(today: date) -> Select[Meeting]:
    """Planned meetings whose last possible day has passed, the newest first, with the country."""
    is_past = and_(Meeting.status == MeetingStatus.PLANNED, Meeting.span_ends_on < today)
    return _with_country().where(is_past).order_by(*_NEWEST_FIRST)


@prepared
def meetings_of_person(person_id: int) -> Select[Meeting]:
    """Meetings the person took part in, newest first, with who else did."""
    return _with_participant(Participant.person_id == person_id)


@prepared
def meetings_with_ids(ids: Sequence[int]) -> Select[Meeting]:
    """These meetings, in no order, with who took part: what a line or a timeline names."""
    participants = joinedload(Meeting.participants)
    return (
        select(Meeting)
        .where(Meeting.id.in_(ids))
        .options(
            participants.joinedload(Participant.person),
            participants.joinedload(Participant.organisation),
        )
    )


@prepared
def meetings_of_delegation(delegation_id: int) -> Select[Meeting]:
    """Meetings of a visit in the order they are held, undated last."""
    return (
        _unarchived(select(Meeting))
        .where(Meeting.delegation_id == delegation_id)
        .order_by(Meeting.held_on.nulls_last(), Meeting.starts_at.nulls_last(), Meeting.id)
    )


@prepared
def meetings_between(first: date, last: date) -> Select[Meeting]:
    """Meetings that fall between two days, both included, by time, with the country; no cancelled.

    Only those whose date is known to the day or the week: a month is no day.
    """
    is_then = falls_between(
        Meeting.held_on, Meeting.span_ends_on, Meeting.date_precision, first, last
    )
    return (
        _with_country()
        .where(Meeting.status != MeetingStatus.CANCELLED, is_then)
        .order_by(Meeting.held_on, Meeting.starts_at.nulls_first(), Meeting.id)
    )


def meeting_choices(
    selected: int | None = None, stored: int | None = None, country: str | None = None
) -> list[tuple[int, str]]:
    """Id and readable text for a select: the newest in use, ``selected``, ``stored``; those that
    were held with ``country`` first.
    """
    return newest_choices(
        _unarchived(select(Meeting)),
        meeting_text,
        selected,
        stored,
        lambda one: one.country_code == country and one.status == MeetingStatus.HELD,
    )


# The columns ``meeting_text`` reads.
MEETING_TEXT = ("id", "title", "country_code", "held_on", "held_until", "date_precision")


def meeting_text(meeting: Meeting | Row[Any]) -> str:
    """The meeting in one line: title, country code, date."""
    when = imprecise_date(meeting.held_on, meeting.held_until, meeting.date_precision)
    return f"{meeting.title} · {meeting.country_code} · {when}"


def _with_participant(condition: ColumnElement[bool]) -> Select[Meeting]:
    taking_part = select(Participant.meeting_id).where(condition)
    return meetings_with_guests().where(Meeting.id.in_(taking_part)).order_by(*_NEWEST_FIRST)


def meetings_with_guests() -> Select[Meeting]:
    """Meetings in use with who took part, in no order."""
    participants = joinedload(Meeting.participants)
    return _unarchived(select(Meeting)).options(
        participants.joinedload(Participant.person),
        participants.joinedload(Participant.organisation),
    )


def _with_country() -> Select[Meeting]:
    return _unarchived(select(Meeting)).options(joinedload(Meeting.country))


def _unarchived(statement: Select[Meeting]) -> Select[Meeting]:
    return statement.where(Meeting.archived_at.is_(None))


@dataclass(frozen=True)
class Contact:
    """Another contact with a country: a visit or a meeting."""

    title: str
    url: str
    language: str
    when: str
    day: date | None
    last_day: date | None
    place: str | None


@dataclass(frozen=True)
class Contacts:
    """Contacts that were surely before a meeting, and those nobody can say it of."""

    earlier: list[Contact]
    unordered: list[Contact]


def contacts_beside(meeting: Meeting) -> Contacts:
    """Visits and held meetings of the country up to ``meeting``, newest first, undated last.

    At most five; up to today when the meeting has no date.
    """
    until = meeting.span_ends_on or clock.today()
    visits = _visits_before(meeting.country_code, until, meeting.delegation_id or 0)
    meetings = _meetings_before(meeting.country_code, until, meeting.id)
    found = [_visit(one) for one in db.session.scalars(visits)]
    found += [_meeting(one) for one in db.session.scalars(meetings)]
    found.sort(key=lambda contact: contact.day or date.min, reverse=True)
    first_day = meeting.held_on or date.min
    earlier = [one for one in found[:_CONTACTS] if one.last_day and one.last_day < first_day]
    return Contacts(earlier, [one for one in found[:_CONTACTS] if one not in earlier])


def _visit(one: Delegation) -> Contact:
    when = imprecise_date(one.arrives_on, one.departs_on, one.date_precision)
    days = (one.arrives_on, one.span_ends_on)
    return Contact(one.title, f"/delegations/{one.id}", one.text_language, when, *days, None)


def _meeting(one: Meeting) -> Contact:
    when = imprecise_date(one.held_on, one.held_until, one.date_precision)
    days = (one.held_on, one.span_ends_on)
    return Contact(one.title, f"/meetings/{one.id}", one.text_language, when, *days, one.place)


@prepared
def _visits_before(country_code: str, until: date, but: int) -> Select[Delegation]:
    return _newest(Delegation, Delegation.arrives_on, country_code, until).where(
        Delegation.status != DelegationStatus.CANCELLED,
        or_(Delegation.arrives_on.is_not(None), Delegation.status == DelegationStatus.COMPLETED),
        Delegation.id != but,
    )


@prepared
def _meetings_before(country_code: str, until: date, but: int) -> Select[Meeting]:
    return _newest(Meeting, Meeting.held_on, country_code, until).where(
        Meeting.status == MeetingStatus.HELD, Meeting.id != but
    )


def _newest(model: Any, day: Any, country_code: str, until: date) -> Select[Any]:
    return (
        select(model)
        .where(
            model.country_code == country_code,
            model.archived_at.is_(None),
            or_(day.is_(None), day <= until),
        )
        .order_by(day.desc().nulls_last(), model.id.desc())
        .limit(_CONTACTS)
    )


def meetings_about(sector_code: str) -> Select[int]:
    """Ids of the meetings where the sector or one of its children was spoken of."""
    return select(MeetingSector.meeting_id).where(
        within_sector(MeetingSector.sector_code, sector_code)
    )
