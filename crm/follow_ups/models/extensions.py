"""Moved deadlines of a point, and requests to move one."""

from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core.database import Model
from crm.core.trail import AuditedPart
from crm.core.words import Term
from crm.follow_ups.models.follow_up import FollowUp


class Extension(AuditedPart, Model):
    """A moved deadline: from which day to which, why, and on whose authority."""

    __tablename__ = "follow_up_extensions"
    __parent__ = "follow_up"
    id: Mapped[int] = mapped_column(primary_key=True)
    follow_up_id: Mapped[int] = mapped_column(
        ForeignKey("follow_ups.id", ondelete="CASCADE"), index=True
    )
    old_due_on: Mapped[date]
    new_due_on: Mapped[date]
    reason: Mapped[str]
    authority: Mapped[str] = mapped_column(String(300))
    extended_on: Mapped[date]
    follow_up: Mapped[FollowUp] = relationship(lazy="raise_on_sql")


class Decision(Term):
    """What became of a request for extension."""

    GRANTED = "granted", _l("Granted")
    REFUSED = "refused", _l("Refused")
    WITHDRAWN = "withdrawn", _l("Withdrawn by the one who asked")
    SETTLED = "settled", _l("No longer needed")  # the point was closed before


class ExtensionRequest(AuditedPart, Model):
    """A wish of the owner for a later deadline; open until it is decided, one at a time.

    A granted one leads to the extension it brought, which may name another day than was wanted.
    """

    __tablename__ = "follow_up_extension_requests"
    __unaudited__ = frozenset({"extension_id"})  # the extension has an entry of its own
    __parent__ = "follow_up"
    __table_args__ = (
        CheckConstraint(
            "(decision IS NULL AND decided_on IS NULL AND decided_by_id IS NULL)"
            " OR (decision IS NOT NULL AND decided_on IS NOT NULL AND decided_by_id IS NOT NULL)",
            name="decided_by_somebody",
        ),
        CheckConstraint("decision <> 'refused' OR answer IS NOT NULL", name="refused_with_reason"),
        Index(
            "uq_follow_up_extension_requests_open",
            "follow_up_id",
            unique=True,
            sqlite_where=text("decision IS NULL"),
            postgresql_where=text("decision IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    follow_up_id: Mapped[int] = mapped_column(
        ForeignKey("follow_ups.id", ondelete="CASCADE"), index=True
    )
    asked_by_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="RESTRICT"), index=True
    )
    asked_on: Mapped[date]
    old_due_on: Mapped[date]  # what the deadline was when it was asked
    new_due_on: Mapped[date]
    reason: Mapped[str]
    decision: Mapped[Decision | None]
    decided_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="RESTRICT"), index=True
    )
    decided_on: Mapped[date | None]
    answer: Mapped[str | None]  # why it was refused
    extension_id: Mapped[int | None] = mapped_column(
        ForeignKey("follow_up_extensions.id", ondelete="SET NULL"), index=True
    )
    follow_up: Mapped[FollowUp] = relationship(lazy="raise_on_sql")
    asked_by: Mapped[User] = relationship(foreign_keys=asked_by_id, lazy="raise_on_sql")
    decided_by: Mapped[User | None] = relationship(foreign_keys=decided_by_id, lazy="raise_on_sql")
    extension: Mapped[Extension | None] = relationship(lazy="raise_on_sql")

    def decide(self, decision: Decision, user_id: int, today: date) -> None:
        """Close the request as of ``today``, by the user with this id."""
        self.decision, self.decided_by_id, self.decided_on = decision, user_id, today

    def open_again(self) -> None:
        """As it was before the decision."""
        self.decision = self.decided_by_id = self.decided_on = None
        self.answer = self.extension_id = None
