"""Participants and points of a recorded meeting: added, corrected, taken out."""

from collections.abc import Sequence
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import Select

from crm.accounts.models import WRITERS
from crm.accounts.queries import user_choices
from crm.core import clock
from crm.core.database import db
from crm.core.editing import one_or_404
from crm.core.pages import back_to
from crm.core.permissions import requires
from crm.delegations.views.parties import PartyPages
from crm.follow_ups.services import add_point, agreed_on_of
from crm.meetings.forms.parts import ParticipantForm, PointForm
from crm.meetings.models import Meeting, Participant, Side
from crm.meetings.queries import meeting_by_id
from crm.meetings.services import add_participant, change_participant
from crm.meetings.views.pages import bp, meeting_page
from crm.projects.forms.parts import ProjectLinkForm
from crm.projects.queries.choices import projects_to_link
from crm.projects.services.parts import link_meeting


@bp.post("/meetings/<id:meeting_id>/points")
@requires(*WRITERS)
def new_point(meeting_id: int) -> ResponseReturnValue:
    """One more agreed point; it needs no version."""
    meeting = one_or_404(meeting_by_id(meeting_id))
    agreed_on = agreed_on_of(meeting, clock.today())
    form = PointForm(user_choices(WRITERS), current_user.id, agreed_on=agreed_on)
    if not form.validate_on_submit():
        return meeting_page(meeting, form)
    add_point(meeting, today=clock.today(), language=meeting.text_language, **form.values)
    db.session.commit()
    return back_to(url_for(".detail", meeting_id=meeting_id), _("Point added"))


@bp.post("/meetings/<id:meeting_id>/projects")
@requires(*WRITERS)
def link_project(meeting_id: int) -> ResponseReturnValue:
    """One more project the meeting was about; it needs no version."""
    meeting = one_or_404(meeting_by_id(meeting_id))
    form = ProjectLinkForm(projects_to_link(meeting))
    if not form.validate_on_submit():
        return meeting_page(meeting, form)
    link_meeting(form.project_id.data, meeting.id)
    db.session.commit()
    return back_to(url_for(".detail", meeting_id=meeting_id, _anchor="projects"), _("Linked"))


class _ParticipantPages(PartyPages):
    model = Participant
    kept = ("side",)
    address = "participants"
    form = ParticipantForm
    to_add, to_change = _l("Add a participant"), _l("Change the participant")
    to_remove = _l("Remove from the meeting")
    added, removed = _l("Participant added"), _l("Participant removed")

    def record(self, record_id: int) -> Select[Meeting]:
        return meeting_by_id(record_id)

    def parts_of(self, record: Meeting) -> Sequence[Participant]:
        return record.participants

    def peers_of(self, party: Participant, parties: Sequence[Participant]) -> Sequence[Participant]:
        of_side = [one for one in parties if one.side == party.side]
        return super().peers_of(party, of_side)

    def values_of(self, part: Participant, parts: Sequence[Participant]) -> dict[str, Any]:
        return {**super().values_of(part, parts), "side": part.side}

    def add(self, record: Meeting, form: ParticipantForm) -> None:
        add_participant(record, form.given)

    def change(self, record: Meeting, part: Participant, form: ParticipantForm) -> None:
        change_participant(part, form.given, record)
        self.put_at_place(record, part, form)


_PAGES = _ParticipantPages()


@bp.route("/meetings/<id:meeting_id>/participants/new", methods=["GET", "POST"])
@requires(*WRITERS)
def new_participant(meeting_id: int) -> ResponseReturnValue:
    """One more participant, at the end of the list; it needs no version."""
    return _PAGES.new(meeting_id, side=request.args.get("side") or Side.PARTNER)


@bp.route(
    "/meetings/<id:meeting_id>/participants/<id:participant_id>/edit", methods=["GET", "POST"]
)
@requires(*WRITERS)
def edit_participant(meeting_id: int, participant_id: int) -> ResponseReturnValue:
    """Correct one participant."""
    return _PAGES.edit(meeting_id, participant_id)


@bp.post("/meetings/<id:meeting_id>/participants/<id:participant_id>/remove")
@requires(*WRITERS)
def remove_participant(meeting_id: int, participant_id: int) -> ResponseReturnValue:
    """Take a participant out of the list."""
    return _PAGES.remove(meeting_id, participant_id)
