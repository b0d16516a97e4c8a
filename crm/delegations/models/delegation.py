"""Delegations and who came with them."""

from datetime import date, time
from typing import ClassVar

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import Language, User
from crm.core.database import Archivable, Keyed, Model, SortKey, Versioned
from crm.core.dates import DatePrecision, last_of
from crm.core.language import sort_key
from crm.core.sight import Restrictable
from crm.core.tokens import country_mark, tokens_text
from crm.core.trail import Audited, AuditedPart
from crm.countries.models import Country
from crm.delegations.models.party import Party
from crm.delegations.models.programme import Scheduled
from crm.delegations.models.terms import (
    Channel,
    DelegationStatus,
    Direction,
    Level,
    MemberRole,
    ProgrammeKind,
)
from crm.organisations.models import Organisation, Person
from crm.reference.models import Sector

delegation_sectors = Table(
    "delegation_sectors",
    Model.metadata,
    Column("delegation_id", ForeignKey("delegations.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "sector_code", ForeignKey("sectors.code", ondelete="RESTRICT"), primary_key=True, index=True
    ),
)


delegation_team = Table(
    "delegation_team",
    Model.metadata,
    Column("delegation_id", ForeignKey("delegations.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="RESTRICT"), primary_key=True, index=True),
)


class Delegation(Restrictable, Audited, Versioned, Archivable, Keyed, Model):
    """A group that visits us, that we send, or that we meet elsewhere."""

    __tablename__ = "delegations"
    __unaudited__ = frozenset({"title_key", "span_ends_on"})
    __audited_date__ = ("arrives_on", "departs_on", "date_precision")
    __audited_links__: ClassVar = {"sectors": ("code",), "team": ("id",)}
    __table_args__ = (
        Index("ix_delegations_arrives_on_id", "arrives_on", "id"),  # pages of the list go along it
        Index("ix_delegations_country_arrives", "country_code", "arrives_on", "id"),
        CheckConstraint(
            "arrives_on IS NULL OR departs_on IS NULL OR departs_on >= arrives_on",
            name="dates_in_order",
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(500))
    title_key: Mapped[str | None] = mapped_column(SortKey(), index=True)
    search_text: Mapped[str] = mapped_column(default="")
    text_language: Mapped[Language] = mapped_column(default=Language.KK)
    country_code: Mapped[str] = mapped_column(ForeignKey("countries.code", ondelete="RESTRICT"))
    direction: Mapped[Direction] = mapped_column(default=Direction.INBOUND)
    level: Mapped[Level | None]
    status: Mapped[DelegationStatus] = mapped_column(default=DelegationStatus.PLANNED)
    arrives_on: Mapped[date | None]
    departs_on: Mapped[date | None]
    span_ends_on: Mapped[date | None] = mapped_column(index=True)  # derived: last day it may be
    date_precision: Mapped[DatePrecision] = mapped_column(default=DatePrecision.UNKNOWN)
    officer_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"), index=True)
    received_by: Mapped[str | None]
    channel: Mapped[Channel | None]
    letter_number: Mapped[str | None] = mapped_column(String(100))
    letter_on: Mapped[date | None]
    languages: Mapped[str | None] = mapped_column(String(500))
    interpreter: Mapped[str | None] = mapped_column(String(500))
    logistics: Mapped[str | None]
    next_contact_on: Mapped[date | None] = mapped_column(index=True)
    purpose: Mapped[str | None]
    note: Mapped[str | None]
    country: Mapped[Country] = relationship(lazy="raise_on_sql")
    officer: Mapped[User] = relationship(lazy="raise_on_sql")
    sectors: Mapped[list[Sector]] = relationship(
        secondary=delegation_sectors, lazy="raise_on_sql", order_by=Sector.code
    )
    members: Mapped[list["DelegationMember"]] = relationship(
        back_populates="delegation",
        lazy="raise_on_sql",
        order_by="DelegationMember.position_number, DelegationMember.id",
        cascade="all, delete-orphan",
    )
    programme: Mapped[list["ProgrammeItem"]] = relationship(
        back_populates="delegation",
        lazy="raise_on_sql",
        order_by="ProgrammeItem.planned_on.nulls_last(), ProgrammeItem.starts_at.nulls_first(),"
        " ProgrammeItem.id",
        cascade="all, delete-orphan",
    )

    team: Mapped[list[User]] = relationship(
        secondary=delegation_team, lazy="raise_on_sql", order_by=User.name_key
    )

    @property
    def head(self) -> "DelegationMember | None":
        """Who leads the delegation; None when nobody is marked so."""
        return next((one for one in self.members if one.role == MemberRole.HEAD), None)

    def derive_keys(self) -> None:
        self.title_key = sort_key(self.title)
        texts = (self.title, self.purpose, self.received_by, self.letter_number)
        self.search_text = tokens_text(*texts, marks=country_mark(self.country_code))
        self.span_ends_on = last_of(self.arrives_on, self.departs_on, self.date_precision)


class DelegationMember(Party, AuditedPart, Model):
    """A person, or a described group with or without a count, in order of precedence."""

    __tablename__ = "delegation_members"
    __parent__ = "delegation"
    __table_args__ = (
        CheckConstraint(
            "person_id IS NOT NULL OR organisation_id IS NOT NULL"
            " OR group_text IS NOT NULL OR position_text IS NOT NULL",
            name="somebody",
        ),
        CheckConstraint("member_count IS NULL OR member_count > 0", name="count_is_positive"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    delegation_id: Mapped[int] = mapped_column(
        ForeignKey("delegations.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("people.id", ondelete="RESTRICT"), index=True
    )
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisations.id", ondelete="RESTRICT"), index=True
    )
    group_text: Mapped[str | None] = mapped_column(String(500))
    member_count: Mapped[int | None] = mapped_column()
    role: Mapped[MemberRole] = mapped_column(default=MemberRole.MEMBER)
    position_text: Mapped[str | None] = mapped_column(String(500))
    position_number: Mapped[int] = mapped_column(default=0)
    delegation: Mapped[Delegation] = relationship(back_populates="members", lazy="raise_on_sql")
    person: Mapped[Person | None] = relationship(lazy="raise_on_sql")
    organisation: Mapped[Organisation | None] = relationship(lazy="raise_on_sql")


class ProgrammeItem(Scheduled, AuditedPart, Model):
    """An entry of the programme of a visit: day and local wall time, what, where, who sees to it.

    Day and times may be open yet.
    """

    __tablename__ = "programme_items"
    __parent__ = "delegation"
    __table_args__ = (
        CheckConstraint(
            "ends_at IS NULL OR (starts_at IS NOT NULL AND ends_at > starts_at)",
            name="times_in_order",
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    delegation_id: Mapped[int] = mapped_column(
        ForeignKey("delegations.id", ondelete="CASCADE"), index=True
    )
    planned_on: Mapped[date | None]
    starts_at: Mapped[time | None]
    ends_at: Mapped[time | None]
    title: Mapped[str] = mapped_column(String(500))
    place: Mapped[str | None] = mapped_column(String(500))
    responsible: Mapped[str | None] = mapped_column(String(500))
    kind: Mapped[ProgrammeKind] = mapped_column(default=ProgrammeKind.OFFICIAL)
    delegation: Mapped[Delegation] = relationship(back_populates="programme", lazy="raise_on_sql")
