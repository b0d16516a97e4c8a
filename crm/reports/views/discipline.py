"""How deadlines are kept: figures by department and officer, and the points they count."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.core import clock
from crm.core.dates import as_of, short_date
from crm.core.listing.address import Address
from crm.core.listing.bar import bar_of
from crm.core.listing.cells import shown_value
from crm.core.listing.declare import PRESENTATION, Listing
from crm.core.listing.downloads import downloads
from crm.core.listing.filters import Args, BadQueryError
from crm.core.listing.page import open_page
from crm.core.listing.query import rows_of
from crm.lists.views.files import answer_file
from crm.reports.listing.discipline import (
    COUNTED,
    PATH,
    asked_span,
    average,
    officers_listing,
    points_listing,
)
from crm.reports.queries.past import Span
from crm.reports.views.control import bp

__all__ = ["bp"]

_FULL = 1000  # how long the longest bar is, in units of its drawing


@dataclass(frozen=True)
class Number:
    """A number of the report, and the list of the points it counts."""

    label: str
    count: int
    url: str


@dataclass(frozen=True)
class Row:
    """How somebody kept deadlines; ``length`` of the bar of what is overdue."""

    name: str
    numbers: Sequence[Number]
    overdue: Number
    days_average: str | None
    days_most: int
    length: int = 0


@dataclass(frozen=True)
class Department:
    """A department with its officers; ``name`` is empty for those who were in none."""

    row: Row
    officers: Sequence[Row]


@bp.get(PATH)
def discipline() -> ResponseReturnValue:
    """The figures of a span as of its last day."""
    span, listing = _asked(officers_listing)
    if any(name in request.args for name in PRESENTATION):
        abort(400)
    try:
        found = rows_of(listing, request.args)
    except BadQueryError:
        abort(400)
    address = Address(listing, request.args)
    bar = bar_of(listing, request.args, address)
    return render_template(
        "reports/discipline.html",
        title=listing.title,
        span=span,
        today=clock.today(),
        presets=_presets(span, address),
        bar=bar,
        departments=_departments(found, span),
        total=_row(span, str(_("Total")), found, dict(_chosen(address.args))),
        labels=[str(label) for label in COUNTED.values()],
        downloads=downloads(listing, (), address),
        officer_count=len(found),
        subtitle=f"{as_of(span.on)} · {_period(span)}",
    )


@bp.get(f"{PATH}/points")
def discipline_points() -> ResponseReturnValue:
    """The points of a span as they stood on its last day."""
    span, listing = _asked(points_listing)
    page = open_page(listing)
    back = {name: request.args[name] for name in ("on", "from") if request.args.get(name)}
    return render_template(
        "reports/points.html",
        listing=page,
        span=span,
        back_url=f"{PATH}?{urlencode(back)}" if back else PATH,
        subtitle=f"{as_of(span.on)} · {_period(span)}",
    )


@bp.get(f"{PATH}.<any(csv, xlsx):extension>")
def discipline_file(extension: str) -> ResponseReturnValue:
    """The figures officer by officer."""
    return answer_file(_asked(officers_listing)[1], extension, request.args)


@bp.get(f"{PATH}/points.<any(csv, xlsx):extension>")
def discipline_points_file(extension: str) -> ResponseReturnValue:
    """The points as they stood."""
    return answer_file(_asked(points_listing)[1], extension, request.args)


def _asked(listing_of: Callable[[Span], Listing]) -> tuple[Span, Listing]:
    """The span of the address and the list declared for it; 400 for days that mean nothing."""
    try:
        span = asked_span(request.args)
    except BadQueryError:
        abort(400)
    return span, listing_of(span)


def _period(span: Span) -> str:
    return f"{short_date(span.since)} – {short_date(span.on)}"


def _presets(span: Span, address: Address) -> list[tuple[str, str, bool]]:
    """Words, address and whether chosen: the days that are asked for most."""
    today = clock.today()
    month_end = today.replace(day=1) - timedelta(days=1)
    quarter = today.replace(month=today.month - (today.month - 1) % 3, day=1)
    quarter_end = quarter - timedelta(days=1)
    spans = [
        (_("This year to this day"), Span(today.replace(month=1, day=1), today)),
        (_("Last month"), Span(month_end.replace(day=1), month_end)),
        (_("Last quarter"), Span(_month_before(quarter, 3), quarter_end)),
    ]
    return [
        (
            str(words),
            address.with_(**{"from": one.since.isoformat(), "on": one.on.isoformat()}),
            one == span,
        )
        for words, one in spans
    ]


def _month_before(first: date, count: int) -> date:
    for _each in range(count):
        first = (first - timedelta(days=1)).replace(day=1)
    return first


def _chosen(args: Args) -> list[tuple[str, str]]:
    return [("department", args["department"])] if args.get("department") else []


def _departments(found: Sequence[Mapping[str, Any]], span: Span) -> list[Department]:
    grouped = [(key, list(rows)) for key, rows in groupby(found, lambda one: one["department_id"])]
    most = max((sum(one["overdue"] for one in rows) for _key, rows in grouped), default=0)
    most_of_one = max((one["overdue"] for one in found), default=0)
    return [
        Department(
            _row(span, rows[0]["department"] or "", rows, {"department": key or "none"}, most),
            [
                _row(span, one["officer"], [one], {"owner": one["officer_id"]}, most_of_one)
                for one in rows
            ],
        )
        for key, rows in grouped
    ]


def _row(
    span: Span,
    name: str,
    found: Sequence[Mapping[str, Any]],
    whose: Mapping[str, Any],
    most: int = 0,
) -> Row:
    days = {"on": span.on.isoformat(), "from": span.since.isoformat()}
    numbers = [
        Number(
            str(label),
            sum(one[what] for one in found),
            f"{PATH}/points?{urlencode({**days, 'what': what, **whose})}",
        )
        for what, label in COUNTED.items()
    ]
    overdue = numbers[-1]
    days_average = average(sum(one["days"] for one in found), overdue.count)
    return Row(
        name,
        numbers,
        overdue,
        None if days_average is None else shown_value(days_average),
        max((one["days_most"] for one in found), default=0),
        _FULL * overdue.count // most if most else 0,
    )
