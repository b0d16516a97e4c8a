"""The page of reports, and the control list for the planning meeting."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from crm.core import clock
from crm.core.dates import as_of
from crm.core.listing.page import open_page
from crm.follow_ups.models.follow_up import FollowUp
from crm.reports.listing.control import CONTROL
from crm.reports.views.monthly import monthly_lists

bp = Blueprint("reports", __name__)

_ROWS = 500  # of a page: a meeting goes through no more


@dataclass(frozen=True)
class Carried:
    """The points of one executor on a page; ``first`` is the place of the first there, from 0."""

    name: str
    rows: Sequence[FollowUp]
    first: int


@bp.get("/reports/")
def index() -> ResponseReturnValue:
    """Which reports there are, and what is handed in on the 1st."""
    return render_template("reports/index.html", monthly=monthly_lists(clock.today()))


@bp.get("/reports/control")
def control() -> ResponseReturnValue:
    """What is under control, by executor; below that as it presses."""
    page = open_page(CONTROL, size=_ROWS)
    chosen = [f"{one.label}: {one.value_label}" for one in page.bar.filters if one.value_label]
    is_by_executor = page.address.args.get("sort", "executor").endswith("executor")
    return render_template(
        "reports/control.html",
        listing=page,
        groups=list(_groups(page.rows)) if is_by_executor else [Carried("", page.rows, 0)],
        is_by_executor=is_by_executor,
        subtitle=" · ".join([as_of(clock.today()), *chosen]),
    )


def _groups(points: Sequence[FollowUp]) -> Iterator[Carried]:
    """``points`` as they follow one another, by executor."""
    first = 0
    for _code, found in groupby(points, lambda one: one.executor.code if one.executor else ""):
        rows = list(found)
        yield Carried(rows[0].executor.name if rows[0].executor else "", rows, first)
        first += len(rows)
