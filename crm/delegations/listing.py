"""The list of delegations."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, case, select

from crm.accounts.models import User
from crm.accounts.queries import everybody
from crm.core.dates import imprecise_date
from crm.core.language import worded
from crm.core.listing.columns import Column, plain, relation_columns, sight_columns
from crm.core.listing.declare import KEY_LABEL, Listing, ScreenColumn
from crm.core.listing.filters import (
    ChoiceFilter,
    DateRangeFilter,
    FlagFilter,
    term_choices,
)
from crm.countries.queries import country_choices, country_name_key
from crm.delegations.models.delegation import Delegation, delegation_sectors
from crm.delegations.models.party import Party
from crm.delegations.models.terms import DelegationStatus, Direction, Level
from crm.delegations.queries import listed_delegations
from crm.reference.queries import every_sector_choices, within_sector


def party_text(party: Party) -> str:
    """A member or participant in one line: name, and post and organisation in brackets."""
    behind = ", ".join(part for part in (party.post, party.organisation_name) if part)
    return f"{party.name} ({behind})" if behind else party.name


def _in_sector(code: str) -> ColumnElement[bool]:
    links = select(delegation_sectors.c.delegation_id)
    return Delegation.id.in_(links.where(within_sector(delegation_sectors.c.sector_code, code)))


_STATUS_ORDER = case(
    {one.value: place for place, one in enumerate(DelegationStatus)}, value=Delegation.status
)
_OFFICER_NAME = select(User.name_key).where(User.id == Delegation.officer_id).scalar_subquery()


def _head(delegation: Any) -> str | None:
    return party_text(delegation.head) if delegation.head else None


DELEGATIONS = Listing(
    name="delegations",
    title=_l("Delegations"),
    base=listed_delegations,
    key=Delegation.id,
    columns=[
        plain("id", KEY_LABEL),
        plain("title", _l("Title")),
        Column("country", _l("Country code"), lambda one: one.country_code),
        Column("country_name", _l("Country"), lambda one: worded(one.country, "name").text),
        plain("direction", _l("Direction")),
        plain("level", _l("Level")),
        plain("status", _l("Status")),
        plain("arrives_on", _l("Arrives on")),
        plain("departs_on", _l("Departs on")),
        plain("date_precision", _l("Date precision")),
        Column(
            "date_text",
            _l("Date in words"),
            lambda one: imprecise_date(one.arrives_on, one.departs_on, one.date_precision),
        ),
        *relation_columns(
            "officer",
            _l("Responsible officer"),
            lambda one: one.officer_id,
            lambda one: one.officer.name,
        ),
        Column("head", _l("Head of the delegation"), _head),
        Column("members", _l("Members"), lambda one: [party_text(who) for who in one.members]),
        plain("received_by", _l("Received by")),
        plain("channel", _l("Channel")),
        plain("letter_number", _l("Incoming letter no.")),
        plain("letter_on", _l("Date of the letter")),
        plain("languages", _l("Languages of the guests")),
        plain("interpreter", _l("Interpreter")),
        plain("logistics", _l("Arrival, hotel, transport, gifts")),
        plain("next_contact_on", _l("Next contact planned on")),
        Column("sectors", _l("Sector codes"), lambda one: [sector.code for sector in one.sectors]),
        Column(
            "sector_names",
            _l("Sectors"),
            lambda one: [worded(sector, "name").text for sector in one.sectors],
        ),
        plain("purpose", _l("Purpose")),
        plain("text_language", _l("Language of the texts")),
        plain("note", _l("Note")),
        *sight_columns(),
    ],
    screen=[
        ScreenColumn(_l("Date"), "arrives_on", "w-date"),
        ScreenColumn(_l("Delegation"), "title"),
        ScreenColumn(_l("Country"), "country"),
        ScreenColumn(_l("Head of the delegation")),
        ScreenColumn(_l("Direction")),
        ScreenColumn(_l("Responsible officer"), "officer"),
        ScreenColumn(_l("Status"), "status"),
    ],
    filters=[
        FlagFilter("undated", _l("Date unknown"), lambda: Delegation.arrives_on.is_(None)),
        ChoiceFilter(
            "country",
            _l("Country"),
            country_choices,
            lambda code: Delegation.country_code == code,
        ),
        ChoiceFilter(
            "status",
            _l("Status"),
            term_choices(DelegationStatus),
            lambda status: Delegation.status == DelegationStatus(status),
        ),
        ChoiceFilter("sector", _l("Sector"), every_sector_choices, _in_sector),
        DateRangeFilter(
            "arrives", _l("Date of the visit"), Delegation.arrives_on, Delegation.span_ends_on
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
        FlagFilter("restricted", _l("Restricted"), lambda: Delegation.restricted.is_(True)),
        DateRangeFilter("next_contact", _l("Next contact planned on"), Delegation.next_contact_on),
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
)
