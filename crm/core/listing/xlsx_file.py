"""A list as an Excel file: real dates and numbers, a heading that stays, filters, widths."""

import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, Any

from crm.core import clock
from crm.core.listing.cells import keyed_cell, read_cell
from crm.core.listing.sheet import Portion, Sheet, Told
from crm.core.listing.values import Convert, Fetched, Kind, converter

_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]")
_DAY_ZERO = date(1899, 12, 30)
_FIRST_DAY = date(1900, 3, 1)  # before it Excel counts a day that never was
_NARROWEST, _WIDEST = 8, 50  # characters
_WIDTH_OF_DAYS, _WIDTH_OF_MOMENTS = 11, 16
_LOOKED_AT = 100  # rows whose texts say how wide a column is to be
_FORMATS = {date: "dd.mm.yyyy", datetime: "dd.mm.yyyy hh:mm", time: "hh:mm"}
# A value into the cell of a row and a column, in a format. Mostly the library's own functions:
# called a million times for a file, one around them would cost as much as they do.
Put = Callable[[int, int, Any, Any], object]


@dataclass(frozen=True)
class _Way:
    """How the values of a column become cells, and how a cell is written."""

    convert: Convert | None
    put: Put
    form: Any = None
    put_texts: Put | None = None  # where texts stand among the numbers


def write_xlsx(sheet: Sheet, target: IO[bytes], told: Told) -> int:
    """The file written to ``target``; how many rows it has. Raises OSError for a full disk."""
    import xlsxwriter

    # A folder of our own: what the library leaves behind when it breaks goes with it.
    with tempfile.TemporaryDirectory() as folder:
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "tmpdir": folder,
        }
        book = xlsxwriter.Workbook(target, options)
        count = _fill(book, sheet, told)
        try:
            book.close()
        except xlsxwriter.exceptions.FileCreateError as error:
            raise error.args[0] from error
    return count


def _fill(book: Any, sheet: Sheet, told: Told) -> int:
    page = book.add_worksheet(_NOT_IN_SHEET_NAMES.sub(" ", str(sheet.listing.title))[:31])
    bold = book.add_format({"bold": True})
    page.freeze_panes(1, 0)
    for place, text in enumerate(sheet.heading):
        page.write_string(0, place, text, bold)
    ways = _ways(book, page, sheet)
    count = 0
    for portion in sheet.portions():
        cells = [
            values if way.convert is None else list(way.convert(values))
            for way, values in zip(ways, portion, strict=True)
        ]
        if not count:
            _set_widths(page, sheet, cells)
        _put_rows(cells, ways, count + 1)
        count += len(portion[0])
        told(len(portion[0]))
    if not count:
        _set_widths(page, sheet, [() for _ in sheet.columns])
    page.autofilter(0, 0, count, len(sheet.columns) - 1)
    return count


def _put_rows(cells: Portion, ways: Sequence[_Way], start: int) -> None:
    columns = [
        (place, _put_of(way, values), way.form)
        for place, (way, values) in enumerate(zip(ways, cells, strict=True))
    ]
    for row, values in enumerate(zip(*cells, strict=True), start):
        for (place, put, form), value in zip(columns, values, strict=True):
            if value is not None:
                put(row, place, value, form)


def _put_of(way: _Way, values: Sequence[Any]) -> Put:
    if way.put_texts is None or str not in map(type, values):
        return way.put
    return way.put_texts


def _ways(book: Any, page: Any, sheet: Sheet) -> list[_Way]:
    formats = {of: book.add_format({"num_format": text}) for of, text in _FORMATS.items()}
    cell = keyed_cell if sheet.with_keys else read_cell

    def put_any(row: int, place: int, value: Any, _form: Any) -> None:
        if isinstance(value, datetime):
            local = clock.to_local(value).replace(tzinfo=None)
            page.write_datetime(row, place, local, formats[datetime])
        elif isinstance(value, time):
            page.write_datetime(row, place, value, formats[time])
        elif isinstance(value, date):
            page.write(row, place, _serial(value, sheet.with_keys), formats[date])
        elif isinstance(value, int | Decimal) and not isinstance(value, bool):
            page.write_number(row, place, value)
        elif value != "":
            page.write_string(row, place, str(cell(value)))

    def way(one: Fetched) -> _Way:
        if one.kind is Kind.DAY:
            days = _serials(sheet.with_keys)
            return _Way(days, page.write_number, formats[date], put_texts=page.write)
        if one.kind is Kind.WHOLE:
            return _Way(None, page.write_number)
        if one.kind is Kind.OTHER:
            return _Way(None, put_any)
        return _Way(converter(one, sheet.with_keys), page.write_string)

    return [way(one) for one in sheet.fetched]


def _serial(day: date, with_keys: bool) -> int | str:
    """``day`` as Excel counts days; as text where Excel would err."""
    if day >= _FIRST_DAY:
        return (day - _DAY_ZERO).days
    return str((keyed_cell if with_keys else read_cell)(day))


def _serials(with_keys: bool) -> Convert:
    known: dict[str | None, Any] = {None: None}

    def convert(values: Sequence[Any]) -> list[Any]:
        for iso in set(values).difference(known):
            known[iso] = _serial(date.fromisoformat(iso), with_keys)
        return [known[iso] for iso in values]

    return convert


def _set_widths(page: Any, sheet: Sheet, cells: Portion) -> None:
    """Each column as wide as its heading and the longest of the first texts, within bounds."""
    for place, (one, heading) in enumerate(zip(sheet.fetched, sheet.heading, strict=True)):
        if one.kind is Kind.DAY:
            longest = _WIDTH_OF_DAYS
        else:
            longest = max(map(_width, cells[place][:_LOOKED_AT]), default=0)
        # The button of the filter covers two letters of the heading.
        width = max(len(heading) + 2, longest + 1, _NARROWEST)
        page.set_column(place, place, min(width, _WIDEST))


def _width(value: Any) -> int:
    if value is None:
        return 0
    if isinstance(value, datetime):
        return _WIDTH_OF_MOMENTS
    if isinstance(value, str):
        return max(map(len, value.split("\n")))
    return len(str(value))
