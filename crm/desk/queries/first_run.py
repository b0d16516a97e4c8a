"""What an installation has of all that is set up once, before anything is recorded in it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from crm.accounts.models import WRITERS, User
from crm.accounts.queries import active_departments
from crm.core.database import db
from crm.core.prepared import is_among, prepared
from crm.meetings.queries import any_meeting
from crm.reference.models import CalculationIndex, ExchangeRate, WorkingDay
from crm.reference.queries import every_index, every_moved_day, rates_between


@dataclass(frozen=True)
class FirstRun:
    """What is there; rates, calculation index and moved days are those of ``year``."""

    year: int
    has_departments: bool
    has_writers: bool
    has_rates: bool
    has_index: bool
    has_moved_days: bool


def first_run(today: date) -> FirstRun | None:
    """What there is while the reader sees no meeting, archived or not; None from then on.

    One statement, each part of which stops at the first row it finds.
    """
    first, last = today.replace(month=1, day=1), today.replace(month=12, day=31)
    is_begun, *has = db.session.execute(_present(first, last, today.year)).one()
    return None if is_begun else FirstRun(today.year, *(bool(one) for one in has))


@prepared
def _present(first: date, last: date, year: int) -> Select[Any]:
    writers = select(User.id).where(User.is_active, is_among(User.role, WRITERS))
    parts: tuple[Select[Any], ...] = (
        any_meeting(),
        active_departments(),
        writers,
        rates_between(first, last).where(ExchangeRate.archived_at.is_(None)),
        every_index().where(CalculationIndex.year == year, CalculationIndex.archived_at.is_(None)),
        every_moved_day(first, last).where(WorkingDay.archived_at.is_(None)),
    )
    found: list[Any] = [part.order_by(None).exists() for part in parts]
    return select(*found)
