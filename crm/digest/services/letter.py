"""The digest in words: in the reader's language, as text and as HTML."""

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup

from crm.accounts.models import User
from crm.config import Config
from crm.core.letters import letter_from, rendered
from crm.core.message import Letter
from crm.digest.queries.departments import Standing
from crm.digest.queries.digest import Digest
from crm.digest.queries.reading import digests_for
from crm.digest.services.lines import Section, part_section
from crm.digest.services.sections import (
    assigned_section,
    meetings_section,
    silence_section,
    standing_section,
)
from crm.digest.services.unsubscribing import unsubscribe_url


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
            sections=list(_sections(digest)),
            home_url=digest.day.base_url + "/",
            settings_url=digest.day.base_url + "/account/",
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


def _sections(digest: Digest) -> Iterator[Section]:
    if digest.assigned:
        yield assigned_section(digest)
    for part in digest.parts:
        yield part_section(part, digest)
    if digest.meetings:
        yield meetings_section(digest)
    if digest.standing is not None and not digest.standing.is_empty:
        yield standing_section(digest.standing, digest)
    if digest.silent_count:
        yield silence_section(digest)


def _subject(digest: Digest) -> str:
    """The counts that press most: one's own points, else those of the department, else the rest."""
    own, standing = _own_counts(digest), digest.standing
    late = _late_count(standing) if standing is not None and standing.late else ""
    if own and late:
        return f"{own}; {late[:1].lower()}{late[1:]}"
    if own or late:
        return own or late
    if standing is not None and (waiting := standing.waiting_count):
        return str(_("Waiting for a head's decision: %(count)s", count=waiting))
    if digest.meetings:
        return str(_("Coming meetings: %(count)s", count=len(digest.meetings)))
    return str(_("No contact for long: %(count)s", count=digest.silent_count))


def _late_count(standing: Standing) -> str:
    count = standing.late_count
    if standing.department_id is None:
        return str(_("Overdue in all departments: %(count)s", count=count))
    return str(_("Overdue in the department: %(count)s", count=count))


def _own_counts(digest: Digest) -> str:
    consultations, points = digest.consultation_count, digest.other_count
    if not consultations and not points:
        return ""
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
    if not digest.parts:
        return str(_("What needs your attention:"))
    if not digest.other_count:
        return str(_("Consultations assigned to you:"))
    if not digest.consultation_count:
        return str(_("Points assigned to you:"))
    return str(_("Consultations and other points assigned to you:"))
