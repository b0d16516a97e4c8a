"""Moving a project along its stages and changing its status, each once in the log."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from crm.accounts.models import User
from crm.core.database import db
from crm.projects.models.gates import Demand, Rule, gaps_before
from crm.projects.models.log import StageMove, StatusChange
from crm.projects.models.project import InvestmentProject
from crm.projects.models.terms import ProjectStatus, Stage


@dataclass
class MoveRefusedError(Exception):
    """A move that may not be: nothing was changed.

    ``gaps``: needed fields that are open; ``needs_head``: a jump or a step back of somebody who is
    no head; ``needs_reason``: a head must say why; ``needs_active``: work on it does not go on.
    """

    gaps: Sequence[Rule] = ()
    needs_head: bool = False
    needs_reason: bool = False
    needs_active: bool = False


def move(
    project: InvestmentProject, stage: Stage, actor: User, reason: str | None, today: date
) -> StageMove:
    """Bring ``project``, its amounts and participants loaded, to ``stage``; flushed.

    A step to the next stage needs every needed field. A jump or a step back needs a head and a
    reason, and so does passing a gate with open fields: they stay in the log. Only an active
    project moves, whoever moves it: else the log would not say that it was taken up again. Raises
    MoveRefusedError; moving to where it is raises ValueError.
    """
    if stage == project.stage:
        raise ValueError("the project is at this stage already")
    if project.status != ProjectStatus.ACTIVE:
        raise MoveRefusedError(needs_active=True)
    is_back = stage.number < project.stage.number
    gaps = [] if is_back else gaps_before(project, stage, Demand.NEEDED)
    is_odd = bool(gaps) or not project.stage.is_step_to(stage)
    if is_odd and not actor.is_head:
        raise MoveRefusedError(gaps, needs_head=not project.stage.is_step_to(stage))
    if is_odd and not reason:
        raise MoveRefusedError(gaps, needs_reason=True)
    made = StageMove(
        project_id=project.id,
        from_stage=project.stage,
        to_stage=stage,
        moved_on=today,
        author_id=actor.id,
        reason=reason,
        days_spent=project.days_in_stage(today),
        passed_gaps=tuple(rule.name for rule in gaps),
    )
    project.stage, project.stage_since = stage, today
    db.session.add(made)
    db.session.flush()
    return made


def forget(project: InvestmentProject, fields: Collection[str]) -> None:
    """Take the last change of those of ``fields`` that have a log out of it: a slip that was
    taken back is no part of the project's way.
    """
    logs: dict[str, type[StageMove] | type[StatusChange]]
    logs = {"stage": StageMove, "status": StatusChange}
    for log in (logs[name] for name in logs.keys() & fields):
        last = select(log).where(log.project_id == project.id).order_by(log.id.desc()).limit(1)
        db.session.delete(db.session.scalars(last).one())


def change_status(
    project: InvestmentProject,
    status: ProjectStatus,
    changed_on: date,
    reason: str | None,
    actor: User | None,
) -> StatusChange:
    """Suspend, withdraw, complete or take up ``project`` as of ``changed_on``; flushed.

    The stage stays what it is. That suspending and withdrawing need a reason is the form's duty.
    """
    made = StatusChange(
        project_id=project.id,
        from_status=project.status,
        to_status=status,
        changed_on=changed_on,
        author_id=actor and actor.id,
        reason=reason,
    )
    project.status, project.status_since = status, changed_on
    db.session.add(made)
    db.session.flush()
    return made
