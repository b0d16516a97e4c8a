"""The list of countries."""

from dataclasses import dataclass, replace

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select

from crm.accounts.models import User
from crm.core.language import reader_language
from crm.core.listing.columns import Column, ml_columns, plain, relation_columns
from crm.core.listing.declare import KEY_LABEL, Listing, ScreenColumn
from crm.core.listing.filters import Args, FlagFilter
from crm.countries.models import Country
from crm.countries.queries import listed_countries


@dataclass(frozen=True)
class _AllCountries(FlagFilter):
    """Unlike other flags it widens the list: off, only partner countries are in it."""

    def clause(self, args: Args) -> ColumnElement[bool] | None:
        """The condition when the flag is off; raises BadQueryError."""
        super().clause(args)
        return None if args.get(self.name) else self.condition()


COUNTRIES = Listing(
    name="countries",
    title=_l("Countries"),
    base=listed_countries,
    key=Country.code,
    columns=[
        Column("id", KEY_LABEL, lambda one: one.code),
        plain("code", _l("Country code")),
        *ml_columns("name", _l("Name"), lambda one: one),
        plain("is_partner", _l("Partner country")),
        *relation_columns(
            "desk_officer",
            _l("Desk officer"),
            lambda one: one.desk_officer_id,
            lambda one: one.desk_officer.name if one.desk_officer else None,
        ),
    ],
    screen=[
        ScreenColumn(_l("Country"), "name", "w-main"),
        ScreenColumn(_l("Code"), "code"),
        ScreenColumn(_l("Desk officer"), "desk_officer"),
    ],
    filters=[_AllCountries("all", _l("All countries"), lambda: Country.is_partner.is_(True))],
    sorts={
        "name": lambda: [getattr(Country, f"name_key_{reader_language()}")],
        "code": [Country.code],
        "desk_officer": [
            select(User.name_key).where(User.id == Country.desk_officer_id).scalar_subquery()
        ],
    },
    default_sort="name",
    search=Country.search_text,
)

# Every country by itself, for those who keep the reference data.
ALL_COUNTRIES = replace(
    COUNTRIES,
    path="/admin/reference/countries",
    title=_l("Reference data"),
    columns=[],
    screen=[
        ScreenColumn(_l("Country"), "name", "w-main"),
        ScreenColumn(_l("Code"), "code"),
        ScreenColumn(_l("Partner country")),
        ScreenColumn(_l("Desk officer"), "desk_officer"),
    ],
    filters=[],
)
