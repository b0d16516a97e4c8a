"""What stands on the control list, and who carries it out."""

from functools import cache

from sqlalchemy import ColumnElement, Select, String, cast, func, literal, or_, select, type_coerce

from crm.accounts.models import Department, User
from crm.core.database import SortKey
from crm.core.language import reader_language
from crm.follow_ups.models.follow_up import Executor, FollowUp
from crm.follow_ups.models.terms import FollowUpStatus
from crm.follow_ups.queries.points import every_visible, pending

_BETWEEN = "  "  # a key has no two spaces: what begins alike stays in the order of the keys


def points_under_control() -> Select[FollowUp]:
    """Every point neither removed from control nor given up, with everything a row shows loaded;
    archived ones aside.
    """
    return every_visible().where(FollowUp.archived_at.is_(None), or_(pending(), awaiting_removal()))


def awaiting_removal() -> ColumnElement[bool]:
    """Whether a point is executed, and no head has removed it from control yet."""
    return FollowUp.status == FollowUpStatus.DONE


def by_executor() -> ColumnElement[str]:
    """What puts points in the order of their lead executors' names; NULL where nobody is named.

    Those of one executor stand together, also where another is called the same.
    """
    return _by_executor(reader_language())


@cache
def _by_executor(language: str) -> ColumnElement[str]:
    # Plain tables: who sees the record sees its parts, and need not be asked again for each.
    lead, user = Executor.__table__.alias().c, User.__table__.alias().c
    department = Department.__table__.alias().c
    name = func.coalesce(
        user.name_key, department[f"name_key_{language}"], lead.outsider_key, literal("")
    )
    identity = func.coalesce(
        "u" + cast(lead.user_id, String), "d" + cast(lead.department_id, String), lead.outsider
    )
    found = (
        select(name + _BETWEEN + identity)
        .select_from(lead.id.table)
        .outerjoin(user.id.table, user.id == lead.user_id)
        .outerjoin(department.id.table, department.id == lead.department_id)
        .where(lead.follow_up_id == FollowUp.id, lead.is_lead)
        .order_by(lead.id)
        .limit(1)
    )
    return type_coerce(found.correlate(FollowUp).scalar_subquery(), SortKey())
