"""The list of sector interests."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from crm.accounts.queries import everybody
from crm.core.language import worded
from crm.core.listing.columns import Column, plain, relation_columns, sight_columns
from crm.core.listing.declare import KEY_LABEL, Listing, QuickFilter, ScreenColumn
from crm.core.listing.filters import (
    ChoiceFilter,
    DateRangeFilter,
    FlagFilter,
    RecordFilter,
    seen,
    term_choices,
    title_of,
)
from crm.countries.queries import country_choices
from crm.delegations.models.delegation import Delegation
from crm.interests.models import InterestDirection, SectorInterest, Strength
from crm.interests.queries.interests import (
    STRENGTH_ORDER,
    is_of_country,
    listed_interests,
    searched,
    sector_key,
    whose_country_key,
    whose_key,
)
from crm.meetings.models import Meeting
from crm.organisations.queries import organisation_name
from crm.reference.queries import every_sector_choices, within_sector


def _in_sector(code: str) -> ColumnElement[bool]:
    return within_sector(SectorInterest.sector_code, code)


def _name_of(record: Any) -> str | None:
    return record and worded(record, "name").text


INTERESTS = Listing(
    name="interests",
    title=_l("Interests"),
    base=listed_interests,
    key=SectorInterest.id,
    columns=[
        plain("id", KEY_LABEL),
        Column("whose", _l("Who is interested"), lambda one: one.whose.text),
        *relation_columns(
            "organisation",
            _l("Organisation"),
            lambda one: one.organisation_id,
            lambda one: _name_of(one.organisation),
        ),
        *relation_columns(
            "delegation",
            _l("Delegation"),
            lambda one: one.delegation_id,
            lambda one: one.delegation and one.delegation.title,
        ),
        *relation_columns(
            "country_name",
            _l("Interest of the whole country"),
            lambda one: one.country_code,
            lambda one: _name_of(one.country),
            key="country",
        ),
        Column("whose_country", _l("Country code"), lambda one: one.whose_country.code),
        Column("whose_country_name", _l("Country"), lambda one: _name_of(one.whose_country)),
        Column("sector", _l("Sector code"), lambda one: one.sector_code),
        Column("sector_name", _l("Sector"), lambda one: _name_of(one.sector)),
        plain("strength", _l("Strength")),
        plain("direction", _l("Direction")),
        *relation_columns(
            "meeting",
            _l("Source meeting"),
            lambda one: one.meeting_id,
            lambda one: one.meeting and one.meeting.title,
        ),
        plain("noted_on", _l("Noted on")),
        plain("note", _l("Note")),
        plain("text_language", _l("Language of the text")),
        *relation_columns(
            "officer",
            _l("Responsible officer"),
            lambda one: one.officer_id,
            lambda one: one.officer.name,
        ),
        *sight_columns(),
    ],
    screen=[
        ScreenColumn(_l("Who is interested"), "whose"),
        ScreenColumn(_l("Country"), "country"),
        ScreenColumn(_l("Sector"), "sector"),
        ScreenColumn(_l("Strength"), "strength"),
        ScreenColumn(_l("Noted on"), "noted_on", "w-date"),
    ],
    filters=[
        ChoiceFilter("country", _l("Country"), country_choices, is_of_country),
        ChoiceFilter("sector", _l("Sector"), every_sector_choices, _in_sector),
        ChoiceFilter(
            "strength",
            _l("Strength"),
            term_choices(Strength),
            lambda strength: SectorInterest.strength == Strength(strength),
        ),
        ChoiceFilter(
            "direction",
            _l("Direction"),
            term_choices(InterestDirection),
            lambda direction: SectorInterest.direction == InterestDirection(direction),
        ),
        DateRangeFilter("noted", _l("Noted on"), SectorInterest.noted_on),
        ChoiceFilter(
            "officer",
            _l("Responsible officer"),
            everybody,
            lambda officer_id: SectorInterest.officer_id == int(officer_id),
        ),
        RecordFilter(
            "organisation",
            _l("Organisation"),
            lambda organisation_id: SectorInterest.organisation_id == organisation_id,
            organisation_name,
        ),
        RecordFilter(
            "delegation",
            _l("Delegation"),
            lambda delegation_id: SectorInterest.delegation_id.in_(seen(Delegation, delegation_id)),
            title_of(Delegation),
        ),
        RecordFilter(
            "meeting",
            _l("Source meeting"),
            lambda meeting_id: SectorInterest.meeting_id.in_(seen(Meeting, meeting_id)),
            title_of(Meeting),
        ),
        FlagFilter("restricted", _l("Restricted"), lambda: SectorInterest.restricted.is_(True)),
    ],
    sorts={
        "noted_on": [SectorInterest.noted_on],
        "whose": lambda: [whose_key()],
        "country": lambda: [whose_country_key()],
        "sector": lambda: [sector_key()],
        "strength": [STRENGTH_ORDER],
    },
    default_sort="-noted_on",
    search=searched(),
    quick=[
        QuickFilter(_l("Mine"), lambda reader: {"officer": str(reader.id)}),
        QuickFilter(Strength.CONCRETE.label, lambda _reader: {"strength": "concrete"}),
        QuickFilter(Strength.COMMITTED.label, lambda _reader: {"strength": "committed"}),
    ],
)
