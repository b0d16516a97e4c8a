"""What a project is tied to: the meetings about it, and its points under control."""

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from crm.accounts.models import WRITERS
from crm.accounts.queries import user_choices
from crm.core import clock
from crm.core.database import db
from crm.core.editing import one_or_404
from crm.core.pages import back_to
from crm.core.parts import PartForm
from crm.core.permissions import requires
from crm.follow_ups.services import add_point
from crm.meetings.forms.parts import PointForm
from crm.projects.forms.parts import MeetingLinkForm
from crm.projects.models.parts import ProjectMeeting
from crm.projects.models.project import InvestmentProject
from crm.projects.queries.choices import meetings_to_link
from crm.projects.queries.projects import project_by_id
from crm.projects.services.parts import link_meeting
from crm.projects.views.pages import bp, project_page
from crm.projects.views.parts import ProjectParts


@bp.post("/projects/<id:project_id>/meetings")
@requires(*WRITERS)
def add_meeting(project_id: int) -> ResponseReturnValue:
    """One more meeting about the project; it needs no version."""
    project = one_or_404(project_by_id(project_id))
    form = MeetingLinkForm(meetings_to_link(project))
    if not form.validate_on_submit():
        return project_page(project, form)
    link_meeting(project.id, form.meeting_id.data)
    db.session.commit()
    return back_to(url_for(".detail", project_id=project_id, _anchor="meetings"), _("Linked"))


class _LinkPages(ProjectParts):
    """A link is not corrected: it is taken out, and another one made."""

    model = ProjectMeeting
    address = "meetings"
    template = "projects/meeting_link.html"
    form = PartForm
    to_change = _l("Linked meeting")
    to_remove = _l("Remove the link")
    removed = _l("Link removed")

    def parts_of(self, record: InvestmentProject) -> Sequence[ProjectMeeting]:
        return record.meeting_links

    def values_of(self, part: ProjectMeeting, parts: Sequence[ProjectMeeting]) -> dict[str, Any]:
        return {}


_LINKS = _LinkPages()


@bp.post("/projects/<id:project_id>/meetings/<id:link_id>/remove")
@requires(*WRITERS)
def remove_meeting(project_id: int, link_id: int) -> ResponseReturnValue:
    """Take a linked meeting out; the meeting itself stays as it is."""
    return _LINKS.remove(project_id, link_id)


@bp.post("/projects/<id:project_id>/points")
@requires(*WRITERS)
def new_point(project_id: int) -> ResponseReturnValue:
    """One more point under control; it needs no version."""
    project = one_or_404(project_by_id(project_id))
    form = PointForm(user_choices(WRITERS), current_user.id)
    if not form.validate_on_submit():
        return project_page(project, form)
    add_point(project, today=clock.today(), language=project.text_language, **form.values)
    db.session.commit()
    return back_to(url_for(".detail", project_id=project_id, _anchor="points"), _("Point added"))
