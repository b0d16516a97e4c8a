"""What stands around the points of a digest: what is new, whom one meets, how the department
stands, and with whom nobody was in contact for long.
"""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from crm.core import clock
from crm.core.dates import EXACT, imprecise_date, short_date, weekday_name
from crm.core.language import worded
from crm.digest.queries.assignments import Assignment
from crm.digest.queries.departments import DONE, REQUESTS, UNDATED, Late, Queue, Standing, Waiting
from crm.digest.queries.digest import Digest
from crm.digest.queries.meetings import ComingMeeting, OpenPoint, OpenPoints
from crm.digest.queries.points import OwedPoint
from crm.digest.queries.silence import SilentCountry, SilentProject
from crm.digest.services.lines import (
    Block,
    Line,
    Mention,
    Section,
    and_more,
    css_of,
    due_and_timing,
    list_url,
    one_line,
    point_url,
    speech_for,
)
from crm.follow_ups.models.groups import group_of

_MOST_NEW = 10
_MOST_OFFICERS = 10
_QUEUES: dict[
    str, tuple[Any, str, str, dict[str, object]]
] = {  # label, class, glyph and what narrows the list to it
    REQUESTS: (_l("Extension requests"), "this-week", "◐", {"extension_asked": 1}),
    DONE: (_l("Awaiting removal from control"), "awaiting", "◇", {"status": "done"}),
    UNDATED: (_l("No deadline for five working days"), "no-deadline", "○", {"deadline_missing": 1}),
}


def assigned_section(digest: Digest) -> Section:
    """Points others made the reader's since the last digest."""
    lines = [_assigned(point, given, digest) for point, given in digest.assigned[:_MOST_NEW]]
    block = Block(
        css="new",
        glyph="●",
        label=str(_("Since the last digest")),
        count=len(digest.assigned),
        lines=lines,
        more=and_more(len(digest.assigned) - len(lines)),
        more_url=list_url(digest, "/follow-ups/", person=digest.reader.id, status="pending"),
        due_label=speech_for(digest).due_date,
    )
    return Section(str(_("Newly assigned to you")), [block])


def _assigned(point: OwedPoint, given: Assignment, digest: Digest) -> Line:
    speech = speech_for(digest)
    due, timing = due_and_timing(point, digest, speech)
    by = {"name": given.by, "day": short_date(clock.to_local(given.at).date())}
    return Line(
        text=one_line(point.text),
        lang=point.text_language.value,
        url=point_url(point.id, digest),
        country=speech.country(point.country_code),
        due=due,
        timing=timing,
        notes=[str(_("Assigned by: %(name)s, %(day)s", **by))],
        css=css_of(group_of(point, digest.on, digest.day.week_end)),
    )


def meetings_section(digest: Digest) -> Section:
    """The meetings of the next seven days, each with what is open with its country."""
    block = Block(
        css="coming",
        glyph="■",
        label=str(_("In the next seven days")),
        count=len(digest.meetings),
        lines=[_meeting(meeting, points, digest) for meeting, points in digest.meetings],
        more="",
        more_url="",
        due_label=str(_("Date")),
    )
    return Section(str(_("Coming meetings")), [block])


def _meeting(meeting: ComingMeeting, points: OpenPoints, digest: Digest) -> Line:
    day = imprecise_date(meeting.held_on, meeting.held_until, meeting.date_precision)
    weekday = weekday_name(meeting.held_on) if meeting.date_precision in EXACT else ""
    time = meeting.starts_at.strftime("%H:%M") if meeting.starts_at else ""
    is_today = meeting.date_precision in EXACT and meeting.held_on == digest.on
    when = [str(_("today")) if is_today else weekday, time]
    code = meeting.country_code
    return Line(
        text=one_line(meeting.title),
        lang=meeting.text_language.value,
        url=f"{digest.day.base_url}/meetings/{meeting.id}",
        country=speech_for(digest).country(code),
        origin=[one_line(meeting.place)] if meeting.place else [],
        due=day,
        timing=", ".join(part for part in when if part),
        mentions=[_mention(point, digest) for point in points.first],
        more=str(_("Open points with the country: %(count)s", count=points.count))
        if points.count
        else "",
        more_url=list_url(digest, "/follow-ups/", country=code, status="pending"),
    )


def _mention(point: OpenPoint, digest: Digest) -> Mention:
    due = short_date(point.due_on) if point.due_on else str(_("No deadline set"))
    return Mention(
        text=one_line(point.text),
        lang=point.text_language.value,
        url=point_url(point.id, digest),
        due=due,
    )


def standing_section(standing: Standing, digest: Digest) -> Section:
    """How the department stands, or all of them."""
    if not digest.reader.is_head:
        return _standing_section(standing, digest)
    kept = speech_for(digest).of_heads  # the heads of a department are told the same
    found = kept.get(standing.department_id)
    if found is None:
        found = kept[standing.department_id] = _standing_section(standing, digest)
    return found


def _standing_section(standing: Standing, digest: Digest) -> Section:
    department = standing.department_id
    name = (
        _("All departments") if department is None else speech_for(digest).departments[department]
    )
    blocks = [_late_block(standing, digest)] if standing.late else []
    blocks += [
        _queue_block(kind, queue, standing, digest) for kind, queue in standing.queues.items()
    ]
    return Section(str(name), blocks)


def _late_block(standing: Standing, digest: Digest) -> Block:
    shown = standing.late[:_MOST_OFFICERS]
    return Block(
        css="overdue",
        glyph="▲",
        label=str(_("Overdue by officer")),
        count=standing.late_count,
        lines=[_late(one, digest) for one in shown],
        more=and_more(len(standing.late) - len(shown)),
        more_url=_department_url(standing, digest, status="overdue"),
        due_label="",
    )


def _late(late: Late, digest: Digest) -> Line:
    days = (digest.on - late.oldest).days
    return Line(
        text=late.name,
        lang=digest.reader.language.value,
        url=list_url(digest, "/follow-ups/", owner=late.owner_id, status="overdue"),
        due=str(_("overdue: %(count)s", count=late.count)),
        timing=str(ngettext("the longest: %(num)s day", "the longest: %(num)s days", days)),
    )


def _queue_block(kind: str, queue: Queue, standing: Standing, digest: Digest) -> Block:
    label, css, glyph, filters = _QUEUES[kind]
    due_label = _("Done on") if kind == DONE else _("Due date")
    return Block(
        css=css,
        glyph=glyph,
        label=str(label),
        count=queue.count,
        lines=[_waiting(kind, one, digest) for one in queue.first],
        more=and_more(queue.count - len(queue.first)),
        more_url=_department_url(standing, digest, **filters),
        due_label="" if kind == UNDATED else str(due_label),
    )


def _waiting(kind: str, point: Waiting, digest: Digest) -> Line:
    due, timing, notes = _timing(kind, point, digest)
    return Line(
        text=one_line(point.text),
        lang=point.text_language.value,
        url=point_url(point.id, digest),
        country=speech_for(digest).country(point.country_code),
        due=due,
        timing=timing,
        notes=[str(_("Owner: %(name)s", name=point.owner_name)), *notes],
    )


def _timing(kind: str, point: Waiting, digest: Digest) -> tuple[str, str, list[str]]:
    """The day that matters, how far off it is, and what a head must know to decide."""
    if kind == DONE:
        return short_date(point.since), _ago(digest, point.since), []
    if kind == UNDATED:
        since = point.since or clock.to_local(point.created_at).date()
        days = (digest.on - since).days
        return str(_("No deadline set")), speech_for(digest).open_for(days), []
    asked = {"name": point.asked_by or "", "day": short_date(point.since)}
    notes = [
        _("Asked by: %(name)s, %(day)s", **asked),
        _("Reason: %(text)s", text=one_line(point.reason or "")),
    ]
    wanted = _("extension asked for: %(day)s", day=short_date(point.new_due_on))
    return short_date(point.due_on), str(wanted), [str(note) for note in notes]


def _department_url(standing: Standing, digest: Digest, **filters: object) -> str:
    return list_url(digest, "/follow-ups/", **filters, department=standing.department_id)


def silence_section(digest: Digest) -> Section:
    """Projects and countries nobody was in contact with for as long as the reader asks."""
    blocks = []
    if digest.projects:
        lines = [_project(one, digest) for one in digest.projects]
        url = list_url(digest, "/projects/", officer=digest.reader.id, status="active")
        blocks.append(_silent(str(_("Projects")), digest.projects[0].total, lines, url))
    if digest.countries:
        lines = [_country(one, digest) for one in digest.countries]
        url = list_url(digest, "/countries/")
        blocks.append(_silent(str(_("Countries")), digest.countries[0].total, lines, url))
    return Section(str(_("No contact for long")), blocks)


def _silent(label: str, count: int, lines: list[Line], url: str) -> Block:
    return Block(
        css="silent",
        glyph="◌",
        label=label,
        count=count,
        lines=lines,
        more=and_more(count - len(lines)),
        more_url=url,
        due_label=str(_("Last contact")),
    )


def _project(one: SilentProject, digest: Digest) -> Line:
    title, (due, timing) = worded(one, "title"), _last(one, digest)
    return Line(
        text=one_line(title.text),
        lang=title.lang or digest.reader.language.value,
        url=f"{digest.day.base_url}/projects/{one.id}",
        country=speech_for(digest).country(one.country_code),
        due=due,
        timing=timing,
    )


def _country(one: SilentCountry, digest: Digest) -> Line:
    name = worded(digest.day.words.countries[one.code], "name")
    due, timing = _last(one, digest)
    return Line(
        text=name.text,
        lang=name.lang or digest.reader.language.value,
        url=f"{digest.day.base_url}/countries/{one.code}",
        due=due,
        timing=timing,
    )


def _last(one: SilentProject | SilentCountry, digest: Digest) -> tuple[str, str]:
    """The last contact and how long ago it was, as far as known."""
    if one.last_on is None:
        words = _("date unknown") if one.has_undated else _("no contact noted")
        return str(words), ""
    return short_date(one.last_on), _ago(digest, one.last_on)


def _ago(digest: Digest, day: date | None) -> str:
    """How long ago ``day`` was; empty for today and for none."""
    days = 0 if day is None else (digest.on - day).days
    return str(ngettext("%(num)s day ago", "%(num)s days ago", days)) if days > 0 else ""
