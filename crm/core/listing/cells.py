"""What stands in a cell: for machines, for people, and guarded against spreadsheets."""

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from crm.core import clock
from crm.core.dates import short_date
from crm.core.language import reader_language
from crm.core.words import Term

# A cell that begins so would be run as a formula, or lose its own apostrophe on import.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "'")
SAFE_FROM = "A"  # the code points of the dangerous ones are lower: no text from here on is one


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
    shown = shown_value(value)
    return escaped(shown) if isinstance(value, str | list | tuple) else shown


def shown_value(value: Any) -> Any:
    """The same without the guard of spreadsheets: for pages."""
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
        return str(value.label)
    if isinstance(value, list | tuple):
        return ", ".join(_unescaped(shown_value, one) for one in value)
    return value


def _unescaped(cell: Callable[[Any], Any], value: Any) -> str:
    """``value`` inside a cell of several: only the start of the whole cell is dangerous."""
    return value if isinstance(value, str) and not isinstance(value, Term) else str(cell(value))
