"""The digest in words: in the reader's language, as text and as HTML."""

from collections.abc import Generator, Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup

from crm.accounts.models import User
from crm.config import Config
from crm.core.dates import DatePrecision, imprecise_date, short_date
from crm.core.language import worded
from crm.core.letters import letter_from, rendered
from crm.core.mail import Letter
from crm.digest.queries.digest import Digest, DigestGroup, DigestPart
from crm.digest.queries.points import OwedPoint
from crm.digest.queries.reading import digests_for
from crm.digest.services.unsubscribing import unsubscribe_url
from crm.follow_ups.models.deadline import deadline_of, open_for
from crm.follow_ups.models.groups import Group
from crm.follow_ups.models.terms import Basis, FollowUpStatus

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
    unsubscribe_url: str


def write_digests(
    users: Iterable[User], on: date, base_url: str | None = None
) -> Generator[tuple[User, Written | None], None, None]:
    """Each of ``users``, in the order of their ids, with their digest for ``on`` in their own
    language; None for whom there is nothing to say. It says what each may see, whoever asks for it.

    Addresses begin with ``base_url``; when None with CRM_BASE_URL, as in a mail: it knows no
    request, and Host is a stranger's word. How it is read: ``queries.reading.digests_for``.
    """
    config: Config = current_app.config["CRM"]
    for user, digest in digests_for(users, on, config.base_url if base_url is None else base_url):
        yield user, None if digest.is_empty else written(digest)


def write_digest(user: User, on: date, base_url: str | None = None) -> Written | None:
    """The digest of ``user`` alone, likewise."""
    with closing(write_digests([user], on, base_url)) as found:
        return next(found)[1]


def written(digest: Digest) -> Written:
    """``digest`` in words, in the language of its reader."""
    language = digest.reader.language.value
    with force_locale(language):
        return Written(
            language=language,
            on=digest.on,
            subject=_subject(digest),
            greeting=str(_("Dear %(name)s,", name=digest.reader.name)),
            intro=_intro(digest),
            sections=[_section(part, digest) for part in digest.parts],
            home_url=digest.base_url + "/",
            settings_url=digest.base_url + "/account/",
            unsubscribe_url=unsubscribe_url(digest.reader.id),
        )


def letter_of(written: Written) -> Letter:
    """The mail, both its parts complete by themselves."""
    letter = letter_from("digest", written.language, written.subject, written=written)
    # RFC 8058: a mail program offers to turn it off, and does so by one POST.
    headers = {
        "List-Unsubscribe": f"<{written.unsubscribe_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return replace(letter, headers=headers)


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
    after = digest.week_end + timedelta(days=1)
    asked = {"person": digest.reader.id, "status": "pending", "due_from": after.isoformat()}
    if part.is_consultations:
        asked["kind"] = "consultation"
    return f"{digest.base_url}/follow-ups/?{urlencode(asked)}"


def _line(point: OwedPoint, is_consultation: bool, digest: Digest) -> Line:
    deadline = deadline_of(point, digest.on, digest.week_end)
    is_counted = deadline.state in ("over", "soon")  # the badge then counts days, the note dates
    due, timing = (deadline.note, deadline.text) if is_counted else (deadline.text, deadline.note)
    if point.due_on is None:
        timing = open_for(point, digest.on)
    origin = ["" if is_consultation else str(point.kind.label), _origin(point)]
    return Line(
        text=_one_line(point.text),
        lang=point.text_language.value,
        url=f"{digest.base_url}/follow-ups/{point.id}",
        country=_country(point, digest),
        origin=[words for words in origin if words],
        due=due,
        timing=timing,
        notes=_notes(point, digest),
    )


def _country(point: OwedPoint, digest: Digest) -> str:
    code = point.country_code
    return "" if code is None else worded(digest.words.countries[code], "name").text


def _origin(point: OwedPoint) -> str:
    """Where the point comes from: the meeting with its date, else visit, project or paper."""
    if point.meeting_title is not None:
        named = (_one_line(point.meeting_title), _numbered(point.number))
        title = ", ".join(part for part in named if part)
        return f"{title} ({_day_of_meeting(point)})"
    if point.delegation_title is not None:
        return _one_line(point.delegation_title)
    project = _one_line(worded(point, "title").text)
    if project or point.basis == Basis.AGREEMENT:
        return project
    paper = (point.basis.label, _numbered(point.basis_number), short_date(point.basis_date))
    return ", ".join(str(part) for part in paper if part)


def _numbered(number: int | str | None) -> str:
    """«№ 3» that never breaks between its parts; empty for no number."""
    return str(_("No. %(number)s", number=number)).replace(" ", "\xa0") if number else ""


def _day_of_meeting(point: OwedPoint) -> str:
    precision = point.date_precision or DatePrecision.UNKNOWN
    return imprecise_date(point.held_on, point.held_until, precision)


def _notes(point: OwedPoint, digest: Digest) -> list[str]:
    """Who acts, since when the partner is awaited, and how it stands; gaps said when overdue."""
    is_late, notes = point.is_overdue(digest.on), []
    if point.executor_id is not None or is_late:
        name = _("not named") if point.executor_id is None else _executor(point, digest)
        notes.append(_("Responsible executor: %(name)s", name=name))
    if point.owner_id != digest.reader.id:
        notes.append(_("Owner: %(name)s", name=point.owner_name))
    if point.status == FollowUpStatus.AWAITING_PARTNER:
        day = short_date(point.status_since)
        notes.append(_("Awaiting the foreign side since: %(day)s", day=day))
    if point.noted_on is not None:
        progress = f"{short_date(point.noted_on)}, {_one_line(point.progress or '')}"
        notes.append(_("Progress: %(line)s", line=progress))
    elif is_late:
        notes.append(_("Progress: nothing noted yet"))
    return [str(note) for note in notes]


def _executor(point: OwedPoint, digest: Digest) -> str:
    if point.executor_department_id is not None:
        return worded(digest.words.departments[point.executor_department_id], "name").text
    return point.executor_name or point.executor_outsider or ""


def _one_line(text: str) -> str:
    """``text`` without line breaks; what is far too long is cut, the link leads to all of it."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST_TEXT else f"{flat[:_LONGEST_TEXT].rstrip()}…"
