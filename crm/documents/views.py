"""The documents of a record: shown, added, given out, taken out of the list."""

import io
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from flask import (
    Blueprint,
    Response,
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
from crm.core.numbers import file_size
from crm.core.pages import back_to
from crm.core.permissions import may_open, requires
from crm.core.records import RecordKind
from crm.core.uploads import MOST_AT_ONCE, takes_files
from crm.documents.forms import AddFilesForm, DocumentForm
from crm.documents.models import Document
from crm.documents.queries import document_by_id, documents_of
from crm.documents.services.adding import Refused, attach, keep
from crm.documents.services.contents import taken_types
from crm.documents.services.store import blocks_of, path_of

bp = Blueprint("documents", __name__)
bp.add_app_template_filter(file_size)

# What a browser may do with a shown file: show it, in a place of its own, and nothing else.
_LOCKED_UP = "; ".join(
    (
        "sandbox",
        "default-src 'none'",
        "img-src 'self'",
        "style-src 'unsafe-inline'",  # the browser's own, around the picture
        "frame-ancestors 'none'",
    )
)
_LONGEST_TOLD = 80  # of a name in a message that travels in the cookie


@bp.get("/<address>/<record_id>/documents")
def index(address: str, record_id: str) -> ResponseReturnValue:
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
    kept, no_room, full = keep(_instance(), form.files.taken)
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
    for one in refused:
        flash(_("Not kept: %(file)s", file=Refused(_told(one.name), one.why)), "error")
    return back_to(_home(kind, record_id), _("Added: %(title)s", title=names))


def _refused(kind: RecordKind, record: Any, form: AddFilesForm) -> ResponseReturnValue:
    if _wants_json():
        told = [one.why for one in form.files.refused] or map(str, form.files.errors)
        return jsonify(message=" ".join(told)), 422
    return _page(kind, record, form)


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _told(name: str) -> str:
    return name if len(name) <= _LONGEST_TOLD else f"{name[:_LONGEST_TOLD]}…"


def _record(address: str, record_id: str) -> tuple[RecordKind, Any]:
    kind = records.kind_at(address)
    if kind is None or not kind.has_documents:
        abort(404)
    return kind, one_or_404(kind.by_id(record_id))


def _home(kind: RecordKind, record_id: str) -> str:
    return f"{kind.url(record_id)}/documents"


def _instance() -> Path:
    instance: Path = current_app.config["CRM"].instance_path
    return instance


def _page(kind: RecordKind, record: Any, form: AddFilesForm) -> ResponseReturnValue:
    record_id = records.identity(record)
    found = db.session.scalars(documents_of(kind.name, record_id)).all()
    page = render_template(
        "documents/index.html",
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


@bp.get("/documents/<id:document_id>")
def download(document_id: int) -> ResponseReturnValue:
    """The file, to be saved."""
    return _answer(one_or_404(document_by_id(document_id)), "attachment")


@bp.get("/documents/<id:document_id>/view")
def show(document_id: int) -> ResponseReturnValue:
    """A picture or a PDF in the browser, where it can do nothing; 404 for other files."""
    document = one_or_404(document_by_id(document_id))
    if not document.type.facts.is_shown:
        abort(404)
    answer = _answer(document, "inline")
    if isinstance(answer, Response):
        answer.headers["Content-Security-Policy"] = _LOCKED_UP
    return answer


def _answer(document: Document, disposition: str) -> ResponseReturnValue:
    file = _opened(document)
    if file is None:
        title = _("The file is not on the server any more")
        text = _("Tell the administrator: it comes back with the last backup.")
        return render_template("errors/error.html", code=404, title=title, text=text), 404
    answer = Response(_Sent(file), mimetype=document.type.facts.media_type)
    answer.content_length = document.size
    answer.headers["Content-Disposition"] = f"{disposition}; {_named(document)}"
    return answer


def _named(document: Document) -> str:
    """The name for browsers of any age (RFC 6266): letters other than Latin ones in the second."""
    ending = document.type.facts.endings[0]
    plain = document.name if document.name.isascii() else f"document-{document.id}.{ending}"
    return f"filename=\"{plain}\"; filename*=UTF-8''{quote(document.name, safe='')}"


def _opened(document: Document) -> IO[bytes] | None:
    """The file of ``document``, None when it is not there as it was kept."""
    path = path_of(_instance(), document.sha256)
    try:
        file = path.open("rb")
    except OSError as error:
        current_app.logger.error("document %s: %s: %s", document.id, path, error.strerror)
        return None
    if file.seek(0, io.SEEK_END) != document.size:
        current_app.logger.error("document %s: %s has another size", document.id, path)
        file.close()
        return None
    file.seek(0)
    return file


class _Sent:
    """A file on its way to the reader, block by block, closed at the end or when nobody listens."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._blocks = file, blocks_of(file, 65536)

    def __iter__(self) -> "_Sent":
        return self

    def __next__(self) -> bytes:
        return next(self._blocks)

    def close(self) -> None:
        self._file.close()


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
