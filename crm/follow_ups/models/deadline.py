"""A deadline in words, as every row and record shows it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from flask_babel import gettext as _
from flask_babel import ngettext

from crm.core import clock
from crm.core.dates import DatePrecision, last_of, short_date
from crm.core.working_days import WorkingCalendar
from crm.follow_ups.models.terms import FollowUpStatus


class Dated(Protocol):
    """What a deadline is told from; a FollowUp is one."""

    @property
    def is_pending(self) -> bool: ...
    @property
    def due_on(self) -> date | None: ...
    @property
    def original_due_on(self) -> date | None: ...
    @property
    def status(self) -> FollowUpStatus: ...
    @property
    def status_since(self) -> date: ...
    @property
    def done_on(self) -> date | None: ...


class Begun(Protocol):
    """What tells how long a point is open; a FollowUp is one."""

    @property
    def agreed_day(self) -> date | None: ...
    @property
    def created_at(self) -> datetime: ...


_SOON = 3  # working days: too few to set a deadline by the end of this month


@dataclass(frozen=True)
class Deadline:
    """``state`` names the badge: over, soon, later, none, done; "" for a point given up."""

    state: str
    text: str
    note: str
    original: str  # "originally 12.11.2026", empty when the deadline never moved

    @property
    def due_and_timing(self) -> tuple[str, str]:
        """The day, or that none is set, and how far off it is: a badge that presses counts days."""
        is_pressing = self.state in ("over", "soon")
        return (self.note, self.text) if is_pressing else (self.text, self.note)


def deadline_of(point: Dated, today: date, week_end: date) -> Deadline:
    """The deadline of ``point`` as seen on ``today``, in a week that lasts to ``week_end``."""
    state, text, note = _pending(point, today, week_end) if point.is_pending else _closed(point)
    return Deadline(state, text, note, _original(point))


def proposed_days(today: date, calendar: WorkingCalendar) -> list[tuple[str, date]]:
    """Working days a first deadline is often set to, each with its words, the nearest first."""
    end = calendar.on_or_before(_month_end(today))
    words = _("end of the month")
    if end < calendar.after(today, _SOON):
        end = calendar.on_or_before(_month_end(_month_end(today) + timedelta(days=1)))
        words = _("end of next month")
    found = {calendar.after(today, 10): _("in 10 working days"), end: words}
    return [(found[day], day) for day in sorted(found)]


def _month_end(day: date) -> date:
    return last_of(day, None, DatePrecision.MONTH) or day


def open_for(point: Begun, today: date) -> str:
    """How long ``point`` is open since it was agreed, else recorded; empty on that day."""
    return open_days(days_open(point, today))


def days_open(point: Begun, today: date) -> int:
    """How many days ``point`` is open since it was agreed, else recorded."""
    since = point.agreed_day or clock.to_local(point.created_at).date()
    return (today - since).days


def open_days(days: int) -> str:
    """So many days in words; empty for none."""
    return "" if days < 1 else str(ngettext("open for %(num)s day", "open for %(num)s days", days))


def _pending(point: Dated, today: date, week_end: date) -> tuple[str, str, str]:
    due_on = point.due_on
    if due_on is None:
        return "none", _("No deadline set"), _awaited(point, today)
    day = short_date(due_on)
    if due_on < today:
        late = (today - due_on).days
        return "over", ngettext("%(num)s day overdue", "%(num)s days overdue", late), day
    if due_on == today:
        return "soon", _("today"), day
    ahead = (due_on - today).days
    left = ngettext("%(num)s day left", "%(num)s days left", ahead)
    if due_on <= week_end:
        return "soon", left, day
    return "later", day, _awaited(point, today) or left


def _awaited(point: Dated, today: date) -> str:
    days = (today - point.status_since).days
    if point.status != FollowUpStatus.AWAITING_PARTNER or days < 1:
        return ""
    return str(ngettext("awaited for %(num)s day", "awaited for %(num)s days", days))


def _closed(point: Dated) -> tuple[str, str, str]:
    if point.status == FollowUpStatus.CANCELLED:
        return "", "", short_date(point.due_on)
    return "done", _("Done"), short_date(point.done_on)


def _original(point: Dated) -> str:
    if point.original_due_on is None or point.original_due_on == point.due_on:
        return ""
    return str(_("originally %(day)s", day=short_date(point.original_due_on)))
