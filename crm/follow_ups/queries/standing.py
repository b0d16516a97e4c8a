"""How things stand with a partner: what the five lines say, and what its page shows beside them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import Select

from crm.core.database import db
from crm.core.language import worded
from crm.core.picked import Picked
from crm.core.prepared import prepared
from crm.countries.models import Country
from crm.delegations.models.delegation import Delegation
from crm.delegations.queries import visits_with_ids
from crm.follow_ups.models.five_lines import Contact, Standing, Tally, comes_on, days_of
from crm.follow_ups.models.follow_up import FollowUp
from crm.follow_ups.models.terms import FollowUpKind, ResponsibleSide
from crm.follow_ups.queries.partners import (
    CONTACTS,
    MAIN,
    PEOPLE,
    picked_of_country,
    picked_of_organisation,
)
from crm.follow_ups.queries.points import whole_points
from crm.follow_ups.queries.sides import SidePoints
from crm.meetings.models import Meeting
from crm.meetings.queries import meetings_with_ids
from crm.organisations.models import Organisation

_TALLIED = len(fields(Tally))


@dataclass(frozen=True)
class Beside:
    """How things stand, and what the page of the partner shows with it: the first of each.

    ``points`` are those of an organisation, ``sides`` those of a country by who owes them.
    """

    standing: Standing
    meetings: Sequence[Meeting]
    meeting_count: int
    visits: Sequence[Delegation]
    visit_count: int
    points: Sequence[FollowUp]
    point_count: int
    sides: Sequence[SidePoints]
    people_count: int  # known of a country, up to one above COUNTED
    tabs: tuple[int, int]  # documents it has, entries of its history


def standing_of(record: Country | Organisation, today: date) -> Standing:
    """How things stand with ``record`` as of ``today``; four statements.

    The last contact is a held meeting or a completed visit; one without a date cannot be said to
    be the last and is named beside it: the one whose points still wait, else the one recorded last.
    """
    if isinstance(record, Country):
        picked = picked_of_country(record.code, today)
    else:
        picked = picked_of_organisation(record.id, today)
    return _standing(record, today, _Read(picked))


def beside_of(record: Country | Organisation, today: date, most: int) -> Beside:
    """The same with what the page of ``record`` shows: ``most`` points, of a country for each side.

    In as many statements.
    """
    if isinstance(record, Country):
        picked = picked_of_country(record.code, today, most)
    else:
        picked = picked_of_organisation(record.id, today, most)
    read = _Read(picked)
    owed = zip(ResponsibleSide, picked.numbers["tally"][_TALLIED:], strict=False)
    return Beside(
        standing=_standing(record, today, read),
        meetings=read.meetings("meeting-shown")[:CONTACTS],
        meeting_count=picked.number("meeting-shown"),
        visits=read.visits("visit-shown")[:CONTACTS],
        visit_count=picked.number("visit-shown"),
        points=sorted(read.points("point-shown"), key=_by_urgency),
        point_count=picked.number("point-shown"),
        sides=[
            SidePoints(side, sorted(points, key=_by_urgency), total)
            for side, total in owed
            if (points := read.points(f"point-{side}"))
        ],
        people_count=picked.number(PEOPLE),
        tabs=(picked.numbers["tabs"][0], picked.numbers["tabs"][1]),
    )


class _Read:
    """The records of what was picked, each kind read once."""

    def __init__(self, picked: Picked) -> None:
        self.picked = picked
        self._points = _by_id(_points_with_ids, picked.all_of("point"))
        self._meetings = _by_id(meetings_with_ids, picked.all_of("meeting"))
        self._visits = _by_id(visits_with_ids, picked.all_of("visit"))

    def points(self, name: str) -> list[FollowUp]:
        return self._of(name, self._points)

    def meetings(self, name: str) -> list[Meeting]:
        found: list[Meeting] = self._of(name, self._meetings)
        return sorted(found, key=lambda one: (one.held_on or date.min, one.id), reverse=True)

    def visits(self, name: str) -> list[Delegation]:
        found: list[Delegation] = self._of(name, self._visits)
        return sorted(found, key=lambda one: (one.arrives_on or date.min, one.id), reverse=True)

    def point(self, name: str) -> FollowUp | None:
        return next(iter(self.points(name)), None)

    def contacts(self, name: str) -> list[Contact]:
        """The meeting and the visit called so, as far as there are any, in this order."""
        return [*self.meetings(f"meeting-{name}"), *self.visits(f"visit-{name}")]

    def _of(self, name: str, records: Mapping[int, Any]) -> list[Any]:
        return [records[one] for one in self.picked.ids.get(name, ()) if one in records]


def _by_id(select_: Callable[[Any], Select[Any]], ids: list[int]) -> dict[int, Any]:
    found: Iterable[Any] = db.session.scalars(select_(ids)).unique() if ids else ()
    return {one.id: one for one in found}


@prepared
def _points_with_ids(ids: Sequence[int]) -> Select[FollowUp]:
    """Points with everything a row and a line show: executors and progress, too."""
    return whole_points().where(FollowUp.id.in_(ids))


def _standing(record: Country | Organisation, today: date, read: _Read) -> Standing:
    picked = read.picked
    visit = next(iter(read.visits("visit-next")), None)
    return Standing(
        name=worded(record, "name").text,
        today=today,
        filters=_filters(record),
        tally=Tally(*picked.numbers["tally"][:_TALLIED]),
        undated_contacts=picked.number("undated-meetings") + picked.number("undated-visits"),
        last=max(read.contacts("last"), key=_begins, default=None),
        last_undated=next(iter(read.contacts("undated")), None),
        main=sorted(read.points("point-main"), key=_main_first)[:MAIN],
        last_done=max(read.points("point-done"), key=_done, default=None),
        late=sorted(read.points("point-late"), key=lambda one: (one.due_on or today, one.id)),
        planned=min(
            read.contacts("planned"), key=lambda one: comes_on(one) or date.max, default=None
        ),
        unsettled=max(read.contacts("unsettled"), key=_begins, default=None),
        next_contact_on=None if visit is None else visit.next_contact_on,
        nearest=read.point("point-nearest"),
    )


def _filters(record: Country | Organisation) -> dict[str, str]:
    if isinstance(record, Country):
        return {"country": record.code}
    return {"organisation": str(record.id)}


def _begins(contact: Contact) -> date:
    return days_of(contact)[0] or date.min


def _due(point: FollowUp) -> tuple[date, int]:
    return point.due_on or date.max, point.id


def _done(point: FollowUp) -> tuple[date, int]:
    return point.done_on or date.min, point.id


def _main_first(point: FollowUp) -> tuple[bool, date, int]:
    """Consultations first, then by deadline, undated ones last."""
    return (point.kind != FollowUpKind.CONSULTATION, *_due(point))


def _by_urgency(point: FollowUp) -> tuple[bool, date, int]:
    """Pending ones first, then by deadline, undated ones last."""
    return (not point.is_pending, *_due(point))
