"""Investment projects: what is planned, with whom, and how far it is."""

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Table,
    and_,
    select,
)
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from crm.accounts.models import Language, User
from crm.core.database import Archivable, Keyed, Model, SortKey, Versioned
from crm.core.dates import DatePrecision
from crm.core.language import LANGUAGES, sort_key, worded
from crm.core.money import Qualifier
from crm.core.numbers import shown_with
from crm.core.sight import Restrictable
from crm.core.tokens import country_mark, tokens_text
from crm.core.trail import Audited
from crm.countries.models import Country
from crm.projects.models.log import StageMove, StatusChange
from crm.projects.models.parts import Problem, ProjectAmount, ProjectMeeting, ProjectParticipant
from crm.projects.models.terms import (
    AmountKind,
    ProjectRole,
    ProjectStatus,
    Stage,
    Unreckoned,
)
from crm.reference.models import District, Sector

FULL_SHARE = 100  # per cent

project_team = Table(
    "project_team",
    Model.metadata,
    Column("project_id", ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="RESTRICT"), primary_key=True, index=True),
)


class InvestmentProject(Restrictable, Audited, Versioned, Archivable, Keyed, Model):
    """A project on its way from a proposal to a working plant; ``stage`` and ``status`` differ.

    Years may be known without their quarter; counts of jobs have each a qualifier.
    """

    __tablename__ = "projects"
    __unaudited__ = frozenset(
        {"title_key_kk", "title_key_ru", "title_key_en", "stage_since", "status_since"}
    )
    __audited_links__: ClassVar = {"team": ("id",)}
    __table_args__ = (
        Index("ix_projects_country", "country_code", "id"),
        CheckConstraint(
            "title_kk IS NOT NULL OR title_ru IS NOT NULL OR title_en IS NOT NULL", name="titled"
        ),
        *(
            CheckConstraint(
                f"{name}_quarter IS NULL"
                f" OR ({name}_year IS NOT NULL AND {name}_quarter BETWEEN 1 AND 4)",
                name=f"{name}_quarter",
            )
            for name in ("start", "commissioning_planned", "commissioning_actual")
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)  # IP-2026-0001
    title_kk: Mapped[str | None] = mapped_column(String(500))
    title_ru: Mapped[str | None] = mapped_column(String(500))
    title_en: Mapped[str | None] = mapped_column(String(500))
    title_key_kk: Mapped[str | None] = mapped_column(SortKey(), index=True)
    title_key_ru: Mapped[str | None] = mapped_column(SortKey(), index=True)
    title_key_en: Mapped[str | None] = mapped_column(SortKey(), index=True)
    search_text: Mapped[str] = mapped_column(default="")
    text_language: Mapped[Language] = mapped_column(default=Language.KK)
    country_code: Mapped[str] = mapped_column(ForeignKey("countries.code", ondelete="RESTRICT"))
    sector_code: Mapped[str] = mapped_column(
        ForeignKey("sectors.code", ondelete="RESTRICT"), index=True
    )
    oked: Mapped[str | None] = mapped_column(String(10))
    district_code: Mapped[str | None] = mapped_column(
        ForeignKey("districts.code", ondelete="RESTRICT"), index=True
    )
    stage: Mapped[Stage] = mapped_column(default=Stage.PROPOSAL, index=True)
    stage_since: Mapped[date]
    status: Mapped[ProjectStatus] = mapped_column(default=ProjectStatus.ACTIVE, index=True)
    status_since: Mapped[date]
    officer_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"), index=True)
    memorandum_on: Mapped[date | None]
    jobs_permanent_planned: Mapped[int | None]
    jobs_permanent_planned_qualifier: Mapped[Qualifier] = mapped_column(default=Qualifier.EXACT)
    jobs_permanent_actual: Mapped[int | None]
    jobs_permanent_actual_qualifier: Mapped[Qualifier] = mapped_column(default=Qualifier.EXACT)
    jobs_temporary_planned: Mapped[int | None]
    jobs_temporary_planned_qualifier: Mapped[Qualifier] = mapped_column(default=Qualifier.EXACT)
    jobs_temporary_actual: Mapped[int | None]
    jobs_temporary_actual_qualifier: Mapped[Qualifier] = mapped_column(default=Qualifier.EXACT)
    jobs_total_planned: Mapped[int | None]
    jobs_total_planned_qualifier: Mapped[Qualifier] = mapped_column(default=Qualifier.EXACT)
    jobs_total_actual: Mapped[int | None]
    jobs_total_actual_qualifier: Mapped[Qualifier] = mapped_column(default=Qualifier.EXACT)
    capacity_thousandths: Mapped[int | None] = mapped_column(
        BigInteger, info={"shown": shown_with(3)}
    )
    capacity_unit: Mapped[str | None] = mapped_column(String(100))
    capacity_product: Mapped[str | None] = mapped_column(String(300))
    start_year: Mapped[int | None]
    start_quarter: Mapped[int | None]
    commissioning_planned_year: Mapped[int | None]
    commissioning_planned_quarter: Mapped[int | None]
    commissioning_actual_year: Mapped[int | None] = mapped_column(index=True)
    commissioning_actual_quarter: Mapped[int | None]
    next_step: Mapped[str | None] = mapped_column(String(500))
    next_step_on: Mapped[date | None] = mapped_column(index=True)
    in_report: Mapped[bool] = mapped_column(default=True)
    note: Mapped[str | None]
    country: Mapped[Country] = relationship(lazy="raise_on_sql")
    sector: Mapped[Sector] = relationship(lazy="raise_on_sql")
    district: Mapped[District | None] = relationship(lazy="raise_on_sql")
    officer: Mapped[User] = relationship(lazy="raise_on_sql")
    amounts: Mapped[list[ProjectAmount]] = relationship(
        back_populates="project",
        lazy="raise_on_sql",
        order_by=(
            ProjectAmount.kind,
            ProjectAmount.dated_on.desc().nulls_last(),
            ProjectAmount.id.desc(),
        ),
        cascade="all, delete-orphan",
    )
    participants: Mapped[list[ProjectParticipant]] = relationship(
        back_populates="project",
        lazy="raise_on_sql",
        order_by=ProjectParticipant.id,
        cascade="all, delete-orphan",
    )
    problems: Mapped[list[Problem]] = relationship(
        back_populates="project",
        lazy="raise_on_sql",
        order_by=(Problem.solved_on.is_not(None), Problem.since_on, Problem.id),
        cascade="all, delete-orphan",
    )
    meeting_links: Mapped[list[ProjectMeeting]] = relationship(
        back_populates="project",
        lazy="raise_on_sql",
        order_by=ProjectMeeting.id,
        cascade="all, delete-orphan",
    )
    stage_moves: Mapped[list[StageMove]] = relationship(
        back_populates="project",
        lazy="raise_on_sql",
        order_by=StageMove.id,
        cascade="all, delete-orphan",
    )
    status_changes: Mapped[list[StatusChange]] = relationship(
        back_populates="project",
        lazy="raise_on_sql",
        order_by=StatusChange.id,
        cascade="all, delete-orphan",
    )

    # What the project costs as far as known, loadable in one join with a page of projects.
    cost: Mapped[ProjectAmount | None] = relationship(
        primaryjoin=lambda: is_cost(ProjectAmount),
        viewonly=True,
        uselist=False,
        lazy="raise_on_sql",
    )

    team: Mapped[list[User]] = relationship(
        secondary=project_team, lazy="raise_on_sql", order_by=User.name_key
    )

    def amount_of(self, kind: AmountKind) -> ProjectAmount | None:
        """The newest sum of this kind; ``amounts`` must be loaded."""
        return next((one for one in self.amounts if one.kind == kind), None)

    @property
    def amounts_by_kind(self) -> list[tuple[AmountKind, list[ProjectAmount]]]:
        """Every kind of sum with those of the project, newest first; ``amounts`` must be loaded."""
        return [(kind, [one for one in self.amounts if one.kind == kind]) for kind in AmountKind]

    @property
    def investors_share(self) -> Decimal:
        """What the known shares of the investors add up to, in per cent; more than 100 is wrong."""
        investors = (one for one in self.participants if one.role == ProjectRole.INVESTOR)
        return sum((one.share_percent or Decimal(0) for one in investors), Decimal(0))

    def days_in_stage(self, today: date) -> int:
        """Days since the project came to its stage."""
        return (today - self.stage_since).days

    @property
    def open_problems(self) -> list[Problem]:
        """What keeps the project back, the oldest first; ``problems`` must be loaded."""
        return [one for one in self.problems if one.solved_on is None]

    def partners(self, role: ProjectRole) -> list[ProjectParticipant]:
        """Who takes part in this role; ``participants`` must be loaded."""
        return [one for one in self.participants if one.role == role]

    def is_step_late(self, today: date) -> bool:
        """Whether the day of the next step has passed while work on the project goes on."""
        is_past = self.next_step_on is not None and self.next_step_on < today
        return is_past and self.status == ProjectStatus.ACTIVE

    def quarter_of(self, name: str) -> tuple[date | None, None, DatePrecision]:
        """When ``name`` (start, commissioning_planned, commissioning_actual) is, as dates are told:
        first day, no last one, precision.
        """
        year, quarter = getattr(self, f"{name}_year"), getattr(self, f"{name}_quarter")
        if year is None:
            return None, None, DatePrecision.UNKNOWN
        if quarter is None:
            return date(year, 1, 1), None, DatePrecision.YEAR
        return date(year, quarter * 3 - 2, 1), None, DatePrecision.QUARTER

    @property
    def capacity_number(self) -> Decimal | None:
        """How much is produced, in ``capacity_unit``, exact to thousandths."""
        thousandths = self.capacity_thousandths
        return None if thousandths is None else Decimal(thousandths) / 1000

    @capacity_number.setter
    def capacity_number(self, number: Decimal | None) -> None:
        self.capacity_thousandths = None if number is None else int(number * 1000)

    def derive_keys(self) -> None:
        for code in LANGUAGES:
            setattr(self, f"title_key_{code}", sort_key(worded(self, "title", code).text))
        titles = (self.title_kk, self.title_ru, self.title_en)
        codes = (self.code, self.oked, self.district_code)
        marks = country_mark(self.country_code)
        self.search_text = tokens_text(*titles, *codes, marks=marks)


def why_unreckoned(minor: int | None, tenge_minor: int | None) -> Unreckoned | None:
    """Why a cost of ``minor`` units, None of unknown ones, is not known in tenge."""
    if minor is None:
        return Unreckoned.NO_AMOUNT
    return Unreckoned.NO_RATE if tenge_minor is None else None


def is_cost(amount: Any) -> ColumnElement[bool]:
    """Whether ``amount`` is the newest contracted sum, where there is none the newest announced."""
    # A plain table: who sees the record sees its parts, and need not be asked again for each.
    newest = ProjectAmount.__table__.alias().c
    newest_id = (
        select(newest.id)
        .where(newest.project_id == InvestmentProject.id, newest.kind != AmountKind.ACTUAL)
        .order_by(
            (newest.kind != AmountKind.CONTRACTED),
            newest.dated_on.desc().nulls_last(),
            newest.id.desc(),
        )
        .limit(1)
        .correlate(InvestmentProject)
        .scalar_subquery()
    )
    return and_(foreign(amount.project_id) == InvestmentProject.id, amount.id == newest_id)
