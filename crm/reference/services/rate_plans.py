"""Exchange rates out of a file: what it would do to the stored ones, and doing it."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.core.database import db
from crm.core.words import Term
from crm.reference.models import ExchangeRate
from crm.reference.queries import rates_between
from crm.reference.services.rate_files import NEEDED, RateFileError, columns_of, lines_of, tidy
from crm.reference.services.rates import RATED, UNITS, RateError, check_day, micro_of

_LONGEST_CELL, _LONGEST_SOURCE = 1000, 500
_NUMBER = re.compile(r"[0-9]{1,12}([.,][0-9]{1,12})?")
_SPACES = re.compile("[ \u00a0\u202f]")


class RowState(Term):
    """What a row of the file does."""

    NEW = "new", _l("new")
    DIFFERS = "differs", _l("differs from the stored one")
    SAME = "same", _l("no change")
    WRONG = "wrong", _l("wrong")


@dataclass(frozen=True)
class RateRow:
    """A row of the file: what it says, and what it does or why it cannot.

    ``texts``: currency, date and rate as they stand there. ``stored``: the rate of its day.
    ``fault``: why it is left out.
    """

    line: int
    texts: Sequence[str]
    currency: str | None = None
    rated_on: date | None = None
    tenge_micro: int | None = None
    source: str | None = None
    state: RowState = RowState.NEW
    fault: str | None = None
    stored: ExchangeRate | None = None

    @property
    def key(self) -> tuple[str | None, date | None]:
        """A currency has one rate a day."""
        return self.currency, self.rated_on

    def wrong(self, fault: str) -> "RateRow":
        """The same row, refused."""
        return replace(self, state=RowState.WRONG, fault=fault)


@dataclass(frozen=True)
class RatePlan:
    """What a file would do: every row, and the columns that are not read."""

    rows: Sequence[RateRow]
    ignored: Sequence[str]

    def count(self, state: RowState) -> int:
        """How many rows are of ``state``."""
        return sum(1 for row in self.rows if row.state == state)

    @property
    def changes(self) -> list[RateRow]:
        """The rows that would change something."""
        return [row for row in self.rows if row.state in (RowState.NEW, RowState.DIFFERS)]

    @property
    def fingerprint(self) -> str:
        """Tells whether what is saved is what was shown."""
        told = [
            (*row.key, row.tenge_micro, row.source, row.stored and row.stored.tenge_micro)
            for row in self.changes
        ]
        return hashlib.sha256(repr(told).encode()).hexdigest()


def plan_of(text: str, source: str | None, today: date) -> RatePlan:
    """What ``text`` would do to the stored rates; raises RateFileError when it cannot be read.

    ``source`` is that of rows that name none.
    """
    lines = lines_of(text)
    columns, ignored = columns_of(lines[0][1])
    width = len(lines[0][1])
    rows = [_row(line, cells, columns, source, today, width) for line, cells in lines[1:]]
    if not rows:
        raise RateFileError(_("There is no row under the heading"))
    return RatePlan(_compared(_once(rows)), ignored)


def _row(
    line: int,
    cells: Sequence[str],
    columns: dict[str, int],
    source: str | None,
    today: date,
    width: int,
) -> RateRow:
    told = {
        name: tidy(cells[place]) if place < len(cells) else "" for name, place in columns.items()
    }
    row = RateRow(line, [told[name][:40] for name in NEEDED])
    if any(cell.strip() for cell in cells[width:]):  # 520,15 in a file divided by commas
        return row.wrong(_("There are more cells than in the first line: put 520,15 in quotes"))
    if any(len(cell) > _LONGEST_CELL for cell in cells):
        return row.wrong(_("A cell is far too long"))
    if any(cell.startswith("=") for cell in told.values()):
        return row.wrong(_("A cell holds a formula: write what it gives"))
    own = told.get("source", "")
    own = own.removeprefix("'")  # set by our own files before what a spreadsheet would run
    if len(own) > _LONGEST_SOURCE:
        return row.wrong(_("The source is longer than %(count)s characters", count=_LONGEST_SOURCE))
    try:
        return replace(row, source=own or source, **_values(told, today))
    except RateError as error:
        return row.wrong(str(error))


def _values(told: dict[str, str], today: date) -> dict[str, Any]:
    currency = told["currency"].upper()
    if currency not in RATED:
        raise RateError(
            _("Write the currency by its three letters, as USD")
            if currency
            else _("The currency is missing")
        )
    day = _day(told["rated_on"])
    check_day(day, today)
    units = told.get("units", "") or "1"
    if units not in map(str, UNITS):
        raise RateError(_("Units are 1, 10, 100 or 1000"))
    number = _SPACES.sub("", told["rate"])
    if not _NUMBER.fullmatch(number):
        raise RateError(
            _("Write the rate as a number, as 520,15") if number else _("The rate is missing")
        )
    micro = micro_of(Decimal(number.replace(",", ".")), int(units), currency)
    return {"currency": currency, "rated_on": day, "tenge_micro": micro}


def _day(text: str) -> date:
    if not text:
        raise RateError(_("The date is missing"))
    for pattern in ("%Y-%m-%d", "%d.%m.%Y", "%d %b %Y"):  # the last one in our English files
        try:
            return datetime.strptime(text.replace("Sept ", "Sep "), pattern).date()  # noqa: DTZ007 (a date has no zone)
        except ValueError:
            continue
    raise RateError(_("There is no such date: write it as 24.11.2026"))


def _once(rows: Sequence[RateRow]) -> list[RateRow]:
    """Of rows that say the same only the first counts; rows that contradict are all wrong."""
    told: dict[Any, dict[int | None, RateRow]] = {}  # by day, the first row of each rate
    for row in rows:
        if row.state != RowState.WRONG:
            told.setdefault(row.key, {}).setdefault(row.tenge_micro, row)
    return [
        row if row.state == RowState.WRONG else _among(row, list(told[row.key].values()))
        for row in rows
    ]


def _among(row: RateRow, first: Sequence[RateRow]) -> RateRow:
    """``row`` beside the ``first`` rows of each rate that the file has for its day."""
    other = next((one for one in first if one.tenge_micro != row.tenge_micro), None)
    if other is not None:
        return row.wrong(_("Line %(line)s has another rate for this day", line=other.line))
    if first[0] is row:
        return row
    said = _("The same stands in line %(line)s", line=first[0].line)
    return replace(row, state=RowState.SAME, fault=said)


def _compared(rows: Sequence[RateRow]) -> list[RateRow]:
    days = [row.rated_on for row in rows if row.rated_on is not None]
    stored: dict[Any, ExchangeRate] = {
        (rate.currency, rate.rated_on): rate
        for rate in (db.session.scalars(rates_between(min(days), max(days))) if days else ())
    }
    return [_beside(row, stored.get(row.key)) for row in rows]


def _beside(row: RateRow, stored: ExchangeRate | None) -> RateRow:
    if row.state != RowState.NEW or stored is None:
        return row
    if stored.archived_at is not None:
        return row.wrong(_("The rate of this day is retired: bring it back in the list first"))
    is_same = stored.tenge_micro == row.tenge_micro
    return replace(row, state=RowState.SAME if is_same else RowState.DIFFERS, stored=stored)


def keep(plan: RatePlan) -> int:
    """Store every good row of ``plan``, flushed; how many changed something."""
    for row in plan.changes:
        if row.stored is not None:
            row.stored.tenge_micro = row.tenge_micro or 0
            row.stored.source = row.source or row.stored.source
        else:
            db.session.add(
                ExchangeRate(
                    currency=row.currency,
                    rated_on=row.rated_on,
                    tenge_micro=row.tenge_micro,
                    source=row.source,
                )
            )
    db.session.flush()
    return len(plan.changes)
