"""The steps of a point: from the list, the desk and its own page."""

from collections.abc import Callable
from typing import TypeVar

from flask import current_app, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from crm.accounts.models import WRITERS, Role
from crm.accounts.views.sign_in import local_path
from crm.audit.forms import conflict_answer
from crm.audit.views.undoing import undoable
from crm.core import clock
from crm.core.database import db
from crm.core.editing import is_stale, one_or_404
from crm.core.pages import Undoable, back_to
from crm.core.permissions import requires
from crm.core.uploads import takes_files
from crm.documents.forms import ProofsField
from crm.documents.services.adding import prove
from crm.follow_ups import services
from crm.follow_ups.forms.closing import CancelForm, DoneForm, OffControlForm, ReopenForm
from crm.follow_ups.forms.requests import AskForm, GrantForm, RefuseForm, WithdrawForm
from crm.follow_ups.forms.steps import DueForm, ProgressForm, StatusForm, StepForm
from crm.follow_ups.models.extensions import Decision
from crm.follow_ups.models.follow_up import FollowUp
from crm.follow_ups.models.terms import FollowUpStatus
from crm.follow_ups.queries.deadlines import open_request_of
from crm.follow_ups.queries.points import point_by_id
from crm.follow_ups.views.marks import bp
from crm.follow_ups.views.points import point_answer, step_form

Form = TypeVar("Form", bound=StepForm)

__all__ = ["bp"]


@bp.post("/follow-ups/<id:follow_up_id>/progress")
@requires(*WRITERS)
def add_progress(follow_up_id: int) -> ResponseReturnValue:
    """Write down how a point stands."""
    point = one_or_404(point_by_id(follow_up_id))
    form = ProgressForm(today=clock.today())
    if not form.validate():
        return point_answer(point, form)
    services.note_progress(point, form.text.data or "", form.day, current_user.id)
    db.session.commit()
    return _back(point, _("Progress line added"))


@bp.post("/follow-ups/<id:follow_up_id>/status")
@requires(*WRITERS)
def set_status(follow_up_id: int) -> ResponseReturnValue:
    """Say where a pending point is."""

    def take(point: FollowUp, form: StatusForm) -> object:
        point.set_status(FollowUpStatus(form.status.data), clock.today())
        if form.progress.data:
            _note(point, form.progress.data)
        return _("Status: %(status)s", status=point.status.label)

    return _step(follow_up_id, StatusForm, take)


@bp.post("/follow-ups/<id:follow_up_id>/due")
@requires(*WRITERS)
def set_due(follow_up_id: int) -> ResponseReturnValue:
    """Set the first deadline, or extend a set one."""

    def take(point: FollowUp, form: DueForm) -> object:
        if form.due_on.data is not None and not form.changes_nothing:
            extension = services.move_deadline(
                point,
                form.due_on.data,
                reason=form.reason.data,
                authority=form.authorised_by,
                today=clock.today(),
            )
            services.answer_by(extension, form.request, current_user.id, clock.today())
        return _("Due date set: %(title)s", title=point.text)

    return _step(follow_up_id, DueForm, take)


@bp.post("/follow-ups/<id:follow_up_id>/done")
@requires(*WRITERS)
@takes_files
def complete(follow_up_id: int) -> ResponseReturnValue:
    """Mark a point as executed, with what came of it."""

    def take(point: FollowUp, form: DoneForm) -> object:
        point.closing_meeting_id = form.closing_meeting_id.data
        point.complete(form.outcome.data or "", form.day)
        _prove(point, form.files)
        services.settle_request(form.request, current_user.id, clock.today())
        return _("Done: %(title)s", title=point.text)

    return _step(follow_up_id, DoneForm, take)


@bp.post("/follow-ups/<id:follow_up_id>/cancel")
@requires(*WRITERS)
def cancel(follow_up_id: int) -> ResponseReturnValue:
    """Give a point up that is no longer relevant; the reason becomes its last progress line."""

    def take(point: FollowUp, form: CancelForm) -> object:
        point.set_status(FollowUpStatus.CANCELLED, clock.today())
        services.settle_request(form.request, current_user.id, clock.today())
        _note(point, form.reason.data or "")
        return _("No longer relevant: %(title)s", title=point.text)

    return _step(follow_up_id, CancelForm, take)


@bp.post("/follow-ups/<id:follow_up_id>/off-control")
@requires(Role.HEAD)
@takes_files
def remove_from_control(follow_up_id: int) -> ResponseReturnValue:
    """Take an executed point off control by a document."""

    def take(point: FollowUp, form: OffControlForm) -> object:
        number, day = form.removal_number.data or "", form.removed_on.data or clock.today()
        point.remove_from_control(number, day)
        _prove(point, form.files)
        return _("Removed from control: %(title)s", title=point.text)

    return _step(follow_up_id, OffControlForm, take)


@bp.post("/follow-ups/<id:follow_up_id>/reopen")
@requires(Role.HEAD)
def reopen(follow_up_id: int) -> ResponseReturnValue:
    """Put a closed point to work again; the reason becomes its last progress line."""

    def take(point: FollowUp, form: ReopenForm) -> object:
        point.reopen(form.reason.data or "", clock.today())
        _note(point, form.reason.data or "")
        return _("Reopened: %(title)s", title=point.text)

    return _step(follow_up_id, ReopenForm, take)


@bp.post("/follow-ups/<id:follow_up_id>/extension-request")
@requires(Role.OFFICER)
def ask_extension(follow_up_id: int) -> ResponseReturnValue:
    """Ask a head for a later deadline."""

    def take(point: FollowUp, form: AskForm) -> object:
        services.ask_extension(
            point,
            form.new_due_on.data or clock.today(),
            reason=form.reason.data or "",
            user_id=current_user.id,
            today=clock.today(),
        )
        return _("Extension asked for: %(title)s", title=point.text)

    return _step(follow_up_id, AskForm, take)


@bp.post("/follow-ups/<id:follow_up_id>/extension-request/grant")
@requires(Role.HEAD)
def grant_extension(follow_up_id: int) -> ResponseReturnValue:
    """Move the deadline as the owner asked, on one's own authority."""

    def take(point: FollowUp, form: GrantForm) -> object:
        services.grant(form.open_request, point, current_user, clock.today())
        return _("Extension granted: %(title)s", title=point.text)

    return _step(follow_up_id, GrantForm, take)


@bp.post("/follow-ups/<id:follow_up_id>/extension-request/refuse")
@requires(Role.HEAD)
def refuse_extension(follow_up_id: int) -> ResponseReturnValue:
    """Let the deadline stand, with the reason."""

    def take(point: FollowUp, form: RefuseForm) -> object:
        form.open_request.answer = form.answer.data
        form.open_request.decide(Decision.REFUSED, current_user.id, clock.today())
        point.touch()
        return _("Extension refused: %(title)s", title=point.text)

    return _step(follow_up_id, RefuseForm, take)


@bp.post("/follow-ups/<id:follow_up_id>/extension-request/withdraw")
@requires(*WRITERS)
def withdraw_request(follow_up_id: int) -> ResponseReturnValue:
    """Take one's own request back."""

    def take(point: FollowUp, form: WithdrawForm) -> object:
        form.open_request.decide(Decision.WITHDRAWN, current_user.id, clock.today())
        point.touch()
        return _("Request withdrawn: %(title)s", title=point.text)

    return _step(follow_up_id, WithdrawForm, take)


def _step(
    follow_up_id: int, kind: type[Form], take: Callable[[FollowUp, Form], object]
) -> ResponseReturnValue:
    """Check what was typed and the version, ``take`` the step, commit, go back with its words."""
    point = one_or_404(point_by_id(follow_up_id))
    form = step_form(kind, point, db.session.scalar(open_request_of(point.id)))
    if form.wants_form_back:
        return point_answer(point, form)
    if any(one.filename for one in request.files.values()) and is_stale(point, form.version.data):
        flash(_("The files are not kept: add them among the documents of the point"), "warning")
    conflict = conflict_answer(point, form)
    if conflict is not None:
        return conflict
    if not form.validate():
        return point_answer(point, form)
    before = point.version
    words = undoable(point, str(take(point, form)), before)
    db.session.commit()
    return _back(point, words)


def _prove(point: FollowUp, files: ProofsField) -> None:
    instance = current_app.config["CRM"].instance_path
    prove(point, instance, files.taken, current_user, files.purpose)


def _note(point: FollowUp, text: str) -> None:
    services.note_progress(point, text, clock.today(), current_user.id)


def _back(point: FollowUp, words: str | Undoable) -> ResponseReturnValue:
    target = request.form.get("next")
    return back_to(
        local_path(target) if target else url_for(".detail", follow_up_id=point.id), words
    )
