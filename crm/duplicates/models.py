"""What likely duplicates are found by, the pairs found, and those that are not the same."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core import clock
from crm.core.database import Lines, Model, SortKey
from crm.core.names.likeness import NameKind, Reason
from crm.core.trail import AuditedPart
from crm.core.words import Term
from crm.organisations.models import Organisation, Person

MODELS: dict[NameKind, type[Person] | type[Organisation]] = {
    NameKind.PERSON: Person,
    NameKind.ORGANISATION: Organisation,
}


# What keys begin with: those of contacts, of words as they are heard, of names as they are spelt.
# A search weighs them by this order.
CONTACT, HEARD, SPELT = "c:", "n:", "w:"


class Sign(Term):
    """What two records may have in common besides their names, the surest first."""

    BIN = "bin", _l("Same BIN")
    EMAIL = "email", _l("Same e-mail")
    PHONE = "phone", _l("Same phone")
    WEBSITE = "website", _l("Same website")


# Of a name that is not a person's: other languages have another word for it.
_OF_ORGANISATIONS: dict[str, Any] = {
    Reason.SAME_SPELLING: lazy_pgettext("organisation", "Same name"),
    Reason.SAME_SOUND: lazy_pgettext("organisation", "Same name in another spelling"),
    Reason.SIMILAR: lazy_pgettext("organisation", "Similar name"),
}


def reason_labels(kind: NameKind, reasons: Sequence[str]) -> list[Any]:
    """What ``reasons``, values of ``Reason`` and ``Sign``, are called for a ``kind``."""
    labels: dict[str, Any] = {one.value: one.label for one in (*Reason, *Sign)}
    if kind is NameKind.ORGANISATION:
        labels |= _OF_ORGANISATIONS
    return [labels[reason] for reason in reasons if reason in labels]


class LikelyKey(Model):
    """A key of a person or an organisation: those that share one may be the same.

    No foreign key: people and organisations are never deleted, and both stand here.
    """

    __tablename__ = "likely_keys"
    __table_args__ = (Index("ix_likely_keys_record", "kind", "record_id"),)
    kind: Mapped[NameKind] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(SortKey(), primary_key=True)
    record_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class LikelyPair(Model):
    """Two records that are likely the same: how likely, from 0 to 100, and why."""

    __tablename__ = "likely_pairs"
    __table_args__ = (
        UniqueConstraint("kind", "older_id", "newer_id"),
        CheckConstraint("older_id < newer_id", name="in_order"),
        Index("ix_likely_pairs_score", "kind", "score", "id"),
        Index("ix_likely_pairs_newer", "kind", "newer_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[NameKind]
    older_id: Mapped[int]
    newer_id: Mapped[int]
    score: Mapped[int]
    reasons: Mapped[tuple[str, ...]] = mapped_column(Lines(), nullable=True)


class NotTheSame(AuditedPart, Model):
    """Somebody looked at two records and said that they are two: one row for each of them.

    It stands in the history of both. ``other_name`` is what the other one was called then.
    """

    __tablename__ = "not_the_same"
    __unaudited__ = frozenset({"kind", "record_id", "other_id", "marked_by_id", "marked_at"})
    __parent__: ClassVar[str] = "record"
    __table_args__ = (UniqueConstraint("kind", "record_id", "other_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[NameKind]
    record_id: Mapped[int]
    other_id: Mapped[int]
    other_name: Mapped[str]
    marked_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="RESTRICT"), index=True
    )
    marked_at: Mapped[datetime] = mapped_column(default=clock.now)
    marked_by: Mapped[User | None] = relationship(lazy="raise_on_sql")

    def whose(self) -> tuple[type[Any], Any]:
        return MODELS[self.kind], self.record_id

    @classmethod
    def hides(cls, row: Any, reader_id: Any) -> ColumnElement[bool]:
        """From nobody: people and organisations are not restricted."""
        return false()
