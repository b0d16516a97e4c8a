"""Exchange rates and the yearly calculation index: their lists, and rates out of a file."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from crm.accounts.models import Role
from crm.core import clock
from crm.core.database import db
from crm.core.listing.page import open_page
from crm.core.money import currency_name
from crm.core.pages import back_to
from crm.core.permissions import requires
from crm.reference.forms.rates import RateFileForm
from crm.reference.listing import RATES
from crm.reference.models import rate_text
from crm.reference.queries import every_index
from crm.reference.services.rate_files import LARGEST, RateFileError, text_of
from crm.reference.services.rate_plans import (
    RatePlan,
    RateRow,
    RowState,
    keep,
    plan_of,
)
from crm.reference.views.lists import LISTS

bp = Blueprint("rates", __name__, url_prefix="/admin/reference")
bp.add_app_template_filter(currency_name, "currency")
bp.add_app_template_filter(rate_text, "rate")
_SHOWN = 300  # a page of ten thousand rows would help nobody
_FIRST = (RowState.WRONG, RowState.DIFFERS, RowState.NEW, RowState.SAME)


@bp.get("/rates/")
@requires(Role.ADMIN)
def index() -> ResponseReturnValue:
    """The exchange rates, newest first."""
    return render_template(
        "reference/rates.html", lists=LISTS, shown=LISTS["rates"], listing=open_page(RATES)
    )


@bp.get("/mci")
@requires(Role.ADMIN)
def indexes() -> ResponseReturnValue:
    """The calculation index of every year, in use and retired."""
    return render_template(
        "reference/mci.html",
        lists=LISTS,
        shown=LISTS["mci"],
        indexes=db.session.scalars(every_index()).all(),
    )


@bp.route("/rates/import", methods=["GET", "POST"])
@requires(Role.ADMIN)
def read_file() -> ResponseReturnValue:
    """Read a file or a pasted text, show what it would do, and do it when that is confirmed."""
    form = RateFileForm()
    is_saved = request.form.get("step") == "save"
    content = _content()
    plan = _plan(form, None if is_saved else content) if form.validate_on_submit() else None
    if plan is None:
        return _page(form, None), form.answer_status
    if not is_saved:
        form.plan.data = plan.fingerprint
        return _page(form, plan), 200
    count = _kept(plan) if form.plan.data == plan.fingerprint else None
    if count is None:
        plan = _plan(form, None)
        form.plan.data = plan.fingerprint if plan else ""
        note = _(
            "The rows or the stored rates changed meanwhile: look at them once more, then save"
        )
        return _page(form, plan, note), 409
    return back_to(url_for(".index"), _("Rates saved: %(count)s", count=count))


def _content() -> bytes | None:
    """What the chosen file begins with, one byte more than may be read; None without one."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return None
    with file.stream as stream:  # a large one lies on the disk until it is closed
        return stream.read(LARGEST + 1)


def _plan(form: RateFileForm, content: bytes | None) -> RatePlan | None:
    """What the file, else the text, would do; None when the form says why it cannot."""
    try:
        if content is not None:
            form.take(text_of(content))
        return plan_of(form.text.data or "", form.source.data, clock.today())
    except RateFileError as error:
        form.refuse_text(str(error), is_file=content is not None)
        return None


def _kept(plan: RatePlan) -> int | None:
    """Commit ``plan``; None when somebody gave a rate for the same day at the same moment."""
    try:
        count = keep(plan)
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        return None
    return count


def _page(form: RateFileForm, plan: RatePlan | None, note: str | None = None) -> str:
    return render_template(
        "reference/rate_file.html",
        shown=LISTS["rates"],
        form=form,
        plan=plan,
        note=note,
        rows=_shown(plan) if plan else [],
        counts=[(state, plan.count(state)) for state in _FIRST] if plan else [],
    )


def _shown(plan: RatePlan) -> list[RateRow]:
    """The first rows, those that need a look before the others."""
    return sorted(plan.rows, key=lambda row: _FIRST.index(row.state))[:_SHOWN]
