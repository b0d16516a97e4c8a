"""The ledger of mails: what was handed to the mail server, so that nothing is sent twice."""

import enum
from collections.abc import Collection
from datetime import UTC, datetime

from sqlalchemy import Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.database import Model


class DeliveryStatus(enum.StrEnum):
    """What became of a mail; all but a sent one are tried again at the next run.

    One that stays ``sending`` belongs to a run that was killed over it: nobody knows whether the
    server took it. One that is ``waiting`` was queued with the change it tells of.
    """

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class Delivery(Model):
    """One mail to one person for one period; the key makes a second one impossible."""

    __tablename__ = "deliveries"
    __table_args__ = (UniqueConstraint("purpose", "recipient_id", "period"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(40))  # "digest"
    recipient_id: Mapped[int]  # a user's id; no foreign key: core knows no feature
    period: Mapped[str] = mapped_column(String(20))  # "2026-11-24"
    address: Mapped[str] = mapped_column(String(254))
    message_id: Mapped[str] = mapped_column(String(200))
    status: Mapped[DeliveryStatus]
    attempts: Mapped[int] = mapped_column(default=0)
    answer: Mapped[str | None]  # the server's own words
    attempted_at: Mapped[datetime]

    def begin(self, address: str, message_id: str, now: datetime) -> None:
        """Note at ``now`` (aware) that the mail is about to be handed over."""
        self.address, self.message_id, self.attempted_at = address, message_id, now
        self.status, self.answer = DeliveryStatus.SENDING, None
        self.attempts = (self.attempts or 0) + 1


def delivery_for(purpose: str, recipient_id: int, period: str) -> Select[Delivery]:
    """The one entry of this key."""
    return select(Delivery).where(
        Delivery.purpose == purpose,
        Delivery.recipient_id == recipient_id,
        Delivery.period == period,
    )


_INSTANT = "%Y%m%d%H%M%S%f"  # as a period: what happened at one moment is one mail


def waiting(purpose: str, recipient_id: int, address: str, now: datetime) -> Delivery:
    """A new entry for a mail about what happens at ``now`` (aware), to be handed over later."""
    return Delivery(
        purpose=purpose,
        recipient_id=recipient_id,
        period=now.astimezone(UTC).strftime(_INSTANT),
        address=address,
        message_id="",
        status=DeliveryStatus.WAITING,
        attempts=0,
        attempted_at=now,
    )


def instant_of(period: str) -> datetime:
    """When what the mail of a ``waiting`` entry tells of happened; aware, in UTC."""
    return datetime.strptime(period, _INSTANT).replace(tzinfo=UTC)


def unsent(purposes: Collection[str], since: datetime) -> Select[Delivery]:
    """Entries queued for these purposes after ``since`` whose mail nobody took, oldest first."""
    return (
        select(Delivery)
        .where(
            Delivery.purpose.in_(purposes),
            Delivery.status != DeliveryStatus.SENT,
            Delivery.period > since.astimezone(UTC).strftime(_INSTANT),
        )
        .order_by(Delivery.id)
    )


def last_of(purpose: str, recipient_id: int) -> Select[Delivery]:
    """The newest entry of this purpose, whatever became of the mail."""
    return (
        select(Delivery)
        .where(Delivery.purpose == purpose, Delivery.recipient_id == recipient_id)
        .order_by(Delivery.id.desc())
        .limit(1)
    )


def last_sent(purpose: str, recipient_id: int) -> Select[Delivery]:
    """The newest mail the person was sent for this purpose."""
    return (
        select(Delivery)
        .where(
            Delivery.purpose == purpose,
            Delivery.recipient_id == recipient_id,
            Delivery.status == DeliveryStatus.SENT,
        )
        .order_by(Delivery.attempted_at.desc(), Delivery.id.desc())
        .limit(1)
    )
