"""The digest in words: in the reader's language, as text and as HTML."""

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup

from crm.accounts.models import User
from crm.config import Config
from crm.core import clock
from crm.core.dates import imprecise_date, short_date
from crm.core.language import worded
from crm.core.letters import letter_from, rendered
from crm.core.mail import Letter
from crm.core.sight import seeing, sight_of
from crm.digest.queries import Digest, DigestGroup, DigestPart, digest_for
from crm.follow_ups.models.deadline import deadline_of, open_for
from crm.follow_ups.models.follow_up import FollowUp
from crm.follow_ups.models.groups import Group
from crm.follow_ups.models.terms import Basis, FollowUpStatus
from crm.meetings.models import Meeting

_LONGEST_TEXT = 500
# Geometric shapes every office font has; the hourglass of the pages (⧗) is a box in most.
_GLYPHS = {
    Group.OVERDUE: "▲",
    Group.THIS_WEEK: "◐",
    Group.NO_DEADLINE: "○",
    Group.AWAITING: "◇",
    Group.LATER: "▷",
}


@dataclass(frozen=True)
class Line:
    """One point; ``due`` is its deadline, ``timing`` how far off that is."""

    text: str
    lang: str
    url: str
    country: str  # empty when none is known
    origin: list[str]  # kind, meeting with its date
    due: str
    timing: str
    notes: list[str]


@dataclass(frozen=True)
class Block:
    """One group, with its glyph and how many points it counts."""

    css: str
    glyph: str
    label: str
    count: int
    lines: list[Line]
    more: str  # «and 3 more», empty when all are listed
    more_url: str


@dataclass(frozen=True)
class Section:
    """The consultations, or the other points."""

    title: str
    blocks: list[Block]


@dataclass(frozen=True)
class Written:
    """The whole digest in finished words; nothing in it needs a request."""

    language: str
    on: date
    subject: str
    greeting: str
    intro: str
    sections: list[Section]
    home_url: str
    settings_url: str


def write_digest(user: User, on: date, base_url: str | None = None) -> Written | None:
    """The digest of ``user`` for ``on`` in their own language; None when there is nothing to say.

    It says what ``user`` may see, whoever asks for it.

    Addresses begin with ``base_url``; when None with CRM_BASE_URL, as in a mail: it knows no
    request, and Host is a stranger's word.
    """
    config: Config = current_app.config["CRM"]
    language = user.language.value
    with seeing(sight_of(user)), force_locale(language):
        digest = digest_for(user, on, config.base_url if base_url is None else base_url)
        if not digest.parts:
            return None
        return Written(
            language=language,
            on=on,
            subject=_subject(digest),
            greeting=_("Dear %(name)s,", name=user.name),
            intro=_intro(digest),
            sections=[_section(part, digest) for part in digest.parts],
            home_url=digest.base_url + "/",
            settings_url=digest.base_url + "/account/",
        )


def letter_of(written: Written) -> Letter:
    """The mail, both its parts complete by themselves."""
    return letter_from("digest", written.language, written.subject, written=written)


def text_of(written: Written) -> str:
    """The text part alone."""
    return rendered("digest/mail.txt", written.language, written=written)


def preview_of(written: Written) -> Markup:
    """What the mail shows, as a piece of a page that links ``core.letters.STYLES``."""
    words = rendered("digest/_preview.html", written.language, written=written)
    return Markup(words)  # noqa: S704 (a template's own)


def _subject(digest: Digest) -> str:
    consultations, points = digest.consultation_count, digest.other_count
    if not points:
        return str(_("Pending consultations: %(count)s", count=consultations))
    if not consultations:
        return str(_("Points under control: %(count)s", count=points))
    return str(
        _(
            "Pending consultations: %(consultations)s, other points: %(points)s",
            consultations=consultations,
            points=points,
        )
    )


def _intro(digest: Digest) -> str:
    if not digest.other_count:
        return str(_("Consultations assigned to you:"))
    if not digest.consultation_count:
        return str(_("Points assigned to you:"))
    return str(_("Consultations and other points assigned to you:"))


def _section(part: DigestPart, digest: Digest) -> Section:
    title = _("Consultations") if part.is_consultations else _("Other points")
    return Section(str(title), [_block(one, part, digest) for one in part.groups])


def _block(one: DigestGroup, part: DigestPart, digest: Digest) -> Block:
    more = _("and %(count)s more", count=one.hidden_count) if one.hidden_count else ""
    return Block(
        css=one.group.value.replace("_", "-"),
        glyph=_GLYPHS[one.group],
        label=str(one.group.label),
        count=len(one.points) + one.hidden_count,
        lines=[_line(point, part.is_consultations, digest) for point in one.points],
        more=str(more),
        more_url=_later_url(part, digest),
    )


def _later_url(part: DigestPart, digest: Digest) -> str:
    """The list of what is due after this week, as the reader sees it."""
    after = clock.week_of(digest.on)[1] + timedelta(days=1)
    asked = {"person": digest.reader.id, "status": "pending", "due_from": after.isoformat()}
    if part.is_consultations:
        asked["kind"] = "consultation"
    return f"{digest.base_url}/follow-ups/?{urlencode(asked)}"


def _line(point: FollowUp, is_consultation: bool, digest: Digest) -> Line:
    deadline = deadline_of(point, digest.on)
    is_counted = deadline.state in ("over", "soon")  # the badge then counts days, the note dates
    due, timing = (deadline.note, deadline.text) if is_counted else (deadline.text, deadline.note)
    if point.due_on is None:
        timing = open_for(point, digest.on)
    origin = ["" if is_consultation else str(point.kind.label), _origin(point)]
    return Line(
        text=_one_line(point.text),
        lang=point.text_language.value,
        url=f"{digest.base_url}/follow-ups/{point.id}",
        country=worded(point.country, "name").text if point.country else "",
        origin=[words for words in origin if words],
        due=due,
        timing=timing,
        notes=_notes(point, digest),
    )


def _origin(point: FollowUp) -> str:
    """Where the point comes from: the meeting with its date, else visit, project or paper."""
    if point.meeting is not None:
        named = (_one_line(point.meeting.title), _numbered(point.number))
        title = ", ".join(part for part in named if part)
        return f"{title} ({_day_of(point.meeting)})"
    if point.delegation is not None:
        return _one_line(point.delegation.title)
    if point.project is not None:
        return _one_line(worded(point.project, "title").text)
    if point.basis == Basis.AGREEMENT:
        return ""
    paper = (point.basis.label, _numbered(point.basis_number), short_date(point.basis_date))
    return ", ".join(str(part) for part in paper if part)


def _numbered(number: int | str | None) -> str:
    """«№ 3» that never breaks between its parts; empty for no number."""
    return str(_("No. %(number)s", number=number)).replace(" ", "\xa0") if number else ""


def _day_of(meeting: Meeting) -> str:
    return imprecise_date(meeting.held_on, meeting.held_until, meeting.date_precision)


def _notes(point: FollowUp, digest: Digest) -> list[str]:
    """Who acts, since when the partner is awaited, and how it stands; gaps said when overdue."""
    is_late, notes = point.is_overdue(digest.on), []
    if point.executor is not None or is_late:
        name = point.executor.name if point.executor else _("not named")
        notes.append(_("Responsible executor: %(name)s", name=name))
    if point.owner_id != digest.reader.id:
        notes.append(_("Owner: %(name)s", name=point.owner.name))
    if point.status == FollowUpStatus.AWAITING_PARTNER:
        day = short_date(point.status_since)
        notes.append(_("Awaiting the foreign side since: %(day)s", day=day))
    line = point.last_progress
    if line is not None:
        progress = f"{short_date(line.noted_on)}, {_one_line(line.text)}"
        notes.append(_("Progress: %(line)s", line=progress))
    elif is_late:
        notes.append(_("Progress: nothing noted yet"))
    return [str(note) for note in notes]


def _one_line(text: str) -> str:
    """``text`` without line breaks; what is far too long is cut, the link leads to all of it."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST_TEXT else f"{flat[:_LONGEST_TEXT].rstrip()}…"
