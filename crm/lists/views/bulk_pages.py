"""Pages of a change of many records: what it will do, what it did, why it is refused."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from flask_login import current_user

from crm.accounts.models import User
from crm.core import clock, records
from crm.core.database import db
from crm.core.listing.address import Address
from crm.core.listing.declare import Listing
from crm.core.listing.filters import Args
from crm.core.records import RecordKind
from crm.lists.forms.bulk import BulkForm, Fault, last_words, offered, unknown_words
from crm.lists.models import BulkChange, BulkStatus
from crm.lists.queries import records_chosen

_SHOWN = 20  # of the records of a change, before all of them are asked for


def list_at(address: str) -> tuple[RecordKind, Listing]:
    kind = records.kind_at(address)
    if kind is None or kind.listing is None or offered(address) is None:
        abort(404)
    return kind, kind.listing


def form_called(address: str, action: str) -> type[BulkForm] | None:
    return next((one for one in offered(address) or () if one.action == action), None)


def records_of(kind: RecordKind, form: type[BulkForm], change: BulkChange) -> Sequence[Any]:
    """The records of ``change`` that the reader sees, locked until the commit of a change."""
    statement = records_chosen(kind.model, change.id).options(*form.options(kind.model))
    if request.method == "POST":
        statement = statement.with_for_update(of=kind.model)
    return db.session.scalars(statement).unique().all()


def form_of(change: BulkChange, typed: Mapping[str, str] | None = None) -> BulkForm:
    """The form of ``change``, which holds what was ``typed``, or sent."""
    kind, _listing = list_at(change.listing)
    form = form_called(change.listing, change.action) or abort(404)
    found = records_of(kind, form, change)
    return form(kind.model, found, _reader(), today=clock.today(), typed=typed)


def _reader() -> User:
    """The reader's own row, not the stand-in of ``current_user``."""
    return db.session.get_one(User, current_user.id)


def edited_since(kind: RecordKind, change: BulkChange, found: Mapping[int, Any]) -> list[Fault]:
    """The records that were changed again after ``change``, in their order."""
    done = {one.record_id: one.done_version for one in change.records}
    edited = [one for one in done if one in found and found[one].version != done[one]]
    said = last_words(kind.model, edited)
    return [
        Fault(one, found.get(one), said.get(one) or unknown_words())
        for one in done
        if one in said or one not in found
    ]


def refusal(kind: RecordKind, listing: Listing, args: Args, words: str) -> ResponseReturnValue:
    url = Address(listing, args).with_()
    return render_template("lists/nothing.html", kind=kind, words=words, url=url), 422


def preview_page(
    change: BulkChange, form: BulkForm, faults: Sequence[Fault] | None = None
) -> ResponseReturnValue:
    """What the change will do; 409 when a record does not take it, 422 for what was typed."""
    is_refused = faults is not None
    faults = form.faults(change) if faults is None else faults
    faulty = {one.record_id for one in faults}
    kind, _listing = list_at(change.listing)
    found = {one.id: one for one in form.records}
    fit = [found[one.record_id] for one in change.records if one.record_id not in faulty]
    page = render_template(
        "lists/bulk.html",
        **_shown(change, kind, fit),
        form=form,
        faults=faults,
        left_out=",".join(str(one.record_id) for one in faults),
    )
    if not is_refused:
        return page
    return page, 409 if any(not one.is_typed for one in faults) and not form.errors else 422


def past_page(change: BulkChange, faults: Sequence[Fault] = ()) -> ResponseReturnValue:
    """What the change did; 409 with what was edited since, when it was to be undone."""
    kind, _listing = list_at(change.listing)
    form = form_called(change.listing, change.action) or abort(404)
    found = {one.id: one for one in records_of(kind, form, change)}
    seen = [found[one.record_id] for one in change.records if one.record_id in found]
    page = render_template(
        "lists/bulk_done.html",
        **_shown(change, kind, seen),
        form=form,
        faults=faults,
        told=told(change),
    )
    return page, 409 if faults else 200


def _shown(change: BulkChange, kind: RecordKind, fit: Sequence[Any]) -> dict[str, Any]:
    """What both pages show: the first records, and where all of them are."""
    shows_all = request.args.get("all") == "1"
    is_cut = len(fit) > _SHOWN and not shows_all
    return {
        "change": change,
        "kind": kind,
        "list_url": list_url(change),
        "fit": fit,
        "rows": fit[:_SHOWN] if is_cut else fit,
        "all_url": url_for(".preview", change_id=change.id, all=1) if is_cut else None,
    }


def list_url(change: BulkChange) -> str:
    """The list as it was when the records were chosen."""
    _kind, listing = list_at(change.listing)
    return f"{listing.address}?{change.query}" if change.query else listing.address


def told(change: BulkChange) -> str:
    """What happened, with the count."""
    form, count = form_called(change.listing, change.action), len(change.records)
    what = "" if form is None else str(form.label)
    if change.status == BulkStatus.UNDONE:
        told = ngettext("Undone: %(num)s record", "Undone: %(num)s records", count)
    else:
        told = ngettext("Done: %(num)s record", "Done: %(num)s records", count)
    return f"{what}. {told}"
