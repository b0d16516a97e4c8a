"""One entry of a reference list: added, changed, retired and brought back."""

from typing import Any

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from crm.accounts.models import Role
from crm.audit.forms import conflict_answer
from crm.core import clock, records
from crm.core.database import db
from crm.core.editing import is_stale
from crm.core.faults import refuse
from crm.core.forms import ConfirmForm, ReasonForm, RecordForm
from crm.core.language import worded
from crm.core.pages import back_to
from crm.core.permissions import requires
from crm.reference.forms.lists import NewSectorForm
from crm.reference.forms.rates import RateForm
from crm.reference.models import Sector
from crm.reference.queries import every_sector, rated_currencies
from crm.reference.services.lists import place_last
from crm.reference.views.lists import (
    LISTS,
    NAMES,
    ReferenceList,
    bp,
    changed_meanwhile,
    list_url,
    load,
    siblings,
)

_TAKEN = {
    "code": _l("This code is taken"),
    "day": _l("This day stands in the list already, in use or retired: change it there"),
    "rated_on": _l("This currency has a rate for this day already, in use or retired"),
    "year": _l("This year stands in the list already, in use or retired"),
}


@bp.route(f"/{NAMES}/new", methods=["GET", "POST"])
@requires(Role.ADMIN)
def new(name: str) -> ResponseReturnValue:
    """Add an entry."""
    here = LISTS[name]
    form = here.new_form()
    _offer(form)
    if form.is_ready() and (entry := _kept(here, form)) is not None:
        return back_to(list_url(name, entry), _("Saved"))
    return _page(here, form, None), form.answer_status


def _offer(form: RecordForm) -> None:
    if isinstance(form, NewSectorForm):
        form.offer(_upper_sectors())
    elif isinstance(form, RateForm):
        form.offer(db.session.scalars(rated_currencies()).all())


def _upper_sectors() -> list[tuple[str, str]]:
    upper = db.session.scalars(every_sector().where(Sector.parent_code.is_(None)))
    return [(one.code, worded(one, "name").text) for one in upper if one.archived_at is None]


def _kept(here: ReferenceList, form: RecordForm, entry: Any = None) -> Any:
    """Commit what the form says, as a new entry when None is given; None when it is taken."""
    if not _is_free(here, form, entry):
        return None
    is_new = entry is None
    entry = here.model() if is_new else entry
    form.fill(entry)
    if is_new and here.entries is not None:
        place_last(entry, siblings(here, entry))
    db.session.add(entry)
    try:
        db.session.commit()
    except IntegrityError:  # somebody gave the same code at the same moment
        db.session.rollback()
        if _is_free(here, form, entry):
            raise  # it was something else
        return None
    return entry


def _is_free(here: ReferenceList, form: Any, entry: Any) -> bool:
    """Whether no other entry has the code or day; else says so at the field."""
    if _holder(here, form, entry) is None:
        return True
    last = here.unique[-1]
    return refuse(form[last], str(_TAKEN[last]))


def _holder(here: ReferenceList, form: Any, entry: Any) -> Any:
    """The other entry that has what the form says; None when there is none."""
    if any(name not in form or not form[name].data for name in here.unique):
        return None
    wanted = [getattr(here.model, name) == form[name].data for name in here.unique]
    found = db.session.scalar(select(here.model).where(*wanted))
    return None if found is entry else found


@bp.get(f"/{NAMES}/<key>")
@requires(Role.ADMIN)
def detail(name: str, key: str) -> ResponseReturnValue:
    """An entry has no page but its form."""
    load(name, key)
    return redirect(url_for("reference.edit", name=name, key=key), 303)


@bp.route(f"/{NAMES}/<key>/edit", methods=["GET", "POST"])
@requires(Role.ADMIN)
def edit(name: str, key: str) -> ResponseReturnValue:
    """Change an entry."""
    here, entry = load(name, key)
    form = here.edit_form(record=entry)
    _offer(form)
    if form.is_ready():
        if (conflict := conflict_answer(entry, form)) is not None:
            return conflict
        if _kept(here, form, entry) is not None:
            return back_to(list_url(name, entry), _("Saved"))
    return _page(here, form, entry), form.answer_status


@bp.route(f"/{NAMES}/<key>/retire", methods=["GET", "POST"])
@requires(Role.ADMIN)
def retire(name: str, key: str) -> ResponseReturnValue:
    """Offer an entry no more, with a reason; records that have it still show it."""
    here, entry = load(name, key)
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
        note = changed_meanwhile()
    page = _render("retire", here, entry, form=form, note=note)
    return page, 409 if note else form.answer_status


@bp.post(f"/{NAMES}/<key>/restore")
@requires(Role.ADMIN)
def restore(name: str, key: str) -> ResponseReturnValue:
    """Offer a retired entry again."""
    _here, entry = load(name, key, even_archived=True)
    if not ConfirmForm().validate_on_submit():
        abort(400)
    entry.restore()
    db.session.commit()
    return back_to(list_url(name, entry), _("Back in use"))


def _page(here: ReferenceList, form: RecordForm, entry: Any) -> str:
    key = None if entry is None else records.identity(entry)
    holder = _holder(here, form, entry) if _says_taken(here, form) else None
    taken = None if holder is None else records.kind_named(here.kind).url(records.identity(holder))
    return _render("form", here, entry, form=form, key=key, taken=taken)


def _says_taken(here: ReferenceList, form: Any) -> bool:
    """Whether the form was refused for another entry; what is malformed is not searched for."""
    last = here.unique[-1]
    return last in form and str(_TAKEN[last]) in form[last].errors


def _render(page: str, here: ReferenceList, entry: Any, **given: Any) -> str:
    return render_template(
        f"reference/{page}.html",
        shown=here,
        entry=entry,
        title=None if entry is None else records.kind_named(here.kind).title(entry),
        list_url=list_url(here.name, entry),
        **given,
    )
