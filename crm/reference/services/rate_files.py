"""Reading a CSV file of exchange rates: its text, its lines, its columns."""

import csv
import io
from collections.abc import Iterator, Sequence

from flask_babel import force_locale
from flask_babel import gettext as _

from crm.core.language import LANGUAGES, normalise
from crm.reference.listing import COLUMNS

LARGEST, MOST_LINES = 1_000_000, 10_000
NEEDED = ("currency", "rated_on", "rate")
# Besides the headings of our own files, in each language.
_HEADINGS = {
    "currency": ("currency", "code", "currency code", "валюта", "код валюты", "валюта коды", "код"),
    "rated_on": ("rated_on", "date", "дата", "күні", "күн", "дата курса", "бағам күні"),
    "rate": ("rate", "курс", "бағам", "бағамы", "курс, тенге", "бағам, теңге"),
    "units": ("units", "unit", "единиц", "единицы", "количество", "кол-во", "бірлік", "саны"),
    "source": ("source", "источник", "дереккөз", "көзі"),
}


class RateFileError(ValueError):
    """A file that cannot be read as a whole; the message says what to do."""


def text_of(content: bytes) -> str:
    """The text of a file; raises RateFileError for what is none."""
    if len(content) > LARGEST:
        raise RateFileError(_("The file is larger than 1 MB: divide it"))
    if content.startswith(b"PK\x03\x04"):
        raise RateFileError(_("This is an Excel workbook: save it as CSV UTF-8 and choose that"))
    if b"\x00" in content:
        raise RateFileError(_("This is no text: choose a CSV file"))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RateFileError(
            _("The letters of this file are not in UTF-8: save it as CSV UTF-8")
        ) from None


def lines_of(text: str) -> list[tuple[int, list[str]]]:
    """Number and cells of every line that is not empty."""
    text = text.removeprefix("\ufeff")
    if len(text.encode(errors="replace")) > LARGEST:
        raise RateFileError(_("This is more than 1 MB: divide it"))
    if "\x00" in text:
        raise RateFileError(_("This is no text: choose a CSV file"))
    if not text.strip():
        raise RateFileError(_("The file is empty"))
    first = next(line for line in text.splitlines() if line.strip())
    mark = max(";\t,", key=first.count)
    found = list(_read(text, mark))
    if len(found) > MOST_LINES + 1:
        raise RateFileError(_("The file has more than 10,000 lines: divide it"))
    return found


def _read(text: str, mark: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise RateFileError(
                _("Line %(line)s cannot be read: a quotation mark is open or too long", line=line)
            ) from None
        if any(cell.strip() for cell in cells):
            yield line, cells


def columns_of(heading: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """At which place each column stands, and the headings that say nothing to us."""
    names = _names()
    found: dict[str, int] = {}
    ignored = []
    for place, cell in enumerate(heading):
        name = names.get(tidy(cell).casefold())
        if name is None:
            ignored.append(tidy(cell)[:40])
        elif name in found:
            raise RateFileError(_("Two columns have the same name: %(name)s", name=tidy(cell)[:40]))
        else:
            found[name] = place
    if any(name not in found for name in NEEDED):
        raise RateFileError(
            _(
                "The first line must name the columns: currency, date, rate, and optionally units"
                " and source"
            )
        )
    return found, [name for name in ignored if name]


def _names() -> dict[str, str]:
    """The column that a heading means, in every language."""
    found = {word: name for name, words in _HEADINGS.items() for word in words}
    for language in LANGUAGES:
        with force_locale(language):
            for column in COLUMNS:
                if column.name in _HEADINGS:
                    found[str(column.label).casefold()] = column.name
    return found


def tidy(cell: str) -> str:
    """A cell in one line, its letters mended as in forms."""
    return " ".join(normalise(cell).split())
