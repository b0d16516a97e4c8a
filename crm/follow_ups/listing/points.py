"""The list of points under control."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, case, select

from crm.accounts.models import User
from crm.accounts.queries import every_department_choices, everybody
from crm.core import clock
from crm.core.listing.declare import ColumnSet, Listing, QuickFilter, ScreenColumn
from crm.core.listing.filters import (
    EMPTY,
    ChoiceFilter,
    Choices,
    FlagFilter,
    RecordFilter,
    TextFilter,
    seen,
    term_choices,
    title_of,
)
from crm.core.listing.ranges import PAST, DateRangeFilter
from crm.countries.listing import OWN_COUNTRIES, country_filters
from crm.countries.queries import country_name_key
from crm.delegations.models.delegation import Delegation
from crm.follow_ups.listing.columns import COLUMNS
from crm.follow_ups.models.follow_up import Executor, FollowUp
from crm.follow_ups.models.terms import Basis, FollowUpKind, FollowUpStatus, ResponsibleSide
from crm.follow_ups.queries.deadlines import has_open_request, waits_for_deadline
from crm.follow_ups.queries.points import (
    around,
    carried_out_by,
    concerning,
    every_visible,
    overdue,
    owned_in,
    pending,
)
from crm.follow_ups.queries.sides import open_before_delegation, open_before_meeting
from crm.meetings.models import Meeting
from crm.meetings.queries import meetings_about
from crm.organisations.queries import organisation_name
from crm.projects.models.project import InvestmentProject
from crm.projects.queries.choices import project_title
from crm.reference.queries import every_sector_choices, week_end, working_calendar


def _status_choices() -> Choices:
    return [
        ("pending", _l("Pending")),
        ("overdue", _l("Overdue")),
        *FollowUpStatus.choices(),
    ]


def _has_status(value: str) -> ColumnElement[bool]:
    if value == "pending":
        return pending()
    if value == "overdue":
        return overdue(clock.today())
    return FollowUp.status == FollowUpStatus(value)


def _lacks_deadline() -> ColumnElement[bool]:
    return waits_for_deadline(clock.today(), working_calendar())


def _is_held_nowhere() -> ColumnElement[bool]:
    return and_(
        FollowUp.kind == FollowUpKind.CONSULTATION,
        FollowUp.done_on.is_not(None),
        FollowUp.closing_meeting_id.is_(None),
    )


_DEPARTMENT = "department-"  # as ``Executor.code`` writes it; a user by the bare id


def _executors() -> Choices:
    departments = [(f"{_DEPARTMENT}{key}", name) for key, name in every_department_choices()]
    return [*everybody(), *departments]


def _is_executor(value: str) -> ColumnElement[bool]:
    column = Executor.department_id if value.startswith(_DEPARTMENT) else Executor.user_id
    leads = select(Executor.follow_up_id).where(
        Executor.is_lead, column == int(value.removeprefix(_DEPARTMENT))
    )
    return FollowUp.id.in_(leads)


def _by_owner() -> list[Any]:
    return [select(User.name_key).where(User.id == FollowUp.owner_id).scalar_subquery()]


_STATUS_ORDER = case(
    {one.value: place for place, one in enumerate(FollowUpStatus)}, value=FollowUp.status
)


_COUNTRY, _DESK_OFFICER = country_filters(FollowUp.country_code)

FOLLOW_UPS = Listing(
    name="follow-ups",
    title=_l("Agreed follow-ups and instructions"),
    base=every_visible,
    key=FollowUp.id,
    columns=COLUMNS,
    screen=[
        ScreenColumn("due", _l("Due date"), "due_on", "w-date text-wrap", ("due_on",)),
        ScreenColumn(
            "point", _l("What was agreed"), "text", "w-quart", ("text", "kind"), fixed=True
        ),
        ScreenColumn(
            "where",
            _l("Country and meeting"),
            "country",
            "w-fifth text-wrap",
            ("country_name", "meeting", "project"),
        ),
        ScreenColumn(
            "standing",
            _l("Executor and progress"),
            None,
            "w-fifth text-wrap",
            ("executor", "owner", "progress", "progress_on"),
        ),
        ScreenColumn("status", _l("Status"), "status", None, ("status", "responsible_side")),
    ],
    filters=[
        ChoiceFilter("status", _l("Status"), _status_choices, _has_status),
        _COUNTRY,
        ChoiceFilter(
            "kind",
            _l("Kind"),
            term_choices(FollowUpKind),
            lambda value: FollowUp.kind == FollowUpKind(value),
        ),
        ChoiceFilter(
            "owner", _l("Owner"), everybody, lambda value: FollowUp.owner_id == int(value)
        ),
        DateRangeFilter(
            "due",
            _l("Due date"),
            FollowUp.due_on,
            empty=_l("No deadline set"),
            week_end=week_end,
        ),
        ChoiceFilter(
            "sector",
            _l("Sector of the meeting"),
            every_sector_choices,
            lambda code: FollowUp.meeting_id.in_(meetings_about(code)),
        ),
        ChoiceFilter(
            "executor",
            _l("Responsible executor"),
            _executors,
            _is_executor,
            empty=lambda: FollowUp.id.not_in(select(Executor.follow_up_id).where(Executor.is_lead)),
        ),
        TextFilter(
            "executor_name", _l("Executor or co-executor by name"), carried_out_by, asks=True
        ),
        ChoiceFilter(
            "person",
            _l("Owner or executor"),
            everybody,
            lambda value: concerning(int(value)),
        ),
        ChoiceFilter(
            "side",
            _l("Responsible side"),
            term_choices(ResponsibleSide),
            lambda value: FollowUp.responsible_side == ResponsibleSide(value),
        ),
        ChoiceFilter(
            "department",
            _l("Department of the owner"),
            every_department_choices,
            lambda value: owned_in(int(value)),
        ),
        _DESK_OFFICER,
        ChoiceFilter(
            "basis", _l("Basis"), term_choices(Basis), lambda value: FollowUp.basis == Basis(value)
        ),
        ChoiceFilter(
            "controller",
            _l("Controller"),
            everybody,
            lambda value: FollowUp.controller_id == int(value),
            empty=lambda: and_(
                FollowUp.controller_id.is_(None), FollowUp.controller_name.is_(None)
            ),
        ),
        DateRangeFilter("done", _l("Done on"), FollowUp.done_on, periods=PAST),
        FlagFilter("extension_asked", _l("Extension asked for"), has_open_request),
        FlagFilter("deadline_missing", _l("No deadline for five working days"), _lacks_deadline),
        FlagFilter("held_nowhere", _l("Consultation closed without a meeting"), _is_held_nowhere),
        FlagFilter("restricted", _l("Restricted"), lambda: FollowUp.restricted.is_(True)),
        FlagFilter(
            "no_deadline",
            _l("No deadline set"),
            lambda: FollowUp.due_on.is_(None),
            is_offered=False,
        ),
        RecordFilter(
            "meeting",
            _l("Meeting"),
            lambda meeting_id: FollowUp.meeting_id.in_(seen(Meeting, meeting_id)),
            title_of(Meeting),
            empty=lambda: FollowUp.meeting_id.is_(None),
        ),
        RecordFilter(
            "delegation",
            _l("Delegation"),
            lambda delegation_id: FollowUp.delegation_id.in_(seen(Delegation, delegation_id)),
            title_of(Delegation),
            empty=lambda: FollowUp.delegation_id.is_(None),
        ),
        RecordFilter(
            "project",
            _l("Project"),
            lambda project_id: FollowUp.project_id.in_(seen(InvestmentProject, project_id)),
            project_title,
        ),
        RecordFilter("organisation", _l("With the organisation"), around, organisation_name),
        RecordFilter(
            "before_meeting", _l("Open before the meeting"), open_before_meeting, title_of(Meeting)
        ),
        RecordFilter(
            "before_delegation",
            _l("Open before the visit"),
            open_before_delegation,
            title_of(Delegation),
        ),
    ],
    sorts={
        "urgency": [FollowUp.urgency_key],
        "due_on": [FollowUp.due_on],
        "text": [FollowUp.text_key],
        "status": [_STATUS_ORDER],
        "country": lambda: [country_name_key(FollowUp.country_code)],
        "owner": _by_owner,
    },
    default_sort="urgency",
    search=FollowUp.search_text,
    quick=[
        QuickFilter(_l("Mine"), lambda reader: {"person": str(reader.id)}),
        OWN_COUNTRIES,
        QuickFilter(_l("Overdue"), lambda _reader: {"status": "overdue"}),
        QuickFilter(_l("No deadline set"), lambda _reader: {"due": EMPTY, "status": "pending"}),
        QuickFilter(
            _l("Pending consultations"),
            lambda _reader: {"kind": "consultation", "status": "pending"},
        ),
    ],
    sets=[
        ColumnSet(
            "report",
            _l("Report of the 1st"),
            (
                *("id", "country_name", "basis", "basis_number", "basis_date", "basis_point"),
                *("minutes_number", "minutes_on", "number"),
                *("text", "kind", "executor", "co_executors", "original_due_on", "due_on"),
                *("status", "progress", "progress_on", "done_on", "removed_on"),
                *("removal_number", "note"),
            ),
        )
    ],
)
