"""The list of projects, a project's page and its forms."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from crm.core.editing import one_or_404
from crm.projects.forms.moves import WayForm
from crm.projects.models.project import InvestmentProject
from crm.projects.queries.projects import project_by_id
from crm.projects.views.stage_panel import stage_panel

bp = Blueprint("projects", __name__)


@bp.get("/projects/<id:project_id>")
def detail(project_id: int) -> ResponseReturnValue:
    """One project: what it costs, who takes part, how far it is."""
    return project_page(one_or_404(project_by_id(project_id)))


def project_page(project: InvestmentProject, refused: WayForm | None = None) -> ResponseReturnValue:
    """The page of ``project``; with a ``refused`` step open, holding what was typed."""
    page = render_template(
        "projects/detail.html", project=project, panel=stage_panel(project, refused)
    )
    return page, 200 if refused is None else refused.answer_status
