"""What the page of a project shows of its stage and status: bar, gate, forms, log."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

from flask import request
from flask_login import current_user
from markupsafe import Markup

from crm.core import clock
from crm.core.drawn import drawn_once, place
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
    refused: WayForm | None
    refused_gaps: Sequence[Gap]
    next: str  # where the form leads back to, when not to the project
    log: Sequence[LogLine]
    today: date

    @property
    def is_open(self) -> bool:
        """Whether nothing keeps the project from the next stage."""
        is_lacking = any(one.is_needed for one in self.gaps)
        return self.halt is None and not (self.gate.is_last or is_lacking)

    def form(self, step: str) -> WayForm:
        """The form of ``step``: the refused one as typed, else with what is most likely."""
        if self.refused is not None and self.refused.step == step:
            return self.refused
        return _FORMS[step](self.project, today=self.today)

    def empty_form(self, step: str) -> Markup:
        """The same drawn, for a page that nothing was sent from."""
        one = self.project
        alike: Any = SimpleNamespace(stage=one.stage, status=one.status, version=place("version"))
        return drawn_once(
            "projects/_stages.html",
            "way_form",
            lambda: (_FORMS[step](alike, today=self.today), place("id"), self.is_head),
            (step, one.stage, one.status, self.is_head, self.today),
            id=one.id,
            version=one.version,
        )


_FORMS: dict[str, type[WayForm]] = {one.step: one for one in (MoveForm, ProjectStatusForm)}


def stage_panel(project: InvestmentProject, refused: WayForm | None = None) -> StagePanel:
    """The panel of ``project``, as ``project_by_id`` loads it; a ``refused`` form as typed."""
    today, gate = clock.today(), gate_of(project)
    is_active = project.status == ProjectStatus.ACTIVE
    changes = project.status_changes
    return StagePanel(
        project=project,
        can_write=current_user.can_write and project.archived_at is None,
        is_head=current_user.is_head,
        segments=segments_of(project, today),
        gate=gate,
        gaps=gaps_at(project, gate.gaps),
        passes=[(made, gaps_at(project, rules)) for made, rules in still_open(project)],
        halt=changes[-1] if changes and not is_active else None,
        refused=refused,
        refused_gaps=gaps_at(project, refused.gaps if isinstance(refused, MoveForm) else ()),
        next=request.form.get("next", ""),
        log=log_of(project),
        today=today,
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
