"""The control list for the planning meeting, by executor."""

from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from crm.core import clock
from crm.core.listing.columns import Column
from crm.core.listing.declare import Listing, QuickFilter, ScreenColumn
from crm.core.listing.filters import ChoiceFilter
from crm.follow_ups.listing.points import FOLLOW_UPS
from crm.follow_ups.models.follow_up import FollowUp
from crm.follow_ups.models.terms import PENDING, FollowUpStatus
from crm.follow_ups.queries.points import overdue, pending
from crm.reports.queries.control import awaiting_removal, by_executor, points_under_control

_FILES = (
    *("id", "executor_id", "executor", "co_executors", "text", "kind", "basis", "basis_number"),
    *("basis_date", "basis_point", "meeting", "number", "country", "country_name"),
    "responsible_side",
    *(
        "original_due_on",
        "due_on",
        "days_overdue",
        "status",
        "done_on",
        "progress",
        "progress_on",
        "owner",
    ),
)
_FILTERS = ("department", "person", "executor", "country", "due", "basis", "kind", "side")


_STATES = {
    "pending": _l("Pending"),
    "overdue": _l("Overdue"),
    FollowUpStatus.DONE.value: _l("Awaiting removal from control"),
}


def _has_state(state: str) -> ColumnElement[bool]:
    if state == "overdue":
        return overdue(clock.today())
    return pending() if state == "pending" else awaiting_removal()


def days_overdue(status: FollowUpStatus, due_on: date | None) -> int | None:
    """For how many days the deadline of a pending point has passed; None for one to come, or
    none.
    """
    if due_on is None or status not in PENDING:
        return None
    return max((clock.today() - due_on).days, 0) or None


_COLUMNS = {one.name: one for one in FOLLOW_UPS.columns}
_COLUMNS["days_overdue"] = Column(
    "days_overdue", _l("Days overdue"), (FollowUp.status, FollowUp.due_on), days_overdue
)
_KNOWN = {one.name: one for one in FOLLOW_UPS.filters}

CONTROL = Listing(
    name="reports/control",
    path="/reports/control",
    title=_l("Control list"),
    base=points_under_control,
    key=FollowUp.id,
    columns=[_COLUMNS[name] for name in _FILES],
    screen=[
        ScreenColumn("point", _l("What was agreed"), "text", "w-quart", ("text",), fixed=True),
        ScreenColumn("basis", _l("Basis"), None, None, ("basis", "basis_number", "basis_date")),
        ScreenColumn(
            "where", _l("Country and meeting"), "country", "w-fifth text-wrap", ("country_name",)
        ),
        ScreenColumn(
            "executor",
            _l("Executor"),
            "executor",
            None,
            ("executor", "responsible_side", "co_executors"),
        ),
        ScreenColumn(
            "due", _l("Due date"), "due_on", "w-date text-wrap", ("original_due_on", "due_on")
        ),
        ScreenColumn("progress", _l("Progress"), None, None, ("progress", "progress_on")),
        ScreenColumn("owner", _l("Owner"), "owner", "text-wrap", ("owner",)),
    ],
    filters=[
        *(_KNOWN[name] for name in _FILTERS[:5]),
        ChoiceFilter("status", _l("Status"), lambda: list(_STATES.items()), _has_state),
        *(_KNOWN[name] for name in _FILTERS[5:]),
    ],
    sorts={
        "executor": lambda: [by_executor(), FollowUp.urgency_key],
        "due_on": [FollowUp.urgency_key],
        "text": [FollowUp.text_key],
        "country": FOLLOW_UPS.sorts["country"],
        "owner": FOLLOW_UPS.sorts["owner"],
    },
    default_sort="executor",
    search=FollowUp.search_text,
    quick=[
        QuickFilter(_l("Overdue"), lambda _reader: {"status": "overdue"}),
        QuickFilter(
            _l("My department"),
            lambda reader: (
                {"department": str(reader.department_id)} if reader.department_id else {}
            ),
        ),
    ],
    has_archive=False,
)
