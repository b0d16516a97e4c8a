"""What the demo world finds of itself in a database that people have worked in since."""

from collections import defaultdict
from typing import Any

from sqlalchemy import select

from crm.accounts.models import Department, User
from crm.audit.models import Action, AuditChange, AuditEntry
from crm.core.database import Model, db
from crm.core.editing import plain
from crm.countries.models import TradeFact
from crm.delegations.models.delegation import Delegation
from crm.follow_ups.models.follow_up import FollowUp
from crm.interests.models import SectorInterest
from crm.meetings.models import Meeting
from crm.organisations.models import Organisation, Person
from crm.projects.models.project import InvestmentProject

# What a record of the world is known by.
IDENTITY: dict[type[Model], tuple[str, ...]] = {
    Department: ("name_kk",),
    Organisation: ("name_kk", "country_code"),
    Person: ("family_name", "given_name"),
    TradeFact: ("country_code", "indicator", "value_minor", "period_from"),
    Delegation: ("title", "country_code"),
    Meeting: ("title", "country_code"),
    FollowUp: ("meeting_id", "text"),
    InvestmentProject: ("title_kk", "country_code"),
    SectorInterest: ("meeting_id", "sector_code", "organisation_id", "delegation_id"),
}


def users_called(emails: list[str]) -> dict[str, User]:
    """The users with these addresses, by address; those that do not exist are left out."""
    found = db.session.scalars(select(User).where(User.email.in_(emails)))
    return {user.email: user for user in found}


def has_users() -> bool:
    """Whether anybody can sign in to this database."""
    return db.session.scalar(select(User.id).limit(1)) is not None


class Known:
    """The records of the world that are here already, renamed and archived ones too.

    The trail tells what a record was called when it was made, so one edited since is known still;
    a record somebody else made is known by what it is called now.
    """

    def __init__(self) -> None:
        self._made = {model: _made(model) for model in IDENTITY}

    def record(self, model: type[Model], values: dict[str, Any]) -> Any:
        """The record of ``model`` with these values, None when there is none."""
        fields = IDENTITY[model]
        record_id = self._made[model].get(_key(fields, values))
        if record_id is not None:
            return db.session.get(model, record_id)
        alike = [getattr(model, field) == values.get(field) for field in fields]
        return db.session.scalar(select(model).where(*alike).limit(1))


def _made(model: type[Model]) -> dict[tuple[Any, ...], int]:
    """The ids of the records of ``model`` by the values they were made with."""
    fields = IDENTITY[model]
    statement = (
        select(AuditEntry.record_id, AuditChange.field, AuditChange.new)
        .join(AuditChange, AuditChange.entry_id == AuditEntry.id)
        .where(
            AuditEntry.kind == model.__tablename__,
            AuditEntry.action == Action.CREATED,
            AuditEntry.part.is_(None),
            AuditChange.field.in_(fields),
        )
        .order_by(AuditEntry.id.desc())
    )
    values: dict[str, dict[str, Any]] = defaultdict(dict)
    for record_id, field, new in db.session.execute(statement):
        values[record_id][field] = new
    return {_key(fields, one): int(record_id) for record_id, one in values.items()}


def _key(fields: tuple[str, ...], values: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(plain(values.get(field)) for field in fields)
