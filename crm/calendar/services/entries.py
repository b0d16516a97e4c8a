"""What stands in a calendar: records as entries, in the language of who reads it.

What people schedule is local wall time; an entry has instants, so that every clock shows it right.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext as _

from crm.calendar.models import ON_DAYS, Plan
from crm.core import clock
from crm.core.dates import imprecise_date
from crm.core.excerpts import shortened
from crm.core.language import worded
from crm.core.sight import is_unnamed
from crm.delegations.models.delegation import Delegation, ProgrammeItem
from crm.follow_ups.models.follow_up import FollowUp
from crm.meetings.models import Meeting, MeetingStatus

_TITLE, _LINE = 120, 500  # characters: a calendar shows a line, its details a paragraph


@dataclass(frozen=True)
class Span:
    """When: whole days (``ends`` is the last one), or instants in UTC (``ends`` may be open)."""

    begins: date | datetime
    ends: date | datetime | None

    @property
    def is_of_days(self) -> bool:
        """Whether it is whole days."""
        return not isinstance(self.begins, datetime)


@dataclass(frozen=True)
class Entry:
    """One entry; ``version`` and ``changed_at`` are its record's. A ``busy`` one takes the time."""

    uid: str
    span: Span | None  # None: told of without saying when
    title: str
    place: str
    lines: tuple[str, ...]
    path: str  # of the page it leads to
    version: int
    changed_at: datetime
    is_private: bool
    is_busy: bool = False
    is_cancelled: bool = False


def entry_of_meeting(meeting: Meeting) -> Entry | None:
    """The meeting; None while its days are not known exactly."""
    entry = whole_entry_of_meeting(meeting)
    return None if entry.span is None else entry


def whole_entry_of_meeting(meeting: Meeting) -> Entry:
    """The same, whatever is known of its days."""
    return Entry(
        uid=meeting_uid(meeting.id),
        span=span_of_meeting(meeting),
        title=_title(meeting.kind.label, meeting.title),
        place=place_of_meeting(meeting),
        lines=_lines(
            (_("Country"), worded(meeting.country, "name").text),
            (_("Delegation"), meeting.delegation and meeting.delegation.title),
            (_("Received by"), meeting.received_by),
            (_("Responsible officer"), meeting.officer.name),
        ),
        path=f"/meetings/{meeting.id}",
        is_busy=True,
        is_cancelled=meeting.status == MeetingStatus.CANCELLED,
        **_of_record(meeting, "delegation"),
    )


def entry_without_details(uid: str, title: str, version: int, at: datetime) -> Entry:
    """What takes an entry out of a calendar and tells nothing of its record."""
    return Entry(
        uid=uid,
        span=None,
        title=title,
        place="",
        lines=(),
        path="/",
        version=version,
        changed_at=at,
        is_private=True,
        is_cancelled=True,
    )


def meeting_uid(meeting_id: int) -> str:
    """What calendars know the meeting by, before the @."""
    return f"meeting-{meeting_id}"


def when_words(plan: Plan) -> str:
    """Day and times for people; «date unknown» where it is."""
    when = imprecise_date(plan.held_on, plan.held_until, plan.date_precision)
    if plan.starts_at is None:
        return when
    until = f"–{plan.ends_at:%H:%M}" if plan.ends_at is not None else ""
    return f"{when}, {plan.starts_at:%H:%M}{until}"


def place_of_meeting(meeting: Meeting) -> str:
    """Venue and district, as far as known."""
    district = "" if meeting.district is None else worded(meeting.district, "name").text
    return ", ".join(filter(None, (meeting.place, district)))


def span_of_meeting(meeting: Meeting) -> Span | None:
    """When the meeting is; None while its days are not known exactly."""
    if meeting.held_on is None or meeting.date_precision not in ON_DAYS:
        return None
    times = (meeting.starts_at, meeting.ends_at)
    if meeting.held_until is None or meeting.held_until == meeting.held_on:
        return _span_of_day(meeting.held_on, *times)
    return _span_of_range(meeting.held_on, meeting.held_until, *times)


def entry_of_visit(visit: Delegation) -> Entry | None:
    """The days from arrival to departure; None while they are not known exactly."""
    if visit.arrives_on is None or visit.date_precision not in ON_DAYS:
        return None
    return Entry(
        uid=f"visit-{visit.id}",
        span=Span(visit.arrives_on, visit.departs_on or visit.arrives_on),
        title=_title(_("Delegation"), visit.title),
        place="",
        lines=_lines(
            (_("Country"), worded(visit.country, "name").text),
            (_("Received by"), visit.received_by),
            (_("Responsible officer"), visit.officer.name),
        ),
        path=f"/delegations/{visit.id}",
        **_of_record(visit),
    )


def entry_of_programme(planned: ProgrammeItem) -> Entry | None:
    """An entry of a programme; None while its day is open."""
    if planned.planned_on is None:
        return None
    return Entry(
        uid=f"programme-{planned.id}",
        span=_span_of_day(planned.planned_on, planned.starts_at, planned.ends_at),
        title=shortened(planned.title, _TITLE),
        place=planned.place or "",
        lines=_lines(
            (_("Delegation"), planned.delegation.title),
            (_("Who sees to it"), planned.responsible),
            (_("For whom"), planned.kind.label),
        ),
        path=f"/delegations/{planned.delegation_id}#programme",
        is_busy=planned.starts_at is not None,
        **_of_record(planned.delegation),
    )


def entry_of_deadline(point: FollowUp) -> Entry | None:
    """The day a point is due; None where no deadline is set. A hidden meeting stays unnamed."""
    if point.due_on is None:
        return None
    return Entry(
        uid=f"deadline-{point.id}",
        span=Span(point.due_on, point.due_on),
        title=_title(_("Due date"), point.text),
        place="",
        lines=_lines(
            (_("Follow-up"), point.text),
            (_("Kind"), point.kind.label),
            (_("Country"), point.country and worded(point.country, "name").text),
            (_("Meeting"), point.meeting and point.meeting.title),
            (_("Responsible officer"), point.owner.name),
        ),
        path=f"/follow-ups/{point.id}",
        **_of_record(point, "meeting"),
    )


def _of_record(record: Any, *parents: str) -> dict[str, Any]:
    """What calendars ask of every record; it is private with one of its ``parents``, too."""
    above = [getattr(record, name) for name in parents]
    return {
        "version": record.version,
        "changed_at": record.updated_at,
        "is_private": record.restricted
        or any(is_unnamed(record, name) for name in parents)
        or any(one is not None and one.restricted for one in above),
    }


def _title(label: Any, text: str) -> str:
    return shortened(f"{label}: {text}", _TITLE)


def _lines(*said: tuple[str, Any]) -> tuple[str, ...]:
    return tuple(f"{label}: {shortened(str(text), _LINE)}" for label, text in said if text)


def _span_of_day(day: date, begins: time | None, ends: time | None) -> Span:
    """One day, or the time of it: an end that is not known is not invented."""
    if begins is None:
        return Span(day, day)
    return Span(_instant(day, begins), _instant(day, ends) if ends and ends > begins else None)


def _span_of_range(first: date, last: date, begins: time | None, ends: time | None) -> Span:
    """From the first day's beginning to the last day's end, where both are known."""
    if begins is None or ends is None:
        return Span(first, last)
    return Span(_instant(first, begins), _instant(last, ends))


def _instant(day: date, at: time) -> datetime:
    return clock.at_local(datetime.combine(day, at))
