"""A list as a file: CSV in two dialects, and Excel; through the disk, so memory stays constant."""

import csv
import io
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from flask import Response, abort, request
from flask_login import current_user
from sqlalchemy import Select
from werkzeug.wsgi import wrap_file

from crm.core import clock
from crm.core.database import db
from crm.core.listing.cells import keyed_cell, read_cell
from crm.core.listing.columns import Column, with_columns
from crm.core.listing.declare import ARCHIVED, Listing
from crm.core.listing.filters import Args, BadQueryError
from crm.core.listing.query import filtered

_CHUNK = 500
DIALECTS = {"excel": ";", "rfc4180": ","}
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]")
_LONGEST_XLSX_TEXT = 32767  # a limit of the format; XlsxWriter leaves a longer cell empty
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Watch = Callable[[Iterable[Any]], Iterable[Any]]  # lets the rows through, may show progress


@dataclass(frozen=True)
class Sheet:
    """What a file holds: the rows of ``args`` and the columns asked for there, in their order.

    ``with_keys``: headings and values for machines, else in the reader's language.
    """

    listing: Listing
    columns: Sequence[Column]
    statement: Select[Any]
    with_keys: bool

    @property
    def heading(self) -> list[str]:
        """The first row: stable keys, or the columns' names in the reader's language."""
        return [one.name if self.with_keys else str(one.label) for one in self.columns]

    def rows(self) -> Iterator[list[Any]]:
        """The values of every row, fetched in portions."""
        statement = self.statement.with_only_columns(
            self.listing.key.label("key"), maintain_column_froms=True
        )
        statement, readers = with_columns(statement, self.columns, start=1)
        statement = statement.execution_options(yield_per=_CHUNK)
        with closing(db.session.execute(statement)) as result:
            for portion in result.partitions():
                for row in portion:
                    yield [read(row) for read in readers]


def sheet_of(listing: Listing, args: Args) -> Sheet:
    """The file that ``args`` ask for; raises BadQueryError.

    ``columns`` names columns in their order, ``set`` a set of them; without both it has all.
    """
    headers = args.get("headers", "")
    if headers not in ("", "keys"):
        raise BadQueryError("headers")
    statement = filtered(listing, args)
    whole = listing.of_archive if args.get(ARCHIVED) else listing
    return Sheet(listing, _columns(whole, args), statement, bool(headers))


def _columns(listing: Listing, args: Args) -> Sequence[Column]:
    names: Sequence[str] = [name for name in args.get("columns", "").split(",") if name]
    if args.get("set"):
        asked = listing.set_called(args["set"])
        if asked is None or names:
            raise BadQueryError("set")
        names = asked.columns
    by_name = {one.name: one for one in listing.columns}
    if not by_name.keys() >= set(names):
        raise BadQueryError("columns")
    return [by_name[name] for name in dict.fromkeys(names)] or listing.columns


def csv_lines(sheet: Sheet, delimiter: str, watch: Watch = iter) -> Iterator[str]:
    """The file, line by line, a byte order mark first: Excel mangles Cyrillic without it."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n")
    cell = keyed_cell if sheet.with_keys else read_cell
    buffer.write("\ufeff")
    writer.writerow(sheet.heading)
    yield _drain(buffer)
    for values in watch(sheet.rows()):
        writer.writerow([cell(value) for value in values])
        yield _drain(buffer)


def _drain(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def write_xlsx(sheet: Sheet, target: IO[bytes], watch: Watch = iter) -> None:
    """The file written to ``target``: real dates and numbers, frozen first row, autofilter."""
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        page = book.add_worksheet(_NOT_IN_SHEET_NAMES.sub(" ", str(sheet.listing.title))[:31])
        bold = book.add_format({"bold": True})
        formats = {
            date: book.add_format({"num_format": "dd.mm.yyyy"}),
            datetime: book.add_format({"num_format": "dd.mm.yyyy hh:mm"}),
        }
        page.freeze_panes(1, 0)
        for place, text in enumerate(sheet.heading):
            page.set_column(place, place, min(max(len(text) + 2, 12), 40))
            page.write_string(0, place, text, bold)
        last = 0
        for last, values in enumerate(watch(sheet.rows()), start=1):
            for place, value in enumerate(values):
                _write_cell(page, last, place, value, sheet.with_keys, formats)
        page.autofilter(0, 0, last, len(sheet.columns) - 1)


def _write_cell(page: Any, row: int, place: int, value: Any, with_keys: bool, formats: Any) -> None:
    if isinstance(value, datetime):
        value = clock.to_local(value).replace(tzinfo=None)
        page.write_datetime(row, place, value, formats[datetime])
    elif isinstance(value, date):
        page.write_datetime(row, place, value, formats[date])
    elif isinstance(value, int | Decimal) and not isinstance(value, bool):
        page.write_number(row, place, value)
    else:
        text = str((keyed_cell if with_keys else read_cell)(value))
        if text:
            page.write_string(row, place, text[:_LONGEST_XLSX_TEXT])


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
            file.writelines(line.encode() for line in csv_lines(sheet, DIALECTS[dialect]))
        else:
            write_xlsx(sheet, file)
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
