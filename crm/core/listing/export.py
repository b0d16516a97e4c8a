"""A list as a file: CSV in two dialects, and Excel; through the disk, so memory stays constant."""

import csv
import io
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, Any

from flask import Response, abort, request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import Select
from werkzeug.wsgi import wrap_file

from crm.core import clock
from crm.core.database import db
from crm.core.dates import short_date
from crm.core.language import reader_language
from crm.core.listing.declare import ARCHIVED, Column, Listing
from crm.core.listing.filters import Args, BadQueryError
from crm.core.listing.query import filtered
from crm.core.words import Term

_CHUNK = 500
# A cell that begins so would be run as a formula, or lose its own apostrophe on import.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "'")
DIALECTS = {"excel": ";", "rfc4180": ","}
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]")
_LONGEST_XLSX_TEXT = 32767  # a limit of the format; XlsxWriter leaves a longer cell empty
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def escaped(text: str) -> str:
    """``text`` with one leading apostrophe where a spreadsheet would run or swallow its start."""
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def keyed_cell(value: Any) -> Any:
    """A value for machines: enums as stored, dates and times in ISO form, lists joined by «;»."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Term):
        return value.value
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, list | tuple):
        return escaped(";".join(_unescaped(keyed_cell, one) for one in value))
    return escaped(value) if isinstance(value, str) else value


def read_cell(value: Any) -> Any:
    """A value for people: words of the reader's language, local dates, decimal comma."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return clock.to_local(value).strftime("%d.%m.%Y %H:%M")
    if isinstance(value, date):
        return short_date(value)
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, Decimal):
        return f"{value:f}" if reader_language() == "en" else f"{value:f}".replace(".", ",")
    if isinstance(value, Term):
        return escaped(str(value.label))
    if isinstance(value, list | tuple):
        return escaped(", ".join(_unescaped(read_cell, one) for one in value))
    return escaped(value) if isinstance(value, str) else value


def _unescaped(cell: Callable[[Any], Any], value: Any) -> str:
    """``value`` inside a cell of several: only the start of the whole cell is dangerous."""
    return value if isinstance(value, str) and not isinstance(value, Term) else str(cell(value))


def records(statement: Select[Any]) -> Iterator[Any]:
    """The records of ``statement``, fetched in portions.

    What has been written is forgotten by itself: the session refers to its records weakly.
    """
    with closing(db.session.scalars(statement.execution_options(yield_per=_CHUNK))) as result:
        for portion in result.partitions():
            yield from portion


Watch = Callable[[Iterable[Any]], Iterable[Any]]  # lets the records through, may show progress


def csv_lines(
    listing: Listing,
    statement: Select[Any],
    with_keys: bool,
    delimiter: str,
    watch: Watch = iter,
) -> Iterator[str]:
    """The file, line by line, a byte order mark first: Excel mangles Cyrillic without it."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n")
    cell = keyed_cell if with_keys else read_cell
    buffer.write("\ufeff")
    writer.writerow(heading(listing, with_keys))
    yield _drain(buffer)
    for record in watch(records(statement)):
        writer.writerow([cell(column.value(record)) for column in listing.columns])
        yield _drain(buffer)


def heading(listing: Listing, with_keys: bool) -> list[str]:
    """The first row: stable keys, or the columns' names in the reader's language."""
    return [column.name if with_keys else str(column.label) for column in listing.columns]


def _drain(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def write_xlsx(
    listing: Listing,
    statement: Select[Any],
    with_keys: bool,
    target: IO[bytes],
    watch: Watch = iter,
) -> None:
    """The file written to ``target``: real dates and numbers, frozen first row, autofilter."""
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        sheet = book.add_worksheet(_NOT_IN_SHEET_NAMES.sub(" ", str(listing.title))[:31])
        bold = book.add_format({"bold": True})
        formats = {
            date: book.add_format({"num_format": "dd.mm.yyyy"}),
            datetime: book.add_format({"num_format": "dd.mm.yyyy hh:mm"}),
        }
        sheet.freeze_panes(1, 0)
        for place, text in enumerate(heading(listing, with_keys)):
            sheet.set_column(place, place, min(max(len(text) + 2, 12), 40))
            sheet.write_string(0, place, text, bold)
        last = 0
        for last, record in enumerate(watch(records(statement)), start=1):
            for place, column in enumerate(listing.columns):
                _write_cell(sheet, last, place, column, record, with_keys, formats)
        sheet.autofilter(0, 0, last, len(listing.columns) - 1)


def _write_cell(
    sheet: Any, row: int, place: int, column: Column, record: Any, with_keys: bool, formats: Any
) -> None:
    value = column.value(record)
    if isinstance(value, datetime):
        value = clock.to_local(value).replace(tzinfo=None)
        sheet.write_datetime(row, place, value, formats[datetime])
    elif isinstance(value, date):
        sheet.write_datetime(row, place, value, formats[date])
    elif isinstance(value, int | Decimal) and not isinstance(value, bool):
        sheet.write_number(row, place, value)
    else:
        text = str((keyed_cell if with_keys else read_cell)(value))
        if text:
            sheet.write_string(row, place, text[:_LONGEST_XLSX_TEXT])


def answer_file(listing: Listing, extension: str, args: Args | None = None) -> Response:
    """The list of ``args`` as a download; 400 for an address that means nothing."""
    args = request.args if args is None else args
    dialect = args.get("dialect") or current_user.csv_dialect.value
    headers = args.get("headers", "")
    try:
        if dialect not in DIALECTS or headers not in ("", "keys"):
            raise BadQueryError(dialect)
        statement = filtered(listing, args)
    except BadQueryError:
        abort(400)
    listing = listing.of_archive if args.get(ARCHIVED) else listing
    # Nothing is answered before the last row is on the disk: a query that fails midway is an error
    # page, and a connection that breaks falls short of the length told.
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the server closes it after the last byte)
    try:
        if extension == "csv":
            lines = csv_lines(listing, statement, headers == "keys", DIALECTS[dialect])
            file.writelines(line.encode() for line in lines)
        else:
            write_xlsx(listing, statement, headers == "keys", file)
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
    name = f"{listing.name.rpartition('/')[2]}-{clock.today().isoformat()}.{extension}"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
