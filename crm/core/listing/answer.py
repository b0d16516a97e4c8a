"""A list as a download; through the disk, so memory stays constant."""

import io
import tempfile

from flask import Response, abort, request
from flask_login import current_user
from werkzeug.wsgi import wrap_file

from crm.core import clock
from crm.core.database import db
from crm.core.listing.csv_file import DIALECTS, write_csv
from crm.core.listing.declare import Listing
from crm.core.listing.filters import Args, BadQueryError
from crm.core.listing.sheet import sheet_of
from crm.core.listing.xlsx_file import write_xlsx

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def answer_file(listing: Listing, extension: str, args: Args | None = None) -> Response:
    """The list of ``args`` as a download; 400 for an address that means nothing."""
    args = request.args if args is None else args
    dialect = args.get("dialect") or current_user.csv_dialect.value
    try:
        if dialect not in DIALECTS:
            raise BadQueryError(dialect)
        sheet = sheet_of(listing, args)
    except BadQueryError:
        abort(400)
    # Nothing is answered before the last row is on the disk: a query that fails midway is an error
    # page, and a connection that breaks falls short of the length told.
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the server closes it after the last byte)
    try:
        if extension == "csv":
            count = write_csv(sheet, dialect, file, lambda _rows: None)
        else:
            count = write_xlsx(sheet, file, lambda _rows: None)
        length = file.seek(0, io.SEEK_END)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    db.session.rollback()  # a slow reader must not hold the transaction
    answer = Response(
        wrap_file(request.environ, file, 65536),
        mimetype="text/csv" if extension == "csv" else _XLSX,
        direct_passthrough=True,
    )
    answer.content_length = length
    answer.headers["X-Row-Count"] = str(count)
    name = f"{listing.name.rpartition('/')[2]}-{clock.today().isoformat()}.{extension}"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
