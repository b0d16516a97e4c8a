"""The lists other records refer to: read, added to, renamed and retired by administrators."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, redirect, render_template, url_for
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
from crm.core.forms import ConfirmForm, ReasonForm
from crm.core.language import worded
from crm.core.pages import back_to
from crm.core.permissions import requires
from crm.reference.forms import (
    EntryForm,
    NewDepartmentForm,
    NewDistrictForm,
    NewSectorForm,
    PlacedForm,
)
from crm.reference.models import District, Sector
from crm.reference.queries import every_department, every_district, every_sector

bp = Blueprint("reference", __name__, url_prefix="/admin/reference")


@dataclass(frozen=True)
class _List:
    """One of the lists: its records and the forms of an entry."""

    name: str  # in the address
    kind: str  # as registered in core.records
    label: LazyString
    add_label: LazyString
    model: Any
    entries: Callable[[], Select[Any]]
    new_form: type[EntryForm]
    edit_form: type[EntryForm]


_LISTS = {
    one.name: one
    for one in (
        _List(
            *("sectors", "sector", _l("Sectors"), _l("Add a sector")),
            *(Sector, every_sector, NewSectorForm, PlacedForm),
        ),
        _List(
            *("districts", "district", _l("Districts"), _l("Add a district")),
            *(District, every_district, NewDistrictForm, PlacedForm),
        ),
        _List(
            *("departments", "department", _l("Departments"), _l("Add a department")),
            *(Department, every_department, NewDepartmentForm, EntryForm),
        ),
    )
}
_NAMES = "<any(sectors, districts, departments):name>"


@bp.get("", defaults={"name": "sectors"})
@bp.get(f"/{_NAMES}")
@requires(Role.ADMIN)
def index(name: str) -> ResponseReturnValue:
    """One list, in use and retired."""
    entries = db.session.scalars(_LISTS[name].entries()).all()
    if name == "sectors":
        entries = _as_tree(entries)
    return render_template(
        "reference/index.html", lists=_LISTS, shown=_LISTS[name], entries=entries
    )


def _as_tree(sectors: Any) -> list[Sector]:
    """Parents in their order, each followed by its children."""
    return [
        one
        for parent in sectors
        if parent.parent_code is None
        for one in [parent, *(child for child in sectors if child.parent_code == parent.code)]
    ]


@bp.route(f"/{_NAMES}/new", methods=["GET", "POST"])
@requires(Role.ADMIN)
def new(name: str) -> ResponseReturnValue:
    """Add an entry."""
    here = _LISTS[name]
    form = here.new_form()
    form.offer(_upper_sectors())
    if form.is_ready() and _is_kept(here, form):
        return back_to(url_for("reference.index", name=name), _("Saved"))
    return _page(here, form, None), form.answer_status


def _upper_sectors() -> list[tuple[str, str]]:
    upper = db.session.scalars(every_sector().where(Sector.parent_code.is_(None)))
    return [(one.code, worded(one, "name").text) for one in upper if one.archived_at is None]


def _is_kept(here: _List, form: EntryForm) -> bool:
    """Add what the form says and commit; False when the code is taken."""
    if not _is_free(here, form):
        return False
    entry = here.model()
    form.fill(entry)
    db.session.add(entry)
    try:
        db.session.commit()
    except IntegrityError:  # somebody gave the same code at the same moment
        db.session.rollback()
        if _is_free(here, form):
            raise  # it was something else
        return False
    return True


def _is_free(here: _List, form: Any) -> bool:
    """Whether no entry has the code yet; else says so at the field."""
    code = form.code.data
    if not code or db.session.scalar(select(here.model).where(here.model.code == code)) is None:
        return True
    form.code.errors = [*form.code.errors, _("This code is taken")]
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
    """Rename or move an entry."""
    here, entry = _load(name, key)
    form = here.edit_form(record=entry)
    if form.is_ready():
        if (conflict := conflict_answer(entry, form)) is not None:
            return conflict
        form.fill(entry)
        db.session.commit()
        return back_to(url_for("reference.index", name=name), _("Saved"))
    return _page(here, form, entry), form.answer_status


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
            return back_to(url_for("reference.index", name=name), _("Retired"))
        form.version.data = str(entry.version)
        note = _("Somebody changed this record meanwhile: look at it and confirm once more")
    page = render_template("reference/retire.html", form=form, shown=here, entry=entry, note=note)
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
    return back_to(url_for("reference.index", name=name), _("Back in use"))


def _load(name: str, key: str) -> tuple[_List, Any]:
    here = _LISTS[name]
    return here, one_or_404(records.kind_named(here.kind).by_id(key))


def _page(here: _List, form: EntryForm, entry: Any) -> str:
    return render_template(
        "reference/form.html",
        form=form,
        shown=here,
        entry=entry,
        key=None if entry is None else records.identity(entry),
    )
