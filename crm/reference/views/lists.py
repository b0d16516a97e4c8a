"""The lists other records refer to, as administrators see and order them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import Select

from crm.accounts.models import Department, Role
from crm.core import clock, records
from crm.core.database import db
from crm.core.editing import is_stale, one_or_404
from crm.core.forms import ConfirmForm, RecordForm
from crm.core.listing.page import open_page
from crm.core.pages import back_to
from crm.core.permissions import requires
from crm.countries.listing import ALL_COUNTRIES
from crm.reference.forms.lists import (
    EntryForm,
    NewDepartmentForm,
    NewDistrictForm,
    NewSectorForm,
    WorkingDayForm,
)
from crm.reference.forms.rates import IndexForm, RateForm
from crm.reference.models import CalculationIndex, District, ExchangeRate, Sector, WorkingDay
from crm.reference.queries import (
    every_department,
    every_district,
    every_moved_day,
    every_sector,
    years_of_moved_days,
)
from crm.reference.services.lists import move as move_entry

bp = Blueprint("reference", __name__, url_prefix="/admin/reference")
_STEPS = {"up": -1, "down": 1}


@dataclass(frozen=True)
class ReferenceList:
    """One of the lists: its records and the forms of an entry."""

    name: str  # in the address
    kind: str  # as registered in core.records
    label: LazyString
    add_label: LazyString
    model: Any
    new_form: type[RecordForm]
    edit_form: type[RecordForm]
    unique: tuple[str, ...] = ("code",)
    entries: Callable[[], Select[Any]] | None = None  # None: it has no order to be changed
    page: str | None = None  # the endpoint of a page of its own

    @property
    def url(self) -> str:
        """The address of the list."""
        if self.page is None:
            return url_for("reference.index", name=self.name)
        return url_for(self.page)


LISTS = {
    one.name: one
    for one in (
        ReferenceList(
            *("sectors", "sector", _l("Sectors"), _l("Add a sector")),
            model=Sector,
            new_form=NewSectorForm,
            edit_form=EntryForm,
            entries=every_sector,
        ),
        ReferenceList(
            *("districts", "district", _l("Districts"), _l("Add a district")),
            model=District,
            new_form=NewDistrictForm,
            edit_form=EntryForm,
            entries=every_district,
        ),
        ReferenceList(
            *("departments", "department", _l("Departments"), _l("Add a department")),
            model=Department,
            new_form=NewDepartmentForm,
            edit_form=EntryForm,
            entries=every_department,
        ),
        ReferenceList(
            *("working-days", "working_day", _l("Working days"), _l("Add a day")),
            model=WorkingDay,
            new_form=WorkingDayForm,
            edit_form=WorkingDayForm,
            unique=("day",),
            page="reference.working_days",
        ),
        ReferenceList(
            *("rates", "exchange_rate", _l("Exchange rates"), _l("Add a rate")),
            model=ExchangeRate,
            new_form=RateForm,
            edit_form=RateForm,
            unique=("currency", "rated_on"),
            page="rates.index",
        ),
        ReferenceList(
            *("mci", "calculation_index", _l("MCI"), _l("Add a year")),
            model=CalculationIndex,
            new_form=IndexForm,
            edit_form=IndexForm,
            unique=("year",),
            page="rates.indexes",
        ),
    )
}
NAMES = "<any(sectors, districts, departments, 'working-days', rates, mci):name>"


@bp.get("", defaults={"name": "sectors"})
@bp.get("/<any(sectors, districts, departments):name>")
@requires(Role.ADMIN)
def index(name: str) -> ResponseReturnValue:
    """One list, in use and retired."""
    return _index(LISTS[name])


def _index(here: ReferenceList, note: str | None = None) -> str:
    groups = _siblings_of_all(here)
    if here.name == "sectors":
        upper = groups.get(None, [])
        entries = [one for parent in upper for one in [parent, *groups.get(parent.code, [])]]
    else:
        entries = groups.get(None, [])
    return render_template(
        "reference/index.html",
        lists=LISTS,
        shown=here,
        entries=entries,
        firsts={group[0] for group in groups.values()},
        lasts={group[-1] for group in groups.values()},
        key_of=records.identity,
        note=note,
    )


def _siblings_of_all(here: ReferenceList) -> dict[str | None, list[Any]]:
    """Every entry, in order, by the code of its parent."""
    groups: dict[str | None, list[Any]] = {}
    for entry in db.session.scalars(_ordered(here)):
        groups.setdefault(getattr(entry, "parent_code", None), []).append(entry)
    return groups


def _ordered(here: ReferenceList) -> Select[Any]:
    if here.entries is None:
        abort(404)
    return here.entries()


@bp.get("/working-days")
@requires(Role.ADMIN)
def working_days() -> ResponseReturnValue:
    """The days of one year that a decree moved, in use and retired."""
    present = clock.today().year
    asked = request.args.get("year", str(present))
    if not (asked.isascii() and asked.isdecimal() and len(asked) == 4 and asked >= "1900"):
        abort(400)
    year = int(asked)
    years = {present, present + 1, year, *db.session.scalars(years_of_moved_days())}
    days = every_moved_day(date(year, 1, 1), date(year, 12, 31))
    return render_template(
        "reference/working_days.html",
        lists=LISTS,
        shown=LISTS["working-days"],
        days=db.session.scalars(days).all(),
        year=year,
        years=sorted(years, reverse=True),
    )


@bp.get("/countries")
@requires(Role.ADMIN)
def countries() -> ResponseReturnValue:
    """Every country; it is changed where officers change it, and none is added or retired."""
    listing = open_page(ALL_COUNTRIES)
    return render_template("reference/countries.html", lists=LISTS, listing=listing)


def list_url(name: str, entry: Any = None) -> str:
    """The address of a list, where ``entry`` stands."""
    if name == "working-days":
        return url_for("reference.working_days", year=None if entry is None else entry.day.year)
    anchor = None if entry is None else f"entry-{records.identity(entry)}"
    page = LISTS[name].page
    if page is not None:
        return url_for(page, _anchor=anchor)
    return url_for("reference.index", name=name, _anchor=anchor)


def siblings(here: ReferenceList, entry: Any) -> Sequence[Any]:
    """Those among which ``entry`` has its place, in order, locked."""
    statement = _ordered(here).with_for_update(of=here.model)
    if here.model is Sector:
        statement = statement.where(Sector.parent_code.is_not_distinct_from(entry.parent_code))
    return db.session.scalars(statement).all()


@bp.post(f"/{NAMES}/<key>/move")
@requires(Role.ADMIN)
def move(name: str, key: str) -> ResponseReturnValue:
    """Move an entry one place up or down among its like."""
    here, entry = load(name, key)
    step = _STEPS.get(request.form.get("step", ""))
    if step is None or not ConfirmForm().validate_on_submit():
        abort(400)
    if is_stale(entry, request.form.get("version")):
        return _index(here, changed_meanwhile()), 409
    move_entry(entry, siblings(here, entry), step)
    db.session.commit()
    return back_to(list_url(name, entry), _("Saved"))


def changed_meanwhile() -> str:
    """What a person reads whose decision was about something older."""
    return str(_("Somebody changed this record meanwhile: look at it and confirm once more"))


def load(name: str, key: str, even_archived: bool = False) -> tuple[ReferenceList, Any]:
    """The list and the entry the address names, locked when it is to be changed; else 404."""
    here = LISTS[name]
    return here, one_or_404(records.kind_named(here.kind).by_id(key), even_archived)
