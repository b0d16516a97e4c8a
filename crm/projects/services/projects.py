"""Recording a project: its code, and the first lines of its log."""

from datetime import date

from sqlalchemy import func, select

from crm.accounts.models import User
from crm.core.database import db, queue_up
from crm.core.sight import seeing_everything
from crm.projects.models.log import StageMove, StatusChange
from crm.projects.models.project import InvestmentProject

_CODES = 20260001  # what writers of new codes queue up by


def record_project(project: InvestmentProject, author: User | None, today: date) -> None:
    """Give ``project``, filled in and not added yet, its code and its first log lines; flushed.

    ``stage_since`` may be set already, for a project that has been at its stage for a while.
    """
    project.code = next_code(today.year)
    project.stage_since = project.stage_since or today
    project.status_since = project.stage_since
    author_id = author and author.id
    db.session.add(project)
    db.session.flush()
    moved = StageMove(
        project_id=project.id,
        to_stage=project.stage,
        moved_on=project.stage_since,
        author_id=author_id,
        passed_gaps=(),
    )
    changed = StatusChange(
        project_id=project.id,
        to_status=project.status,
        changed_on=project.status_since,
        author_id=author_id,
    )
    db.session.add_all((moved, changed))
    db.session.flush()


def next_code(year: int) -> str:
    """The code after the highest one of ``year``: IP-2026-0001; whoever asks next waits."""
    queue_up(_CODES)
    start = f"IP-{year}-"
    highest = (
        select(InvestmentProject.code)
        .where(InvestmentProject.code.startswith(start))
        .order_by(func.length(InvestmentProject.code).desc(), InvestmentProject.code.desc())
        .limit(1)
    )
    with seeing_everything():  # a code a hidden project bears is taken, too
        code = db.session.scalar(highest)
    number = int(code.removeprefix(start)) if code else 0
    return f"{start}{number + 1:04}"
