"""Delegations as the tests record, store and list them."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from crm.core.database import db
from crm.delegations.models.delegation import Delegation, DelegationMember

TODAY = date(2026, 11, 24)


def members():
    statement = select(DelegationMember).options(
        joinedload(DelegationMember.person),
        joinedload(DelegationMember.organisation),
    )
    return db.session.scalars(statement.order_by(DelegationMember.position_number)).all()


def only():
    db.session.expire_all()
    whole = selectinload(Delegation.sectors)
    return db.session.scalars(select(Delegation).options(whole)).one()


def make_member(delegation, **given):
    member = DelegationMember(delegation_id=delegation.id, **{"group_text": "Firms", **given})
    db.session.add(member)
    db.session.commit()
    return member


def titles(browser, address):
    browser.open(address)
    assert browser.status == 200, browser.text
    return [link.text for link in browser.page.select("main tbody th a")]
