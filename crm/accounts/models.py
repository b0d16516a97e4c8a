"""Users, their departments, their sessions and failed sign-ins."""

from datetime import datetime, timedelta
from typing import ClassVar

from flask_babel import lazy_gettext as _l
from flask_login import UserMixin
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.core import clock
from crm.core.choices import Offered
from crm.core.database import Archivable, Keyed, Model, NamedInLanguages, SortKey, Versioned
from crm.core.language import sort_key
from crm.core.tokens import tokens_text
from crm.core.trail import Audited
from crm.core.words import Term


class Role(Term):
    """What a user may do; each includes what its holder's work needs, none is a super-user."""

    OFFICER = "officer", _l("Investment officer")
    HEAD = "head", _l("Head of department")
    VIEWER = "viewer", _l("Viewer")
    ADMIN = "admin", _l("System administrator")


WRITERS = (Role.OFFICER, Role.HEAD)
SILENT_DAYS = 90  # a quarter: the term of the reports (domain.md B5)


class Language(Term):
    """The languages of the interface."""

    KK = "kk", _l("Kazakh")
    RU = "ru", _l("Russian")
    EN = "en", _l("English")


class CsvDialect(Term):
    """How a CSV is written: for Excel (";" and BOM) or by RFC 4180 ("," and BOM)."""

    EXCEL = "excel", _l("For Excel (semicolon)")
    RFC4180 = "rfc4180", _l("RFC 4180 (comma)")


class DigestFrequency(Term):
    """How often a user gets the digest."""

    DAILY = "daily", _l("Every day")
    WEEKLY = "weekly", _l("Once a week")
    OFF = "off", _l("Off")


class Theme(Term):
    """The colours a user reads in."""

    SYSTEM = "system", _l("As the system")
    LIGHT = "light", _l("Light")
    DARK = "dark", _l("Dark")


class Department(Offered, Audited, Versioned, Archivable, NamedInLanguages, Model):
    """A department of the akimat; users belong to it, points may be given to it."""

    __tablename__ = "departments"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str | None] = mapped_column(String(20), unique=True)
    position: Mapped[int] = mapped_column(default=0)


class User(Offered, Audited, Versioned, Keyed, UserMixin, Model):
    """A person with a sign-in. ``email`` is casefolded and unique."""

    __tablename__ = "users"
    __unaudited__ = frozenset({"password_hash", "name_key"})
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str | None] = mapped_column(SortKey())
    role: Mapped[Role]
    department_id: Mapped[int | None] = mapped_column(
        ForeignKey("departments.id", ondelete="RESTRICT"), index=True
    )
    language: Mapped[Language] = mapped_column(default=Language.KK)
    csv_dialect: Mapped[CsvDialect] = mapped_column(default=CsvDialect.EXCEL)
    digest: Mapped[DigestFrequency] = mapped_column(default=DigestFrequency.DAILY)
    department_digest: Mapped[bool] = mapped_column(default=False)  # asked for by a viewer
    silent_days: Mapped[int | None] = mapped_column(default=SILENT_DAYS)  # None: do not remind
    theme: Mapped[Theme] = mapped_column(default=Theme.SYSTEM)
    is_active: Mapped[bool] = mapped_column(default=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    search_text: Mapped[str] = mapped_column(default="")
    department: Mapped[Department | None] = relationship(lazy="raise_on_sql")

    @property
    def can_write(self) -> bool:
        """Whether the user may change records."""
        return self.role in WRITERS

    @property
    def is_head(self) -> bool:
        """Whether the user decides on deadlines and control."""
        return self.role == Role.HEAD

    @property
    def is_told_of_department(self) -> bool:
        """Whether the digest says how a department stands: to heads, and to viewers who asked."""
        return self.is_head or (self.role == Role.VIEWER and self.department_digest)

    def derive_keys(self) -> None:
        self.name_key = sort_key(self.name)
        self.search_text = tokens_text(self.name, exact=[self.email])


class SessionEnd(Term):
    """Why a session lets nobody in any more, as the sign-in page says it."""

    ENDED = "ended", _l("This session was ended. Sign in once more.")
    IDLE = "idle", _l("You were away for a long time. Sign in once more.")
    OLD = "old", _l("For safety a sign-in holds for a week at most. Sign in once more.")


class UserSession(Model):
    """A sign-in on one browser. The cookie holds a token, this row its hash."""

    __tablename__ = "user_sessions"
    # A working day with its evening, so that nobody is asked twice a day, but the machine of an
    # office asks in the morning; and whatever happens, everybody once a week.
    IDLE_LIMIT: ClassVar[timedelta] = timedelta(hours=12)
    ABSOLUTE_LIMIT: ClassVar[timedelta] = timedelta(days=7)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    begun_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    last_seen_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(String(45), default="")
    browser: Mapped[str] = mapped_column(String(60), default="")  # «Firefox, Windows»
    user: Mapped[User] = relationship(lazy="raise_on_sql")


class SignInAttempt(Model):
    """A failed sign-in under a key (an address or an email); counted by all workers alike."""

    __tablename__ = "sign_in_attempts"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(300), index=True)
    attempted_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
