"""The list of sector interests."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from crm.accounts.models import User
from crm.accounts.queries import everybody
from crm.core.listing.columns import (
    Column,
    in_reader_language,
    plain,
    relation_columns,
    sight_columns,
)
from crm.core.listing.declare import KEY_LABEL, ColumnSet, Listing, QuickFilter, ScreenColumn
from crm.core.listing.filters import (
    ChoiceFilter,
    FlagFilter,
    RecordFilter,
    seen,
    term_choices,
    title_of,
)
from crm.core.listing.ranges import PAST, DateRangeFilter
from crm.countries.models import Country
from crm.countries.queries import country_choices
from crm.delegations.models.delegation import Delegation
from crm.interests.models import InterestDirection, SectorInterest, Strength, interest_team
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
from crm.organisations.models import Organisation
from crm.organisations.queries import organisation_name
from crm.reference.models import Sector
from crm.reference.queries import every_sector_choices, within_sector


def _in_sector(code: str) -> ColumnElement[bool]:
    return within_sector(SectorInterest.sector_code, code)


_organisation, _delegation = aliased(Organisation), aliased(Delegation)
_country, _sector = aliased(Country), aliased(Sector)
_meeting, _officer = aliased(Meeting), aliased(User)
_WITH_ORGANISATION = SectorInterest.organisation.of_type(_organisation)
_WITH_DELEGATION = SectorInterest.delegation.of_type(_delegation)
_WITH_COUNTRY = SectorInterest.country.of_type(_country)
_HOLDERS = (_WITH_ORGANISATION, _WITH_DELEGATION)

_WHOSE_COUNTRY = func.coalesce(
    SectorInterest.country_code, _organisation.country_code, _delegation.country_code
)


def _whose() -> ColumnElement[Any]:
    names = (in_reader_language(one, "name")() for one in (_organisation, _country))
    return func.coalesce(_delegation.title, *names)


def _whose_country_name() -> ColumnElement[Any]:
    country = aliased(Country)
    name = select(in_reader_language(country, "name")()).where(country.code == _WHOSE_COUNTRY)
    return name.correlate(SectorInterest, _organisation, _delegation).scalar_subquery()


COLUMNS = [
    plain(SectorInterest.id, KEY_LABEL),
    Column("whose", _l("Who is interested"), _whose, joins=(*_HOLDERS, _WITH_COUNTRY)),
    *relation_columns(
        "organisation",
        _l("Organisation"),
        SectorInterest.organisation_id,
        in_reader_language(_organisation, "name"),
        joins=(_WITH_ORGANISATION,),
    ),
    *relation_columns(
        "delegation",
        _l("Delegation"),
        _delegation.id,
        _delegation.title,
        joins=(_WITH_DELEGATION,),
    ),
    *relation_columns(
        "country_name",
        _l("Interest of the whole country"),
        SectorInterest.country_code,
        in_reader_language(_country, "name"),
        key="country",
        joins=(_WITH_COUNTRY,),
    ),
    Column("whose_country", _l("Country code"), _WHOSE_COUNTRY, joins=_HOLDERS),
    Column("whose_country_name", _l("Country"), _whose_country_name, joins=_HOLDERS),
    Column("sector", _l("Sector code"), SectorInterest.sector_code),
    Column(
        "sector_name",
        _l("Sector"),
        in_reader_language(_sector, "name"),
        joins=(SectorInterest.sector.of_type(_sector),),
    ),
    plain(SectorInterest.strength, _l("Strength")),
    plain(SectorInterest.direction, _l("Direction")),
    *relation_columns(
        "meeting",
        _l("Source meeting"),
        _meeting.id,
        _meeting.title,
        joins=(SectorInterest.meeting.of_type(_meeting),),
    ),
    plain(SectorInterest.noted_on, _l("Noted on")),
    plain(SectorInterest.note, _l("Note")),
    plain(SectorInterest.text_language, _l("Language of the text")),
    *relation_columns(
        "officer",
        _l("Responsible officer"),
        SectorInterest.officer_id,
        _officer.name,
        joins=(SectorInterest.officer.of_type(_officer),),
    ),
    *sight_columns(SectorInterest, interest_team, interest_team.c.interest_id, User),
]

INTERESTS = Listing(
    name="interests",
    title=_l("Interests"),
    base=listed_interests,
    key=SectorInterest.id,
    columns=COLUMNS,
    screen=[
        ScreenColumn(
            "whose", _l("Who is interested"), "whose", files=("whose", "note"), fixed=True
        ),
        ScreenColumn(
            "country",
            _l("Country"),
            "country",
            files=("whose_country", "whose_country_name"),
        ),
        ScreenColumn("sector", _l("Sector"), "sector", files=("sector", "sector_name", "meeting")),
        ScreenColumn("strength", _l("Strength"), "strength", files=("strength", "direction")),
        ScreenColumn("noted", _l("Noted on"), "noted_on", "w-date", ("noted_on",)),
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
        DateRangeFilter(
            "noted",
            _l("Noted on"),
            SectorInterest.noted_on,
            empty=_l("Date unknown"),
            periods=PAST,
        ),
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
            empty=lambda: SectorInterest.meeting_id.is_(None),
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
    sets=[
        ColumnSet(
            "report",
            _l("Report of the 1st"),
            (
                *("id", "whose", "whose_country_name", "sector_name", "direction", "strength"),
                *("noted_on", "meeting", "note"),
            ),
        )
    ],
)
