"""Lists that records refer to by code."""

from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.database import Archivable, Model, NamedInLanguages, Versioned
from crm.core.trail import Audited
from crm.core.words import Term


class Sector(Audited, Versioned, Archivable, NamedInLanguages, Model):
    """A branch of the economy, in a tree of two levels; a retired one still displays."""

    __tablename__ = "sectors"
    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    parent_code: Mapped[str | None] = mapped_column(
        ForeignKey("sectors.code", ondelete="RESTRICT"), index=True
    )
    position: Mapped[int] = mapped_column(default=0)


class District(Audited, Versioned, Archivable, NamedInLanguages, Model):
    """A district or city of the region by its KATO code, nine digits as text (NK RK 11-2025)."""

    __tablename__ = "districts"
    code: Mapped[str] = mapped_column(String(9), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)


class DayKind(Term):
    """What a decree has made of a day."""

    DAY_OFF = "day_off", _l("Day off")
    WORKING = "working", _l("Working day")


class WorkingDay(Audited, Versioned, Archivable, Model):
    """A day whose nature a decree of the government changed: moved to work, or made a day off."""

    __tablename__ = "working_days"
    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(unique=True)
    kind: Mapped[DayKind]
    decree: Mapped[str] = mapped_column(String(500))
