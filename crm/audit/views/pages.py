"""What every record shares: archive, restore and history."""

from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from crm.accounts.models import WRITERS, Role
from crm.audit.forms import typed_again
from crm.audit.listing.entries import moments
from crm.audit.listing.trail import TRAIL, history_listing
from crm.audit.queries import entry_count
from crm.audit.views.undoing import load, undoable
from crm.core import clock, records
from crm.core.database import db
from crm.core.editing import ArchivedError, is_stale, one_or_404
from crm.core.forms import ConfirmForm, ReasonForm
from crm.core.listing.page import open_page
from crm.core.pages import back_to
from crm.core.permissions import may_open, requires
from crm.core.records import RecordKind
from crm.core.sight import only_of, seeing_everything
from crm.core.trail import AuditedPart
from crm.documents.queries import tab_counts

bp = Blueprint("audit", __name__)


@bp.route("/<address>/<record_id>/archive", methods=["GET", "POST"])
@requires(*WRITERS)
def archive(address: str, record_id: str) -> ResponseReturnValue:
    """Take a record out of the lists, with a reason."""
    kind, record = load(address, record_id)
    form = ReasonForm()
    if not form.is_submitted():
        form.version.data = str(record.version)
    elif form.validate():
        if is_stale(record, form.version.data):
            form.version.data = str(record.version)
            note = _("Somebody changed this record meanwhile: look at it and confirm once more")
            return _archive_page(kind, record, form, note), 409
        before, url = record.version, kind.url(records.identity(record))
        record.archive(clock.now(), form.reason.data or "")
        words = undoable(record, _("Archived: %(title)s", title=kind.title(record)), before)
        db.session.commit()
        return back_to(url, words)  # to its own page: no list shows it any more
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
    kind, record = load(address, record_id, even_archived=True)
    if not ConfirmForm().validate_on_submit():
        abort(400)
    record.restore()
    db.session.commit()
    words = _("Restored: %(title)s", title=kind.title(record))
    return back_to(kind.url(records.identity(record)), words)


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
        typed=[*typed_again(), *_version_sent()],
    )
    return page, 409


def _version_sent() -> list[tuple[str, str]]:
    return [("version", request.form["version"])] if "version" in request.form else []


@bp.get("/<path:address>/<record_id>/history")
def history(address: str, record_id: str) -> ResponseReturnValue:
    """Everything that happened to a record and its parts, for those who may open its page."""
    kind = records.kind_at(address)
    if kind is None or issubclass(kind.model, AuditedPart):  # that of a part is its record's
        abort(404)
    record = one_or_404(kind.by_id(record_id))
    if not may_open(kind.url(record_id), current_user.role):
        abort(403)
    page = open_page(history_listing(kind, record_id))
    return render_template(
        "audit/history.html", kind=kind, record=record, listing=page, moments=moments(page.rows)
    )


# Filters that would say of a hidden record what it is: they find only what the reader may see.
_TELLING = ("kind", "action", "record")


@bp.get("/admin/audit")
@requires(Role.ADMIN, Role.HEAD)
def index() -> ResponseReturnValue:
    """Everything that happened to every record; of a hidden one only who and when."""
    if any(request.args.get(name) for name in _TELLING):
        page = open_page(TRAIL)
    else:
        with seeing_everything():
            page = open_page(TRAIL)
    return render_template("audit/index.html", listing=page, moments=moments(page.rows))


@bp.app_template_global()
def record_tabs(
    record: Any, counts: tuple[int, int] | None = None
) -> list[tuple[str, str, int | None, bool]]:
    """The tabs under a record's head: label, address, count, whether it is this page.

    ``counts``, of its documents and the entries of its history, are read by one statement else.
    """
    kind, identity = records.kind_of(record), records.identity(record)
    url = kind.url(identity)
    documents: int | None = None
    if counts is not None:
        documents, entries = counts
    elif kind.has_documents:
        both = tab_counts(kind.name, record.__tablename__, identity)
        documents, entries = db.session.execute(only_of(both, kind.model)).one()
    else:
        count = entry_count(record.__tablename__, identity)
        entries = db.session.scalar(only_of(count, kind.model)) or 0
    here = {"audit.history": "history"}.get(request.endpoint or "", request.blueprint)
    tabs: list[tuple[str, str, int | None, bool]] = [
        (_("Content"), url, None, here not in ("history", "documents"))
    ]
    if kind.has_documents:
        tabs.append((_("Documents"), f"{url}/documents", documents, here == "documents"))
    return [*tabs, (_("History"), f"{url}/history", entries, here == "history")]


def archive_url(record: Any) -> str:
    """The address of the page that asks for the reason."""
    kind = records.kind_of(record)
    return url_for("audit.archive", address=kind.address, record_id=records.identity(record))
