"""Which columns of a list its reader sees, in which order, and how many rows on a page."""

from typing import Any

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from crm.core.database import db
from crm.core.listing.declare import Listing, ScreenColumn
from crm.core.listing.page import PAGE_SIZE, PAGE_SIZES
from crm.lists.services.settings import keep_setting, size_of
from crm.lists.views.asked import Asked, asked_list, chosen, to_the_list

bp = Blueprint("list_columns", __name__)


@bp.get("/lists/<path:address>/", strict_slashes=False)  # else /lists/bulk/abc would lead on to it
def index(address: str) -> ResponseReturnValue:
    """The list itself."""
    return to_the_list(address)


@bp.get("/lists/<path:address>/columns")
def columns(address: str) -> ResponseReturnValue:
    """The form of the columns."""
    asked = asked_list(address)
    return _form(asked, asked.columns, asked.columns, size_of(asked.own) or PAGE_SIZE)


@bp.post("/lists/<path:address>/columns")
def keep_columns(address: str) -> ResponseReturnValue:
    """Remember the ticked columns in the order they stand in, or forget them; a column that is
    only to be moved is moved in the form.
    """
    asked = asked_list(address)
    size = _size_sent()
    if "reset" in request.form:
        keep_setting(asked.listing.name, current_user, columns=(), size=0)
        db.session.commit()
        return asked.back(_("The columns are as delivered"), columns=None)
    ordered = _sent_order(asked.listing)
    ticked = set(request.form.getlist("columns")) | _fixed(asked.listing)
    wanted = [one for one in ordered if one in ticked]
    for step, way in ((-1, "up"), (1, "down")):
        if way in request.form:
            return _form(asked, _moved(ordered, request.form[way], step), wanted, size)
    keep_setting(asked.listing.name, current_user, columns=chosen(asked.listing, wanted), size=size)
    db.session.commit()
    return asked.back(_("The columns are saved"), columns=None)


@bp.post("/lists/<path:address>/rows")
def keep_rows(address: str) -> ResponseReturnValue:
    """Remember how many rows a page has."""
    asked = asked_list(address)
    keep_setting(asked.listing.name, current_user, size=_size_sent())
    db.session.commit()
    return asked.back("")


def _form(asked: Asked, order: list[str], ticked: list[str], size: int) -> ResponseReturnValue:
    """The form with the columns in ``order``, those not in it after them."""
    known = _known(asked.listing)
    names = dict.fromkeys([*(one for one in order if one in known), *known])
    fixed = _fixed(asked.listing)
    offered = [(one, known[one].label, one in ticked, one in fixed) for one in names]
    return render_template(
        "lists/columns.html",
        asked=asked,
        offered=offered,
        shown_count=len([one for one in order if one in ticked]),
        sizes=[(one, one == size) for one in PAGE_SIZES],
    )


def _known(listing: Listing) -> dict[str, Any]:
    """Every column by its name: of the page first, then the other ones of the file."""
    drawn = {one.name: one for one in listing.screen if str(one.label)}
    said = {name for one in listing.screen for name in one.files if len(one.files) == 1}
    words = {str(one.label) for one in drawn.values()}  # two of one name nobody tells apart
    rest = (one for one in listing.columns if one.name not in said and str(one.label) not in words)
    return drawn | {one.name: one for one in rest if one.name not in drawn}


def _fixed(listing: Listing) -> set[str]:
    return {one.name for one in listing.screen if isinstance(one, ScreenColumn) and one.fixed}


def _sent_order(listing: Listing) -> list[str]:
    known = _known(listing)
    sent = dict.fromkeys(one for one in request.form.getlist("order") if one in known)
    return [*(one for one in known if one in _fixed(listing) and one not in sent), *sent]


def _moved(order: list[str], name: str, step: int) -> list[str]:
    """``order`` with ``name`` one place further."""
    if name not in order:
        return order
    place = order.index(name)
    goal = min(max(place + step, 0), len(order) - 1)
    order = [one for one in order if one != name]
    return [*order[:goal], name, *order[goal:]]


def _size_sent() -> int:
    text = request.form.get("per_page", str(PAGE_SIZE))
    return int(text) if text in map(str, PAGE_SIZES) else abort(400)
