"""The words of one language on one day, found once for the many lines of a run."""

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from flask_babel import force_locale
from flask_babel import gettext as _

from crm.core.dates import short_date
from crm.core.language import worded
from crm.digest.queries.digest import Day
from crm.follow_ups.models.deadline import deadline_of, open_days
from crm.follow_ups.models.groups import Group
from crm.follow_ups.models.terms import FollowUpKind, FollowUpStatus, ResponsibleSide


class _Dated(NamedTuple):
    """As much of a pending point as its deadline is told from."""

    due_on: date | None
    status: FollowUpStatus
    status_since: date
    is_pending: bool = True
    original_due_on: date | None = None
    done_on: date | None = None


@dataclass(frozen=True)
class Speech:
    """What is said alike at many lines; places in the phrases are named as in the catalogue."""

    day: Day
    countries: dict[str, str]
    departments: dict[int, str]
    kinds: dict[FollowUpKind, str]
    theirs: str
    due_date: str
    executor: str
    not_named: str
    owner: str
    awaited_since: str
    progress: str
    no_progress: str
    number: str
    titles: dict[bool, str]  # of the consultations, of the other points
    groups: dict[Group, str]
    more: str
    of_heads: dict[int | None, Any] = field(default_factory=dict)  # by department, as written
    _days: dict[date, str] = field(default_factory=dict)
    _lengths: dict[int, str] = field(default_factory=dict)
    _numbers: dict[int | str, str] = field(default_factory=dict)
    _deadlines: dict[_Dated, tuple[str, str]] = field(default_factory=dict)

    def country(self, code: str | None) -> str:
        """The country's name; empty for none."""
        return "" if code is None else self.countries[code]

    def short(self, day: date | None) -> str:
        """``day`` for tables; empty for None."""
        if day is None:
            return ""
        known = self._days.get(day)
        if known is None:
            known = self._days[day] = short_date(day)
        return known

    def open_for(self, days: int) -> str:
        """How long a point is open; empty for no day."""
        known = self._lengths.get(days)
        if known is None:
            known = self._lengths[days] = open_days(days)
        return known

    def numbered(self, number: int | str | None) -> str:
        """«№ 3» that never breaks between its parts; empty for no number."""
        if not number:
            return ""
        known = self._numbers.get(number)
        if known is None:
            known = (self.number % {"number": number}).replace(" ", "\xa0")
            self._numbers[number] = known
        return known

    def deadline(self, due_on: date | None, status: FollowUpStatus, since: date) -> tuple[str, str]:
        """The deadline of a pending point with ``status`` since a day, and how far off it is."""
        # Only where no day presses is it said since when somebody is awaited, and of nothing else.
        is_far = due_on is None or due_on > self.day.week_end
        if not is_far or status != FollowUpStatus.AWAITING_PARTNER:
            status, since = FollowUpStatus.AGREED, self.day.on
        asked = _Dated(due_on, status, since)
        known = self._deadlines.get(asked)
        if known is None:
            found = deadline_of(asked, self.day.on, self.day.week_end)
            known = self._deadlines[asked] = found.due_and_timing
        return known


@lru_cache(maxsize=12)
def speech_of(day: Day, language: str) -> Speech:
    """The words of ``language`` on ``day``."""
    words = day.words
    with force_locale(language):
        return Speech(
            day=day,
            countries={code: worded(one, "name").text for code, one in words.countries.items()},
            departments={key: worded(one, "name").text for key, one in words.departments.items()},
            kinds={kind: str(kind.label) for kind in FollowUpKind},
            theirs=str(ResponsibleSide.PARTNER.label),
            due_date=_("Due date"),
            executor=_("Responsible executor: %(name)s"),
            not_named=_("not named"),
            owner=_("Owner: %(name)s"),
            awaited_since=_("Awaiting the foreign side since: %(day)s"),
            progress=_("Progress: %(line)s"),
            no_progress=_("Progress: nothing noted yet"),
            number=_("No. %(number)s"),
            titles={True: _("Consultations"), False: _("Other points")},
            groups={group: str(group.label) for group in Group},
            more=_("and %(count)s more"),
        )
