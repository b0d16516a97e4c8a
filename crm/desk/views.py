"""The desk: what is owed, and who comes this week."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from babel.dates import format_date
from flask import Blueprint, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from crm.accounts.models import Role, User
from crm.core import clock
from crm.core.database import db, id_of
from crm.core.dates import EXACT, DatePrecision, imprecise_date
from crm.core.language import reader_language
from crm.delegations.queries import delegations_between
from crm.desk.queries import points as queries
from crm.desk.queries.decisions import Decisions, decisions_of
from crm.desk.queries.first_run import FirstRun, first_run
from crm.desk.queries.scopes import Scope, scope_of, scope_of_owner
from crm.follow_ups.models.deadline import proposed_days
from crm.meetings.models import Meeting
from crm.meetings.queries import meetings_between
from crm.reference.queries import working_calendar

bp = Blueprint("desk", __name__)


@dataclass(frozen=True)
class Counter:
    """A number of the strip, and the list that holds exactly what it counts."""

    name: str
    number: int
    label: str
    url: str


@dataclass(frozen=True)
class Appointed:
    """A meeting of this week: its time, and its day in short words."""

    meeting: Meeting
    time: str
    day: str
    is_today: bool


@bp.get("/")
def index() -> ResponseReturnValue:
    """What is owed by me, or by those I answer for."""
    today = clock.today()
    officer = _asked_officer()
    scope = scope_of(current_user) if officer is None else scope_of_owner(officer)
    is_mine = officer is None and current_user.role == Role.OFFICER
    tally = queries.tally(scope, today)
    unsettled, meetings = queries.unsettled(scope, today), _agenda(today)
    delegations = db.session.scalars(delegations_between(*clock.week_of(today))).all()
    if not (officer or tally.every or unsettled or meetings or delegations):
        present = first_run(today)
        if present is not None:
            return _first_page(present, today)
    calendar = working_calendar()
    decisions = decisions_of(scope, today, calendar) if current_user.is_head else None
    return render_template(
        "desk/index.html",
        day=today,
        officer=officer,
        is_mine=is_mine,
        tally=tally,
        counters=_counters(tally, scope, today) + _waiting(decisions, scope),
        decisions=decisions,
        proposed=proposed_days(today, calendar) if decisions and decisions.undated else (),
        groups=queries.desk_groups(scope, today),
        list_url=lambda **filters: _list_url(scope.filters, filters),
        officers=[] if is_mine or officer else queries.tally_by_officer(scope, today),
        here=request.full_path if request.query_string else request.path,
        unsettled=unsettled,
        meetings=meetings,
        delegations=delegations,
    )


def _first_page(present: FirstRun, today: date) -> str:
    """The way to the first meeting, in place of a desk on which nothing could stand."""
    has_mail_server = current_app.config["CRM"].mail_server is not None
    return render_template(
        "desk/first_run.html", day=today, present=present, has_mail_server=has_mail_server
    )


def _asked_officer() -> User | None:
    """The officer a head looks at, None when nobody was chosen; 400 for what is no user."""
    asked = request.args.get("officer", "")
    if not asked:
        return None
    officer_id = id_of(asked)
    officer = None if officer_id is None else db.session.get(User, officer_id)
    return officer if officer is not None else abort(400)


def _counters(tally: queries.Tally, scope: Scope, today: date) -> list[Counter]:
    filters = queries.counter_filters(today)
    labels = {
        "overdue": _("Overdue"),
        "this_week": _("Due this week"),
        "no_deadline": _("No deadline set"),
        "awaiting": _("Awaiting the foreign side"),
        "done": _("Awaiting removal from control"),
    }
    return [
        Counter(name, getattr(tally, name), label, _list_url(scope.filters, filters[name]))
        for name, label in labels.items()
    ]


def _waiting(decisions: Decisions | None, scope: Scope) -> list[Counter]:
    """The counters of a head."""
    if decisions is None:
        return []
    found = (
        ("extension_asked", decisions.request_count, _("Extension requests")),
        ("deadline_missing", decisions.undated_count, _("No deadline for five working days")),
    )
    return [
        Counter(name, number, label, _list_url(scope.filters, {name: "1"}))
        for name, number, label in found
    ]


def _list_url(scope: Mapping[str, str], filters: Mapping[str, Any]) -> str:
    address: str = url_for("follow_ups.index")
    asked = urlencode({**scope, **filters})
    return f"{address}?{asked}" if asked else address


def _agenda(today: date) -> list[Appointed]:
    found = db.session.scalars(meetings_between(*clock.week_of(today))).unique()
    return [_appointed(meeting, today) for meeting in found]


def _appointed(meeting: Meeting, today: date) -> Appointed:
    time = meeting.starts_at.strftime("%H:%M") if meeting.starts_at else ""
    if meeting.date_precision == DatePrecision.WEEK:
        return Appointed(meeting, time, _("this week, day open"), False)
    if meeting.date_precision not in EXACT or meeting.held_on is None:
        day = imprecise_date(meeting.held_on, meeting.held_until, meeting.date_precision)
        begins, ends = meeting.held_on, meeting.span_ends_on
        is_on = begins is not None and ends is not None and begins <= today <= ends
        return Appointed(meeting, time, day, is_on)
    if meeting.held_on == today:
        return Appointed(meeting, time, _("today"), True)
    locale = {"en": "en_GB"}.get(reader_language(), reader_language())
    return Appointed(
        meeting, time, str(format_date(meeting.held_on, "EEE dd.MM", locale=locale)), False
    )
