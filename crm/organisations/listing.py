"""The lists of organisations and people."""

from flask_babel import lazy_gettext as _l

from crm.core import clock
from crm.core.language import reader_language, spoken_language, worded
from crm.core.listing.columns import Column, ml_columns, plain
from crm.core.listing.declare import KEY_LABEL, Listing, ScreenColumn
from crm.core.listing.filters import ChoiceFilter, term_choices
from crm.countries.models import Country
from crm.countries.queries import country_choices
from crm.organisations.models import Appointment, Organisation, OrganisationKind, Person
from crm.organisations.queries import (
    all_organisations,
    all_people,
    in_sector,
    organisation_name_key,
    people_at,
)
from crm.reference.queries import every_sector_choices

ORGANISATIONS = Listing(
    name="organisations",
    title=_l("Organisations"),
    base=all_organisations,
    key=Organisation.id,
    columns=[
        plain("id", KEY_LABEL),
        *ml_columns("name", _l("Name"), lambda one: one),
        plain("kind", _l("Kind")),
        Column("country", _l("Country code"), lambda one: one.country_code),
        Column("country_name", _l("Country"), lambda one: worded(one.country, "name").text),
        plain("bin", _l("BIN")),
        plain("website", _l("Website")),
        plain("aliases", _l("Other names")),
        Column("sectors", _l("Sector codes"), lambda one: [sector.code for sector in one.sectors]),
        Column(
            "sector_names",
            _l("Sectors"),
            lambda one: [worded(sector, "name").text for sector in one.sectors],
        ),
        plain("note", _l("Note")),
        plain("text_language", _l("Language of the note")),
    ],
    screen=[
        ScreenColumn(_l("Organisation"), "name", "w-main"),
        ScreenColumn(_l("Kind")),
        ScreenColumn(_l("Country"), "country"),
        ScreenColumn(_l("Sectors")),
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
        ChoiceFilter("sector", _l("Sector"), every_sector_choices, in_sector),
    ],
    sorts={
        "name": lambda: [organisation_name_key()],
        "country": lambda: [
            getattr(Country, f"name_key_{reader_language()}"),
            organisation_name_key(),
        ],
    },
    default_sort="name",
    search=Organisation.search_text,
)


def present_post(person: Person) -> Appointment | None:
    """The post ``person`` holds today, the newest of several; None without one."""
    posts = person.posts_on(clock.today())
    return posts[0] if posts else None


def _workplace(person: Person) -> Organisation | None:
    post = present_post(person)
    return post.organisation if post else None


def _workplace_name(person: Person) -> str | None:
    place = _workplace(person)
    return worded(place, "name").text if place else None


def _country_name(person: Person) -> str | None:
    place = _workplace(person)
    return worded(place.country, "name").text if place else None


PEOPLE = Listing(
    name="people",
    title=_l("People"),
    base=all_people,
    key=Person.id,
    columns=[
        plain("id", KEY_LABEL),
        plain("family_name", _l("Surname")),
        plain("given_name", _l("Given name")),
        plain("patronymic", _l("Patronymic")),
        *ml_columns("name", _l("Full name"), lambda one: one),
        plain("name_latin", _l("Name in Latin letters")),
        plain("aliases", _l("Other spellings")),
        *ml_columns("position", _l("Position"), present_post),
        Column("rank", _l("Diplomatic rank"), lambda one: getattr(present_post(one), "rank", None)),
        Column(
            "organisation_id",
            _l("Organisation No."),
            lambda one: getattr(present_post(one), "organisation_id", None),
        ),
        Column("organisation", _l("Organisation"), _workplace_name),
        Column(
            "country",
            _l("Country code"),
            lambda one: getattr(_workplace(one), "country_code", None),
        ),
        Column("country_name", _l("Country"), _country_name),
        # Empty once the consent is withdrawn: a file is passed on.
        Column("emails", _l("E-mails"), lambda one: one.usable_emails),
        Column("phones", _l("Phones"), lambda one: one.usable_phones),
        plain("languages", _l("Language codes")),
        Column(
            "language_names",
            _l("Languages"),
            lambda one: [spoken_language(code) for code in one.languages],
        ),
        plain("consent_basis", _l("Basis of consent")),
        plain("consent_on", _l("Date of consent")),
        plain("consent_withdrawn_on", _l("Consent withdrawn on")),
        plain("note", _l("Note")),
        plain("text_language", _l("Language of the note")),
    ],
    screen=[
        ScreenColumn(_l("Person, by surname"), "name", "w-quart"),
        ScreenColumn(_l("Position"), None, "w-quart"),
        ScreenColumn(_l("Organisation"), None, "w-quart"),
        ScreenColumn(_l("Contacts")),
    ],
    filters=[
        ChoiceFilter(
            "country",
            _l("Country"),
            country_choices,
            lambda code: people_at(Organisation.country_code == code),
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
