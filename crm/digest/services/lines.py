"""Points of a digest in words: each a line, the lines of one urgency a block."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from flask_babel import gettext as _

from crm.core.dates import EXACT, DatePrecision, imprecise_date
from crm.core.language import worded
from crm.digest.queries.digest import Digest, DigestGroup, DigestPart
from crm.digest.queries.points import OwedPoint
from crm.digest.services.speech import Speech, speech_of
from crm.follow_ups.models.deadline import days_open
from crm.follow_ups.models.groups import Group
from crm.follow_ups.models.terms import Basis, FollowUpStatus, ResponsibleSide

_LONGEST_TEXT = 500
# Geometric shapes every office font has; the hourglass of the pages (⧗) is a box in most.
GLYPHS = {
    Group.OVERDUE: "▲",
    Group.THIS_WEEK: "◐",
    Group.NO_DEADLINE: "○",
    Group.AWAITING: "◇",
    Group.LATER: "▷",
}


@dataclass(frozen=True)
class Mention:
    """A record named below a line: ``due`` is its deadline in words."""

    text: str
    lang: str
    url: str
    due: str


class Line(NamedTuple):
    """One record; ``due`` is its deadline or its day, ``timing`` how far off that is."""

    text: str
    lang: str
    url: str
    country: str = ""  # empty when none is known
    origin: Sequence[str] = ()  # kind, meeting with its date
    due: str = ""
    timing: str = ""
    notes: Sequence[str] = ()
    mentions: Sequence[Mention] = ()
    more: str = ""  # «Open points: 7» behind the mentions
    more_url: str = ""
    css: str = ""  # how urgent, in a block of several urgencies

    @property
    def facts(self) -> str:
        """Country and origin in one."""
        return " · ".join([self.country, *self.origin] if self.country else self.origin)

    @property
    def when(self) -> str:
        """The day, and how far off it is."""
        return " · ".join(part for part in (self.due, self.timing) if part)


@dataclass(frozen=True)
class Block:
    """Lines of one kind, with its glyph and how many records it counts."""

    css: str
    glyph: str
    label: str
    count: int
    lines: list[Line]
    more: str  # «and 3 more», empty when all are listed
    more_url: str
    due_label: str  # what ``due`` is, for the text part; empty where it says so itself


@dataclass(frozen=True)
class Section:
    """The consultations, the other points, the coming meetings …"""

    title: str
    blocks: list[Block]


def speech_for(digest: Digest) -> Speech:
    """The words of the reader's language."""
    return speech_of(digest.day, digest.reader.language.value)


def part_section(part: DigestPart, digest: Digest) -> Section:
    """The consultations, or the other points, by urgency."""
    speech = speech_for(digest)
    return Section(
        speech.titles[part.is_consultations],
        [_block(one, part, digest, speech) for one in part.groups],
    )


def _block(one: DigestGroup, part: DigestPart, digest: Digest, speech: Speech) -> Block:
    return Block(
        css=css_of(one.group),
        glyph=GLYPHS[one.group],
        label=speech.groups[one.group],
        count=len(one.points) + one.hidden_count,
        lines=[_line(point, part.is_consultations, digest, speech) for point in one.points],
        more=speech.more % {"count": one.hidden_count} if one.hidden_count else "",
        more_url=_later_url(part, digest) if one.hidden_count else "",
        due_label="" if one.group == Group.NO_DEADLINE else speech.due_date,
    )


def css_of(group: Group) -> str:
    """The class of what belongs to the group."""
    return group.value.replace("_", "-")


def and_more(count: int) -> str:
    """«and 3 more»; empty for none."""
    return str(_("and %(count)s more", count=count)) if count else ""


def list_url(digest: Digest, path: str, **filters: object) -> str:
    """The address of a list with these filters; those without a value are left out."""
    asked = urlencode({name: one for name, one in filters.items() if one is not None})
    return f"{digest.day.base_url}{path}?{asked}" if asked else f"{digest.day.base_url}{path}"


def point_url(point_id: int, digest: Digest) -> str:
    """The address of the point's page."""
    return f"{digest.day.base_url}/follow-ups/{point_id}"


def _later_url(part: DigestPart, digest: Digest) -> str:
    """The list of what is due after this week, as the reader sees it."""
    after = digest.day.week_end + timedelta(days=1)
    kind = "consultation" if part.is_consultations else None
    asked = {"person": digest.reader.id, "status": "pending", "due_from": after.isoformat()}
    return list_url(digest, "/follow-ups/", **asked, kind=kind)


def _line(point: OwedPoint, is_consultation: bool, digest: Digest, speech: Speech) -> Line:
    due, timing = due_and_timing(point, digest, speech)
    is_theirs = point.responsible_side == ResponsibleSide.PARTNER
    origin = [
        "" if is_consultation else speech.kinds[point.kind],
        speech.theirs if is_theirs else "",
        _origin(point, speech),
    ]
    return Line(
        text=one_line(point.text),
        lang=point.text_language.value,
        url=point_url(point.id, digest),
        country=speech.country(point.country_code),
        origin=[words for words in origin if words],
        due=due,
        timing=timing,
        notes=_notes(point, digest, speech),
    )


def due_and_timing(point: OwedPoint, digest: Digest, speech: Speech) -> tuple[str, str]:
    """The deadline, and how far off it is or how long there has been none."""
    due, timing = speech.deadline(point.due_on, point.status, point.status_since)
    return (due, timing) if point.due_on else (due, speech.open_for(days_open(point, digest.on)))


def _origin(point: OwedPoint, speech: Speech) -> str:
    """Where the point comes from: the meeting with its date, else visit, project or paper."""
    if point.meeting_title is not None:
        title, number = one_line(point.meeting_title), speech.numbered(point.number)
        title = f"{title}, {number}" if title and number else title or number
        return f"{title} ({_day_of_meeting(point, speech)})"
    if point.delegation_title is not None:
        return one_line(point.delegation_title)
    project = one_line(worded(point, "title").text)
    if project or point.basis == Basis.AGREEMENT:
        return project
    paper = (point.basis.label, speech.numbered(point.basis_number), speech.short(point.basis_date))
    return ", ".join(str(part) for part in paper if part)


def _day_of_meeting(point: OwedPoint, speech: Speech) -> str:
    precision = point.date_precision or DatePrecision.UNKNOWN
    if precision in EXACT:
        return speech.short(point.held_on)
    return imprecise_date(point.held_on, point.held_until, precision)


def _notes(point: OwedPoint, digest: Digest, speech: Speech) -> list[str]:
    """Who acts, since when the partner is awaited, and how it stands; gaps said when overdue."""
    is_late, notes = point.is_overdue(digest.on), []
    if point.executor_id is not None or is_late:
        is_named = point.executor_id is not None
        name = _executor(point, speech) if is_named else speech.not_named
        notes.append(speech.executor % {"name": name})
    if point.owner_id != digest.reader.id:
        notes.append(speech.owner % {"name": point.owner_name})
    if point.status == FollowUpStatus.AWAITING_PARTNER:
        notes.append(speech.awaited_since % {"day": speech.short(point.status_since)})
    if point.noted_on is not None:
        line = f"{speech.short(point.noted_on)}, {one_line(point.progress or '')}"
        notes.append(speech.progress % {"line": line})
    elif is_late:
        notes.append(speech.no_progress)
    return notes


def _executor(point: OwedPoint, speech: Speech) -> str:
    if point.executor_department_id is not None:
        return speech.departments[point.executor_department_id]
    return point.executor_name or point.executor_outsider or ""


def one_line(text: str) -> str:
    """``text`` without line breaks; what is far too long is cut, the link leads to all of it."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST_TEXT else f"{flat[:_LONGEST_TEXT].rstrip()}…"
