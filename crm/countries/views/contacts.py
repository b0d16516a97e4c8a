"""Contacts as a timeline: visits and meetings of a country, an organisation or a person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from crm.core.dates import EXACT, imprecise_date
from crm.core.language import Worded
from crm.delegations.models.delegation import Delegation
from crm.meetings.models import Meeting, MeetingStatus, Side

SHOWN = 15


@dataclass(frozen=True)
class Contact:
    """One visit or meeting as the timeline shows it; ``iso`` is None for an imprecise date."""

    day: date | None
    when: str
    iso: str | None
    icon: str
    title: str
    lang: str
    url: str
    sub: tuple[Worded, ...]


def contacts(meetings: Iterable[Meeting], delegations: Iterable[Delegation]) -> list[Contact]:
    """Both kinds in one order: newest first, undated last, those as they were recorded last."""
    found = [*map(_of_meeting, meetings), *map(_of_delegation, delegations)]
    return sorted(found, key=lambda one: one.day or date.min, reverse=True)


def _of_meeting(meeting: Meeting) -> Contact:
    language = meeting.text_language.value
    partners = [one.name_from(language) for one in meeting.participants if one.side == Side.PARTNER]
    status = [meeting.status.label] if meeting.status != MeetingStatus.HELD else []
    is_planned = meeting.status == MeetingStatus.PLANNED
    return Contact(
        **_dated(meeting.held_on, meeting.held_until, meeting.date_precision),
        icon="circle" if is_planned else "people-fill",
        title=meeting.title,
        lang=language,
        url=url_for("meetings.detail", meeting_id=meeting.id),
        sub=(*_said(*status, meeting.kind.label), *partners[:2]),
    )


def _of_delegation(delegation: Delegation) -> Contact:
    language = delegation.text_language.value
    head = [delegation.head.name_from(language)] if delegation.head else []
    return Contact(
        **_dated(delegation.arrives_on, delegation.departs_on, delegation.date_precision),
        icon="airplane-fill",
        title=delegation.title,
        lang=language,
        url=url_for("delegations.detail", delegation_id=delegation.id),
        sub=(*_said(delegation.direction.label, delegation.status.label), *head),
    )


def _said(*labels: Any) -> list[Worded]:
    return [Worded(str(label), None) for label in labels]


def _dated(day: date | None, until: date | None, precision: Any) -> dict[str, Any]:
    iso = day.isoformat() if day is not None and precision in EXACT else None
    return {"day": day, "when": imprecise_date(day, until, precision), "iso": iso}
