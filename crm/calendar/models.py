"""A person's own calendar: the secret address it is read at, and whether they are invited."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core.database import Model
from crm.core.trail import AuditedPart


class Calendar(AuditedPart, Model):
    """What a user has chosen about their calendar; who chose nothing has no row.

    Whoever knows the address reads it, so only its hash is kept.
    """

    __tablename__ = "calendars"
    __parent__ = "user"
    __unaudited__ = frozenset({"token_hash"})
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    address_made_at: Mapped[datetime | None]
    has_invitations: Mapped[bool] = mapped_column(default=True)
    user: Mapped[User] = relationship(lazy="raise_on_sql")
