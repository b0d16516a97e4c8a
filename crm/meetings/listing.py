"""The list of meetings."""

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, case

from crm.accounts.queries import everybody
from crm.core.dates import imprecise_date
from crm.core.language import worded
from crm.core.listing.columns import Column, plain, relation_columns, sight_columns
from crm.core.listing.declare import KEY_LABEL, Listing, ScreenColumn
from crm.core.listing.filters import (
    ChoiceFilter,
    DateRangeFilter,
    FlagFilter,
    RecordFilter,
    seen,
    term_choices,
    title_of,
)
from crm.countries.queries import country_choices, country_name_key
from crm.delegations.listing import party_text
from crm.delegations.models.delegation import Delegation
from crm.meetings.models import Meeting, MeetingKind, MeetingStatus, Side
from crm.meetings.queries import listed_meetings, meetings_about
from crm.reference.queries import every_sector_choices


def _in_sector(code: str) -> ColumnElement[bool]:
    return Meeting.id.in_(meetings_about(code))


def _people_of(side: Side) -> Callable[[Any], list[str]]:
    return lambda meeting: [party_text(one) for one in meeting.participants if one.side == side]


def _sector_codes(meeting: Any) -> list[str]:
    return [f"{link.sector_code}:{link.weight}" for link in meeting.sector_links]


def _sector_names(meeting: Any) -> list[str]:
    return [f"{worded(link.sector, 'name')} ({link.weight.label})" for link in meeting.sector_links]


_STATUS_ORDER = case(
    {one.value: place for place, one in enumerate(MeetingStatus)}, value=Meeting.status
)

MEETINGS = Listing(
    name="meetings",
    title=_l("Meetings"),
    base=listed_meetings,
    key=Meeting.id,
    columns=[
        plain("id", KEY_LABEL),
        plain("title", _l("Title")),
        plain("kind", _l("Kind")),
        plain("status", _l("Status")),
        Column("country", _l("Country code"), lambda one: one.country_code),
        Column("country_name", _l("Country"), lambda one: worded(one.country, "name").text),
        plain("held_on", _l("Date")),
        plain("held_until", _l("Last day")),
        plain("date_precision", _l("Date precision")),
        Column(
            "date_text",
            _l("Date in words"),
            lambda one: imprecise_date(one.held_on, one.held_until, one.date_precision),
        ),
        plain("starts_at", _l("Begins at")),
        plain("ends_at", _l("Ends at")),
        plain("place", _l("Venue")),
        Column("district", _l("KATO code"), lambda one: one.district_code),
        *relation_columns(
            "delegation",
            _l("Delegation"),
            lambda one: one.delegation and one.delegation.id,
            lambda one: one.delegation and one.delegation.title,
        ),
        plain("received_by", _l("Received by")),
        Column("participants_ours", _l("Participants, our side"), _people_of(Side.OURS)),
        Column("participants_partner", _l("Participants, partner side"), _people_of(Side.PARTNER)),
        Column("sectors", _l("Sector codes"), _sector_codes),
        Column("sector_names", _l("Sectors"), _sector_names),
        plain("agenda", _l("Agenda")),
        plain("summary", _l("Topics discussed")),
        plain("outcome", _l("Outcome")),
        *relation_columns(
            "officer",
            _l("Responsible officer"),
            lambda one: one.officer_id,
            lambda one: one.officer.name,
        ),
        plain("source_name", _l("Source")),
        plain("source_url", _l("Web address of the source")),
        plain("source_published_on", _l("Published on")),
        plain("text_language", _l("Language of the texts")),
        plain("note", _l("Note")),
        *sight_columns(),
    ],
    screen=[
        ScreenColumn(_l("Date"), "held_on", "w-date"),
        ScreenColumn(_l("Meeting"), "title"),
        ScreenColumn(_l("Partner side"), "country"),
        ScreenColumn(_l("Sectors")),
        ScreenColumn(_l("Pending"), None, "r"),
        ScreenColumn(_l("Status"), "status"),
    ],
    filters=[
        FlagFilter("undated", _l("Date unknown"), lambda: Meeting.held_on.is_(None)),
        ChoiceFilter(
            "country", _l("Country"), country_choices, lambda code: Meeting.country_code == code
        ),
        ChoiceFilter(
            "status",
            _l("Status"),
            term_choices(MeetingStatus),
            lambda status: Meeting.status == MeetingStatus(status),
        ),
        ChoiceFilter("sector", _l("Sector"), every_sector_choices, _in_sector),
        DateRangeFilter("held", _l("Date"), Meeting.held_on, Meeting.span_ends_on),
        ChoiceFilter(
            "officer",
            _l("Responsible officer"),
            everybody,
            lambda officer_id: Meeting.officer_id == int(officer_id),
        ),
        ChoiceFilter(
            "kind",
            _l("Kind"),
            term_choices(MeetingKind),
            lambda kind: Meeting.kind == MeetingKind(kind),
        ),
        RecordFilter(
            "delegation",
            _l("Delegation"),
            lambda delegation_id: Meeting.delegation_id.in_(seen(Delegation, delegation_id)),
            title_of(Delegation),
        ),
        FlagFilter("restricted", _l("Restricted"), lambda: Meeting.restricted.is_(True)),
    ],
    sorts={
        "held_on": [Meeting.held_on],
        "title": [Meeting.title_key],
        "country": lambda: [country_name_key(Meeting.country_code)],
        "status": [_STATUS_ORDER],
    },
    default_sort="-held_on",
    search=Meeting.search_text,
)
