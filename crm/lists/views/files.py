"""Every list as a file, and the ledger of those taken."""

import io
import tempfile
from contextlib import suppress
from typing import IO

from flask import Blueprint, Response, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import HTTPException

from crm.accounts.models import Role
from crm.core import clock
from crm.core.afterwards import afterwards
from crm.core.database import db
from crm.core.listing.address import Address
from crm.core.listing.csv_file import DIALECTS, write_csv
from crm.core.listing.declare import Listing
from crm.core.listing.filters import Args, BadQueryError
from crm.core.listing.sheet import Sheet, sheet_of
from crm.core.listing.xlsx_file import write_xlsx
from crm.core.permissions import may_open, requires
from crm.core.records import listing_at, titles
from crm.core.whole_files import is_full
from crm.lists.listing import CHOICE, FILES, told_filters, url_of
from crm.lists.models import FileTaken
from crm.lists.services.line import Line, Turn
from crm.lists.services.taking import entry_of, note
from crm.lists.views.pages import open_list

bp = Blueprint("files", __name__)
_line = Line()
_ASK_AGAIN = "3"  # seconds
_BLOCK = 65536
_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class NoRoomError(HTTPException):
    """The disk is full."""

    code = 507
    description = "no room for the file"


@bp.get("/admin/files/")
@requires(Role.ADMIN, Role.HEAD)
def index() -> ResponseReturnValue:
    """The files that were taken."""
    return render_template(
        "lists/files.html",
        listing=open_list(FILES),
        titles=titles(),
        told=told_filters,
        url_of=url_of,
    )


@bp.get("/<path:address>.<any(csv, xlsx):extension>")
def list_file(address: str, extension: str) -> ResponseReturnValue:
    """The list at ``address``, its filters and order, as a file."""
    listing = listing_at(address) or abort(404)
    if not may_open(listing.address, current_user.role):
        abort(403)
    return answer_file(listing, extension, request.args)


def answer_file(
    listing: Listing, extension: str, args: Args, choice: int | None = None
) -> ResponseReturnValue:
    """The list of ``args`` as a download, or the page of who stands in line for it; 400 for what
    means nothing. ``choice``: by which change of many its records were chosen.
    """
    dialect = args.get("dialect") or current_user.csv_dialect.value
    try:
        if dialect not in DIALECTS:
            raise BadQueryError(dialect)
        sheet = sheet_of(listing, args)
    except BadQueryError:
        abort(400)
    if request.method == "HEAD":
        return _answer(b"", listing, extension)
    turn = _line.ask((current_user.id, request.full_path))
    if not isinstance(turn, Turn):
        return _waiting_page(listing, turn)
    entry = entry_of(listing, args, sheet.columns, extension, current_user.id)
    if choice is not None:
        entry.query = f"{CHOICE}={choice}"
    return _file(sheet, dialect, extension, turn, entry)


def _file(
    sheet: Sheet, dialect: str, extension: str, turn: Turn, entry: FileTaken
) -> ResponseReturnValue:
    # Nothing is answered before the last row is on the disk: a query that fails midway is an error
    # page, and a connection that breaks falls short of the length told. (Granian 2.8 ends an answer
    # of no told length properly even when it broke.)
    file: IO[bytes] | None = None
    try:
        file = tempfile.TemporaryFile()  # noqa: SIM115 (closed after the last byte)
        if extension == "csv":
            count = write_csv(sheet, dialect, file, lambda _rows: None)
        else:
            count = write_xlsx(sheet, file, lambda _rows: None)
        sent = _Sent(file, turn)
    except BaseException as error:
        turn.end()
        if file is not None:
            with suppress(OSError):  # on a full disk its last bytes fail once more
                file.close()
        afterwards(lambda: note(entry, None))
        if is_full(error):
            raise NoRoomError from error
        raise
    turn.end_writing()
    db.session.rollback()  # a slow reader must not hold the transaction
    answer = _answer(sent, sheet.listing, extension)
    answer.content_length = sent.length
    answer.headers["X-Row-Count"] = str(count)
    afterwards(lambda: note(entry, count if sent.is_whole else None))
    return answer


class _Sent:
    """A written file on its way to the reader."""

    def __init__(self, file: IO[bytes], turn: Turn) -> None:
        self._file, self._turn = file, turn
        self.length = file.seek(0, io.SEEK_END)
        self.is_whole = False
        file.seek(0)

    def __iter__(self) -> "_Sent":
        return self

    def __next__(self) -> bytes:
        block = self._file.read(_BLOCK)
        self.is_whole = self._file.tell() == self.length
        if not block:
            raise StopIteration
        return block

    def close(self) -> None:
        """The last byte is sent, or the reader has gone."""
        self._file.close()
        self._turn.end()


def _answer(content: bytes | _Sent, listing: Listing, extension: str) -> Response:
    answer = Response(content, mimetype=_TYPES[extension])
    name = f"{listing.name.rpartition('/')[2]}-{clock.today().isoformat()}.{extension}"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _waiting_page(listing: Listing, before: int) -> ResponseReturnValue:
    """Who stands in line, asking again by itself until the download begins."""
    back = Address(listing, request.args).with_(headers=None, dialect=None, set=None, columns=None)
    answer = make_response(
        render_template("lists/waiting.html", listing=listing, before=before, back=back), 503
    )
    # Not in the page: there, readers of screens would be interrupted without a way to stop it.
    answer.headers["Refresh"] = answer.headers["Retry-After"] = _ASK_AGAIN
    return answer
