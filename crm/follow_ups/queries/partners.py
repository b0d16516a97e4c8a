"""What the five lines and the page of a partner name: which points, meetings and visits."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from sqlalchemy import CTE, ColumnElement, Select, and_, case, func, or_, select

from crm.audit.queries import entry_count
from crm.core.listing.query import COUNTED
from crm.core.picked import Picked, count_of, newest, numbers, read, some, together
from crm.core.prepared import is_among, prepared
from crm.core.sight import only_of
from crm.core.spans import order_by_coming
from crm.countries.models import Country
from crm.delegations.models.delegation import Delegation, DelegationMember
from crm.delegations.models.terms import DelegationStatus
from crm.delegations.queries import AHEAD, unsettled_delegations
from crm.documents.queries import document_count
from crm.follow_ups.models.follow_up import FollowUp
from crm.follow_ups.models.terms import FollowUpKind, FollowUpStatus, ResponsibleSide
from crm.follow_ups.queries.points import around, due_from, overdue, pending
from crm.meetings.models import Meeting, MeetingStatus, Participant
from crm.meetings.queries import unsettled_meetings
from crm.organisations.models import Organisation
from crm.organisations.queries import people_known

MAIN = 3  # pending points the second line names
LATE = 2  # overdue points the fourth line explains
CONTACTS = 15  # meetings and visits of the timeline, each
CLOSED = (FollowUpStatus.DONE, FollowUpStatus.OFF_CONTROL)
PEOPLE = "people"  # how many are known of a country, up to one above COUNTED
_ASKED = ("id", "urgency_key", "status", "kind", "due_on", "done_on", "responsible_side")


@dataclass(frozen=True)
class Partner:
    """Which points, meetings and visits are with a partner, none archived.

    ``seen``: what many branches ask of the points, gathered once: who sees a point takes longest.
    """

    points: ColumnElement[bool]
    meetings: ColumnElement[bool]
    delegations: ColumnElement[bool]
    seen: CTE

    @classmethod
    def of(
        cls,
        points: ColumnElement[bool],
        meetings: ColumnElement[bool],
        delegations: ColumnElement[bool],
    ) -> Self:
        """The partner whose points, meetings and visits fit these."""
        in_use = _in_use(FollowUp, points)
        asked = (getattr(FollowUp, name) for name in _ASKED)
        return cls(
            in_use,
            _in_use(Meeting, meetings),
            _in_use(Delegation, delegations),
            select(*asked).where(in_use).cte("points"),
        )

    @property
    def by_urgency(self) -> Select[Any]:
        """Ids of the points, pending ones first, then by deadline."""
        row = self.seen.c
        return select(row.id).order_by(row.urgency_key, row.id)


def picked_of_country(code: str, today: date, each_side: int | None = None) -> Picked:
    """What the five lines name of a country; with ``each_side`` also what its page shows: so many
    points of each side, and the newest contacts.
    """
    if each_side is None:
        return read(_lines_of_country(code, today))
    return read(_page_of_country(code, today, each_side))


def picked_of_organisation(organisation_id: int, today: date, most: int | None = None) -> Picked:
    """The same of an organisation; its page shows ``most`` points."""
    if most is None:
        return read(_lines_of_organisation(organisation_id, today))
    return read(_page_of_organisation(organisation_id, str(organisation_id), today, most))


# -- the statements ------------------------------------------------------------------------------


@prepared
def _lines_of_country(code: str, today: date) -> Select[Any]:
    return together(_lines(_country(code), today))


@prepared
def _lines_of_organisation(organisation_id: int, today: date) -> Select[Any]:
    return together(_lines(_organisation(organisation_id), today))


@prepared
def _page_of_country(code: str, today: date, each_side: int) -> Select[Any]:
    partner = _country(code)
    sides = [partner.seen.c.responsible_side == side for side in ResponsibleSide]
    page = [
        *_contacts(partner),
        *_sides(partner, each_side),
        _tabs("country", Country, code),
        count_of(PEOPLE, people_known(code).limit(COUNTED + 1)),
    ]
    return only_of(together([*_lines(partner, today, *sides), *page]), Country)


@prepared
def _page_of_organisation(organisation_id: int, key: str, today: date, most: int) -> Select[Any]:
    partner = _organisation(organisation_id)
    shown = some("point-shown", partner.by_urgency.limit(most), select(partner.seen.c.id))
    page = [*_contacts(partner), shown, _tabs("organisation", Organisation, key)]
    return only_of(together([*_lines(partner, today), *page]), Organisation)


def _country(code: str) -> Partner:
    return Partner.of(
        FollowUp.country_code == code,
        Meeting.country_code == code,
        Delegation.country_code == code,
    )


def _organisation(organisation_id: int) -> Partner:
    met = select(Participant.meeting_id).where(Participant.organisation_id == organisation_id)
    came = select(DelegationMember.delegation_id).where(
        DelegationMember.organisation_id == organisation_id
    )
    return Partner.of(around(organisation_id), Meeting.id.in_(met), Delegation.id.in_(came))


def _in_use(model: Any, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(model.archived_at.is_(None), condition)


def _lines(partner: Partner, today: date, *also: ColumnElement[bool]) -> list[Select[Any]]:
    return [
        _tally(partner, today, *also),
        *_points(partner, today),
        *_last(partner, today),
        *_undated(partner),
        *_planned(partner, today),
        *_unsettled(partner, today),
        _next_contact(partner, today),
    ]


def _tally(partner: Partner, today: date, *also: ColumnElement[bool]) -> Select[Any]:
    """The numbers of a Tally, then how many points fit each of ``also``."""
    row = partner.seen.c
    conditions = (
        pending(row),
        is_among(row.status, CLOSED),
        row.status == FollowUpStatus.CANCELLED,
        overdue(today, row),
        and_(pending(row), row.due_on.is_(None)),
        *also,
    )
    sums = (func.coalesce(func.sum(case((one, 1), else_=0)), 0) for one in conditions)
    return numbers("tally", func.count(row.id), *sums)


def _points(partner: Partner, today: date) -> list[Select[Any]]:
    """Pending points, consultations first; the one done last; the latest; the next due."""
    points, row = partner.by_urgency, partner.seen.c
    urgent = points.where(pending(row)).limit(MAIN)
    done = select(row.id).where(is_among(row.status, CLOSED))
    return [
        some("point-main", urgent.where(row.kind == FollowUpKind.CONSULTATION)),
        some("point-main", urgent.where(row.kind != FollowUpKind.CONSULTATION)),
        *newest("point-done", done, row.done_on, row.id, 1),
        some("point-late", points.where(overdue(today, row)).limit(LATE)),
        some("point-nearest", points.where(due_from(today, row)).limit(1)),
    ]


def _last(partner: Partner, today: date) -> list[Select[Any]]:
    """The newest meeting and the newest visit begun up to ``today``."""
    met, came = Meeting.held_on, Delegation.arrives_on
    meeting = _held(partner).where(met <= today).order_by(met.desc(), Meeting.id.desc())
    visit = _visited(partner).where(came <= today).order_by(came.desc(), Delegation.id.desc())
    return [some("meeting-last", meeting.limit(1)), some("visit-last", visit.limit(1))]


def _undated(partner: Partner) -> list[Select[Any]]:
    """Those without a date: the one worth naming, and how many there are.

    A visit counts by its meetings; by itself only when no meeting of it was held.
    """
    waiting = select(FollowUp.id).where(
        FollowUp.meeting_id == Meeting.id, partner.points, pending()
    )
    has_waiting = case((waiting.correlate(Meeting).exists(), 0), else_=1)
    meetings = _held(partner).where(Meeting.held_on.is_(None))
    met = select(Meeting.id).where(
        Meeting.delegation_id == Delegation.id,
        Meeting.status == MeetingStatus.HELD,
        Meeting.archived_at.is_(None),
    )
    alone = _visited(partner).where(
        Delegation.arrives_on.is_(None), ~met.correlate(Delegation).exists()
    )
    return [
        some("meeting-undated", meetings.order_by(has_waiting, Meeting.id.desc()).limit(1)),
        some("visit-undated", alone.order_by(Delegation.id.desc()).limit(1)),
        count_of("undated-meetings", meetings),
        count_of("undated-visits", alone),
    ]


def _planned(partner: Partner, today: date) -> list[Select[Any]]:
    """The next meeting and the next visit, one without a date when there is no other."""
    held, ends = Meeting.held_on, Meeting.span_ends_on
    comes, leaves = Delegation.arrives_on, Delegation.span_ends_on
    meeting_day = order_by_coming(held, ends, Meeting.date_precision)
    visit_day = order_by_coming(comes, leaves, Delegation.date_precision)
    meeting = (
        select(Meeting.id)
        .where(partner.meetings, Meeting.status == MeetingStatus.PLANNED)
        .where(or_(held.is_(None), ends >= today))
        .order_by(meeting_day.nulls_last(), Meeting.starts_at.nulls_last(), Meeting.id)
    )
    visit = (
        select(Delegation.id)
        .where(partner.delegations, is_among(Delegation.status, AHEAD))
        .where(or_(comes.is_(None), leaves >= today))
        .order_by(visit_day.nulls_last(), Delegation.id)
    )
    return [some("meeting-planned", meeting.limit(1)), some("visit-planned", visit.limit(1))]


def _unsettled(partner: Partner, today: date) -> list[Select[Any]]:
    """The newest meeting and visit still planned though their last day has passed."""
    meeting = unsettled_meetings(today).where(partner.meetings).with_only_columns(Meeting.id)
    visit = unsettled_delegations(today).where(partner.delegations)
    visit = visit.with_only_columns(Delegation.id)
    return [some("meeting-unsettled", meeting.limit(1)), some("visit-unsettled", visit.limit(1))]


def _next_contact(partner: Partner, today: date) -> Select[Any]:
    """The visit, past or to come, that asks for a word with the partner next."""
    asks = Delegation.next_contact_on
    visit = select(Delegation.id).where(
        partner.delegations, Delegation.status != DelegationStatus.CANCELLED, asks >= today
    )
    return some("visit-next", visit.order_by(asks, Delegation.id).limit(1))


def _contacts(partner: Partner) -> list[Select[Any]]:
    """The newest meetings and visits, dated and undated ones, and how many there are."""
    meetings = select(Meeting.id).where(partner.meetings)
    visits = select(Delegation.id).where(partner.delegations)
    return [
        *newest("meeting-shown", meetings, Meeting.held_on, Meeting.id, CONTACTS),
        *newest("visit-shown", visits, Delegation.arrives_on, Delegation.id, CONTACTS),
        count_of("meeting-shown", meetings),
        count_of("visit-shown", visits),
    ]


def _sides(partner: Partner, each_side: int) -> list[Select[Any]]:
    """The first points each side owes, pending ones first."""
    of_side = partner.seen.c.responsible_side
    return [
        some(f"point-{side}", partner.by_urgency.where(of_side == side).limit(each_side))
        for side in ResponsibleSide
    ]


def _tabs(kind: str, model: Any, key: str) -> Select[Any]:
    """How many documents the partner has, and how long its history is."""
    documents, entries = document_count(kind, key), entry_count(model.__tablename__, key)
    return numbers("tabs", documents.scalar_subquery(), entries.scalar_subquery())


def _held(partner: Partner) -> Select[Any]:
    return select(Meeting.id).where(partner.meetings, Meeting.status == MeetingStatus.HELD)


def _visited(partner: Partner) -> Select[Any]:
    is_over = Delegation.status == DelegationStatus.COMPLETED
    return select(Delegation.id).where(partner.delegations, is_over)
