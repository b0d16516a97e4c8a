"""What every record shares: archive, restore, history, and the answer to a stale save."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from crm.accounts.models import Role, User
from crm.audit.listing.entries import moments
from crm.audit.listing.trail import TRAIL, history_listing
from crm.audit.models import AuditChange
from crm.audit.queries import changes_since, entry_count, history_of
from crm.core import clock, records
from crm.core.database import Archivable, db
from crm.core.editing import ArchivedError, compare, is_stale, one_or_404
from crm.core.forms import ConfirmForm, ReasonForm, RecordForm
from crm.core.listing.page import open_page
from crm.core.permissions import may_open, requires
from crm.core.records import RecordKind
from crm.core.trail import AuditedPart

bp = Blueprint("audit", __name__)


def conflict_answer(
    record: Any,
    form: RecordForm,
    parts: Mapping[str, Any] | None = None,
    part: AuditedPart | None = None,
) -> ResponseReturnValue | None:
    """None when ``record`` is still as the person opened it; else the 409 page with three values.

    The page sends everything typed again, to the same address, with a fresh version. ``parts``:
    by field, what stood in the record's parts when the form was opened. ``part``: the one part
    of ``record`` the form is about, when it is not about the record itself.
    """
    if not is_stale(record, form.version.data):
        return None
    changes = _changes_since(record, form, part)
    opened = {**(parts or {}), **{name: change.old for name, (change, _who) in changes.items()}}
    kind, identity = records.kind_of(record), records.identity(record)
    page = render_template(
        "audit/conflict.html",
        conflict=compare(form, opened),
        record=record,
        kind=kind,
        last=db.session.scalar(history_of(record.__tablename__, identity).limit(1)),
        authors={name: who.name for name, (_change, who) in changes.items() if who is not None},
        typed=_typed_again(),
        version=record.version,
        url=kind.url(identity),
    )
    return page, 409


def _changes_since(
    record: Any, form: RecordForm, part: Any
) -> dict[str, tuple[AuditChange, User | None]]:
    """By field: its first change since the form was opened, and who changed it last."""
    version = int(form.version.data or 0)
    names = {form.attributes.get(name, name): name for name in form.record_fields()}
    of_part = None if part is None else (part.__tablename__, records.identity(part))
    statement = changes_since(record.__tablename__, records.identity(record), version, of_part)
    found: dict[str, tuple[AuditChange, User | None]] = {}
    for entry, change in db.session.execute(statement):
        name = names.get(change.field)
        if name is not None:
            found[name] = (found[name][0] if name in found else change, entry.actor)
    return found


def _typed_again() -> list[tuple[str, str]]:
    """Everything sent, but for what the page gives anew."""
    own = ("csrf_token", "version", "back-to-form")
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in own and not name.startswith("resolve-")
    ]


@bp.route("/<address>/<record_id>/archive", methods=["GET", "POST"])
@requires(Role.OFFICER, Role.HEAD)
def archive(address: str, record_id: str) -> ResponseReturnValue:
    """Take a record out of the lists, with a reason."""
    kind, record = _load(address, record_id)
    form = ReasonForm()
    if not form.is_submitted():
        form.version.data = str(record.version)
    elif form.validate():
        if is_stale(record, form.version.data):
            form.version.data = str(record.version)
            note = _("Somebody changed this record meanwhile: look at it and confirm once more")
            return _archive_page(kind, record, form, note), 409
        record.archive(clock.now(), form.reason.data or "")
        db.session.commit()
        flash(_("Archived: %(title)s", title=kind.title(record)), "success")
        # Its own page says so and offers the way back: no list shows it any more.
        return redirect(kind.url(records.identity(record)), 303)
    return _archive_page(kind, record, form), form.answer_status


def _archive_page(kind: RecordKind, record: Any, form: ReasonForm, note: str | None = None) -> str:
    url = kind.url(records.identity(record))
    return render_template(
        "audit/archive.html", form=form, kind=kind, record=record, note=note, url=url
    )


@bp.post("/<address>/<record_id>/restore")
@requires(Role.HEAD)
def restore(address: str, record_id: str) -> ResponseReturnValue:
    """Bring an archived record back."""
    kind, record = _load(address, record_id, even_archived=True)
    if not ConfirmForm().validate_on_submit():
        abort(400)
    record.restore()
    db.session.commit()
    flash(_("Restored: %(title)s", title=kind.title(record)), "success")
    return redirect(kind.url(records.identity(record)), 303)


def _load(address: str, record_id: str, even_archived: bool = False) -> tuple[RecordKind, Any]:
    kind = records.kind_at(address)
    if kind is None or not issubclass(kind.model, Archivable):
        abort(404)
    return kind, one_or_404(kind.by_id(record_id), even_archived)


@bp.app_errorhandler(ArchivedError)
def archived_page(error: ArchivedError) -> ResponseReturnValue:
    """Nothing is changed in an archived record: who may restores it, what was typed is kept."""
    record = error.record
    kind = records.kind_of(record)
    url = kind.url(records.identity(record))
    may_restore = may_open(f"{url}/restore", current_user.role, "POST")
    page = render_template(
        "audit/archived.html",
        record=record,
        title=kind.title(record),
        kind=kind,
        url=url,
        restore_url=f"{url}/restore" if may_restore else None,
        typed=[*_typed_again(), *_version_sent()],
    )
    return page, 409


def _version_sent() -> list[tuple[str, str]]:
    return [("version", request.form["version"])] if "version" in request.form else []


@bp.get("/<path:address>/<record_id>/history")
def history(address: str, record_id: str) -> ResponseReturnValue:
    """Everything that happened to a record and its parts, for those who may open its page."""
    kind = records.kind_at(address) or abort(404)
    record = one_or_404(kind.by_id(record_id))
    if not may_open(kind.url(record_id), current_user.role):
        abort(403)
    page = open_page(history_listing(kind, record_id))
    return render_template(
        "audit/history.html", kind=kind, record=record, listing=page, moments=moments(page.rows)
    )


@bp.get("/admin/audit")
@requires(Role.ADMIN, Role.HEAD)
def index() -> ResponseReturnValue:
    """Everything that happened to every record."""
    page = open_page(TRAIL)
    return render_template("audit/index.html", listing=page, moments=moments(page.rows))


@bp.app_template_global()
def record_tabs(record: Any) -> list[tuple[str, str, int | None, bool]]:
    """The tabs under a record's head: label, address, count, whether it is this page.

    Takes one statement, for the length of the history.
    """
    kind, identity = records.kind_of(record), records.identity(record)
    url = kind.url(identity)
    count = db.session.scalar(entry_count(record.__tablename__, identity))
    is_history = request.endpoint == "audit.history"
    return [
        (_("Content"), url, None, not is_history),
        (_("History"), f"{url}/history", count, is_history),
    ]


def archive_url(record: Any) -> str:
    """The address of the page that asks for the reason."""
    kind = records.kind_of(record)
    return url_for("audit.archive", address=kind.address, record_id=records.identity(record))
