"""Reads of what earlier runs did."""

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, update
from sqlalchemy.sql.dml import Update

from crm.accounts.models import DigestFrequency, User
from crm.core import clock
from crm.core.ledger import Delivery, DeliveryStatus, is_open, is_open_at
from crm.digest.models import DigestRun
from crm.digest.queries.people import PURPOSE, period_of


def entries_of(on: date) -> Select[int, str, DeliveryStatus, datetime | None]:
    """Recipient, period, status and next attempt of every digest that may be one of ``on``."""
    return select(
        Delivery.recipient_id, Delivery.period, Delivery.status, Delivery.next_attempt_at
    ).where(Delivery.purpose == PURPOSE, Delivery.period.in_(_periods(on)))


def to_be_retried(on: date, now: datetime) -> Select[int]:
    """Digests of ``on`` that were not taken, are still wanted, and are due again at ``now``."""
    own = {one.value: period_of(one, on) for one in (DigestFrequency.DAILY, DigestFrequency.WEEKLY)}
    return (
        select(Delivery.id)
        .join(User, User.id == Delivery.recipient_id)
        .where(
            Delivery.purpose == PURPOSE,
            Delivery.period == case(own, value=User.digest),
            User.is_active,
            is_open_at(now),
        )
    )


def of_these(on: date, reader_ids: list[int]) -> ColumnElement[bool]:
    """Whether an entry is of a digest of ``on`` of one of these readers."""
    return and_(
        Delivery.purpose == PURPOSE,
        Delivery.period.in_(_periods(on)),
        Delivery.recipient_id.in_(reader_ids),
    )


def last_run(first: date, last: date) -> Select[DigestRun]:
    """The newest run of a day from ``first`` to ``last``."""
    return (
        select(DigestRun)
        .where(DigestRun.day >= first, DigestRun.day <= last)
        .order_by(DigestRun.day.desc())
        .limit(1)
    )


def superseded(on: date) -> Update:
    """Closes the digests of days before ``on`` that nobody took: that of ``on`` says it all.

    They stay as not sent, but are not tried again; a weekly one is, to the end of its week.
    """
    monday = clock.week_of(on)[0].isoformat()
    weekly = select(User.id).where(User.digest == DigestFrequency.WEEKLY)
    is_past = and_(
        Delivery.period < on.isoformat(),
        or_(Delivery.period != monday, Delivery.recipient_id.not_in(weekly)),
    )
    # A year back: what is older was closed by a run before.
    since = (on - timedelta(days=366)).isoformat()
    return (
        update(Delivery)
        .where(Delivery.purpose == PURPOSE, Delivery.period > since, is_past, is_open())
        .where(
            or_(
                Delivery.next_attempt_at.is_not(None),
                Delivery.status != DeliveryStatus.FAILED,
            )
        )
        .values(
            status=DeliveryStatus.FAILED,
            next_attempt_at=None,
            answer=case(
                (Delivery.status == DeliveryStatus.FAILED, Delivery.answer),
                else_=func.coalesce(Delivery.answer, "the run was broken off"),
            ),
        )
        .execution_options(synchronize_session=False)
    )


def _periods(on: date) -> set[str]:
    return {period_of(frequency, on) for frequency in DigestFrequency}
