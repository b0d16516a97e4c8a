"""A person's own calendar, and what of a meeting stands in calendars."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum
from typing import Any, Self

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core.database import Model
from crm.core.dates import DatePrecision, last_of
from crm.core.trail import AuditedPart
from crm.core.words import Term
from crm.meetings.models import Meeting, MeetingStatus

# What can stand in a calendar: a month, or the day a source appeared, is no day to come to.
ON_DAYS = (DatePrecision.DAY, DatePrecision.RANGE)


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


class News(Term):
    """What somebody is told of a meeting of theirs; how its letter begins."""

    PLANNED = "planned", _l("Planned")
    MOVED = "moved", _l("Moved")
    POSTPONED = "postponed", _l("Postponed")
    CANCELLED = "cancelled", _l("Cancelled")
    RELEASED = "released", _l("Without you")

    @property
    def is_invitation(self) -> bool:
        """Whether the meeting is to stand in the calendar from now on, else to leave it."""
        return self in (News.PLANNED, News.MOVED)


@dataclass(frozen=True)
class Plan:
    """What a person goes by who is to come to a meeting, as it stands or stood."""

    status: MeetingStatus
    is_archived: bool
    held_on: date | None
    held_until: date | None
    date_precision: DatePrecision
    starts_at: time | None
    ends_at: time | None
    place: str | None
    district_code: str | None

    @classmethod
    def of(cls, meeting: Meeting, changed: Mapping[str, Any] | None = None) -> Self:
        """The plan of ``meeting``; with the values ``changed`` holds, as the trail writes them."""
        changed = changed or {}

        def value(name: str, kind: Any = str) -> Any:
            found = changed[name] if name in changed else getattr(meeting, name)
            if not isinstance(found, str):
                return found
            return kind(found) if issubclass(kind, Enum | str) else kind.fromisoformat(found)

        return cls(
            status=value("status", MeetingStatus),
            is_archived=value("archived_at") is not None,
            held_on=value("held_on", date),
            held_until=value("held_until", date),
            date_precision=value("date_precision", DatePrecision),
            starts_at=value("starts_at", time),
            ends_at=value("ends_at", time),
            place=value("place"),
            district_code=value("district_code"),
        )

    @property
    def is_on(self) -> bool:
        """Whether the meeting is to be held."""
        return self.status == MeetingStatus.PLANNED and not self.is_archived

    def is_fixed(self, today: date) -> bool:
        """Whether it is to be held on known days that are not over on ``today``."""
        last = last_of(self.held_on, self.held_until, self.date_precision)
        is_known = self.date_precision in ON_DAYS and last is not None
        return self.is_on and is_known and last is not None and last >= today

    @property
    def when_and_where(self) -> tuple[Any, ...]:
        """What it is moved by."""
        times = (self.starts_at, self.ends_at)
        return (self.held_on, self.held_until, *times, self.place, self.district_code)

    def news_since(
        self, before: "Plan | None", *, was_mine: bool, is_mine: bool, today: date
    ) -> News | None:
        """What one person is told when ``before`` (None: nothing) became this; None: nothing.

        ``was_mine``, ``is_mine``: whether they were to come to it, and are now.
        """
        had = before is not None and was_mine and before.is_fixed(today)
        has = is_mine and self.is_fixed(today)
        if has:
            if not had or before is None:
                return News.PLANNED
            return None if before.when_and_where == self.when_and_where else News.MOVED
        if not had:
            return None
        return self._loss(today)

    def _loss(self, today: date) -> News | None:
        """What is told to whom it is to leave the calendar of."""
        if self.status == MeetingStatus.HELD:
            return None
        if not self.is_on:
            return News.CANCELLED
        if self.is_fixed(today):
            return News.RELEASED
        return News.POSTPONED if self.date_precision not in ON_DAYS else None
