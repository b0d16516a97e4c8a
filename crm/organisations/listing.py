"""The lists of organisations and people."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from crm.core.language import spoken_language
from crm.core.listing.columns import (
    Column,
    gathered,
    in_reader_language,
    ml_columns,
    parts,
    plain,
)
from crm.core.listing.declare import KEY_LABEL, Listing, ScreenColumn
from crm.core.listing.filters import ChoiceFilter, term_choices
from crm.countries.models import Country
from crm.countries.queries import country_choices, country_name_key
from crm.organisations.models import (
    Appointment,
    Organisation,
    OrganisationKind,
    Person,
    organisation_sectors,
)
from crm.organisations.queries import (
    all_organisations,
    all_people,
    in_sector,
    organisation_name_key,
    people_at,
    present_post,
)
from crm.reference.models import Sector
from crm.reference.queries import every_sector_choices

_country = aliased(Country)
_WITH_COUNTRY = (Organisation.country.of_type(_country),)
_post, _place, _place_country = aliased(Appointment), aliased(Organisation), aliased(Country)
_WITH_POST = (Person.appointments.of_type(_post).and_(_post.id == present_post(_post.person_id)),)
_WITH_PLACE = (*_WITH_POST, _post.organisation.of_type(_place))
_WITH_PLACE_COUNTRY = (*_WITH_PLACE, _place.country.of_type(_place_country))


def _sector_codes() -> Select[str]:
    links = organisation_sectors.c
    codes = select(links.sector_code).where(links.organisation_id == Organisation.id)
    return codes.order_by(links.sector_code)


def _sector_names() -> object:
    sector, links = aliased(Sector), organisation_sectors.c
    names = _sector_codes().join(sector, sector.code == links.sector_code)
    name = in_reader_language(sector, "name")()
    return gathered(names.with_only_columns(name, maintain_column_froms=True), Organisation)


ORGANISATIONS = Listing(
    name="organisations",
    title=_l("Organisations"),
    base=all_organisations,
    key=Organisation.id,
    columns=[
        plain(Organisation.id, KEY_LABEL),
        *ml_columns("name", _l("Name"), Organisation),
        plain(Organisation.kind, _l("Kind")),
        Column("country", _l("Country code"), Organisation.country_code),
        Column(
            "country_name",
            _l("Country"),
            in_reader_language(_country, "name"),
            joins=_WITH_COUNTRY,
        ),
        plain(Organisation.bin, _l("BIN")),
        plain(Organisation.website, _l("Website")),
        plain(Organisation.aliases, _l("Other names")),
        Column("sectors", _l("Sector codes"), gathered(_sector_codes(), Organisation), parts),
        Column("sector_names", _l("Sectors"), _sector_names, parts),
        plain(Organisation.note, _l("Note")),
        plain(Organisation.text_language, _l("Language of the note")),
    ],
    screen=[
        ScreenColumn(
            "name",
            _l("Organisation"),
            "name",
            "w-main",
            ("name_kk", "name_ru", "name_en", "aliases"),
            fixed=True,
        ),
        ScreenColumn("kind", _l("Kind"), files=("kind",)),
        ScreenColumn("country_name", _l("Country"), "country", files=("country_name",)),
        ScreenColumn("sector_names", _l("Sectors"), files=("sector_names",)),
    ],
    filters=[
        ChoiceFilter(
            "country",
            _l("Country"),
            country_choices,
            lambda code: Organisation.country_code == code,
        ),
        ChoiceFilter(
            "kind",
            _l("Kind"),
            term_choices(OrganisationKind),
            lambda kind: Organisation.kind == OrganisationKind(kind),
        ),
        ChoiceFilter(
            "sector",
            _l("Sector"),
            every_sector_choices,
            in_sector,
            empty=lambda: Organisation.id.not_in(select(organisation_sectors.c.organisation_id)),
        ),
    ],
    sorts={
        "name": lambda: [organisation_name_key()],
        "country": lambda: [
            country_name_key(Organisation.country_code),
            organisation_name_key(),
        ],
    },
    default_sort="name",
    search=Organisation.search_text,
)


def _usable(contacts: Sequence[str], withdrawn_on: date | None) -> Sequence[str]:
    """None once the consent is withdrawn: a file is passed on."""
    return () if withdrawn_on else contacts


def _contacts(attribute: Any, label: Any) -> Column:
    return Column(attribute.key, label, (attribute, Person.consent_withdrawn_on), _usable)


def _language_names(codes: Sequence[str]) -> list[str]:
    return [spoken_language(code) for code in codes]


PEOPLE = Listing(
    name="people",
    title=_l("People"),
    base=all_people,
    key=Person.id,
    columns=[
        plain(Person.id, KEY_LABEL),
        plain(Person.family_name, _l("Surname")),
        plain(Person.given_name, _l("Given name")),
        plain(Person.patronymic, _l("Patronymic")),
        *ml_columns("name", _l("Full name"), Person),
        plain(Person.name_latin, _l("Name in Latin letters")),
        plain(Person.aliases, _l("Other spellings")),
        *ml_columns("position", _l("Position"), _post, _WITH_POST),
        Column("rank", _l("Diplomatic rank"), _post.rank, joins=_WITH_POST),
        Column("organisation_id", _l("Organisation No."), _post.organisation_id, joins=_WITH_POST),
        Column(
            "organisation",
            _l("Organisation"),
            in_reader_language(_place, "name"),
            joins=_WITH_PLACE,
        ),
        Column("country", _l("Country code"), _place.country_code, joins=_WITH_PLACE),
        Column(
            "country_name",
            _l("Country"),
            in_reader_language(_place_country, "name"),
            joins=_WITH_PLACE_COUNTRY,
        ),
        _contacts(Person.emails, _l("E-mails")),
        _contacts(Person.phones, _l("Phones")),
        plain(Person.languages, _l("Language codes")),
        Column("language_names", _l("Languages"), Person.languages, _language_names),
        plain(Person.consent_basis, _l("Basis of consent")),
        plain(Person.consent_on, _l("Date of consent")),
        plain(Person.consent_withdrawn_on, _l("Consent withdrawn on")),
        plain(Person.note, _l("Note")),
        plain(Person.text_language, _l("Language of the note")),
    ],
    screen=[
        ScreenColumn(
            "person",
            _l("Person, by surname"),
            "name",
            "w-quart",
            ("family_name", "given_name", "patronymic", "name_latin"),
            fixed=True,
        ),
        ScreenColumn(
            "position",
            _l("Position"),
            None,
            "w-quart",
            ("position_kk", "position_ru", "position_en", "rank"),
        ),
        ScreenColumn(
            "organisation",
            _l("Organisation"),
            None,
            "w-quart",
            ("organisation", "country_name"),
        ),
        ScreenColumn("contacts", _l("Contacts"), files=("phones", "emails")),
    ],
    filters=[
        ChoiceFilter(
            "country",
            _l("Country"),
            country_choices,
            lambda code: people_at(Organisation.country_code == code),
            empty=lambda: present_post(Person.id).is_(None),
        ),
        ChoiceFilter(
            "kind",
            _l("Kind of organisation"),
            term_choices(OrganisationKind),
            lambda kind: people_at(Organisation.kind == OrganisationKind(kind)),
        ),
        ChoiceFilter(
            "sector",
            _l("Sector"),
            every_sector_choices,
            lambda code: people_at(in_sector(code)),
        ),
    ],
    sorts={"name": [Person.name_key]},
    default_sort="name",
    search=Person.search_text,
)
