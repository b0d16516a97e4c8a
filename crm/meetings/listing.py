"""The list of meetings."""

from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, String, case, select, type_coerce
from sqlalchemy.orm import aliased

from crm.accounts.models import User
from crm.accounts.queries import everybody
from crm.core.dates import imprecise_date
from crm.core.listing.columns import (
    Column,
    gathered,
    in_reader_language,
    language_shown,
    parts,
    plain,
    relation_columns,
    sight_columns,
    worded_rows,
)
from crm.core.listing.declare import KEY_LABEL, ColumnSet, Listing, QuickFilter, ScreenColumn
from crm.core.listing.filters import (
    ChoiceFilter,
    FlagFilter,
    RecordFilter,
    TextFilter,
    seen,
    term_choices,
    title_of,
)
from crm.core.listing.ranges import DateRangeFilter, Period
from crm.countries.listing import OWN_COUNTRIES, country_filters
from crm.countries.models import Country
from crm.countries.queries import country_name_key
from crm.delegations.listing.parties import PartyWords, named_parties
from crm.delegations.models.delegation import Delegation
from crm.meetings.models import (
    Meeting,
    MeetingKind,
    MeetingSector,
    MeetingStatus,
    Participant,
    Side,
    Weight,
    meeting_team,
)
from crm.meetings.queries import listed_meetings, meetings_about
from crm.organisations.queries import are_called
from crm.reference.models import Sector
from crm.reference.queries import every_district_choices, every_sector_choices


def _in_sector(code: str) -> ColumnElement[bool]:
    return Meeting.id.in_(meetings_about(code))


def _without_sector() -> ColumnElement[bool]:
    return Meeting.id.not_in(select(MeetingSector.meeting_id))


def _has_participant_called(text: str) -> ColumnElement[bool] | None:
    clause = are_called(text, Participant.person_id, Participant.organisation_id)
    return None if clause is None else Meeting.id.in_(select(Participant.meeting_id).where(clause))


_COUNTRY, _DESK_OFFICER = country_filters(Meeting.country_code)


def _of_side(words: PartyWords, values: Select[Any], side: Side) -> ColumnElement[Any]:
    """``values`` of the participants of one side of a meeting, in their order."""
    who = words.party
    found = values.where(who.meeting_id == Meeting.id, who.side == side)
    return gathered(found.order_by(who.position_number, who.id), Meeting)


def _words() -> PartyWords:
    participant = aliased(Participant)
    return PartyWords(participant, participant.organisation_text)


def _people_of(side: Side) -> Callable[[], ColumnElement[Any]]:
    def expression() -> ColumnElement[Any]:
        words = _words()
        return _of_side(words, words.select(words.line), side)

    return expression


def _partners() -> tuple[Any, ...]:
    words = _words()
    return _of_side(words, words.pieces, Side.PARTNER), Meeting.text_language


def _about(told: Callable[[Any, Any], Sequence[Any]]) -> Callable[[], ColumnElement[Any]]:
    """What ``told`` selects of the links to its sectors and of these, in their order."""

    def expression() -> ColumnElement[Any]:
        link, sector = aliased(MeetingSector), aliased(Sector)
        found = (
            select(*told(link, sector))
            .join(link.sector.of_type(sector))
            .where(link.meeting_id == Meeting.id)
            .order_by(link.weight.desc(), link.position_number)
        )
        return gathered(found, Meeting)

    return expression


def _sector_codes(link: Any, _sector: Any) -> Sequence[Any]:
    return [link.sector_code + ":" + type_coerce(link.weight, String)]


def _sector_names(link: Any, sector: Any) -> Sequence[Any]:
    weights = {weight.value: f" ({weight.label})" for weight in Weight}
    return [in_reader_language(sector, "name")() + case(weights, value=link.weight)]


def _sector_words(_link: Any, sector: Any) -> Sequence[Any]:
    return [in_reader_language(sector, "name")(), language_shown(sector, "name")]


_STATUS_ORDER = case(
    {one.value: place for place, one in enumerate(MeetingStatus)}, value=Meeting.status
)

_country, _delegation, _officer = aliased(Country), aliased(Delegation), aliased(User)

COLUMNS = [
    plain(Meeting.id, KEY_LABEL),
    plain(Meeting.title, _l("Title")),
    plain(Meeting.kind, _l("Kind")),
    plain(Meeting.status, _l("Status")),
    Column("country", _l("Country code"), Meeting.country_code),
    Column(
        "country_name",
        _l("Country"),
        in_reader_language(_country, "name"),
        joins=(Meeting.country.of_type(_country),),
    ),
    plain(Meeting.held_on, _l("Date")),
    plain(Meeting.held_until, _l("Last day")),
    plain(Meeting.date_precision, _l("Date precision")),
    Column(
        "date_text",
        _l("Date in words"),
        (Meeting.held_on, Meeting.held_until, Meeting.date_precision),
        imprecise_date,
    ),
    plain(Meeting.starts_at, _l("Begins at")),
    plain(Meeting.ends_at, _l("Ends at")),
    plain(Meeting.place, _l("Venue")),
    Column("district", _l("KATO code"), Meeting.district_code),
    *relation_columns(
        "delegation",
        _l("Delegation"),
        _delegation.id,
        _delegation.title,
        joins=(Meeting.delegation.of_type(_delegation),),
    ),
    plain(Meeting.received_by, _l("Received by")),
    Column("participants_ours", _l("Participants, our side"), _people_of(Side.OURS), parts),
    Column(
        "participants_partner", _l("Participants, partner side"), _people_of(Side.PARTNER), parts
    ),
    Column("sectors", _l("Sector codes"), _about(_sector_codes), parts),
    Column("sector_names", _l("Sectors"), _about(_sector_names), parts),
    plain(Meeting.agenda, _l("Agenda")),
    plain(Meeting.summary, _l("Topics discussed")),
    plain(Meeting.outcome, _l("Outcome")),
    *relation_columns(
        "officer",
        _l("Responsible officer"),
        Meeting.officer_id,
        _officer.name,
        joins=(Meeting.officer.of_type(_officer),),
    ),
    plain(Meeting.minutes_number, _l("Number of the minutes")),
    plain(Meeting.minutes_on, _l("Minutes registered on")),
    plain(Meeting.source_name, _l("Source")),
    plain(Meeting.source_url, _l("Web address of the source")),
    plain(Meeting.source_published_on, _l("Published on")),
    plain(Meeting.text_language, _l("Language of the texts")),
    plain(Meeting.note, _l("Note")),
    *sight_columns(Meeting, meeting_team, meeting_team.c.meeting_id, User),
]

MEETINGS = Listing(
    name="meetings",
    title=_l("Meetings"),
    base=listed_meetings,
    key=Meeting.id,
    columns=COLUMNS,
    screen=[
        ScreenColumn(
            "date",
            _l("Date"),
            "held_on",
            "w-date",
            ("held_on", "held_until", "date_precision", "date_text", "starts_at"),
        ),
        ScreenColumn(
            "meeting",
            _l("Meeting"),
            "title",
            files=("title", "kind", "minutes_number", "minutes_on"),
            fixed=True,
        ),
        ScreenColumn(
            "partner",
            _l("Partner side"),
            "country",
            files=("country", "country_name", "participants_partner"),
            facts=(Column("partners", _l("Partner side"), _partners, named_parties),),
        ),
        ScreenColumn(
            "sectors",
            _l("Sectors"),
            files=("sectors", "sector_names"),
            facts=(Column("about", _l("Sectors"), _about(_sector_words), worded_rows),),
        ),
        ScreenColumn("pending", _l("Pending"), None, "r"),
        ScreenColumn("status", _l("Status"), "status", files=("status",)),
    ],
    filters=[
        _COUNTRY,
        ChoiceFilter(
            "status",
            _l("Status"),
            term_choices(MeetingStatus),
            lambda status: Meeting.status == MeetingStatus(status),
        ),
        ChoiceFilter(
            "sector", _l("Sector"), every_sector_choices, _in_sector, empty=_without_sector
        ),
        DateRangeFilter(
            "held", _l("Date"), Meeting.held_on, Meeting.span_ends_on, empty=_l("Date unknown")
        ),
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
        ChoiceFilter(
            "minutes",
            _l("Minutes"),
            lambda: [("registered", _l("Registered"))],
            lambda _registered: Meeting.minutes_number.is_not(None),
            empty=lambda: Meeting.minutes_number.is_(None),
        ),
        RecordFilter(
            "delegation",
            _l("Delegation"),
            lambda delegation_id: Meeting.delegation_id.in_(seen(Delegation, delegation_id)),
            title_of(Delegation),
            empty=lambda: Meeting.delegation_id.is_(None),
        ),
        TextFilter("participant", _l("Participant by name"), _has_participant_called),
        ChoiceFilter(
            "district",
            _l("District"),
            every_district_choices,
            lambda code: Meeting.district_code == code,
            empty=lambda: Meeting.district_code.is_(None),
        ),
        _DESK_OFFICER,
        FlagFilter(
            "undated", _l("Date unknown"), lambda: Meeting.held_on.is_(None), is_offered=False
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
    quick=[
        QuickFilter(_l("Mine"), lambda reader: {"officer": str(reader.id)}),
        OWN_COUNTRIES,
        QuickFilter(Period.THIS_WEEK.label, lambda _reader: {"held": Period.THIS_WEEK.value}),
    ],
    sets=[
        ColumnSet(
            "report",
            _l("Report of the 1st"),
            (
                *("id", "date_text", "title", "kind", "country_name", "participants_ours"),
                *("participants_partner", "sector_names", "outcome"),
                *("minutes_number", "minutes_on", "officer"),
            ),
        )
    ],
)
