"""What belongs to a project: sums, participants, problems, and the meetings about it."""

from datetime import date
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, column_property, composite, mapped_column, relationship

from crm.core.database import Keyed, Model
from crm.core.dates import EXACT, DatePrecision
from crm.core.money import Money, Qualifier
from crm.core.numbers import shown_with
from crm.core.trail import AuditedPart
from crm.meetings.models import Meeting
from crm.organisations.models import Organisation
from crm.projects.models.terms import AmountKind, ProjectRole
from crm.reference.models import DOLLAR, TENGE, in_dollars, in_tenge, national_from, rate_on

# The relations to the project are named by text: its module imports this one.


class ProjectAmount(AuditedPart, Keyed, Model):
    """A sum of a project with its source; a later one of the same kind replaces it, none is lost.

    ``tenge_minor`` and ``dollar_minor`` are what it was worth by the rate of its day (the newest
    rate then), or by today's when the day is not known exactly; None without a rate.
    """

    __tablename__ = "project_amounts"
    __parent__ = "project"
    __unaudited__ = frozenset(
        {"rate_day", "tenge_minor", "dollar_minor", "rated_on", "dollar_rated_on", "tenge_micro"}
        | {"national_from"}
    )
    __audited_date__ = ("dated_on", "dated_until", "date_precision")
    __table_args__ = (
        CheckConstraint("value_minor > 0", name="value_is_positive"),
        CheckConstraint(
            "(date_precision = 'unknown') = (dated_on IS NULL)", name="precision_fits_date"
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(
        ForeignKey("projects.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[AmountKind]
    value_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    value: Mapped[Money] = composite("value_minor", "currency")
    qualifier: Mapped[Qualifier] = mapped_column(default=Qualifier.EXACT)
    dated_on: Mapped[date | None] = mapped_column(Date)
    dated_until: Mapped[date | None]
    date_precision: Mapped[DatePrecision] = mapped_column(default=DatePrecision.UNKNOWN)
    source: Mapped[str | None] = mapped_column(String(1000))
    rate_day: Mapped[date | None] = mapped_column(Date)  # derived: the day when it is exact
    project = relationship("InvestmentProject", back_populates="amounts", lazy="raise_on_sql")

    tenge_micro: Mapped[int | None] = column_property(rate_on(currency, rate_day, "tenge_micro"))
    rated_on: Mapped[date | None] = column_property(rate_on(currency, rate_day, "rated_on"))
    tenge_minor: Mapped[int | None] = column_property(
        in_tenge(value_minor, currency, rate_on(currency, rate_day, "tenge_micro"))
    )
    dollar_rated_on: Mapped[date | None] = column_property(rate_on(DOLLAR, rate_day, "rated_on"))
    dollar_minor: Mapped[int | None] = column_property(
        in_dollars(
            value_minor,
            currency,
            in_tenge(value_minor, currency, rate_on(currency, rate_day, "tenge_micro")),
            rate_on(DOLLAR, rate_day, "tenge_micro"),
        )
    )

    # By the table of the year of its date: above how much in tenge pools part, None without one.
    national_from: Mapped[int | None] = column_property(national_from(dated_on))

    @property
    def tenge(self) -> Money | None:
        """What it is worth in tenge; None without a rate."""
        return None if self.tenge_minor is None else Money(self.tenge_minor, TENGE)

    @property
    def dollars(self) -> Money | None:
        """What it is worth in US dollars; None without the rates."""
        return None if self.dollar_minor is None else Money(self.dollar_minor, DOLLAR)

    def derive_keys(self) -> None:
        self.rate_day = self.dated_on if self.date_precision in EXACT else None


class ProjectParticipant(AuditedPart, Model):
    """An organisation of a project and what it does there; its share may be unknown."""

    __tablename__ = "project_participants"
    __parent__ = "project"
    __table_args__ = (
        UniqueConstraint("project_id", "organisation_id", "role"),
        CheckConstraint("share_basis_points BETWEEN 0 AND 10000", name="share_in_bounds"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(
        ForeignKey("projects.id", ondelete="CASCADE"), index=True
    )
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisations.id", ondelete="RESTRICT"), index=True
    )
    role: Mapped[ProjectRole] = mapped_column(default=ProjectRole.INVESTOR)
    # Hundredths of a per cent.
    share_basis_points: Mapped[int | None] = mapped_column(info={"shown": shown_with(2)})
    project = relationship("InvestmentProject", back_populates="participants", lazy="raise_on_sql")
    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")

    @property
    def share_percent(self) -> Decimal | None:
        """The share in per cent, exact to hundredths; None when it is unknown."""
        points = self.share_basis_points
        return None if points is None else Decimal(points) / 100

    @share_percent.setter
    def share_percent(self, percent: Decimal | None) -> None:
        self.share_basis_points = None if percent is None else int(percent * 100)


class Problem(AuditedPart, Model):
    """What keeps a project back: whose it is, who decides by when, and how much is at risk."""

    __tablename__ = "project_problems"
    __parent__ = "project"
    __table_args__ = (
        CheckConstraint("(risk_minor IS NULL) = (risk_currency IS NULL)", name="whole_risk"),
        CheckConstraint("solved_on IS NULL OR solved_on >= since_on", name="solved_in_order"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(
        ForeignKey("projects.id", ondelete="CASCADE"), index=True
    )
    text: Mapped[str]
    agency: Mapped[str | None] = mapped_column(String(300))
    decided_by: Mapped[str | None] = mapped_column(String(300))
    decide_by_on: Mapped[date | None]
    since_on: Mapped[date]
    risk_minor: Mapped[int | None] = mapped_column(BigInteger)
    risk_currency: Mapped[str | None] = mapped_column(String(3))
    risk: Mapped[Money | None] = composite(
        "risk_minor", "risk_currency", return_none_on=lambda minor, currency: minor is None
    )
    solved_on: Mapped[date | None]
    solution: Mapped[str | None]
    project = relationship("InvestmentProject", back_populates="problems", lazy="raise_on_sql")

    def age(self, today: date) -> int:
        """Days the problem has stood, until it was solved."""
        return ((self.solved_on or today) - self.since_on).days


class ProjectMeeting(AuditedPart, Model):
    """A meeting that was about a project; it and its history are seen by who sees both."""

    __tablename__ = "project_meetings"
    __parent__ = "project"
    __seen_with__ = "meeting"
    __table_args__ = (UniqueConstraint("project_id", "meeting_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(
        ForeignKey("projects.id", ondelete="CASCADE"), index=True
    )
    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("meetings.id", ondelete="RESTRICT"), index=True
    )
    project = relationship("InvestmentProject", back_populates="meeting_links", lazy="raise_on_sql")
    meeting: Mapped[Meeting] = relationship(lazy="raise_on_sql")
