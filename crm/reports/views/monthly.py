"""What is handed in on the 1st of a month: each list and its files one press away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _

from crm.core.dates import DatePrecision, imprecise_date, short_date
from crm.core.listing.address import Address
from crm.core.listing.declare import Listing
from crm.core.listing.filters import Args
from crm.core.listing.ranges import Period
from crm.delegations.listing.delegations import DELEGATIONS
from crm.follow_ups.listing.points import FOLLOW_UPS
from crm.meetings.listing import MEETINGS
from crm.meetings.models import MeetingStatus
from crm.projects.listing.projects import PROJECTS
from crm.reports.listing.control import CONTROL

_LAST_MONTH = Period.LAST_MONTH.value


@dataclass(frozen=True)
class MonthlyList:
    """A list that is handed in, what of it, and where its page and files are."""

    title: str
    about: str
    url: str
    xlsx_url: str
    csv_url: str


def monthly_lists(today: date) -> list[MonthlyList]:
    """What is under control as of ``today``, and what the month before it brought."""
    last = today.replace(day=1) - timedelta(days=1)
    month, now = imprecise_date(last, None, DatePrecision.MONTH), short_date(today)
    return [
        _of(CONTROL, _("Control list"), now, {}),
        _of(FOLLOW_UPS, _("Points executed"), month, {"done": _LAST_MONTH}, has_set=True),
        _of(
            MEETINGS,
            _("Meetings held"),
            month,
            {"held": _LAST_MONTH, "status": MeetingStatus.HELD.value},
            has_set=True,
        ),
        _of(DELEGATIONS, _("Delegations"), month, {"arrives": _LAST_MONTH}),
        _of(PROJECTS, _("Projects in the report"), now, {"in_report": "1"}, has_set=True),
    ]


def _of(
    listing: Listing, title: Any, about: str, given: Mapping[str, str], has_set: bool = False
) -> MonthlyList:
    """``has_set``: the files have the columns of the report, not all of them."""
    address = Address(listing, Args(given))
    columns = {"set": "report"} if has_set else {}
    return MonthlyList(
        str(title),
        about,
        address.with_(),
        address.file("xlsx", **columns),
        address.file("csv", **columns),
    )
