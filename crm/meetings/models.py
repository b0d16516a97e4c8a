"""Meetings, who took part in them and which sectors they were about."""

from datetime import date, time
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Table,
    and_,
    or_,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import Language, User
from crm.core.database import Archivable, Keyed, Model, SortKey, Versioned
from crm.core.dates import DatePrecision, last_of
from crm.core.language import sort_key
from crm.core.sight import Part, Restrictable, is_hidden_by
from crm.core.tokens import country_mark, tokens_text
from crm.core.trail import Audited, AuditedPart
from crm.core.words import Term
from crm.countries.models import Country
from crm.delegations.models.delegation import Delegation
from crm.delegations.models.party import Party
from crm.organisations.models import Organisation, OrganisationKind, Person
from crm.reference.models import District, Sector


class MeetingKind(Term):
    """What sort of meeting it is."""

    WORKING_MEETING = "working_meeting", _l("Working meeting")
    NEGOTIATION = "negotiation", _l("Negotiation")
    CONSULTATION = "consultation", _l("Consultation")
    SITE_VISIT = "site_visit", _l("Site visit")
    FORUM = "forum", _l("Forum")
    CALL = "call", _l("Phone call")
    VIDEO_CALL = "video_call", _l("Video conference")


class MeetingStatus(Term):
    """Whether a meeting is still ahead; planned → held goes one way."""

    PLANNED = "planned", _l("Planned")
    HELD = "held", _l("Held")
    CANCELLED = "cancelled", _l("Cancelled")

    def may_become(self, status: "MeetingStatus") -> bool:
        """Whether the step is allowed: what was held was held, only a plan can be cancelled."""
        match self:
            case MeetingStatus.HELD:
                return status == MeetingStatus.HELD
            case MeetingStatus.CANCELLED:
                return status != MeetingStatus.HELD
            case _:
                return True


class Weight(Term):
    """How much a meeting was about a sector."""

    FOCUS = "focus", _l("in focus")
    DISCUSSED = "discussed", _l("discussed")


class Side(Term):
    """The two sides of a meeting: ours is shown left, the partner's right."""

    OURS = "ours", _l("Our side")
    PARTNER = "partner", _l("Partner side")


class ParticipantRole(Term):
    """What a participant does in the meeting."""

    HOST = "host", _l("Host")
    HEAD = "head", _l("Head of the delegation")
    MEMBER = "member", _l("Participant")
    INTERPRETER = "interpreter", _l("Interpreter")


meeting_team = Table(
    "meeting_team",
    Model.metadata,
    Column("meeting_id", ForeignKey("meetings.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="RESTRICT"), primary_key=True, index=True),
)


class Meeting(Restrictable, Audited, Versioned, Archivable, Keyed, Model):
    """A meeting of the two sides. A date is never invented: unknown ones have no ``held_on``."""

    __tablename__ = "meetings"
    __unaudited__ = frozenset({"title_key", "span_ends_on"})
    __parents__ = ("delegation",)
    __audited_date__ = ("held_on", "held_until", "date_precision")
    __audited_links__: ClassVar = {"sector_links": ("sector_code", "weight"), "team": ("id",)}
    __table_args__ = (
        Index("ix_meetings_held_on_id", "held_on", "id"),  # pages of the list go along it
        # The same of one country, all and by status.
        Index("ix_meetings_country_held", "country_code", "held_on", "id"),
        Index("ix_meetings_country_status", "country_code", "status", "held_on", "id"),
        CheckConstraint(
            "(date_precision = 'unknown') = (held_on IS NULL)", name="precision_fits_date"
        ),
        CheckConstraint("held_until IS NULL OR held_until >= held_on", name="dates_in_order"),
        CheckConstraint(
            "(minutes_number IS NULL) = (minutes_on IS NULL)", name="minutes_number_and_day"
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(500))
    title_key: Mapped[str | None] = mapped_column(SortKey(), index=True)
    search_text: Mapped[str] = mapped_column(default="")
    text_language: Mapped[Language] = mapped_column(default=Language.KK)
    kind: Mapped[MeetingKind] = mapped_column(default=MeetingKind.WORKING_MEETING)
    status: Mapped[MeetingStatus] = mapped_column(default=MeetingStatus.HELD)
    country_code: Mapped[str] = mapped_column(ForeignKey("countries.code", ondelete="RESTRICT"))
    delegation_id: Mapped[int | None] = mapped_column(
        ForeignKey("delegations.id", ondelete="RESTRICT"), index=True
    )
    held_on: Mapped[date | None]
    held_until: Mapped[date | None]
    span_ends_on: Mapped[date | None] = mapped_column(index=True)  # derived: last day it may be
    date_precision: Mapped[DatePrecision] = mapped_column(default=DatePrecision.UNKNOWN)
    starts_at: Mapped[time | None]  # local wall time
    ends_at: Mapped[time | None]
    place: Mapped[str | None] = mapped_column(String(500))
    district_code: Mapped[str | None] = mapped_column(
        ForeignKey("districts.code", ondelete="RESTRICT"), index=True
    )
    received_by: Mapped[str | None] = mapped_column(String(500))
    agenda: Mapped[str | None]
    summary: Mapped[str | None]
    outcome: Mapped[str | None]
    note: Mapped[str | None]
    # Given by the office's document system; from then on the numbers of the points stand.
    minutes_number: Mapped[str | None] = mapped_column(String(100))
    minutes_on: Mapped[date | None]
    source_name: Mapped[str | None] = mapped_column(String(500))
    source_url: Mapped[str | None] = mapped_column(String(1000))
    source_published_on: Mapped[date | None]
    officer_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"), index=True)
    country: Mapped[Country] = relationship(lazy="raise_on_sql")
    delegation: Mapped[Delegation | None] = relationship(lazy="raise_on_sql")
    district: Mapped[District | None] = relationship(lazy="raise_on_sql")
    officer: Mapped[User] = relationship(lazy="raise_on_sql")
    sector_links: Mapped[list["MeetingSector"]] = relationship(
        back_populates="meeting",
        lazy="raise_on_sql",
        order_by="MeetingSector.weight.desc(), MeetingSector.position_number",
        cascade="all, delete-orphan",
    )
    participants: Mapped[list["Participant"]] = relationship(
        back_populates="meeting",
        lazy="raise_on_sql",
        order_by="Participant.position_number, Participant.id",
        cascade="all, delete-orphan",
    )

    team: Mapped[list[User]] = relationship(
        secondary=meeting_team, lazy="raise_on_sql", order_by=User.name_key
    )

    @classmethod
    def hides(cls, row: Any, reader_id: Any) -> ColumnElement[bool]:
        """The restricted ones, and those of a hidden delegation.

        Its own officer and team see a meeting all the same, the delegation unnamed.
        """
        with_it = is_hidden_by(Delegation, row.delegation_id, reader_id)
        return and_(or_(row.restricted, with_it), cls.is_not_of(row, reader_id))

    @property
    def has_minutes(self) -> bool:
        """Whether the minutes are registered: the numbers of the points change no more."""
        return self.minutes_number is not None

    @property
    def partners(self) -> list[Organisation]:
        """The organisations in use that came, as far as named; the participants are loaded."""
        found = (one.organisation for one in self.participants if one.side == Side.PARTNER)
        return list(dict.fromkeys(one for one in found if one and one.archived_at is None))

    @property
    def only_company(self) -> Organisation | None:
        """The one company that came; None when several did, or none."""
        companies = [one for one in self.partners if one.kind == OrganisationKind.COMPANY]
        return companies[0] if len(companies) == 1 else None

    def derive_keys(self) -> None:
        self.title_key = sort_key(self.title)
        texts = (self.title, self.place, self.received_by, self.minutes_number, self.district_code)
        self.search_text = tokens_text(*texts, marks=country_mark(self.country_code))
        self.span_ends_on = last_of(self.held_on, self.held_until, self.date_precision)


class MeetingSector(Part, Model):
    """A sector a meeting was about, with its weight, in the order it was named."""

    __tablename__ = "meeting_sectors"
    __parent__ = "meeting"
    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("meetings.id", ondelete="CASCADE"), primary_key=True
    )
    sector_code: Mapped[str] = mapped_column(
        ForeignKey("sectors.code", ondelete="RESTRICT"), primary_key=True, index=True
    )
    weight: Mapped[Weight] = mapped_column(default=Weight.DISCUSSED)
    position_number: Mapped[int] = mapped_column(default=0)
    meeting: Mapped[Meeting] = relationship(back_populates="sector_links", lazy="raise_on_sql")
    sector: Mapped[Sector] = relationship(lazy="raise_on_sql")


class Participant(Party, AuditedPart, Model):
    """A person, an organisation without a named person, or a described group, of one side.

    ``position_text`` and ``organisation_text`` are a snapshot as at the meeting: posts change.
    A post without a name has only ``position_text``.
    """

    __tablename__ = "participants"
    __parent__ = "meeting"
    __table_args__ = (
        CheckConstraint(
            "person_id IS NOT NULL OR organisation_id IS NOT NULL"
            " OR group_text IS NOT NULL OR position_text IS NOT NULL",
            name="somebody",
        ),
        CheckConstraint("member_count IS NULL OR member_count > 0", name="count_is_positive"),
        Index("ix_participants_meeting_side", "meeting_id", "side", "person_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"))
    side: Mapped[Side]
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("people.id", ondelete="RESTRICT"), index=True
    )
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisations.id", ondelete="RESTRICT"), index=True
    )
    group_text: Mapped[str | None] = mapped_column(String(500))
    member_count: Mapped[int | None] = mapped_column()
    role: Mapped[ParticipantRole] = mapped_column(default=ParticipantRole.MEMBER)
    position_text: Mapped[str | None] = mapped_column(String(500))
    organisation_text: Mapped[str | None] = mapped_column(String(500))
    position_number: Mapped[int] = mapped_column(default=0)
    meeting: Mapped[Meeting] = relationship(back_populates="participants", lazy="raise_on_sql")
    person: Mapped[Person | None] = relationship(lazy="raise_on_sql")
    organisation: Mapped[Organisation | None] = relationship(lazy="raise_on_sql")

    @property
    def organisation_name(self) -> str:
        """The organisation as at the meeting; its own name for readers of another language.

        The snapshot stands as soon as the organisation is called otherwise.
        """
        snapshot, organisation = self.organisation_text, self.organisation
        if not snapshot or organisation is None:
            return snapshot or super().organisation_name
        names = (organisation.name_kk, organisation.name_ru, organisation.name_en)
        return super().organisation_name if snapshot in names else snapshot
