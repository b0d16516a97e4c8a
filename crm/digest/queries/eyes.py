"""The rule of sight where one statement reads for many: asked of each row with its reader.

Such statements do not run in the session, which reads with one pair of eyes, so they narrow what
they find themselves: every table of a restricted record stands in them beside one of these.
"""

from typing import Any

from sqlalchemy import CTE, ColumnElement, literal_column, or_, select

from crm.accounts.models import Role, User
from crm.core.sight import NOBODY, Guarded
from crm.core.visible import visible
from crm.follow_ups.models.follow_up import FollowUp

_STRANGER: ColumnElement[int] = literal_column(str(NOBODY.reader_id))


def seen_by_reader(model: type[Guarded], row: Any = None) -> ColumnElement[bool]:
    """Whether the user of the same row sees the row of ``model``, or of ``row``, its alias."""
    return or_(User.role == Role.HEAD, visible(model, row or model, User.id))


def seen_by_all(model: type[Guarded]) -> ColumnElement[bool]:
    """Whether nobody is kept from the row of ``model``."""
    return visible(model, model, _STRANGER)


def kept_back(*conditions: ColumnElement[bool]) -> CTE:
    """Ids of the points in use for which ``conditions`` hold and that somebody is kept from.

    Found once: they are few, and who may see them is then asked for each reader.
    """
    hidden = select(FollowUp.id).where(
        FollowUp.archived_at.is_(None), ~seen_by_all(FollowUp), *conditions
    )
    return hidden.cte("kept_back").prefix_with("MATERIALIZED")
