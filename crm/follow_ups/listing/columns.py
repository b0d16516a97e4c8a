"""The columns of a file of points."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, String, and_, case, cast, func, literal, select
from sqlalchemy.orm import aliased

from crm.accounts.models import Department, User
from crm.core.listing.columns import (
    Column,
    Heading,
    gathered,
    in_reader_language,
    parts,
    plain,
    relation_columns,
    sight_columns,
)
from crm.core.listing.declare import KEY_LABEL
from crm.countries.models import Country
from crm.delegations.models.delegation import Delegation
from crm.follow_ups.models.follow_up import (
    Executor,
    FollowUp,
    Progress,
    follow_up_team,
    is_newest_line,
)
from crm.meetings.models import Meeting
from crm.organisations.models import Organisation
from crm.projects.models.project import InvestmentProject

_owner, _controller, _lead_user = aliased(User), aliased(User), aliased(User)
_meeting, _closing = aliased(Meeting), aliased(Meeting)
_country, _delegation, _project = aliased(Country), aliased(Delegation), aliased(InvestmentProject)
_partner, _lead_department = aliased(Organisation), aliased(Department)
# Plain tables: who sees the point sees its parts, and need not be asked again for each.
_lead, _progress = Executor.__table__.alias().c, Progress.__table__.alias().c
_WITH_COUNTRY = (FollowUp.country.of_type(_country),)
_WITH_DELEGATION = (FollowUp.delegation.of_type(_delegation),)
_WITH_OWNER = (FollowUp.owner.of_type(_owner),)
_WITH_MEETING = (FollowUp.meeting.of_type(_meeting),)
_WITH_PROGRESS = ((_progress.id.table, is_newest_line(_progress)),)
_WITH_EXECUTOR = (
    (_lead.id.table, and_(_lead.follow_up_id == FollowUp.id, _lead.is_lead)),
    (_lead_user, _lead_user.id == _lead.user_id),
    (_lead_department, _lead_department.id == _lead.department_id),
)


def _code(executor: Any) -> ColumnElement[str]:
    """Who it is as ``Executor.code`` writes it."""
    return case(
        (executor.user_id.is_not(None), literal("user-") + cast(executor.user_id, String)),
        (
            executor.department_id.is_not(None),
            literal("department-") + cast(executor.department_id, String),
        ),
        else_=executor.outsider,
    )


def _called(executor: Any, user: type[User], department: type[Department]) -> ColumnElement[str]:
    """What it is called: the user's, the department's or the outsider's name."""
    of_department = in_reader_language(department, "name")()
    return func.coalesce(user.name, of_department, executor.outsider)


def _co_codes() -> object:
    helpers = Executor.__table__.alias().c
    codes = select(_code(helpers)).where(~helpers.is_lead, helpers.follow_up_id == FollowUp.id)
    return gathered(codes.order_by(helpers.id), FollowUp)


def _co_names() -> object:
    helpers, user, department = Executor.__table__.alias().c, aliased(User), aliased(Department)
    names = (
        select(_called(helpers, user, department))
        .select_from(helpers.id.table)
        .outerjoin(user, user.id == helpers.user_id)
        .outerjoin(department, department.id == helpers.department_id)
        .where(~helpers.is_lead, helpers.follow_up_id == FollowUp.id)
    )
    return gathered(names.order_by(helpers.id), FollowUp)


# The day of agreement is that of the meeting: hidden with it.
_AGREED_ON = case(
    (and_(FollowUp.meeting_id.is_not(None), _meeting.id.is_(None)), None), else_=FollowUp.agreed_on
)

COLUMNS = [
    plain(FollowUp.id, KEY_LABEL),
    plain(FollowUp.number, _l("No. in the meeting")),
    Column("country", _l("Country code"), FollowUp.country_code),
    Column(
        "country_name",
        _l("Country"),
        in_reader_language(_country, "name"),
        joins=_WITH_COUNTRY,
    ),
    plain(FollowUp.text, _l("What was agreed")),
    plain(FollowUp.text_language, _l("Language of the text")),
    plain(FollowUp.kind, _l("Kind")),
    plain(FollowUp.basis, _l("Basis")),
    plain(FollowUp.basis_number, _l("Number of the document")),
    plain(FollowUp.basis_date, _l("Date of the document")),
    plain(FollowUp.basis_point, _l("Point of the document")),
    Column(
        "minutes_number", _l("Number of the minutes"), _meeting.minutes_number, joins=_WITH_MEETING
    ),
    Column("minutes_on", _l("Minutes registered on"), _meeting.minutes_on, joins=_WITH_MEETING),
    *relation_columns("meeting", _l("Meeting"), _meeting.id, _meeting.title, joins=_WITH_MEETING),
    *relation_columns(
        "delegation",
        _l("Delegation"),
        _delegation.id,
        _delegation.title,
        joins=_WITH_DELEGATION,
    ),
    *relation_columns(
        "project",
        _l("Project"),
        _project.id,
        in_reader_language(_project, "title"),
        joins=(FollowUp.project.of_type(_project),),
    ),
    *relation_columns(
        "partner_organisation",
        _l("Partner organisation"),
        FollowUp.partner_organisation_id,
        in_reader_language(_partner, "name"),
        joins=(FollowUp.partner_organisation.of_type(_partner),),
    ),
    plain(FollowUp.responsible_side, _l("Responsible side")),
    *relation_columns(
        "owner",
        _l("Owner"),
        FollowUp.owner_id,
        _owner.name,
        joins=_WITH_OWNER,
    ),
    *relation_columns(
        "executor",
        _l("Responsible executor"),
        _code(_lead),
        lambda: _called(_lead, _lead_user, _lead_department),
        joins=_WITH_EXECUTOR,
    ),
    Column("co_executor_ids", Heading(_l("Co-executors"), "№"), _co_codes, parts),
    Column("co_executors", _l("Co-executors"), _co_names, parts),
    *relation_columns(
        "controller",
        _l("Controller"),
        FollowUp.controller_id,
        func.coalesce(_controller.name, FollowUp.controller_name),
        joins=(FollowUp.controller.of_type(_controller),),
    ),
    Column("agreed_on", _l("Agreed on"), _AGREED_ON, joins=_WITH_MEETING),
    plain(FollowUp.original_due_on, _l("Original due date")),
    plain(FollowUp.due_on, _l("Due date")),
    plain(FollowUp.status, _l("Status")),
    plain(FollowUp.status_since, _l("Status since")),
    Column("progress", _l("Progress"), _progress.text, joins=_WITH_PROGRESS),
    Column("progress_on", _l("Progress as of"), _progress.noted_on, joins=_WITH_PROGRESS),
    plain(FollowUp.outcome, _l("Outcome")),
    plain(FollowUp.done_on, _l("Done on")),
    plain(FollowUp.removal_number, _l("Number of the removal document")),
    plain(FollowUp.removed_on, _l("Removed from control on")),
    plain(FollowUp.reopened_on, _l("Reopened on")),
    plain(FollowUp.reopen_reason, _l("Why it was reopened")),
    *relation_columns(
        "closing_meeting",
        _l("Closing meeting"),
        _closing.id,
        _closing.title,
        joins=(FollowUp.closing_meeting.of_type(_closing),),
    ),
    plain(FollowUp.note, _l("Note")),
    *sight_columns(FollowUp, follow_up_team, follow_up_team.c.follow_up_id, User),
]
