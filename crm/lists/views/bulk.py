"""Many records changed at once: chosen in a list, previewed, done as a whole, undone as a whole."""

import json
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from crm.accounts.models import WRITERS, Role
from crm.core import clock, records
from crm.core.database import db, id_of
from crm.core.editing import one_or_404
from crm.core.forms import ConfirmForm
from crm.core.listing.address import Address
from crm.core.listing.declare import ARCHIVED, Listing
from crm.core.listing.filters import Args, BadQueryError
from crm.core.listing.page import Page
from crm.core.listing.query import filtered
from crm.core.pages import back_to
from crm.core.permissions import requires
from crm.core.records import RecordKind
from crm.lists.forms.bulk import BulkForm, offered
from crm.lists.models import BulkChange, BulkRecord, BulkStatus
from crm.lists.queries import bulk_change_for
from crm.lists.services.bulk import MOST, TooManyError, choose_all, keep_choice, read_choice
from crm.lists.views.bulk_pages import (
    edited_since,
    form_called,
    form_of,
    list_at,
    list_url,
    past_page,
    preview_page,
    records_of,
    refusal,
    told,
)
from crm.lists.views.files import answer_file

_EXPORT = "export"

bp = Blueprint("bulk", __name__)


@dataclass(frozen=True)
class Chooser:
    """What a page of a list needs so that records of it can be chosen."""

    kind: RecordKind
    query: str
    forms: tuple[type[BulkForm], ...]  # the changes its reader may make
    has_more: bool  # than stand on the page
    is_too_much: bool  # all of it, for one change
    most: int = MOST

    def value(self, record: Any) -> str:
        """What the box of ``record`` sends."""
        return f"{record.id}:{record.version}"


@bp.app_template_global()
def chooser_of(page: Page) -> Chooser | None:
    """How records of ``page`` are chosen; None where there is nothing to do with several."""
    address = page.listing.name
    forms, kind = offered(address), records.kind_at(address)
    if forms is None or kind is None or not page.rows:
        return None
    may_change = current_user.can_write and not page.address.args.get(ARCHIVED)
    return Chooser(
        kind=kind,
        query=page.address.with_().partition("?")[2],
        forms=forms if may_change else (),
        has_more=page.total > len(page.rows),
        is_too_much=page.total > MOST,
    )


@bp.post("/lists/<address>/bulk")
@requires(*WRITERS)
def choose(address: str) -> ResponseReturnValue:
    """Keep what was chosen in a list for the change asked for, and show it."""
    kind, listing = list_at(address)
    form = form_called(address, request.form.get("action", "")) or abort(400)
    return _kept(kind, listing, form.action)


@bp.post("/lists/<address>/selected")
@requires(*Role)
def take_away(address: str) -> ResponseReturnValue:
    """The chosen records as a file; all that match are the file of the list itself."""
    kind, listing = list_at(address)
    extension = request.form.get("format", "")
    if extension not in ("csv", "xlsx"):
        abort(400)
    if _wants_all():
        return redirect(Address(listing, _args(listing)).file(extension), 303)
    return _kept(kind, listing, _EXPORT, extension)


@bp.get("/lists/bulk/<id:change_id>.<any(csv, xlsx):extension>")
def file(change_id: int, extension: str) -> ResponseReturnValue:
    """The records chosen for a file, for who chose them, in the order of the list."""
    change = _own(change_id)
    _kind, listing = list_at(change.listing)
    ids = select(BulkRecord.record_id).where(BulkRecord.change_id == change.id)
    chosen = replace(listing, base=lambda: listing.base().where(listing.key.in_(ids)))
    kept = Args(parse_qsl(change.query))
    args = {name: kept[name] for name in ("sort", ARCHIVED) if name in kept}
    asked = Args(args | request.args.to_dict())
    return answer_file(chosen, extension, asked, change.id)


@bp.get("/lists/bulk/<id:change_id>")
@requires(*WRITERS)
def preview(change_id: int) -> ResponseReturnValue:
    """A change of many records: what it will do, or what it did."""
    change = one_or_404(bulk_change_for(change_id, current_user))
    if change.status != BulkStatus.PREVIEWED:
        return past_page(change)
    return preview_page(_own(change_id), form_of(change, json.loads(change.fields)))


@bp.post("/lists/bulk/<id:change_id>/leave-out")
@requires(*WRITERS)
def leave_out(change_id: int) -> ResponseReturnValue:
    """Go on without the records named; what was typed is kept."""
    change = _own(change_id)
    named = {id_of(text) for text in request.form.get("left_out", "").split(",")}
    if change.status == BulkStatus.PREVIEWED:
        change.fields = form_of(change).typed
        change.records = [one for one in change.records if one.record_id not in named]
        db.session.commit()
    return redirect(url_for(".preview", change_id=change_id), 303)


@bp.post("/lists/bulk/<id:change_id>/do")
@requires(*WRITERS)
def do(change_id: int) -> ResponseReturnValue:
    """Change every record in one transaction, or none of them."""
    change = _own(change_id)
    if change.status == BulkStatus.PREVIEWED:
        form = form_of(change)
        is_fine, faults = form.validate(), form.faults(change)
        if not is_fine or faults or not change.records:
            return preview_page(change, form, faults)
        _take(change, form)
        db.session.commit()
    # Sent twice, it was done by the first.
    undo_url = url_for(".undo", change_id=change_id)
    return back_to(list_url(change), {"text": told(change), "undo_url": undo_url})


def _take(change: BulkChange, form: BulkForm) -> None:
    found = {one.id: one for one in form.records}
    taken = {one.record_id: form.take(found[one.record_id]) for one in change.records}
    db.session.flush()  # in one go: versions count up, parts get their ids
    for entry in change.records:
        entry.before = json.dumps(taken[entry.record_id], default=lambda part: part.id)
        entry.done_version = found[entry.record_id].version
    change.fields, change.status, change.done_at = form.typed, BulkStatus.DONE, clock.now()


@bp.post("/lists/bulk/<id:change_id>/undo")
@requires(*WRITERS)
def undo(change_id: int) -> ResponseReturnValue:
    """Put back every record in one transaction, or none of them; its maker and heads may."""
    change = one_or_404(bulk_change_for(change_id, current_user))
    form = form_called(change.listing, change.action)
    if form is None or change.status == BulkStatus.PREVIEWED:
        abort(404)
    if not ConfirmForm().validate_on_submit():
        abort(400)
    if change.status == BulkStatus.DONE:
        kind, _listing = list_at(change.listing)
        found = {one.id: one for one in records_of(kind, form, change)}
        faults = edited_since(kind, change, found)
        if faults:
            return past_page(change, faults)
        form.put_back([(found[one.record_id], json.loads(one.before)) for one in change.records])
        change.status, change.undone_at = BulkStatus.UNDONE, clock.now()
        db.session.commit()
    return back_to(list_url(change), told(change))


def _own(change_id: int) -> BulkChange:
    """The reader's own change; 404 for none."""
    change = one_or_404(bulk_change_for(change_id, current_user))
    return change if change.user_id == current_user.id else abort(404)


def _wants_all() -> bool:
    return request.form.get("all") == "1"


def _args(listing: Listing) -> Args:
    """What stood in the address of the list; 400 for what means nothing there."""
    args = Args(parse_qsl(request.form.get("query", "")))
    try:
        filtered(listing, args)
    except BadQueryError:
        abort(400)
    return args


def _kept(
    kind: RecordKind, listing: Listing, action: str, extension: str | None = None
) -> ResponseReturnValue:
    """303 to what was chosen; 422 when nothing was, or too much."""
    args = _args(listing)
    try:
        given = request.form.getlist("ids")
        chosen = choose_all(listing, args) if _wants_all() else read_choice(given)
    except TooManyError:
        words = _("More than %(most)s records are chosen: narrow the list", most=MOST)
        return refusal(kind, listing, args, str(words))
    except ValueError:
        abort(400)
    if not chosen:
        return refusal(kind, listing, args, str(_("Choose at least one record of the list")))
    query = Address(listing, args).with_().partition("?")[2]
    change = keep_choice(listing, action, current_user.id, query, chosen)
    db.session.commit()
    name = ".preview" if extension is None else ".file"
    return redirect(url_for(name, change_id=change.id, extension=extension), 303)
