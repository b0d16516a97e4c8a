"""The ledger of mails: what was handed to the mail server, so that nothing is sent twice."""

import enum
from datetime import datetime

from sqlalchemy import Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.database import Model


class DeliveryStatus(enum.StrEnum):
    """What became of a mail; all but a sent one are tried again at the next run.

    One that stays ``sending`` belongs to a run that was killed over it: nobody knows whether the
    server took it.
    """

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
