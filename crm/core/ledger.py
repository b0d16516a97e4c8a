"""The ledger of mails: what was handed to the mail server, so that nothing is sent twice."""

import enum
from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.database import Model


class DeliveryStatus(enum.StrEnum):
    """What became of a mail; a failed one is tried again at the next run."""

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
