"""Figures over projects: sums and counts, each leading to exactly its records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from crm.accounts.models import User
from crm.core import clock
from crm.core.database import db
from crm.core.dates import as_of
from crm.core.language import worded
from crm.core.listing.filters import EMPTY
from crm.countries.models import Country
from crm.projects.models.project import InvestmentProject
from crm.projects.models.terms import Stage
from crm.projects.queries.figures import (
    SECTOR,
    Group,
    Part,
    StageDays,
    groups_by,
    launched_years,
    stage_days,
    total_of,
)
from crm.projects.views.narrowed import Narrowed, narrowed
from crm.reference.models import District, Sector

bp = Blueprint("project_figures", __name__)

_PATH = "/projects/figures"
_MOST_BARS = 12  # the table beside has all of them
_FULL = 1000  # how long the longest bar is, in units of its drawing


@dataclass(frozen=True)
class Cell:
    """A sum in a table, and the lists it comes from."""

    part: Part
    url: str | None  # None where the filters ask for other amounts already
    unrated_url: str | None


@dataclass(frozen=True)
class Row:
    """A group of projects with its name; ``length`` of its bar."""

    name: str
    group: Group
    url: str
    unknown_url: str | None
    cells: Sequence[Cell]
    length: int


@dataclass(frozen=True)
class Table:
    """Projects by something, with all of them together; bars for the largest."""

    anchor: str
    title: str
    head: str
    rows: Sequence[Row]
    total: Row

    @property
    def bars(self) -> Sequence[Row]:
        """Those with a bar."""
        return self.rows[:_MOST_BARS]


@bp.get(_PATH)
def index() -> ResponseReturnValue:
    """The figures of the projects asked for."""
    asked = narrowed(_PATH, ("year",), ("year",))
    years = sorted(
        {clock.today().year, *filter(None, db.session.scalars(launched_years()))}, reverse=True
    )
    year = _year(asked, years)
    found = asked.found()
    stages = _by_stage(asked, groups_by(InvestmentProject.stage, found))
    bar = asked.bar()
    chosen = [f"{chip.label}: {chip.value_label}" for chip in bar.filters if chip.value_label]
    return render_template(
        "projects/figures.html",
        bar=bar,
        print_line=" · ".join([as_of(clock.today()), *chosen]),
        stages=stages,
        days=_days(asked, stage_days(found, clock.today())),
        tables=[
            _by_sector(asked, groups_by(SECTOR, found)),
            _by_code(asked, "country", groups_by(InvestmentProject.country_code, found)),
            _by_code(asked, "district", groups_by(InvestmentProject.district_code, found)),
            _by_code(asked, "officer", groups_by(InvestmentProject.officer_id, found)),
        ],
        launched=_launched(asked, year),
        year=year,
        years=[(one, asked.address.with_(year=str(one))) for one in years],
        list_url=asked.list_url(),
        board_url=asked.url_at("/projects/board"),
    )


def _year(asked: Narrowed, years: Sequence[int]) -> int:
    text = asked.args.get("year", "") or str(clock.today().year)
    if text not in map(str, years):
        abort(400)
    return int(text)


def _by_stage(asked: Narrowed, groups: Sequence[Group]) -> Table:
    """Every stage in order, also one without projects."""
    by_key = {group.key: group for group in groups}
    empty = total_of([])
    rows = [(stage.value, str(stage.label), by_key.get(stage, empty)) for stage in Stage]
    return _table(asked, "stage", str(_("By stage")), str(_("Stage")), rows)


def _by_sector(asked: Narrowed, groups: Sequence[Group]) -> Table:
    names = _names(Sector, Sector.code, groups)
    # Where one sector is asked for already, its upper one would widen the list again.
    only = asked.args.get("sector")
    rows = [(only or group.key, names[group.key], group) for group in groups]
    return _table(asked, "sector", str(_("By sector")), str(_("Sector")), rows)


def _by_code(asked: Narrowed, name: str, groups: Sequence[Group]) -> Table:
    title, head, model, key = {
        "country": (_("By country"), _("Country"), Country, Country.code),
        "district": (_("By district"), _("District"), District, District.code),
        "officer": (_("By officer"), _("Responsible officer"), User, User.id),
    }[name]
    names = _names(model, key, groups)
    rows = [
        (EMPTY, str(_("not stated")), group)
        if group.key is None
        else (str(group.key), names[group.key], group)
        for group in groups
    ]
    return _table(asked, name, str(title), str(head), rows)


def _names(model: Any, key: Any, groups: Sequence[Group]) -> Mapping[Any, str]:
    found = db.session.scalars(select(model).where(key.in_([group.key for group in groups])))
    return {
        getattr(one, key.key): one.name if model is User else worded(one, "name").text
        for one in found
    }


def _table(
    asked: Narrowed, name: str, title: str, head: str, rows: Sequence[tuple[str, str, Group]]
) -> Table:
    most = max((group.cost.tenge.minor for _key, _name, group in rows), default=0)
    return Table(
        f"by-{name}",
        title,
        head,
        [_row(asked, text, group, most, {name: key}) for key, text, group in rows],
        _row(asked, str(_("Total")), total_of([group for _key, _name, group in rows]), 0, {}),
    )


def _row(
    asked: Narrowed, text: str, group: Group, most: int, more: Mapping[str, str | None]
) -> Row:
    parts = {"cost": group.cost, "announced": group.announced}
    parts |= {"contracted": group.contracted, "actual": group.actual}
    is_free = not asked.args.get("amounts")
    cells = [
        Cell(
            part,
            asked.list_url(amounts=name, **more) if is_free else None,
            asked.list_url(amounts=f"{name}_no_rate", **more) if is_free else None,
        )
        for name, part in parts.items()
    ]
    length = _FULL * group.cost.tenge.minor // most if most else 0
    unknown = asked.list_url(amounts="no_amount", **more) if is_free else None
    return Row(text, group, asked.list_url(**more), unknown, cells, length)


def _days(
    asked: Narrowed, days: Sequence[StageDays]
) -> Sequence[tuple[StageDays, str | None, str]]:
    """By stage: how long, who has left it, who is there."""
    is_free = not asked.args.get("left")
    return [
        (
            one,
            asked.list_url(left=one.stage.value) if is_free else None,
            asked.list_url(stage=one.stage.value),
        )
        for one in days
    ]


def _launched(asked: Narrowed, year: int) -> Row:
    """What was commissioned in ``year``, completed projects too unless a status was asked for."""
    launched = asked.found(even_completed=True).where(
        InvestmentProject.commissioning_actual_year == year
    )
    group = total_of(groups_by(InvestmentProject.commissioning_actual_year, launched))
    more: dict[str, str | None] = {"commissioned": str(year)}
    if not asked.has_status:
        more["status"] = None
    return _row(asked, str(_("Launched in %(year)s", year=year)), group, 0, more)
