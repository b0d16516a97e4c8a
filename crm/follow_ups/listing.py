"""The list of points under control: page, CSV and Excel file."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, case, select
from sqlalchemy.orm import joinedload, selectinload

from crm.accounts.models import User
from crm.accounts.queries import every_department_choices, everybody
from crm.core import clock
from crm.core.language import worded
from crm.core.listing.declare import (
    KEY_LABEL,
    Column,
    Listing,
    QuickFilter,
    ScreenColumn,
    plain,
    relation_columns,
    sight_columns,
)
from crm.core.listing.filters import (
    ChoiceFilter,
    Choices,
    DateRangeFilter,
    FlagFilter,
    RecordFilter,
    seen,
    term_choices,
    title_of,
)
from crm.countries.queries import country_choices, country_name_key
from crm.delegations.models.delegation import Delegation
from crm.follow_ups.models.follow_up import Executor, FollowUp
from crm.follow_ups.models.terms import FollowUpKind, FollowUpStatus, ResponsibleSide
from crm.follow_ups.queries.points import (
    around,
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
from crm.reference.queries import every_sector_choices


def _base() -> Select[FollowUp]:
    return every_visible().options(
        joinedload(FollowUp.delegation),
        joinedload(FollowUp.partner_organisation),
        joinedload(FollowUp.controller),
        joinedload(FollowUp.closing_meeting),
        selectinload(FollowUp.team),
    )


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


def _is_executor(value: str) -> ColumnElement[bool]:
    leads = select(Executor.follow_up_id).where(Executor.is_lead, Executor.user_id == int(value))
    return FollowUp.id.in_(leads)


def _by_owner() -> list[Any]:
    return [select(User.name_key).where(User.id == FollowUp.owner_id).scalar_subquery()]


_STATUS_ORDER = case(
    {one.value: place for place, one in enumerate(FollowUpStatus)}, value=FollowUp.status
)


def _name_of(record: Any) -> str | None:
    return record and worded(record, "name").text


def _last(point: FollowUp, attribute: str) -> str | date | None:
    return getattr(point.last_progress, attribute, None)


_COLUMNS = [
    plain("id", KEY_LABEL),
    plain("number", _l("No. in the meeting")),
    Column("country", _l("Country code"), lambda point: point.country_code),
    Column("country_name", _l("Country"), lambda point: _name_of(point.country)),
    plain("text", _l("What was agreed")),
    plain("text_language", _l("Language of the text")),
    plain("kind", _l("Kind")),
    plain("basis", _l("Basis")),
    plain("basis_number", _l("Number of the document")),
    plain("basis_date", _l("Date of the document")),
    plain("basis_point", _l("Point of the document")),
    *relation_columns(
        "meeting",
        _l("Meeting"),
        lambda point: point.meeting and point.meeting.id,
        lambda point: point.meeting and point.meeting.title,
    ),
    *relation_columns(
        "delegation",
        _l("Delegation"),
        lambda point: point.delegation and point.delegation.id,
        lambda point: point.delegation and point.delegation.title,
    ),
    *relation_columns(
        "project",
        _l("Project"),
        lambda point: point.project and point.project.id,
        lambda point: point.project and worded(point.project, "title").text,
    ),
    *relation_columns(
        "partner_organisation",
        _l("Partner organisation"),
        lambda point: point.partner_organisation_id,
        lambda point: _name_of(point.partner_organisation),
    ),
    plain("responsible_side", _l("Responsible side")),
    *relation_columns(
        "owner", _l("Owner"), lambda point: point.owner_id, lambda point: point.owner.name
    ),
    *relation_columns(
        "executor",
        _l("Responsible executor"),
        lambda point: point.executor and point.executor.code,
        lambda point: point.executor and point.executor.name,
    ),
    *relation_columns(
        "co_executors",
        _l("Co-executors"),
        lambda point: [one.code for one in point.co_executors],
        lambda point: [one.name for one in point.co_executors],
        key="co_executor_ids",
    ),
    *relation_columns(
        "controller",
        _l("Controller"),
        lambda point: point.controller_id,
        lambda point: point.controller.name if point.controller else point.controller_name,
    ),
    Column("agreed_on", _l("Agreed on"), lambda point: point.agreed_day),
    plain("original_due_on", _l("Original due date")),
    plain("due_on", _l("Due date")),
    plain("status", _l("Status")),
    plain("status_since", _l("Status since")),
    Column("progress", _l("Progress"), lambda point: _last(point, "text")),
    Column("progress_on", _l("Progress as of"), lambda point: _last(point, "noted_on")),
    plain("outcome", _l("Outcome")),
    plain("done_on", _l("Done on")),
    plain("removal_number", _l("Number of the removal document")),
    plain("removed_on", _l("Removed from control on")),
    *relation_columns(
        "closing_meeting",
        _l("Closing meeting"),
        lambda point: point.closing_meeting and point.closing_meeting.id,
        lambda point: point.closing_meeting and point.closing_meeting.title,
    ),
    plain("note", _l("Note")),
    *sight_columns(),
]

FOLLOW_UPS = Listing(
    name="follow-ups",
    title=_l("Agreed follow-ups and instructions"),
    base=_base,
    key=FollowUp.id,
    columns=_COLUMNS,
    screen=[
        ScreenColumn(_l("Due date"), "due_on", "w-date text-wrap"),
        ScreenColumn(_l("What was agreed"), "text", "w-quart"),
        ScreenColumn(_l("Country and meeting"), "country", "w-fifth text-wrap"),
        ScreenColumn(_l("Executor and progress"), None, "w-fifth text-wrap"),
        ScreenColumn(_l("Status"), "status"),
    ],
    filters=[
        ChoiceFilter("status", _l("Status"), _status_choices, _has_status),
        ChoiceFilter(
            "country",
            _l("Country"),
            country_choices,
            lambda value: FollowUp.country_code == value,
        ),
        ChoiceFilter(
            "kind",
            _l("Kind"),
            term_choices(FollowUpKind),
            lambda value: FollowUp.kind == FollowUpKind(value),
        ),
        ChoiceFilter(
            "owner", _l("Owner"), everybody, lambda value: FollowUp.owner_id == int(value)
        ),
        DateRangeFilter("due", _l("Due date"), FollowUp.due_on),
        ChoiceFilter(
            "sector",
            _l("Sector of the meeting"),
            every_sector_choices,
            lambda code: FollowUp.meeting_id.in_(meetings_about(code)),
        ),
        ChoiceFilter("executor", _l("Responsible executor"), everybody, _is_executor),
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
        FlagFilter("restricted", _l("Restricted"), lambda: FollowUp.restricted.is_(True)),
        FlagFilter("no_deadline", _l("No deadline set"), lambda: FollowUp.due_on.is_(None)),
        RecordFilter(
            "meeting",
            _l("Meeting"),
            lambda meeting_id: FollowUp.meeting_id.in_(seen(Meeting, meeting_id)),
            title_of(Meeting),
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
        QuickFilter(_l("Overdue"), lambda _reader: {"status": "overdue"}),
        QuickFilter(
            _l("No deadline set"), lambda _reader: {"no_deadline": "1", "status": "pending"}
        ),
        QuickFilter(
            _l("Pending consultations"),
            lambda _reader: {"kind": "consultation", "status": "pending"},
        ),
    ],
)
