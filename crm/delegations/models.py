"""Delegations and who came with them."""

from datetime import date, time
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, Column, ForeignKey, Select, String, Table, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import Language, User
from crm.core.database import Archivable, Keyed, Model, SortKey, Versioned
from crm.core.dates import DatePrecision, last_of
from crm.core.language import fold, fold_all, reader_language, sort_key, worded
from crm.core.sight import Restrictable
from crm.core.trail import Audited, AuditedPart
from crm.core.words import Term
from crm.countries.models import Country
from crm.organisations.models import Organisation, Person
from crm.reference.models import Sector


class Direction(Term):
    """Where the sides meet."""

    INBOUND = "inbound", _l("Inbound visit")
    OUTBOUND = "outbound", _l("Outbound visit")
    THIRD_PLACE = "third_place", _l("At a third place")


class Level(Term):
    """At which level a delegation comes."""

    HEAD_OF_STATE = "head_of_state", _l("Head of state")
    GOVERNMENT = "government", _l("Government")
    AMBASSADOR = "ambassador", _l("Ambassador")
    CONSUL = "consul", _l("Consul")
    DIPLOMAT = "diplomat", _l("Diplomat")
    BUSINESS = "business", _l("Business circles")
    EXPERT = "expert", _l("Experts")


class DelegationStatus(Term):
    """How far a visit is."""

    PLANNED = "planned", _l("Planned")
    CONFIRMED = "confirmed", _l("Confirmed")
    COMPLETED = "completed", _l("Completed")
    CANCELLED = "cancelled", _l("Cancelled")


class Channel(Term):
    """Through whom a visit was arranged."""

    EMBASSY = "embassy", _l("Through the embassy")
    MINISTRY = "ministry", _l("Through the ministry")
    DIRECT = "direct", _l("Directly")
    KAZAKH_INVEST = "kazakh_invest", _l("Through Kazakh Invest")


class MemberRole(Term):
    """What a member does in the delegation."""

    HEAD = "head", _l("Head of the delegation")
    MEMBER = "member", _l("Member")
    INTERPRETER = "interpreter", _l("Interpreter")
    PRESS = "press", _l("Press")
    SECURITY = "security", _l("Security")


class ProgrammeKind(Term):
    """Whether the guests are told of an entry of the programme."""

    OFFICIAL = "official", _l("Official")
    INTERNAL = "internal", _l("Internal")


class PartyKind(Term):
    """What stands in the list of members or participants."""

    PERSON = "person", _l("Person")
    ORGANISATION = "organisation", _l("Organisation")
    GROUP = "group", _l("Group")


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
    country_code: Mapped[str] = mapped_column(
        ForeignKey("countries.code", ondelete="RESTRICT"), index=True
    )
    direction: Mapped[Direction] = mapped_column(default=Direction.INBOUND)
    level: Mapped[Level | None]
    status: Mapped[DelegationStatus] = mapped_column(default=DelegationStatus.PLANNED)
    arrives_on: Mapped[date | None] = mapped_column(index=True)
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

    @classmethod
    def hidden_from(cls, reader_id: Any) -> Select[int]:
        """Ids of the restricted ones the reader neither leads nor helps with."""
        delegations, team = Delegation.__table__.c, delegation_team.c
        helped = select(team.delegation_id).where(team.user_id == reader_id)
        return select(delegations.id).where(
            delegations.restricted,
            delegations.officer_id != reader_id,
            delegations.id.not_in(helped),
        )

    @property
    def head(self) -> "DelegationMember | None":
        """Who leads the delegation; None when nobody is marked so."""
        return next((one for one in self.members if one.role == MemberRole.HEAD), None)

    def derive_keys(self) -> None:
        self.title_key = sort_key(self.title)
        self.search_text = fold_all(self.title, self.purpose, self.received_by, self.letter_number)
        self.span_ends_on = last_of(self.arrives_on, self.departs_on, self.date_precision)


class Party:
    """Somebody of a delegation or a meeting: a person, a post without a name, an organisation
    without a named person, or a described group.
    """

    person: Mapped[Person | None]
    organisation: Mapped[Organisation | None]
    person_id: Mapped[int | None]
    group_text: Mapped[str | None]
    position_text: Mapped[str | None]
    member_count: Mapped[int | None]

    @property
    def kind(self) -> PartyKind:
        """What it is; a post without a name counts as a person."""
        if self.group_text is not None:
            return PartyKind.GROUP
        if self.person_id is not None or self.position_text is not None:
            return PartyKind.PERSON
        return PartyKind.ORGANISATION

    @property
    def name(self) -> str:
        """What is called first: the person, the group or the organisation; else the post."""
        if self.person is not None:
            return self.person.name_in(reader_language())
        if self.group_text is not None:
            return self.group_text
        if self.position_text is not None:
            return self.position_text
        return "" if self.organisation is None else worded(self.organisation, "name").text

    @property
    def post(self) -> str:
        """The post under the name; empty when it stands in the name's place."""
        return self.position_text or "" if self.person is not None else ""

    @property
    def organisation_name(self) -> str:
        """The organisation under the name; empty when it is the name itself."""
        if self.organisation is None or self.kind == PartyKind.ORGANISATION:
            return ""
        return worded(self.organisation, "name").text


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


class ProgrammeItem(AuditedPart, Model):
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

    def is_beside(self, other: "ProgrammeItem") -> bool:
        """Whether both take place at the same time; one without an end takes a moment."""
        if self.planned_on is None or self.planned_on != other.planned_on:
            return False
        if self.starts_at is None or other.starts_at is None:
            return False
        if self.starts_at == other.starts_at:
            return True
        first, second = sorted((self, other), key=lambda one: one.starts_at or time.min)
        return bool(first.ends_at and second.starts_at and first.ends_at > second.starts_at)

    def clashes_with(self, other: "ProgrammeItem") -> bool:
        """Whether nobody can do both: one person answers for them, or both are official."""
        if self is other or not self.is_beside(other):
            return False
        both_official = self.kind == other.kind == ProgrammeKind.OFFICIAL
        mine, theirs = fold(self.responsible or ""), fold(other.responsible or "")
        return both_official or (mine != "" and mine == theirs)
