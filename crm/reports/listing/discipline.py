"""How deadlines are kept, officer by officer, and the points each number counts."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select, type_coerce
from sqlalchemy.orm import aliased

from crm.accounts.models import Department, User
from crm.accounts.queries import every_department_choices, everybody
from crm.core import clock
from crm.core.listing.columns import Column, in_reader_language, plain, relation_columns
from crm.core.listing.declare import KEY_LABEL, Listing, ScreenColumn
from crm.core.listing.filters import Args, BadQueryError, ChoiceFilter, Filter
from crm.core.listing.ranges import read_day
from crm.follow_ups.listing.points import FOLLOW_UPS
from crm.follow_ups.models.follow_up import FollowUp
from crm.follow_ups.queries.points import every_visible
from crm.reports.queries.discipline import OfficersThen, PointsThen, counted
from crm.reports.queries.past import Span

PATH = "/reports/discipline"
OFFICERS, POINTS = "reports/discipline", "reports/discipline/points"
TITLES = {OFFICERS: _l("How deadlines are kept"), POINTS: _l("Points as they stood then")}
COUNTED = {
    "under_control": _l("Under control"),
    "awaiting_removal": _l("Awaiting removal from control"),
    "on_time": _l("Done on time"),
    "late": _l("Done late"),
    "extended": _l("Extended"),
    "refused": _l("Extension refused"),
    "overdue": _l("Overdue"),
}
_owner, _department = aliased(User), aliased(Department)
# One for all declarations: what it makes is kept by it.
_DEPARTMENT_NAME = in_reader_language(_department, "name")


def asked_span(args: Args) -> Span:
    """The span of an address: its last day ``on``, today without one, and its first day ``from``,
    without one the first of the year. Raises BadQueryError, for days to come, too.
    """
    on = read_day(args.get("on", "")) or clock.today()
    since = read_day(args.get("from", "")) or on.replace(month=1, day=1)
    if on > clock.today() or since > on:
        raise BadQueryError("on")
    return Span(since, on)


@dataclass(frozen=True)
class _SpanFilter:
    """The days of the address; they are in the declaration of the list itself."""

    name = "on"
    label = _l("As of")
    kind = "span"
    parameters = ("on", "from")

    def clause(self, args: Args) -> ColumnElement[bool] | None:
        """None: nothing is left to ask for."""
        return None

    def described(self, args: Args) -> str | None:
        """None: the page says the days."""
        return None


def officers_listing(span: Span) -> Listing:
    """Every owner of points in ``span`` with the numbers of COUNTED, by department and name."""
    officers, figures = OfficersThen(span).table, counted(PointsThen(span))
    department = officers.c.department
    place = select(Department.position).where(Department.id == department).scalar_subquery()
    numbers = [Column(name, label, figures.c[name]) for name, label in COUNTED.items()]
    return Listing(
        name=OFFICERS,
        path=PATH,
        title=TITLES[OFFICERS],
        base=lambda: (
            select(User)
            .join(officers, officers.c.id == User.id)
            .join(figures, figures.c.owner == User.id)
        ),
        key=User.id,
        columns=[
            *relation_columns(
                "department",
                _l("Department"),
                department,
                _DEPARTMENT_NAME,
                joins=((_department, _department.id == department),),
            ),
            plain(User.id, KEY_LABEL, "officer_id"),
            plain(User.name, _l("Officer"), "officer"),
            *numbers,
            Column("days", _l("Days overdue, together"), figures.c.days),
            Column(
                "days_average",
                _l("Days overdue, on average"),
                (figures.c.days, figures.c.overdue),
                average,
            ),
            Column("days_most", _l("Days overdue, at most"), figures.c.days_most),
        ],
        screen=[],
        filters=[_SpanFilter(), _of_department(lambda key: department == key)],
        sorts={"department": [place, department, User.name_key]},
        default_sort="department",
        has_archive=False,
    )


def average(days: int, count: int) -> Decimal | None:
    """Days for one of ``count``, to a tenth; None for none."""
    return round(Decimal(days) / count, 1) if count else None


def points_listing(span: Span) -> Listing:
    """The points of ``span`` as they stood on its last day."""
    then, officers = PointsThen(span), OfficersThen(span)
    table = then.table.c
    joins = ((_owner, _owner.id == table.owner),)
    shown = [
        Column("status", _l("Status"), type_coerce(table.status, FollowUp.status.type)),
        Column("original_due_on", _l("Original due date"), table.original_due, _day),
        Column("due_on", _l("Due date"), table.due, _day),
        Column("done_on", _l("Done on"), table.done, _day),
        Column("days_overdue", _l("Days overdue"), then.days_overdue),
        *relation_columns("owner", _l("Owner"), table.owner, _owner.name, joins=joins),
    ]
    known = {one.name: one for one in FOLLOW_UPS.columns}
    told = [known[name] for name in ("id", "text", "kind", "country", "country_name", "meeting")]
    return Listing(
        name=POINTS,
        path=f"{PATH}/points",
        title=TITLES[POINTS],
        base=lambda: every_visible().join(then.table, table.id == FollowUp.id),
        key=FollowUp.id,
        columns=[*told, *shown],
        screen=[
            ScreenColumn("point", _l("What was agreed"), None, "w-quart", ("text",), True),
            ScreenColumn("where", _l("Country and meeting"), None, "w-fifth text-wrap"),
            ScreenColumn("status", _l("Status"), None, None, facts=tuple(shown)),
            ScreenColumn("due", _l("Due date"), None, "w-date text-wrap"),
            ScreenColumn("owner", _l("Owner")),
        ],
        filters=[
            _SpanFilter(),
            ChoiceFilter(
                "what", _l("Which"), lambda: list(COUNTED.items()), then.conditions.__getitem__
            ),
            ChoiceFilter("owner", _l("Owner"), everybody, lambda key: table.owner == int(key)),
            _of_department(lambda key: table.owner.in_(officers.of(key))),
        ],
        sorts={"due_on": [table.due]},
        default_sort="due_on",
        has_archive=False,
    )


def _of_department(condition: Any) -> Filter:
    return ChoiceFilter(
        "department",
        _l("Department of the owner"),
        every_department_choices,
        lambda value: condition(int(value)),
        empty=lambda: condition(None),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
