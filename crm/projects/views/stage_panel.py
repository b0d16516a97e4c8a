"""What the page of a project shows of its stage and status: bar, gate, forms, log."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import request
from flask_login import current_user

from crm.core import clock
from crm.projects.forms.moves import MoveForm, ProjectStatusForm, WayForm
from crm.projects.models.gates import Demand, Rule
from crm.projects.models.log import StageMove, StatusChange
from crm.projects.models.project import InvestmentProject
from crm.projects.models.terms import ProjectStatus
from crm.projects.queries.way import (
    Gate,
    LogLine,
    Segment,
    gate_of,
    log_of,
    segments_of,
    still_open,
)


@dataclass(frozen=True)
class Gap:
    """A field that is missing, and where it is filled."""

    label: str
    url: str
    is_needed: bool


@dataclass(frozen=True)
class StagePanel:
    """Everything ``projects/_stages.html`` shows of one project."""

    project: InvestmentProject
    can_write: bool
    is_head: bool
    segments: Sequence[Segment]
    gate: Gate
    gaps: Sequence[Gap]
    passes: Sequence[tuple[StageMove, Sequence[Gap]]]  # let through by a head, open still
    halt: StatusChange | None  # what put the project out of work; None while it is active
    move: MoveForm
    status: ProjectStatusForm
    refused: WayForm | None
    refused_gaps: Sequence[Gap]
    next: str  # where the form leads back to, when not to the project
    log: Sequence[LogLine]


def stage_panel(project: InvestmentProject, refused: WayForm | None = None) -> StagePanel:
    """The panel of ``project``, as ``project_by_id`` loads it; a ``refused`` form as typed."""
    today, gate = clock.today(), gate_of(project)
    is_active = project.status == ProjectStatus.ACTIVE
    changes = project.status_changes
    move = refused if isinstance(refused, MoveForm) else MoveForm(project, today=today)
    status = (
        refused
        if isinstance(refused, ProjectStatusForm)
        else ProjectStatusForm(project, today=today)
    )
    return StagePanel(
        project=project,
        can_write=current_user.can_write and project.archived_at is None,
        is_head=current_user.is_head,
        segments=segments_of(project, today),
        gate=gate,
        gaps=gaps_at(project, gate.gaps),
        passes=[(made, gaps_at(project, rules)) for made, rules in still_open(project)],
        halt=changes[-1] if changes and not is_active else None,
        move=move,
        status=status,
        refused=refused,
        refused_gaps=gaps_at(project, move.gaps),
        next=request.form.get("next", ""),
        log=log_of(project),
    )


def gaps_at(project: InvestmentProject, rules: Iterable[Rule]) -> list[Gap]:
    """What ``project`` lacks of ``rules``, each with the place on its form."""
    return [
        Gap(
            str(rule.label),
            f"/projects/{project.id}/edit#{rule.anchor}",
            rule.demand == Demand.NEEDED,
        )
        for rule in rules
    ]
