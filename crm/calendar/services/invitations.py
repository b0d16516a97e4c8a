"""Letters about a meeting to who is to come to it, each with an entry for their calendar.

They say what holds when they are handed over (iTIP, RFC 5546): a letter overtaken by a newer one
is not sent.
"""

from dataclasses import dataclass, replace

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.accounts.models import User
from crm.calendar.models import News, Plan
from crm.calendar.queries import change_at, invited_user, meeting_entry, newer_delivery
from crm.calendar.services.changes import PURPOSE, version_and_news
from crm.calendar.services.entries import (
    Entry,
    entry_without_details,
    meeting_uid,
    place_of_meeting,
    when_words,
    whole_entry_of_meeting,
)
from crm.calendar.services.files import message_file
from crm.config import Config
from crm.core import clock, post
from crm.core.database import db
from crm.core.delivery import Addressed, DeliveryKey
from crm.core.excerpts import shortened
from crm.core.letters import letter_from
from crm.core.message import Letter, Part
from crm.core.sight import seeing, sight_of
from crm.meetings.models import Meeting

_SUBJECT = 150  # characters


@dataclass(frozen=True)
class _Told:
    """What one letter tells: the news of a version, and the meeting, if its reader sees it."""

    news: News
    version: int
    meeting_id: int
    meeting: Meeting | None


def write(key: DeliveryKey, _address: str) -> Addressed | None:
    """The letter as of now; None when it has become pointless or nobody wants it."""
    user = db.session.scalar(invited_user(key.recipient_id))
    newer = newer_delivery(key.purpose, key.recipient_id, key.period)
    if user is None or db.session.scalar(newer.limit(1)) is not None:
        return None
    version, news = version_and_news(key.period)
    meeting_id = post.subject_of(key.purpose)
    with seeing(sight_of(user)), force_locale(user.language.value):
        meeting = db.session.scalar(meeting_entry(meeting_id))
        if news.is_invitation != (meeting is not None and _is_to_come(user, meeting)):
            return None
        letter = _letter(user, _Told(news, version, meeting_id, meeting))
        return Addressed(user.name, user.email, lambda: letter)


PURPOSES = (post.Purpose(PURPOSE, _l("Invitation to a meeting"), write),)


def _is_to_come(user: User, meeting: Meeting) -> bool:
    people = {meeting.officer_id, *(one.id for one in meeting.team)}
    return user.id in people and Plan.of(meeting).is_fixed(clock.today())


def _letter(user: User, told: _Told) -> Letter:
    config: Config = current_app.config["CRM"]
    entry = _entry(told)
    letter = letter_from(
        "calendar",
        user.language.value,
        _subject(told),
        greeting=_("Dear %(name)s,", name=user.name),
        intro=_intro(told.news),
        rows=_rows(told),
        title_language=told.meeting and told.meeting.text_language.value,
        url=told.meeting and f"{config.base_url}{entry.path}",
        settings_url=f"{config.base_url}/account/calendar",
    )
    method = "REQUEST" if told.news.is_invitation else "CANCEL"
    content = message_file(entry, method, user.name, user.email)
    part = Part(content, "text/calendar", {"method": method, "charset": "utf-8"})
    return replace(letter, parts=(part,))


def _entry(told: _Told) -> Entry:
    if told.meeting is None:
        uid = meeting_uid(told.meeting_id)
        return entry_without_details(uid, _("Meeting"), told.version, clock.now())
    entry = whole_entry_of_meeting(told.meeting)
    return replace(entry, is_cancelled=not told.news.is_invitation)


def _subject(told: _Told) -> str:
    words = _("Meeting")
    if told.meeting is not None:
        words = f"{told.meeting.title}, {when_words(Plan.of(told.meeting))}"
    return shortened(f"{told.news.label}: {words}", _SUBJECT)


def _intro(news: News) -> str:
    match news:
        case News.PLANNED:
            return str(_("A meeting is planned with you."))
        case News.MOVED:
            return str(_("A meeting of yours has another time or place."))
        case News.POSTPONED:
            return str(_("A meeting of yours has no exact day any more."))
        case News.CANCELLED:
            return str(_("A meeting of yours is cancelled."))
        case News.RELEASED:
            return str(_("You need not come to this meeting any more."))


def _rows(told: _Told) -> list[tuple[str, str]]:
    """Label and text of what is said of the meeting, and who changed it."""
    meeting = told.meeting
    if meeting is None:
        return []
    plan, rows = Plan.of(meeting), [(_("Meeting"), meeting.title)]
    entries = db.session.scalars(change_at(meeting.id, told.version)).all()
    changed = {one.field: one.old for entry in entries for one in entry.changes}
    before = Plan.of(meeting, changed) if told.news == News.MOVED else plan
    rows.append((_("Date"), _and_before(when_words(plan), when_words(before))))
    rows.append((_("Venue"), _and_before(place_of_meeting(meeting), before.place, plan.place)))
    rows.append((_("Responsible officer"), meeting.officer.name))
    rows += [(_("Changed by"), entry.actor.name) for entry in entries[:1] if entry.actor]
    return [(label, text) for label, text in rows if text]


def _and_before(text: str, before: str | None, now: str | None = None) -> str:
    """``text``, and what stood there ``before`` where that was something else."""
    if not before or before in (text, now):
        return text
    was = str(_("before: %(text)s", text=before))
    return f"{text} ({was})" if text else was
