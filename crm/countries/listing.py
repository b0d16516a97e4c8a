"""The list of countries."""

from dataclasses import dataclass, replace
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased

from crm.accounts.models import User
from crm.accounts.queries import everybody
from crm.core.language import reader_language
from crm.core.listing.columns import ml_columns, plain, relation_columns
from crm.core.listing.declare import KEY_LABEL, Listing, QuickFilter, ScreenColumn
from crm.core.listing.filters import Args, ChoiceFilter, FlagFilter
from crm.countries.models import Country
from crm.countries.queries import country_choices, desk_officers, kept_by, listed_countries


@dataclass(frozen=True)
class _AllCountries(FlagFilter):
    """Unlike other flags it widens the list: off, only partner countries are in it."""

    def clause(self, args: Args) -> ColumnElement[bool] | None:
        """The condition when the flag is off; raises BadQueryError."""
        super().clause(args)
        return None if args.get(self.name) else self.condition()


_officer = aliased(User)
_NAME = ScreenColumn(
    "name", _l("Country"), "name", "w-main", ("name_kk", "name_ru", "name_en"), fixed=True
)
_CODE = ScreenColumn("code", _l("Code"), "code", files=("code",))

COUNTRIES = Listing(
    name="countries",
    title=_l("Countries"),
    base=listed_countries,
    key=Country.code,
    columns=[
        plain(Country.code, KEY_LABEL, "id"),
        plain(Country.code, _l("Country code")),
        *ml_columns("name", _l("Name"), Country),
        plain(Country.is_partner, _l("Partner country")),
        *relation_columns(
            "desk_officer",
            _l("Desk officer"),
            Country.desk_officer_id,
            _officer.name,
            joins=(Country.desk_officer.of_type(_officer),),
        ),
    ],
    screen=[
        _NAME,
        _CODE,
        ScreenColumn("desk_officer", _l("Desk officer"), "desk_officer", files=("desk_officer",)),
    ],
    filters=[
        _AllCountries("all", _l("All countries"), lambda: Country.is_partner.is_(True)),
        ChoiceFilter(
            "desk_officer",
            _l("Desk officer"),
            everybody,
            lambda user_id: Country.desk_officer_id == int(user_id),
            empty=lambda: Country.desk_officer_id.is_(None),
        ),
    ],
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


def country_filters(code: Any) -> tuple[ChoiceFilter, ChoiceFilter]:
    """What a list is narrowed by whose records have a country; ``code`` is their column."""
    may_be_empty = code.property.columns[0].nullable
    return (
        ChoiceFilter(
            "country",
            _l("Country"),
            country_choices,
            lambda value: code == value,
            empty=(lambda: code.is_(None)) if may_be_empty else None,
        ),
        ChoiceFilter(
            "desk_officer",
            _l("Desk officer of the country"),
            everybody,
            lambda user_id: code.in_(kept_by(int(user_id))),
        ),
    )


def _own_countries(reader: Any) -> dict[str, str]:
    return {"desk_officer": str(reader.id)} if reader.id in desk_officers() else {}


OWN_COUNTRIES = QuickFilter(_l("My countries"), _own_countries)

# Every country by itself, for those who keep the reference data.
ALL_COUNTRIES = replace(
    COUNTRIES,
    path="/admin/reference/countries",
    title=_l("Reference data"),
    columns=[],
    screen=[
        _NAME,
        _CODE,
        ScreenColumn("is_partner", _l("Partner country")),
        ScreenColumn("desk_officer", _l("Desk officer"), "desk_officer"),
    ],
    filters=[],
)
