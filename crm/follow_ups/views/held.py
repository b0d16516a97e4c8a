"""A point carried out in a meeting: one form records the meeting and closes the point."""

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.accounts.models import WRITERS
from crm.core import clock
from crm.core.database import db
from crm.core.editing import one_or_404
from crm.core.excerpts import shortened
from crm.core.language import worded
from crm.core.pages import back_to
from crm.core.permissions import requires
from crm.core.sight import is_unnamed
from crm.delegations.models.terms import PartyKind
from crm.delegations.services.parties import Named
from crm.delegations.views.pages import recorded
from crm.follow_ups import services
from crm.follow_ups.forms.held import HeldForm
from crm.follow_ups.models.extensions import ExtensionRequest
from crm.follow_ups.models.follow_up import FollowUp
from crm.follow_ups.queries.deadlines import open_request_of
from crm.follow_ups.queries.points import point_by_id
from crm.follow_ups.views.points import point_answer
from crm.follow_ups.views.steps import bp
from crm.meetings.models import (
    Meeting,
    MeetingKind,
    MeetingSector,
    MeetingStatus,
    Participant,
    Side,
)
from crm.meetings.views.pages import form_page, offer, record
from crm.organisations.models import Organisation

_TITLE = 200  # letters of the text of a point
_PARTNERS = 5

__all__ = ["bp"]


@bp.route("/follow-ups/<id:follow_up_id>/held", methods=["GET", "POST"])
@requires(*WRITERS)
def held(follow_up_id: int) -> ResponseReturnValue:
    """Record the meeting in which a point was carried out, filled in from the point, and close it
    with the outcome of that meeting; the page of the point to who cannot close it.
    """
    point = one_or_404(point_by_id(follow_up_id))
    home, title = url_for(".detail", follow_up_id=point.id), point.text
    form = HeldForm(point, current_user, data=_presets(point))
    if form.refusal() is not None and not form.is_submitted():
        return point_answer(point)
    offer(form, None)
    if form.is_ready():
        request = db.session.scalar(open_request_of(point.id))
        if recorded(form.participants, lambda: _close(point, form, request)) is not None:
            return back_to(home, _("Done: %(title)s", title=title))
    return form_page(form, None, closes=(title, home)), form.answer_status


def _close(point: FollowUp, form: HeldForm, request: ExtensionRequest | None) -> Meeting:
    """The meeting of the form, and the point closed by it, flushed; raises UnclearRows."""
    meeting = record(form)
    services.close_by(point, meeting, clock.today())
    services.settle_request(request, current_user.id, clock.today())
    return meeting


def _presets(point: FollowUp) -> dict[str, Any]:
    """What the meeting takes over from ``point``; its day is nobody's to guess."""
    seen = (point, point.meeting, point.delegation, point.project)
    is_kept_back = any(one is not None and one.restricted for one in seen) or any(
        is_unnamed(point, parent) for parent in point.__parents__
    )
    return {
        "title": shortened(point.text, _TITLE),
        "kind": MeetingKind.CONSULTATION,
        "status": MeetingStatus.HELD,
        "country": point.country_code,
        "delegation_id": None if point.delegation is None else point.delegation_id,
        "text_language": point.text_language,
        "officer_id": current_user.id,
        "restricted": is_kept_back,
        "team": [one.id for one in point.team],
        "sectors": _sectors(point),
        "participants": [
            {
                **vars(Named(PartyKind.ORGANISATION, worded(one, "name").text)),
                "side": Side.PARTNER,
            }
            for one in _partners(point)
        ],
    }


def _sectors(point: FollowUp) -> list[tuple[str, Any]]:
    links = select(MeetingSector.sector_code, MeetingSector.weight)
    links = links.where(MeetingSector.meeting_id == point.meeting_id)
    ordered = links.order_by(MeetingSector.weight.desc(), MeetingSector.position_number)
    return [(code, weight) for code, weight in db.session.execute(ordered)]


def _partners(point: FollowUp) -> list[Organisation]:
    """The organisation the point is with, else those of the partner in the meeting it is from."""
    if point.partner_organisation is not None:
        return [point.partner_organisation]
    came = (
        select(Participant)
        .where(Participant.meeting_id == point.meeting_id, Participant.side == Side.PARTNER)
        .options(joinedload(Participant.organisation))
        .order_by(Participant.position_number, Participant.id)
    )
    found = [one.organisation for one in db.session.scalars(came) if one.organisation is not None]
    return list(dict.fromkeys(found))[:_PARTNERS]
