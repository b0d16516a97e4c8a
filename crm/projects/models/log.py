"""The way of a project: each move of its stage and change of its status.

Nothing of it is rewritten; only a slip that was taken back at once goes out of it.
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core import clock
from crm.core.database import Lines, Model
from crm.core.sight import Part
from crm.projects.models.terms import ProjectStatus, Stage


class StageMove(Part, Model):
    """A project came to a stage; the first of a project has no ``from_stage``.

    ``passed_gaps`` names the needed fields that were still open when a head let it pass.
    """

    __tablename__ = "project_stage_moves"
    __parent__ = "project"
    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(
        ForeignKey("projects.id", ondelete="CASCADE"), index=True
    )
    from_stage: Mapped[Stage | None]
    to_stage: Mapped[Stage]
    moved_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(default=clock.now)
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="RESTRICT"), index=True
    )
    reason: Mapped[str | None]
    days_spent: Mapped[int | None]  # in ``from_stage``
    passed_gaps: Mapped[tuple[str, ...]] = mapped_column(Lines, nullable=True)
    project = relationship("InvestmentProject", back_populates="stage_moves", lazy="raise_on_sql")
    author: Mapped[User | None] = relationship(lazy="raise_on_sql")


class StatusChange(Part, Model):
    """A project was suspended, taken up again, withdrawn or completed, on a day and why."""

    __tablename__ = "project_status_changes"
    __parent__ = "project"
    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(
        ForeignKey("projects.id", ondelete="CASCADE"), index=True
    )
    from_status: Mapped[ProjectStatus | None]
    to_status: Mapped[ProjectStatus]
    changed_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(default=clock.now)
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="RESTRICT"), index=True
    )
    reason: Mapped[str | None]
    project = relationship(
        "InvestmentProject", back_populates="status_changes", lazy="raise_on_sql"
    )
    author: Mapped[User | None] = relationship(lazy="raise_on_sql")
