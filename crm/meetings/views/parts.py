"""Participants and points of a recorded meeting: added, corrected, taken out."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from crm.accounts.models import WRITERS
from crm.accounts.queries import officer_choices
from crm.core import clock
from crm.core.database import db
from crm.core.editing import is_stale, one_or_404
from crm.core.forms import ConfirmForm
from crm.core.pages import back_to
from crm.core.permissions import requires
from crm.delegations.queries import known_organisations, known_people
from crm.delegations.services import namesakes, put_at
from crm.follow_ups.services import add_point
from crm.meetings.forms.parts import ParticipantForm, PointForm
from crm.meetings.models import Meeting, Participant, Side
from crm.meetings.queries import meeting_by_id
from crm.meetings.services import add_participant, change_participant, given_of
from crm.meetings.views.pages import bp, meeting_page
from crm.organisations.services import AmbiguousName


@bp.post("/meetings/<id:meeting_id>/points")
@requires(*WRITERS)
def new_point(meeting_id: int) -> ResponseReturnValue:
    """One more agreed point; it needs no version."""
    meeting = one_or_404(meeting_by_id(meeting_id))
    form = PointForm(officer_choices(current_user.id), current_user.id)
    if not form.validate_on_submit():
        return meeting_page(meeting, form)
    add_point(meeting, today=clock.today(), language=meeting.text_language, **form.values)
    db.session.commit()
    return back_to(_page_of(meeting_id), _("Point added"))


@bp.route("/meetings/<id:meeting_id>/participants/new", methods=["GET", "POST"])
@requires(*WRITERS)
def new_participant(meeting_id: int) -> ResponseReturnValue:
    """One more participant, at the end of the list; it needs no version."""
    meeting = one_or_404(meeting_by_id(meeting_id))
    form = ParticipantForm(data={"side": request.args.get("side") or Side.PARTNER})
    if form.validate_on_submit():
        try:
            add_participant(meeting, form.given, meeting.text_language)
        except AmbiguousName as error:
            return _namesakes_page(form, meeting_id, None, error)
        db.session.commit()
        return back_to(_page_of(meeting_id), _("Participant added"))
    return _page(form, meeting, None), form.answer_status


@bp.route(
    "/meetings/<id:meeting_id>/participants/<id:participant_id>/edit", methods=["GET", "POST"]
)
@requires(*WRITERS)
def edit_participant(meeting_id: int, participant_id: int) -> ResponseReturnValue:
    """Correct one participant."""
    meeting = one_or_404(meeting_by_id(meeting_id))
    participant = _participant_of(meeting, participant_id)
    form = ParticipantForm(data=_values_of(participant, meeting))
    if form.validate_on_submit():
        if is_stale(meeting, form.version.data):
            return _changed_meanwhile(form, meeting, participant)
        try:
            change_participant(participant, form.given, meeting)
        except AmbiguousName as error:
            return _namesakes_page(form, meeting_id, participant_id, error)
        if form.place.data:
            put_at(_of_side(meeting, participant.side), participant, form.place.data)
        meeting.touch()
        db.session.commit()
        return back_to(_page_of(meeting_id), _("Saved"))
    return _page(form, meeting, participant), form.answer_status


@bp.post("/meetings/<id:meeting_id>/participants/<id:participant_id>/remove")
@requires(*WRITERS)
def remove_participant(meeting_id: int, participant_id: int) -> ResponseReturnValue:
    """Take a participant out of the list."""
    meeting = one_or_404(meeting_by_id(meeting_id))
    participant = _participant_of(meeting, participant_id)
    if not ConfirmForm().validate_on_submit():
        abort(400)
    if is_stale(meeting, request.form.get("version")):
        form = ParticipantForm(formdata=None, data=_values_of(participant, meeting))
        return _changed_meanwhile(form, meeting, participant)
    db.session.delete(participant)  # not out of the list: the trail sees no orphans
    meeting.touch()
    db.session.commit()
    return back_to(_page_of(meeting_id), _("Participant removed"))


def _page_of(meeting_id: int) -> str:
    return url_for("meetings.detail", meeting_id=meeting_id)


def _participant_of(meeting: Meeting, participant_id: int) -> Participant:
    found = (one for one in meeting.participants if one.id == participant_id)
    return next(found, None) or abort(404)


def _of_side(meeting: Meeting, side: Side) -> list[Participant]:
    return [one for one in meeting.participants if one.side == side]


def _values_of(participant: Participant, meeting: Meeting) -> dict[str, object]:
    given = given_of(participant)
    return {
        **vars(given.named),
        "side": given.side,
        "role": given.role,
        "place": _of_side(meeting, given.side).index(participant) + 1,
        "version": str(meeting.version),
    }


def _page(
    form: ParticipantForm, meeting: Meeting, participant: Participant | None, note: str = ""
) -> str:
    return render_template(
        "meetings/participant.html",
        form=form,
        meeting=meeting,
        participant=participant,
        note=note,
        people=known_people(),
        organisations=known_organisations(),
    )


def _changed_meanwhile(
    form: ParticipantForm, meeting: Meeting, participant: Participant
) -> ResponseReturnValue:
    form.version.data = str(meeting.version)
    note = _("Somebody changed this record meanwhile: look at it and confirm once more")
    return _page(form, meeting, participant, note), 409


def _namesakes_page(
    form: ParticipantForm, meeting_id: int, participant_id: int | None, error: AmbiguousName
) -> ResponseReturnValue:
    people = namesakes(error)
    db.session.rollback()
    form.offer_namesakes(people)
    meeting = db.session.scalars(meeting_by_id(meeting_id)).unique().one()
    participant = None if participant_id is None else _participant_of(meeting, participant_id)
    return _page(form, meeting, participant), 422
