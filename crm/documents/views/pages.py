"""The documents of a record: shown, added, changed, taken out of the list."""

from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    jsonify,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from crm.accounts.models import WRITERS, Role
from crm.accounts.queries import user_choices
from crm.audit.forms import conflict_answer
from crm.core import clock, records
from crm.core.database import db
from crm.core.editing import in_use, is_stale, one_or_404
from crm.core.forms import ConfirmForm, ReasonForm
from crm.core.pages import back_to
from crm.core.permissions import may_open, requires
from crm.core.records import RecordKind
from crm.core.sight import only_of
from crm.core.uploads import MOST_AT_ONCE, takes_files
from crm.documents.forms import AddFilesForm, DocumentForm
from crm.documents.listing import DOCUMENTS, kind_text, record_titles
from crm.documents.models import Document
from crm.documents.queries import document_by_id, documents_of
from crm.documents.services.adding import Refused, attach, keep
from crm.documents.services.contents import taken_types
from crm.lists.views.pages import open_list

bp = Blueprint("documents", __name__)

_LONGEST_TOLD = 80  # of a name in a message that travels in the cookie


@bp.get("/documents/")
def index() -> ResponseReturnValue:
    """The list of all documents, whatever they are of."""
    page = open_list(DOCUMENTS)
    titles = record_titles(page.rows)
    return render_template("documents/index.html", listing=page, titles=titles, kind_text=kind_text)


@bp.get("/<address>/<record_id>/documents")
def of_record(address: str, record_id: str) -> ResponseReturnValue:
    """The documents of a record, and the form for more."""
    kind, record = _record(address, record_id)
    if not may_open(kind.url(record_id), current_user.role):
        abort(403)
    return _page(kind, record, AddFilesForm(formdata=None))


@bp.post("/<address>/<record_id>/documents")
@requires(*WRITERS)
@takes_files
def add(address: str, record_id: str) -> ResponseReturnValue:
    """More documents of a record, which needs no version; each file is kept or refused alone."""
    kind, record = _record(address, record_id)
    form = AddFilesForm()
    db.session.commit()  # looking at the files and writing them takes time: nobody waits for it
    if not form.validate_on_submit():
        return _refused(kind, record, form)
    kept, no_room, full = keep(instance_folder(), form.files.taken)
    if full is not None and not kept:
        raise full
    _kind, record = _record(address, record_id)
    added, doubled = attach(record, kept, current_user, restricted=form.restricted.data)
    names = ", ".join(_told(one.name) for one in added)
    refused = [*form.files.refused, *no_room, *doubled]
    db.session.commit()
    if not added:
        form.files.refuse(refused)
        return _refused(kind, record, form)
    if _wants_json():
        return jsonify(name=added[0].name)
    for one in _by_reason(refused):
        flash(_("Not kept: %(file)s", file=one), "error")
    return back_to(_home(kind, record_id), _("Added: %(title)s", title=names))


def _refused(kind: RecordKind, record: Any, form: AddFilesForm) -> ResponseReturnValue:
    if _wants_json():
        told = [one.why for one in form.files.refused] or map(str, form.files.errors)
        return jsonify(message=" ".join(told)), 422
    return _page(kind, record, form)


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _by_reason(refused: list[Refused]) -> list[Refused]:
    """One for each reason, however many files it kept out."""
    names: dict[str, list[str]] = {}
    for one in refused:
        names.setdefault(one.why, []).append(one.name)
    return [Refused(_told(", ".join(files)), why) for why, files in names.items()]


def _told(name: str) -> str:
    return name if len(name) <= _LONGEST_TOLD else f"{name[:_LONGEST_TOLD]}…"


def _record(address: str, record_id: str) -> tuple[RecordKind, Any]:
    kind = records.kind_at(address)
    if kind is None or not kind.has_documents:
        abort(404)
    return kind, one_or_404(kind.by_id(record_id))


def _home(kind: RecordKind, record_id: str) -> str:
    return f"{kind.url(record_id)}/documents"


def instance_folder() -> Path:
    """Where this installation keeps its files."""
    instance: Path = current_app.config["CRM"].instance_path
    return instance


def _page(kind: RecordKind, record: Any, form: AddFilesForm) -> ResponseReturnValue:
    record_id = records.identity(record)
    found = db.session.scalars(only_of(documents_of(kind.name, record_id), kind.model)).all()
    page = render_template(
        "documents/of_record.html",
        kind=kind,
        record=record,
        home=_home(kind, record_id),
        is_open=getattr(record, "archived_at", None) is None,
        form=form,
        limit=current_app.config["CRM"].upload_limit_mb,
        most=MOST_AT_ONCE,
        types=taken_types(),
        documents=[one for one in found if one.archived_at is None],
        archived=[one for one in found if one.archived_at is not None],
    )
    return page, form.answer_status


# -- one document --------------------------------------------------------------------------------


@bp.route("/documents/<id:document_id>/edit", methods=["GET", "POST"])
@requires(*WRITERS)
def edit(document_id: int) -> ResponseReturnValue:
    """Call a document otherwise, or say who sees it."""
    document, kind, record = _document(document_id)
    home = _home(kind, document.record_id)
    if document.archived_at is not None:
        return back_to(home, _("Archived: %(title)s", title=document.name))  # by somebody else
    form = DocumentForm(document, record)
    users = user_choices(selected=[one.id for one in document.team])
    form.offer_sight(document, current_user, users)
    if form.is_ready():
        conflict = conflict_answer(record, form, part=document, section=home)
        if conflict is not None:
            return conflict
        record.touch()  # first: what is flushed on the way is of the new version
        form.fill(document)
        db.session.commit()
        return back_to(home, _("Saved"))
    page = render_template(
        "documents/form.html", form=form, kind=kind, record=record, document=document, home=home
    )
    return page, form.answer_status


@bp.route("/documents/<id:document_id>/archive", methods=["GET", "POST"])
@requires(*WRITERS)
def archive(document_id: int) -> ResponseReturnValue:
    """Take a document out of the list of its record, with a reason; the file stays."""
    document, kind, record = _document(document_id)
    form, note = ReasonForm(), None
    home = _home(kind, document.record_id)
    if document.archived_at is not None:
        return back_to(home, _("Archived: %(title)s", title=document.name))  # by somebody else
    if not form.is_submitted():
        form.version.data = str(record.version)
    elif form.validate():
        if not is_stale(record, form.version.data):
            record.touch()  # first: what is flushed on the way is of the new version
            document.archive(clock.now(), form.reason.data or "")
            db.session.commit()
            return back_to(home, _("Archived: %(title)s", title=document.name))
        form.version.data = str(record.version)
        note = _("Somebody changed this record meanwhile: look at it and confirm once more")
    page = render_template(
        "documents/archive.html",
        form=form,
        kind=kind,
        record=record,
        document=document,
        home=home,
        note=note,
    )
    return page, 409 if note else form.answer_status


@bp.post("/documents/<id:document_id>/restore")
@requires(Role.HEAD)
def restore(document_id: int) -> ResponseReturnValue:
    """Bring an archived document back."""
    document, kind, record = _document(document_id)
    if not ConfirmForm().validate_on_submit():
        abort(400)
    if document.archived_at is not None:
        record.touch()
        document.restore()
    name, home = document.name, _home(kind, document.record_id)
    db.session.commit()
    return back_to(home, _("Restored: %(title)s", title=name))


def _document(document_id: int) -> tuple[Document, RecordKind, Any]:
    """A document to be changed with its record, which must be in use."""
    document = one_or_404(document_by_id(document_id), even_archived=True)
    kind = records.kind_named(document.record_kind)
    return document, kind, in_use(one_or_404(kind.by_id(document.record_id)))
