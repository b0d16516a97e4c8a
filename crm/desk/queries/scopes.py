"""Whose points a desk shows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, select, true

from crm.accounts.models import Role, User
from crm.follow_ups.models.follow_up import FollowUp
from crm.follow_ups.queries.points import concerning, owned_in


class ScopeKind(Enum):
    """Whose: of one who owns or carries out, of one owner, of a department, everybody's."""

    CONCERNING = "concerning"
    OWNER = "owner"
    DEPARTMENT = "department"
    EVERYBODY = "everybody"

    def points(self, key: int) -> ColumnElement[bool]:
        """Whether a point is of the scope with this key."""
        match self:
            case ScopeKind.CONCERNING:
                return concerning(key)
            case ScopeKind.OWNER:
                return FollowUp.owner_id == key
            case ScopeKind.DEPARTMENT:
                return owned_in(key)
            case ScopeKind.EVERYBODY:
                return true()

    def officers(self, officer_id: Any, key: int) -> ColumnElement[bool]:
        """Whether a meeting or a visit of the officer in this column is."""
        match self:
            case ScopeKind.DEPARTMENT:
                return _in_department(officer_id, key)
            case ScopeKind.EVERYBODY:
                return true()
        is_theirs: ColumnElement[bool] = officer_id == key
        return is_theirs


def _in_department(officer_id: Any, department_id: int) -> ColumnElement[bool]:
    """Whether the user in this column is of the department."""
    found: ColumnElement[bool] = officer_id.in_(
        select(User.id).where(User.department_id == department_id)
    )
    return found


@dataclass(frozen=True)
class Scope:
    """Whose points are looked at, by the id of the person or department; and as filters of the
    list of points.
    """

    kind: ScopeKind
    key: int = 0
    filters: Mapping[str, str] = field(default_factory=dict)


def scope_of(reader: User) -> Scope:
    """What stands on the reader's own desk.

    An officer's own points; a head's department, or everything when a head has none; everything
    for those who only read.
    """
    if reader.role == Role.OFFICER:
        return Scope(ScopeKind.CONCERNING, reader.id, {"person": str(reader.id)})
    if reader.role == Role.HEAD and reader.department_id is not None:
        department = reader.department_id
        return Scope(ScopeKind.DEPARTMENT, department, {"department": str(department)})
    return Scope(ScopeKind.EVERYBODY)


def scope_of_owner(owner: User) -> Scope:
    """The points ``owner`` keeps track of; by owner every point stands with one officer only."""
    return Scope(ScopeKind.OWNER, owner.id, {"owner": str(owner.id)})
