"""A slip is taken back from the message that tells of it."""

from typing import Any

from flask import Blueprint, abort, current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeSerializer

from crm.accounts.models import WRITERS
from crm.accounts.views.sign_in import local_path
from crm.audit.forms import UndoForm
from crm.audit.services.undoing import NotUndoneError, take_back
from crm.core import records
from crm.core.database import Archivable, db
from crm.core.editing import one_or_404
from crm.core.pages import Undoable, back_to
from crm.core.permissions import requires
from crm.core.records import RecordKind

bp = Blueprint("undo", __name__)


def load(address: str, record_id: str, even_archived: bool = False) -> tuple[RecordKind, Any]:
    """The kind at ``address``, whose records are archived, and one of them; else 404, or
    ArchivedError.
    """
    kind = records.kind_at(address)
    if kind is None or not issubclass(kind.model, Archivable):
        abort(404)
    return kind, one_or_404(kind.by_id(record_id), even_archived)


def undoable(record: Any, words: str, before: int) -> str | Undoable:
    """``words`` of what was done to ``record`` since version ``before``, with the way to undo it;
    flushes.
    """
    db.session.flush()
    if record.version == before:
        return words
    url = records.kind_of(record).url(records.identity(record))
    offer = _seals().dumps([url, before, record.version])
    hidden = {"offer": offer, "next": request.form.get("next", "")}
    return {"text": words, "undo_url": f"{url}/undo", "undo_hidden": hidden}


@bp.post("/<address>/<record_id>/undo")
@requires(*WRITERS)
def undo(address: str, record_id: str) -> ResponseReturnValue:
    """Put a record back as it was before one's own last change, made a moment ago."""
    kind, record = load(address, record_id, even_archived=True)
    before, version = _offered(kind.url(record_id))
    title, target = kind.title(record), request.form.get("next")
    url = local_path(target) if target else kind.url(record_id)
    try:
        if version != record.version:
            raise NotUndoneError
        take_back(record, before, current_user.id, _("Undone"))
    except NotUndoneError:
        db.session.rollback()
        words = _("Not undone: changed since, or too long ago: %(title)s", title=title)
        return back_to(url, words, "warning")
    db.session.commit()
    return back_to(url, _("Undone: %(title)s", title=title))


def _offered(url: str) -> tuple[int, int]:
    """The versions before and after the change whose undoing was offered; else 400.

    Only what was offered is undone: there are changes, as a merge, that have a way of their own.
    """
    form = UndoForm()
    try:
        offered, before, version = _seals().loads(form.offer.data or "")
    except BadSignature:
        abort(400)
    if not form.validate_on_submit() or offered != url:
        abort(400)
    return before, version


def _seals() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="undo")
