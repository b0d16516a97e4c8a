"""What is known of the runs of the digest."""

from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column

from crm.core.database import Model


class DigestRun(Model):
    """The digests of ``day`` were offered to everybody: whoever got none had nothing to be told,
    or an entry in the ledger of mails.
    """

    __tablename__ = "digest_runs"
    day: Mapped[date] = mapped_column(primary_key=True)
    ended_at: Mapped[datetime]
