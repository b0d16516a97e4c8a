"""The list of delegations."""

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, case, select
from sqlalchemy.orm import aliased

from crm.accounts.models import User
from crm.accounts.queries import everybody
from crm.core.dates import imprecise_date
from crm.core.listing.columns import (
    Column,
    gathered,
    in_reader_language,
    parts,
    plain,
    relation_columns,
    sight_columns,
)
from crm.core.listing.declare import KEY_LABEL, Listing, QuickFilter, ScreenColumn
from crm.core.listing.filters import ChoiceFilter, FlagFilter, TextFilter, term_choices
from crm.core.listing.ranges import DateRangeFilter
from crm.countries.listing import OWN_COUNTRIES, country_filters
from crm.countries.models import Country
from crm.countries.queries import country_name_key
from crm.delegations.listing.parties import NamedParty, PartyWords, named_parties
from crm.delegations.models.delegation import (
    Delegation,
    DelegationMember,
    delegation_sectors,
    delegation_team,
)
from crm.delegations.models.terms import DelegationStatus, Direction, Level, MemberRole
from crm.delegations.queries import listed_delegations
from crm.organisations.queries import are_called
from crm.reference.models import Sector
from crm.reference.queries import every_sector_choices, within_sector


def _in_sector(code: str) -> ColumnElement[bool]:
    links = select(delegation_sectors.c.delegation_id)
    return Delegation.id.in_(links.where(within_sector(delegation_sectors.c.sector_code, code)))


def _without_sector() -> ColumnElement[bool]:
    return Delegation.id.not_in(select(delegation_sectors.c.delegation_id))


def _has_member_called(text: str) -> ColumnElement[bool] | None:
    member = DelegationMember
    clause = are_called(text, member.person_id, member.organisation_id)
    return None if clause is None else Delegation.id.in_(select(member.delegation_id).where(clause))


_COUNTRY, _DESK_OFFICER = country_filters(Delegation.country_code)
_STATUS_ORDER = case(
    {one.value: place for place, one in enumerate(DelegationStatus)}, value=Delegation.status
)
_OFFICER_NAME = select(User.name_key).where(User.id == Delegation.officer_id).scalar_subquery()


def _parties(words: PartyWords, *more: Any) -> Select[Any]:
    """The lines of the members of a delegation in their order, those that fit ``more``."""
    member = words.party
    lines = words.select(words.line).where(member.delegation_id == Delegation.id, *more)
    return lines.order_by(member.position_number, member.id)


def _members() -> ColumnElement[Any]:
    return gathered(_parties(PartyWords(aliased(DelegationMember))), Delegation)


def _head() -> ColumnElement[Any]:
    words = PartyWords(aliased(DelegationMember))
    heads = _parties(words, words.party.role == MemberRole.HEAD)
    return heads.limit(1).correlate(Delegation).scalar_subquery()


def _foremost() -> tuple[Any, ...]:
    """The head of the delegation, else its first member."""
    words = PartyWords(aliased(DelegationMember))
    member = words.party
    first = (
        words.pieces.where(member.delegation_id == Delegation.id)
        .order_by(member.role != MemberRole.HEAD, member.position_number, member.id)
        .limit(1)
    )
    return gathered(first, Delegation), Delegation.text_language


def _named(text: str | None, language: str) -> NamedParty | None:
    return next(iter(named_parties(text, language)), None)


def _sectors(column: Callable[[Any], Any]) -> Callable[[], Any]:
    """``column`` of the sectors of a delegation."""

    def expression() -> ColumnElement[Any]:
        sector, links = aliased(Sector), delegation_sectors.c
        found = select(column(sector)).join(delegation_sectors, links.sector_code == sector.code)
        found = found.where(links.delegation_id == Delegation.id)
        return gathered(found.order_by(sector.code), Delegation)

    return expression


_country, _officer = aliased(Country), aliased(User)

COLUMNS = [
    plain(Delegation.id, KEY_LABEL),
    plain(Delegation.title, _l("Title")),
    Column("country", _l("Country code"), Delegation.country_code),
    Column(
        "country_name",
        _l("Country"),
        in_reader_language(_country, "name"),
        joins=(Delegation.country.of_type(_country),),
    ),
    plain(Delegation.direction, _l("Direction")),
    plain(Delegation.level, _l("Level")),
    plain(Delegation.status, _l("Status")),
    plain(Delegation.arrives_on, _l("Arrives on")),
    plain(Delegation.departs_on, _l("Departs on")),
    plain(Delegation.date_precision, _l("Date precision")),
    Column(
        "date_text",
        _l("Date in words"),
        (Delegation.arrives_on, Delegation.departs_on, Delegation.date_precision),
        imprecise_date,
    ),
    *relation_columns(
        "officer",
        _l("Responsible officer"),
        Delegation.officer_id,
        _officer.name,
        joins=(Delegation.officer.of_type(_officer),),
    ),
    Column("head", _l("Head of the delegation"), _head),
    Column("members", _l("Members"), _members, parts),
    plain(Delegation.received_by, _l("Received by")),
    plain(Delegation.channel, _l("Channel")),
    plain(Delegation.letter_number, _l("Incoming letter no.")),
    plain(Delegation.letter_on, _l("Date of the letter")),
    plain(Delegation.languages, _l("Languages of the guests")),
    plain(Delegation.interpreter, _l("Interpreter")),
    plain(Delegation.logistics, _l("Arrival, hotel, transport, gifts")),
    plain(Delegation.next_contact_on, _l("Next contact planned on")),
    Column("sectors", _l("Sector codes"), _sectors(lambda sector: sector.code), parts),
    Column(
        "sector_names",
        _l("Sectors"),
        _sectors(lambda sector: in_reader_language(sector, "name")()),
        parts,
    ),
    plain(Delegation.purpose, _l("Purpose")),
    plain(Delegation.text_language, _l("Language of the texts")),
    plain(Delegation.note, _l("Note")),
    *sight_columns(Delegation, delegation_team, delegation_team.c.delegation_id, User),
]

DELEGATIONS = Listing(
    name="delegations",
    title=_l("Delegations"),
    base=listed_delegations,
    key=Delegation.id,
    columns=COLUMNS,
    screen=[
        ScreenColumn(
            "date",
            _l("Date"),
            "arrives_on",
            "w-date",
            ("arrives_on", "departs_on", "date_precision", "date_text"),
        ),
        ScreenColumn("delegation", _l("Delegation"), "title", files=("title", "level"), fixed=True),
        ScreenColumn("country", _l("Country"), "country", files=("country", "country_name")),
        ScreenColumn(
            "head",
            _l("Head of the delegation"),
            files=("head",),
            facts=(Column("foremost", _l("Head of the delegation"), _foremost, _named),),
        ),
        ScreenColumn("direction", _l("Direction"), files=("direction",)),
        ScreenColumn("officer", _l("Responsible officer"), "officer", files=("officer",)),
        ScreenColumn("status", _l("Status"), "status", files=("status",)),
    ],
    filters=[
        _COUNTRY,
        ChoiceFilter(
            "status",
            _l("Status"),
            term_choices(DelegationStatus),
            lambda status: Delegation.status == DelegationStatus(status),
        ),
        ChoiceFilter(
            "sector", _l("Sector"), every_sector_choices, _in_sector, empty=_without_sector
        ),
        DateRangeFilter(
            "arrives",
            _l("Date of the visit"),
            Delegation.arrives_on,
            Delegation.span_ends_on,
            empty=_l("Date unknown"),
        ),
        ChoiceFilter(
            "officer",
            _l("Responsible officer"),
            everybody,
            lambda officer_id: Delegation.officer_id == int(officer_id),
        ),
        ChoiceFilter(
            "direction",
            _l("Direction"),
            term_choices(Direction),
            lambda direction: Delegation.direction == Direction(direction),
        ),
        ChoiceFilter(
            "level",
            _l("Level"),
            term_choices(Level),
            lambda level: Delegation.level == Level(level),
        ),
        TextFilter("participant", _l("Member by name"), _has_member_called),
        DateRangeFilter(
            "next_contact",
            _l("Next contact planned on"),
            Delegation.next_contact_on,
            empty=_l("not stated"),
        ),
        _DESK_OFFICER,
        FlagFilter(
            "undated", _l("Date unknown"), lambda: Delegation.arrives_on.is_(None), is_offered=False
        ),
        FlagFilter("restricted", _l("Restricted"), lambda: Delegation.restricted.is_(True)),
    ],
    sorts={
        "arrives_on": [Delegation.arrives_on],
        "title": [Delegation.title_key],
        "country": lambda: [country_name_key(Delegation.country_code)],
        "status": [_STATUS_ORDER],
        "officer": [_OFFICER_NAME],
    },
    default_sort="-arrives_on",
    search=Delegation.search_text,
    quick=[
        QuickFilter(_l("Mine"), lambda reader: {"officer": str(reader.id)}),
        OWN_COUNTRIES,
    ],
)
