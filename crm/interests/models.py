"""Sector interests: who is interested in which sector, how strongly, and who noted it."""

from datetime import date
from typing import Any, ClassVar, cast

from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Table,
    and_,
    or_,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import Language, User
from crm.core.database import Archivable, Keyed, Model, Versioned
from crm.core.language import Worded, worded
from crm.core.sight import Restrictable, is_hidden_by
from crm.core.tokens import country_mark, tokens_text
from crm.core.trail import Audited
from crm.core.words import Term
from crm.countries.models import Country
from crm.delegations.models.delegation import Delegation
from crm.meetings.models import Meeting
from crm.organisations.models import Organisation
from crm.reference.models import Sector


class Strength(Term):
    """How serious an interest is, weakest first."""

    MENTIONED = "mentioned", _l("Mentioned")
    EXPRESSED = "expressed", _l("Interest expressed")
    CONCRETE = "concrete", _l("Concrete proposal")
    COMMITTED = "committed", _l("Committed")

    @property
    def number(self) -> int:
        """Its place in the order, from 1."""
        return list(Strength).index(self) + 1


class InterestDirection(Term):
    """What the interested side wants to do."""

    INVEST = "invest", _l("Invest")
    BUY = "buy", _l("Buy")
    SELL = "sell", _l("Sell")
    TECHNOLOGY = "technology", _l("Technology")
    TRAINING = "training", _l("Training")


interest_team = Table(
    "interest_team",
    Model.metadata,
    Column("interest_id", ForeignKey("sector_interests.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="RESTRICT"), primary_key=True, index=True),
)


class SectorInterest(Restrictable, Audited, Versioned, Archivable, Keyed, Model):
    """An organisation, a delegation or a country, exactly one, is interested in a sector."""

    __tablename__ = "sector_interests"
    __audited_links__: ClassVar = {"team": ("id",)}
    __parents__ = ("meeting", "delegation")
    __table_args__ = (
        Index("ix_sector_interests_noted_on_id", "noted_on", "id"),  # pages of the list go along it
        CheckConstraint(
            "(CASE WHEN organisation_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN delegation_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN country_code IS NULL THEN 0 ELSE 1 END) = 1",
            name="exactly_one",
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    search_text: Mapped[str] = mapped_column(default="")
    text_language: Mapped[Language] = mapped_column(default=Language.KK)
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisations.id", ondelete="RESTRICT"), index=True
    )
    delegation_id: Mapped[int | None] = mapped_column(
        ForeignKey("delegations.id", ondelete="RESTRICT"), index=True
    )
    country_code: Mapped[str | None] = mapped_column(
        ForeignKey("countries.code", ondelete="RESTRICT"), index=True
    )
    sector_code: Mapped[str] = mapped_column(
        ForeignKey("sectors.code", ondelete="RESTRICT"), index=True
    )
    strength: Mapped[Strength] = mapped_column(default=Strength.EXPRESSED)
    direction: Mapped[InterestDirection | None]
    meeting_id: Mapped[int | None] = mapped_column(
        ForeignKey("meetings.id", ondelete="RESTRICT"), index=True
    )
    noted_on: Mapped[date | None]
    note: Mapped[str | None]
    officer_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"), index=True)
    # Who and in what: an interest is called by them wherever it is named, so they come along.
    organisation: Mapped[Organisation | None] = relationship(lazy="joined")
    delegation: Mapped[Delegation | None] = relationship(lazy="joined")
    country: Mapped[Country | None] = relationship(lazy="joined")
    sector: Mapped[Sector] = relationship(lazy="joined", innerjoin=True)
    meeting: Mapped[Meeting | None] = relationship(lazy="raise_on_sql")
    officer: Mapped[User] = relationship(lazy="raise_on_sql")

    team: Mapped[list[User]] = relationship(
        secondary=interest_team, lazy="raise_on_sql", order_by=User.name_key
    )

    @classmethod
    def hides(cls, row: Any, reader_id: Any) -> ColumnElement[bool]:
        """The restricted ones, and those of a hidden meeting or delegation."""
        return or_(
            and_(row.restricted, cls.is_not_of(row, reader_id)),
            is_hidden_by(Meeting, row.meeting_id, reader_id),
            is_hidden_by(Delegation, row.delegation_id, reader_id),
        )

    @property
    def whose(self) -> Worded:
        """Who is interested, by name."""
        if self.delegation is not None:
            return Worded(self.delegation.title, self.delegation.text_language.value)
        return worded(self.organisation or self.country, "name")

    @property
    def whose_country(self) -> Country:
        """The country of who is interested, which must be loaded."""
        holder = self.organisation or self.delegation
        return cast(Country, self.country if holder is None else holder.country)

    @property
    def title(self) -> str:
        """What the interest is called: «Veolia: water supply»."""
        return f"{self.whose}: {worded(self.sector, 'name')}"

    def derive_keys(self) -> None:
        self.search_text = tokens_text(self.note, marks=country_mark(self.country_code))
