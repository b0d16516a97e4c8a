"""Entries written as calendar programs read them (iCalendar, RFC 5545)."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import gettext as _

from crm.calendar.services.entries import Entry, Span
from crm.config import Config

CONTENT_TYPE = "text/calendar; charset=utf-8"
_PRODUCT = "-//Seriktes//Seriktes//EN"
_READ_AGAIN = timedelta(hours=1)


def feed_file(name: str, entries: Iterable[Entry]) -> bytes:
    """A calendar called ``name`` that is read again and again."""
    calendar = _calendar()
    for key in ("name", "x-wr-calname"):  # the one of RFC 7986, and what everybody reads
        calendar.add(key, name)
    calendar.add("refresh-interval", _READ_AGAIN, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    return _written(calendar, map(event_of, entries))


def entry_file(entry: Entry) -> bytes:
    """A file with one entry, to be opened once."""
    return _written(_calendar(), [event_of(entry)])


def message_file(entry: Entry, method: str, name: str, address: str) -> bytes:
    """What a letter to ``name`` asks of their calendar by ``method`` (RFC 5546).

    The system itself invites: who answers is answered by nobody, so no answer is asked for.
    """
    from icalendar import vCalAddress

    config: Config = current_app.config["CRM"]
    calendar, event = _calendar(), event_of(entry)
    calendar.add("method", method)
    sender = vCalAddress(f"mailto:{parseaddr(config.mail_from)[1]}")
    sender.params["CN"] = _("Seriktes")
    invited = vCalAddress(f"mailto:{address}")
    invited.params.update(CN=name, ROLE="REQ-PARTICIPANT", PARTSTAT="NEEDS-ACTION", RSVP="FALSE")
    event.add("organizer", sender)
    event.add("attendee", invited)
    return _written(calendar, [event])


def event_of(entry: Entry) -> Any:
    """``entry`` as a VEVENT; the same record at the same version makes the same bytes."""
    from icalendar import Event

    config: Config = current_app.config["CRM"]
    event = Event()
    event.add("uid", uid_of(entry.uid))
    event.add("sequence", entry.version - 1)
    event.add("dtstamp", entry.changed_at)  # without a METHOD: when the record was changed last
    event.add("last-modified", entry.changed_at)
    for name, at in zip(("dtstart", "dtend"), _ends_of(entry.span), strict=True):
        if at is not None:
            event.add(name, at)
    event.add("summary", entry.title)
    if entry.place:
        event.add("location", entry.place)
    if entry.lines:
        event.add("description", "\n".join(entry.lines))
    event.add("url", f"{config.base_url}{entry.path}")
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("transp", "OPAQUE" if entry.is_busy else "TRANSPARENT")
    if entry.is_private:
        event.add("class", "PRIVATE")  # whoever shares a calendar shares these no further
    return event


def uid_of(name: str) -> str:
    """What every calendar knows the entry called ``name`` by, whatever changes in it."""
    config: Config = current_app.config["CRM"]
    return f"{name}@{urlsplit(config.base_url).hostname or 'localhost'}"


def _ends_of(span: Span | None) -> tuple[date | datetime | None, date | datetime | None]:
    """When it begins, and the first day or instant that does not belong to it any more."""
    if span is None:
        return None, None
    if not span.is_of_days or span.ends is None:
        return span.begins, span.ends
    return span.begins, span.ends + timedelta(days=1)


def _calendar() -> Any:
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    return calendar


def _written(calendar: Any, events: Iterable[Any]) -> bytes:
    for event in events:
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content
