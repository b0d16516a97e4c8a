"""The files themselves, given out to who sees their record."""

import io
from typing import IO
from urllib.parse import quote

from flask import Response, abort, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.core.editing import one_or_404
from crm.core.numbers import file_size
from crm.documents.models import Document
from crm.documents.queries import document_by_id
from crm.documents.services.store import blocks_of, path_of
from crm.documents.views.pages import bp, instance_folder

__all__ = ["bp"]

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
    path = path_of(instance_folder(), document.sha256)
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
