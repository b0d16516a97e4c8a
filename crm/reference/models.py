"""Lists that records refer to by code."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.database import Archivable, Model, NamedInLanguages, Versioned
from crm.core.trail import Audited


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
