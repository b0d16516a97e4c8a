"""An agreed follow-up: a point under control, who carries it out, and how it stands."""

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    String,
    Table,
    UniqueConstraint,
    and_,
    cast,
    literal_column,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import Mapped, foreign, mapped_column, query_expression, relationship

from crm.accounts.models import Department, Language, User
from crm.core.database import Archivable, Keyed, Model, SortKey, Versioned
from crm.core.language import sort_key, worded
from crm.core.sight import Restrictable, exists_in, is_hidden_by, is_unnamed
from crm.core.tokens import country_mark, tokens_text
from crm.core.trail import Audited, AuditedPart
from crm.countries.models import Country
from crm.delegations.models.delegation import Delegation
from crm.follow_ups.models.terms import (
    PENDING,
    Basis,
    FollowUpKind,
    FollowUpStatus,
    ResponsibleSide,
)
from crm.meetings.models import Meeting
from crm.organisations.models import Organisation
from crm.projects.models.project import InvestmentProject

follow_up_team = Table(
    "follow_up_team",
    Model.metadata,
    Column("follow_up_id", ForeignKey("follow_ups.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="RESTRICT"), primary_key=True, index=True),
)


FIRST_CLOSED = "1"  # of the urgency keys: those of pending points come before it


class FollowUp(Restrictable, Audited, Versioned, Archivable, Keyed, Model):
    """A promise owed until a day that may not be set yet; ``original_due_on`` never changes."""

    __tablename__ = "follow_ups"
    __unaudited__ = frozenset({"text_key", "urgency_key", "asked_due_on"})
    __audited_links__: ClassVar = {"team": ("id",)}
    __told_with__: ClassVar = {"agreed_on": "meeting_id"}
    __keeper__ = "owner_id"
    __parents__ = ("meeting", "delegation", "project")
    __table_args__ = (
        CheckConstraint(
            "status NOT IN ('done', 'off_control') OR outcome IS NOT NULL", name="outcome_if_done"
        ),
        UniqueConstraint("meeting_id", "number"),
        Index("ix_follow_ups_urgency", "urgency_key", "id"),
        # The pages of a country and of an officer begin with what presses.
        Index("ix_follow_ups_country_urgency", "country_code", "urgency_key", "id"),
        Index("ix_follow_ups_owner_urgency", "owner_id", "urgency_key", "id"),
        Index("ix_follow_ups_country_done", "country_code", "done_on", "id", "urgency_key"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    text_key: Mapped[str | None] = mapped_column(SortKey(), index=True)
    # One column, so that an index serves the order of the list on both databases.
    urgency_key: Mapped[str] = mapped_column(SortKey())
    search_text: Mapped[str] = mapped_column(default="")
    text_language: Mapped[Language] = mapped_column(default=Language.KK)
    kind: Mapped[FollowUpKind] = mapped_column(index=True)
    basis: Mapped[Basis] = mapped_column(default=Basis.AGREEMENT)
    basis_number: Mapped[str | None] = mapped_column(String(100))
    basis_date: Mapped[date | None]
    basis_point: Mapped[str | None] = mapped_column(String(50))
    meeting_id: Mapped[int | None] = mapped_column(
        ForeignKey("meetings.id", ondelete="RESTRICT"), index=True
    )
    delegation_id: Mapped[int | None] = mapped_column(
        ForeignKey("delegations.id", ondelete="RESTRICT"), index=True
    )
    project_id: Mapped[int | None] = mapped_column(
        ForeignKey("projects.id", ondelete="RESTRICT"), index=True
    )
    partner_organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisations.id", ondelete="RESTRICT"), index=True
    )
    country_code: Mapped[str | None] = mapped_column(
        ForeignKey("countries.code", ondelete="RESTRICT")
    )
    number: Mapped[int | None]  # within its meeting
    responsible_side: Mapped[ResponsibleSide] = mapped_column(default=ResponsibleSide.OURS)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    controller_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="RESTRICT"), index=True
    )
    controller_name: Mapped[str | None] = mapped_column(String(300))
    agreed_on: Mapped[date | None]
    due_on: Mapped[date | None] = mapped_column(index=True)
    original_due_on: Mapped[date | None]
    status: Mapped[FollowUpStatus] = mapped_column(default=FollowUpStatus.AGREED, index=True)
    status_since: Mapped[date]
    outcome: Mapped[str | None]
    done_on: Mapped[date | None]
    closing_meeting_id: Mapped[int | None] = mapped_column(
        ForeignKey("meetings.id", ondelete="RESTRICT"), index=True
    )
    removal_number: Mapped[str | None] = mapped_column(String(100))
    removed_on: Mapped[date | None]
    reopened_on: Mapped[date | None]  # the last time; earlier ones stand in the trail
    reopen_reason: Mapped[str | None]
    note: Mapped[str | None]
    meeting: Mapped[Meeting | None] = relationship(foreign_keys=meeting_id, lazy="raise_on_sql")
    closing_meeting: Mapped[Meeting | None] = relationship(
        foreign_keys=closing_meeting_id, lazy="raise_on_sql"
    )
    delegation: Mapped[Delegation | None] = relationship(lazy="raise_on_sql")
    project: Mapped[InvestmentProject | None] = relationship(lazy="raise_on_sql")
    partner_organisation: Mapped[Organisation | None] = relationship(lazy="raise_on_sql")
    country: Mapped[Country | None] = relationship(lazy="raise_on_sql")
    owner: Mapped[User] = relationship(foreign_keys=owner_id, lazy="raise_on_sql")
    controller: Mapped[User | None] = relationship(foreign_keys=controller_id, lazy="raise_on_sql")
    executors: Mapped[list["Executor"]] = relationship(
        back_populates="follow_up",
        lazy="raise_on_sql",
        order_by="Executor.is_lead.desc(), Executor.id",
        cascade="all, delete-orphan",
    )

    # The newest line only, loadable in one join with a page of points.
    last_progress: Mapped["Progress | None"] = relationship(
        primaryjoin=lambda: is_newest_line(Progress),
        viewonly=True,
        uselist=False,
        lazy="raise_on_sql",
    )

    # The day an undecided request wants, where the query asks for it (queries.points).
    asked_due_on: Mapped[date | None] = query_expression()

    team: Mapped[list[User]] = relationship(
        secondary=follow_up_team, lazy="raise_on_sql", order_by=User.name_key
    )

    @classmethod
    def hides(cls, row: Any, reader_id: Any) -> ColumnElement[bool]:
        """The restricted ones, and those of a hidden meeting, delegation or project.

        The owner, and who carries a point out by name, see it all the same, its parents unnamed.
        A hidden delegation hides no point of a meeting with it that the reader sees.
        """
        # Both are asked of the few points under something hidden: said so that PostgreSQL 18
        # cannot gather all meetings and all executors instead, as it does of what is only equal.
        meetings, executors = Meeting.__table__.alias("named"), Executor.__table__.alias("carrying")
        named = exists_in(
            meetings,
            meetings.c.id == row.meeting_id,
            meetings.c.delegation_id.is_not_distinct_from(row.delegation_id),
        )
        # No index of users: a point has few executors, a user carries out many points.
        is_reader = executors.c.user_id + 0 == reader_id
        of_point = and_(executors.c.follow_up_id == row.id, executors.c.follow_up_id >= row.id)
        carried = exists_in(executors, of_point, is_reader)
        with_one = or_(
            is_hidden_by(Meeting, row.meeting_id, reader_id),
            is_hidden_by(InvestmentProject, row.project_id, reader_id),
            and_(is_hidden_by(Delegation, row.delegation_id, reader_id), ~named),
        )
        alone = and_(row.restricted, ~cls.helps(row, reader_id))
        return and_(row.owner_id != reader_id, or_(alone, and_(with_one, ~carried)))

    @property
    def agreed_day(self) -> date | None:
        """The day of agreement for the reader; hidden with the meeting, whose day it tells."""
        return None if is_unnamed(self, "meeting") else self.agreed_on

    @property
    def is_pending(self) -> bool:
        """Agreed, and neither executed nor given up."""
        return self.status in PENDING

    def is_overdue(self, today: date) -> bool:
        """Whether the point is late on ``today``: a deadline lasts to the end of its day."""
        return self.is_pending and self.due_on is not None and self.due_on < today

    def set_status(self, status: FollowUpStatus, today: date) -> None:
        """Move to ``status`` as of ``today``; the same status keeps its date."""
        if self.status != status:
            self.status, self.status_since = status, today

    def set_due(self, due_on: date | None) -> None:
        """Set the deadline; the first one ever set is kept as the original."""
        self.due_on = due_on
        if self.original_due_on is None:
            self.original_due_on = due_on

    def complete(self, outcome: str, today: date) -> None:
        """Executed, with what came of it; it stays under control until a head removes it."""
        self.outcome, self.done_on = outcome, today
        self.set_status(FollowUpStatus.DONE, today)

    def remove_from_control(self, number: str, removed_on: date) -> None:
        """Taken off control by a document of that day; only an executed point can be."""
        if self.status != FollowUpStatus.DONE:
            raise ValueError("only an executed point is removed from control")
        self.removal_number, self.removed_on = number, removed_on
        self.set_status(FollowUpStatus.OFF_CONTROL, removed_on)

    @property
    def executor(self) -> "Executor | None":
        """Who answers for carrying the point out; None when nobody was named."""
        return next((executor for executor in self.executors if executor.is_lead), None)

    @property
    def co_executors(self) -> list["Executor"]:
        """Those who help, in the order they were named."""
        return [executor for executor in self.executors if not executor.is_lead]

    def reopen(self, reason: str, today: date) -> None:
        """Back to work as of ``today``; how it had been closed stays in the trail."""
        self.reopened_on, self.reopen_reason = today, reason
        self.outcome = self.done_on = self.closing_meeting_id = None
        self.removal_number = self.removed_on = None
        self.set_status(FollowUpStatus.IN_PROGRESS, today)

    def derive_keys(self) -> None:
        self.text_key = sort_key(self.text)
        self.urgency_key = _urgency_key(self.status or FollowUpStatus.AGREED, self.due_on)
        texts = (self.text, self.outcome, self.basis_number, self.removal_number)
        self.search_text = tokens_text(*texts, marks=country_mark(self.country_code))


class Executor(AuditedPart, Keyed, Model):
    """Who carries a point out: a user, a department, or somebody named without a sign-in.

    The lead one answers for it, the others help.
    """

    __tablename__ = "follow_up_executors"
    __unaudited__ = frozenset({"outsider_key"})
    __parent__ = "follow_up"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN user_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN department_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN outsider IS NULL THEN 0 ELSE 1 END) = 1",
            name="exactly_one",
        ),
        Index("ix_follow_up_executors_user", "user_id", "follow_up_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    follow_up_id: Mapped[int] = mapped_column(
        ForeignKey("follow_ups.id", ondelete="CASCADE"), index=True
    )
    is_lead: Mapped[bool]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    department_id: Mapped[int | None] = mapped_column(
        ForeignKey("departments.id", ondelete="RESTRICT"), index=True
    )
    outsider: Mapped[str | None] = mapped_column(String(300))
    outsider_key: Mapped[str | None] = mapped_column(SortKey())
    follow_up: Mapped[FollowUp] = relationship(back_populates="executors", lazy="raise_on_sql")
    user: Mapped[User | None] = relationship(lazy="raise_on_sql")
    department: Mapped[Department | None] = relationship(lazy="raise_on_sql")

    @property
    def code(self) -> str:
        """Who it is as forms write it: user-3, department-2, else the outsider's name."""
        if self.user_id is not None:
            return f"user-{self.user_id}"
        if self.department_id is not None:
            return f"department-{self.department_id}"
        return self.outsider or ""

    @property
    def name(self) -> str:
        """The user's, the department's or the outsider's name, in the reader's language."""
        if self.user is not None:
            return self.user.name
        if self.department is not None:
            return worded(self.department, "name").text
        return self.outsider or ""

    def derive_keys(self) -> None:
        self.outsider_key = sort_key(self.outsider)


class Progress(AuditedPart, Model):
    """A dated line of how a point stands; the last one is shown in every table."""

    __tablename__ = "follow_up_progress"
    __parent__ = "follow_up"
    id: Mapped[int] = mapped_column(primary_key=True)
    follow_up_id: Mapped[int] = mapped_column(
        ForeignKey("follow_ups.id", ondelete="CASCADE"), index=True
    )
    noted_on: Mapped[date]
    text: Mapped[str]
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="RESTRICT"), index=True
    )
    follow_up: Mapped[FollowUp] = relationship(lazy="raise_on_sql")
    author: Mapped[User | None] = relationship(lazy="raise_on_sql")


def due_key(day: date) -> ColumnElement[str]:
    """What pending points due on ``day`` have for a key, as a piece of SQL; earlier ones less."""
    return literal_column("'0'", String) + cast(type_coerce(day, Date), String)


def _urgency_key(status: FollowUpStatus, due_on: date | None) -> str:
    """What orders points as they press: pending before closed, by deadline, undated ones last."""
    due = "9999-99-99" if due_on is None else due_on.isoformat()
    return f"{int(status not in PENDING)}{due}"


def is_newest_line(line: Any) -> ColumnElement[bool]:
    """Whether ``line`` of progress is the newest one of its point."""
    # A plain table: who sees the record sees its parts, and need not be asked again for each.
    newest = Progress.__table__.alias().c
    newest_id = (
        select(newest.id)
        .where(newest.follow_up_id == FollowUp.id)
        .order_by(newest.noted_on.desc(), newest.id.desc())
        .limit(1)
        .correlate(FollowUp)
        .scalar_subquery()
    )
    return and_(foreign(line.follow_up_id) == FollowUp.id, line.id == newest_id)
