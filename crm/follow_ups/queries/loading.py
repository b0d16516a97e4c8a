"""What is loaded with a point: of the records it hangs on no more than is shown beside it.

Of their other columns some hundred would be fetched with every point.
"""

from typing import Any

from sqlalchemy.orm import joinedload

from crm.accounts.models import User
from crm.delegations.models.delegation import Delegation
from crm.follow_ups.models.follow_up import Executor, FollowUp
from crm.meetings.models import Meeting
from crm.projects.models.project import InvestmentProject

OF_USER = (User.name, User.email, User.role, User.department_id, User.is_active, User.version)
_OF_MEETING = (
    *(Meeting.title, Meeting.text_language, Meeting.status, Meeting.country_code),
    *(Meeting.held_on, Meeting.held_until, Meeting.date_precision, Meeting.delegation_id),
    *(Meeting.minutes_number, Meeting.officer_id, Meeting.restricted, Meeting.version),
    Meeting.archived_at,
)
_project = InvestmentProject
_OF_PROJECT = (
    *(_project.code, _project.title_kk, _project.title_ru, _project.title_en),
    *(_project.country_code, _project.officer_id, _project.restricted, _project.version),
    _project.archived_at,
)
_OF_DELEGATION = (
    *(Delegation.title, Delegation.text_language, Delegation.country_code, Delegation.status),
    *(Delegation.arrives_on, Delegation.departs_on, Delegation.date_precision),
    *(Delegation.officer_id, Delegation.restricted, Delegation.version, Delegation.archived_at),
)


def of_row() -> tuple[Any, ...]:
    """Options of a statement of points: what a row shows, but for executors."""
    return (
        joinedload(FollowUp.owner).load_only(*OF_USER),
        joinedload(FollowUp.country),
        joinedload(FollowUp.meeting).load_only(*_OF_MEETING),
        joinedload(FollowUp.project).load_only(*_OF_PROJECT),
        joinedload(FollowUp.last_progress),
    )


def of_page() -> tuple[Any, ...]:
    """What its page shows besides."""
    return (
        joinedload(FollowUp.delegation).load_only(*_OF_DELEGATION),
        joinedload(FollowUp.partner_organisation),
        joinedload(FollowUp.controller).load_only(*OF_USER),
        joinedload(FollowUp.closing_meeting).load_only(*_OF_MEETING),
    )


def of_executors() -> tuple[Any, ...]:
    """What is shown of each executor."""
    return joinedload(Executor.user).load_only(*OF_USER), joinedload(Executor.department)
