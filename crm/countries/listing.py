"""The list of countries."""

from dataclasses import dataclass, replace

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased

from crm.accounts.models import User
from crm.core.language import reader_language
from crm.core.listing.columns import ml_columns, plain, relation_columns
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
        _NAME,
        _CODE,
        ScreenColumn("is_partner", _l("Partner country")),
        ScreenColumn("desk_officer", _l("Desk officer"), "desk_officer"),
    ],
    filters=[],
)
