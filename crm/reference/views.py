"""The lists other records refer to: read, added to, changed and retired by administrators."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError

from crm.accounts.models import Department, Role
from crm.audit.views import conflict_answer
from crm.core import clock, records
from crm.core.database import db
from crm.core.editing import is_stale, one_or_404
from crm.core.forms import ConfirmForm, ReasonForm, RecordForm
from crm.core.language import worded
from crm.core.pages import back_to
from crm.core.permissions import requires
from crm.reference.forms import (
    EntryForm,
    NewDepartmentForm,
    NewDistrictForm,
    NewSectorForm,
    WorkingDayForm,
)
from crm.reference.models import District, Sector, WorkingDay
from crm.reference.queries import (
    every_department,
    every_district,
    every_moved_day,
    every_sector,
    years_of_moved_days,
)
from crm.reference.services import move as move_entry
from crm.reference.services import place_last

bp = Blueprint("reference", __name__, url_prefix="/admin/reference")
_TAKEN = {
    "code": _l("This code is taken"),
    "day": _l("This day stands in the list already, in use or retired: change it there"),
}
_STEPS = {"up": -1, "down": 1}


@dataclass(frozen=True)
class _List:
    """One of the lists: its records and the forms of an entry."""

    name: str  # in the address
    kind: str  # as registered in core.records
    label: LazyString
    add_label: LazyString
    model: Any
    new_form: type[RecordForm]
    edit_form: type[RecordForm]
    unique: str = "code"
    entries: Callable[[], Select[Any]] | None = None  # None: it has no order to be changed


_LISTS = {
    one.name: one
    for one in (
        _List(
            *("sectors", "sector", _l("Sectors"), _l("Add a sector")),
            model=Sector,
            new_form=NewSectorForm,
            edit_form=EntryForm,
            entries=every_sector,
        ),
        _List(
            *("districts", "district", _l("Districts"), _l("Add a district")),
            model=District,
            new_form=NewDistrictForm,
            edit_form=EntryForm,
            entries=every_district,
        ),
        _List(
            *("departments", "department", _l("Departments"), _l("Add a department")),
            model=Department,
            new_form=NewDepartmentForm,
            edit_form=EntryForm,
            entries=every_department,
        ),
        _List(
            *("working-days", "working_day", _l("Working days"), _l("Add a day")),
            model=WorkingDay,
            new_form=WorkingDayForm,
            edit_form=WorkingDayForm,
            unique="day",
        ),
    )
}
_NAMES = "<any(sectors, districts, departments, 'working-days'):name>"


@bp.get("", defaults={"name": "sectors"})
@bp.get("/<any(sectors, districts, departments):name>")
@requires(Role.ADMIN)
def index(name: str) -> ResponseReturnValue:
    """One list, in use and retired."""
    return _index(_LISTS[name])


def _index(here: _List, note: str | None = None) -> str:
    groups = _siblings_of_all(here)
    if here.name == "sectors":
        upper = groups.get(None, [])
        entries = [one for parent in upper for one in [parent, *groups.get(parent.code, [])]]
    else:
        entries = groups.get(None, [])
    return render_template(
        "reference/index.html",
        lists=_LISTS,
        shown=here,
        entries=entries,
        firsts={group[0] for group in groups.values()},
        lasts={group[-1] for group in groups.values()},
        key_of=records.identity,
        note=note,
    )


def _siblings_of_all(here: _List) -> dict[str | None, list[Any]]:
    """Every entry, in order, by the code of its parent."""
    groups: dict[str | None, list[Any]] = {}
    for entry in db.session.scalars(_ordered(here)):
        groups.setdefault(getattr(entry, "parent_code", None), []).append(entry)
    return groups


def _ordered(here: _List) -> Select[Any]:
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
        lists=_LISTS,
        shown=_LISTS["working-days"],
        days=db.session.scalars(days).all(),
        year=year,
        years=sorted(years, reverse=True),
    )


def list_url(name: str, entry: Any = None) -> str:
    """The address of a list, where ``entry`` stands."""
    if name != "working-days":
        anchor = None if entry is None else f"entry-{records.identity(entry)}"
        return url_for("reference.index", name=name, _anchor=anchor)
    return url_for("reference.working_days", year=None if entry is None else entry.day.year)


@bp.route(f"/{_NAMES}/new", methods=["GET", "POST"])
@requires(Role.ADMIN)
def new(name: str) -> ResponseReturnValue:
    """Add an entry."""
    here = _LISTS[name]
    form = here.new_form()
    if isinstance(form, NewSectorForm):
        form.offer(_upper_sectors())
    if form.is_ready() and (entry := _kept(here, form)) is not None:
        return back_to(list_url(name, entry), _("Saved"))
    return _page(here, form, None), form.answer_status


def _upper_sectors() -> list[tuple[str, str]]:
    upper = db.session.scalars(every_sector().where(Sector.parent_code.is_(None)))
    return [(one.code, worded(one, "name").text) for one in upper if one.archived_at is None]


def _kept(here: _List, form: RecordForm, entry: Any = None) -> Any:
    """Commit what the form says, as a new entry when None is given; None when it is taken."""
    if not _is_free(here, form, entry):
        return None
    is_new = entry is None
    entry = here.model() if is_new else entry
    form.fill(entry)
    if is_new and here.entries is not None:
        place_last(entry, _siblings(here, entry))
    db.session.add(entry)
    try:
        db.session.commit()
    except IntegrityError:  # somebody gave the same code at the same moment
        db.session.rollback()
        if _is_free(here, form, entry):
            raise  # it was something else
        return None
    return entry


def _siblings(here: _List, entry: Any) -> Sequence[Any]:
    """Those among which ``entry`` has its place, in order, locked."""
    statement = _ordered(here).with_for_update(of=here.model)
    if here.model is Sector:
        statement = statement.where(Sector.parent_code.is_not_distinct_from(entry.parent_code))
    return db.session.scalars(statement).all()


def _is_free(here: _List, form: Any, entry: Any) -> bool:
    """Whether no other entry has the code or day; else says so at the field."""
    if here.unique not in form or not form[here.unique].data:
        return True
    column = getattr(here.model, here.unique)
    found = db.session.scalar(select(here.model).where(column == form[here.unique].data))
    if found is None or found is entry:
        return True
    form[here.unique].errors = [*form[here.unique].errors, _TAKEN[here.unique]]
    return False


@bp.get(f"/{_NAMES}/<key>")
@requires(Role.ADMIN)
def detail(name: str, key: str) -> ResponseReturnValue:
    """An entry has no page but its form."""
    _load(name, key)
    return redirect(url_for("reference.edit", name=name, key=key), 303)


@bp.route(f"/{_NAMES}/<key>/edit", methods=["GET", "POST"])
@requires(Role.ADMIN)
def edit(name: str, key: str) -> ResponseReturnValue:
    """Change an entry."""
    here, entry = _load(name, key)
    form = here.edit_form(record=entry)
    if form.is_ready():
        if (conflict := conflict_answer(entry, form)) is not None:
            return conflict
        if _kept(here, form, entry) is not None:
            return back_to(list_url(name, entry), _("Saved"))
    return _page(here, form, entry), form.answer_status


@bp.post(f"/{_NAMES}/<key>/move")
@requires(Role.ADMIN)
def move(name: str, key: str) -> ResponseReturnValue:
    """Move an entry one place up or down among its like."""
    here, entry = _load(name, key)
    step = _STEPS.get(request.form.get("step", ""))
    if step is None or not ConfirmForm().validate_on_submit():
        abort(400)
    if is_stale(entry, request.form.get("version")):
        return _index(here, _changed_meanwhile()), 409
    move_entry(entry, _siblings(here, entry), step)
    db.session.commit()
    return back_to(list_url(name, entry), _("Saved"))


def _changed_meanwhile() -> str:
    return str(_("Somebody changed this record meanwhile: look at it and confirm once more"))


@bp.route(f"/{_NAMES}/<key>/retire", methods=["GET", "POST"])
@requires(Role.ADMIN)
def retire(name: str, key: str) -> ResponseReturnValue:
    """Offer an entry no more, with a reason; records that have it still show it."""
    here, entry = _load(name, key)
    form = ReasonForm()
    note = None
    if not form.is_submitted():
        form.version.data = str(entry.version)
    elif form.validate():
        if not is_stale(entry, form.version.data):
            entry.archive(clock.now(), form.reason.data or "")
            db.session.commit()
            return back_to(list_url(name, entry), _("Retired"))
        form.version.data = str(entry.version)
        note = _changed_meanwhile()
    page = _render("retire", here, entry, form=form, note=note)
    return page, 409 if note else form.answer_status


@bp.post(f"/{_NAMES}/<key>/restore")
@requires(Role.ADMIN)
def restore(name: str, key: str) -> ResponseReturnValue:
    """Offer a retired entry again."""
    _here, entry = _load(name, key)
    if not ConfirmForm().validate_on_submit():
        abort(400)
    entry.restore()
    db.session.commit()
    return back_to(list_url(name, entry), _("Back in use"))


def _load(name: str, key: str) -> tuple[_List, Any]:
    here = _LISTS[name]
    return here, one_or_404(records.kind_named(here.kind).by_id(key))


def _page(here: _List, form: RecordForm, entry: Any) -> str:
    key = None if entry is None else records.identity(entry)
    return _render("form", here, entry, form=form, key=key)


def _render(page: str, here: _List, entry: Any, **given: Any) -> str:
    return render_template(
        f"reference/{page}.html",
        shown=here,
        entry=entry,
        title=None if entry is None else records.kind_named(here.kind).title(entry),
        list_url=list_url(here.name, entry),
        **given,
    )
