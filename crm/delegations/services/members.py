"""Recording a delegation: its members and its sectors."""

from collections.abc import Sequence

from sqlalchemy import select

from crm.core.database import db
from crm.delegations.models.delegation import Delegation, DelegationMember
from crm.delegations.models.terms import Direction, MemberRole
from crm.delegations.services.parties import (
    OUR_COUNTRY,
    Finder,
    Named,
    add_all,
    describe,
    next_number,
)
from crm.reference.models import Sector


def add_member(delegation: Delegation, named: Named, role: MemberRole) -> DelegationMember:
    """A new last member of ``delegation``, added and flushed; raises AmbiguousName."""
    known = finder_for(delegation).known(named)
    numbers = select(DelegationMember.position_number).where(
        DelegationMember.delegation_id == delegation.id
    )
    member = DelegationMember(
        delegation_id=delegation.id, role=role, position_number=next_number(numbers)
    )
    known.write_to(member)
    db.session.add(member)
    db.session.flush()
    return member


def add_members(delegation: Delegation, rows: Sequence[tuple[Named, MemberRole]]) -> None:
    """All of ``rows`` as members, in their order; raises UnclearRows after trying every one."""
    add_all(rows, lambda row: add_member(delegation, *row))


def change_member(
    delegation: Delegation, member: DelegationMember, named: Named, role: MemberRole
) -> None:
    """Correct ``member``; raises AmbiguousName."""
    describe(member, named, finder_for(delegation))
    member.role = role


def finder_for(delegation: Delegation) -> Finder:
    """Finds or makes those who come with ``delegation``: our own people when we send it."""
    is_ours = delegation.direction == Direction.OUTBOUND
    home = OUR_COUNTRY if is_ours else delegation.country_code
    return Finder(home, delegation.text_language, delegation.arrives_on)


def set_sectors(delegation: Delegation, codes: Sequence[str]) -> None:
    """The sectors of ``delegation`` from now on."""
    found = db.session.scalars(select(Sector).where(Sector.code.in_(codes)))
    delegation.sectors = sorted(found, key=lambda sector: sector.code)
