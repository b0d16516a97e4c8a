"""What the page of a project shows of its points and meetings, with the small forms that add."""

from typing import Any

from crm.core.database import db
from crm.core.forms import BaseForm
from crm.delegations.views.pages import standing
from crm.follow_ups.queries.points import follow_ups_of_project
from crm.meetings.forms.parts import PointForm
from crm.projects.forms.parts import MeetingLinkForm
from crm.projects.models.project import InvestmentProject
from crm.projects.queries.choices import meetings_to_link


def ties_of(project: InvestmentProject, refused: BaseForm | None = None) -> dict[str, Any]:
    """For the template: points and the forms; the ``refused`` one holds what was typed."""
    points = db.session.scalars(follow_ups_of_project(project.id)).unique().all()
    point, link = refused if isinstance(refused, PointForm) else None, refused
    if not isinstance(link, MeetingLinkForm):
        link = MeetingLinkForm(meetings_to_link(project), formdata=None)
    return {**standing(points), "point_form": point, "link_form": link, "refused": refused}
