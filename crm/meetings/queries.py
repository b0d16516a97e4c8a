"""Reads of meetings and of who took part in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    String,
    and_,
    cast,
    literal_column,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import defer, joinedload, load_only, selectinload

from crm.core import clock
from crm.core.database import db
from crm.core.dates import DatePrecision, imprecise_date
from crm.core.prepared import prepared
from crm.core.records import newest_choices
from crm.core.spans import falls_between
from crm.delegations.models.delegation import Delegation
from crm.delegations.models.terms import DelegationStatus
from crm.meetings.models import Meeting, MeetingSector, MeetingStatus, Participant
from crm.reference.queries import within_sector

_CONTACTS = 5
_NEWEST_FIRST = (Meeting.held_on.desc().nulls_last(), Meeting.id.desc())


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


def any_meeting() -> Select[int]:
    """The id of a meeting the reader sees, archived or not; nothing when there is none."""
    return select(Meeting.id).limit(1)


@prepared
def meeting_by_id(meeting_id: int) -> Select[Meeting]:
    """One meeting, archived or not, with everything its page and its forms show."""
    # Not joined: SQLite would read the teams of all meetings for it.
    return meeting_shown(meeting_id).options(selectinload(Meeting.team))


@prepared
def meeting_shown(meeting_id: int) -> Select[Meeting]:
    """The same with everything its page shows: without the team."""
    statement = select(Meeting).where(Meeting.id == meeting_id)
    participants = selectinload(Meeting.participants)
    return statement.options(
        joinedload(Meeting.country),
        joinedload(Meeting.officer),
        joinedload(Meeting.delegation),
        joinedload(Meeting.district),
        # Few of each: together they are fewer rows than statements would cost.
        joinedload(Meeting.sector_links).joinedload(MeetingSector.sector),
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
    columns = (getattr(Meeting, name) for name in (*MEETING_TEXT, "status"))
    return newest_choices(
        _unarchived(select(Meeting)).options(load_only(*columns)),
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
    before = _contacts_before(meeting.country_code, until, meeting.id, meeting.delegation_id or 0)
    found = [_contact(*row) for row in db.session.execute(before)]
    found.sort(key=lambda contact: contact.day or date.min, reverse=True)
    first_day = meeting.held_on or date.min
    earlier = [one for one in found[:_CONTACTS] if one.last_day and one.last_day < first_day]
    return Contacts(earlier, [one for one in found[:_CONTACTS] if one not in earlier])


def _contact(
    address: str, record_id: int, begins: Any, ends: Any, until: Any, *words: Any
) -> Contact:
    title, language, precision, place = words
    when = imprecise_date(begins, ends, DatePrecision(precision))
    return Contact(title, f"/{address}/{record_id}", language, when, begins, until, place)


@prepared
def _contacts_before(country_code: str, until: date, meeting_id: int, visit_id: int) -> Select[Any]:
    """The newest visits and meetings of a country up to a day, dated and undated ones apart."""
    visit, meeting = Delegation, Meeting
    is_settled = or_(visit.arrives_on.is_not(None), visit.status == DelegationStatus.COMPLETED)
    of_visit: list[Any] = [
        literal_column("'delegations'", String).label("address"),
        *(visit.id, visit.arrives_on, visit.departs_on, visit.span_ends_on, visit.title),
        *(
            _plain(visit.text_language),
            _plain(visit.date_precision),
            cast(null(), String).label("place"),
        ),
    ]
    of_meeting: list[Any] = [
        literal_column("'meetings'", String).label("address"),
        *(meeting.id, meeting.held_on, meeting.held_until, meeting.span_ends_on, meeting.title),
        *(_plain(meeting.text_language), _plain(meeting.date_precision), meeting.place),
    ]
    visits = select(*of_visit).where(
        visit.country_code == country_code,
        visit.archived_at.is_(None),
        visit.status != DelegationStatus.CANCELLED,
        visit.id != visit_id,
        is_settled,
    )
    meetings = select(*of_meeting).where(
        meeting.country_code == country_code,
        meeting.archived_at.is_(None),
        meeting.status == MeetingStatus.HELD,
        meeting.id != meeting_id,
    )
    halves = (
        *_newest(visits, visit.arrives_on, visit.id, until),
        *_newest(meetings, meeting.held_on, meeting.id, until),
    )
    every = union_all(*(select(*one.subquery().c) for one in halves)).subquery()
    return select(*every.c)


def _plain(term: Any) -> ColumnElement[str]:
    return type_coerce(term, String)


def _newest(found: Select[Any], day: Any, key: Any, until: date) -> list[Select[Any]]:
    # Each half by its index: neither database has one that puts the undated last.
    dated = found.where(day <= until).order_by(day.desc(), key.desc())
    undated = found.where(day.is_(None)).order_by(day.desc(), key.desc())
    return [one.limit(_CONTACTS) for one in (dated, undated)]


def meetings_about(sector_code: str) -> Select[int]:
    """Ids of the meetings where the sector or one of its children was spoken of."""
    return select(MeetingSector.meeting_id).where(
        within_sector(MeetingSector.sector_code, sector_code)
    )
