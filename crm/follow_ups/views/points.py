"""Lists and pages of points under control."""

from collections.abc import Sequence
from functools import partial
from typing import Any, TypeVar

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from crm.accounts.models import WRITERS, Role
from crm.accounts.queries import user_choices
from crm.audit.forms import conflict_answer
from crm.audit.queries import parts_before, people_behind
from crm.audit.views.pages import archive_url
from crm.core import clock
from crm.core.database import db
from crm.core.editing import id_in_address, in_use, one_or_404, version_sent
from crm.core.forms import Choices
from crm.core.pages import back_to, back_to_saved
from crm.core.permissions import requires
from crm.core.sight import is_unnamed, only_of
from crm.countries.models import Country
from crm.countries.queries import country_choices
from crm.delegations.models.delegation import Delegation
from crm.delegations.queries import delegation_choices
from crm.documents.models import Document
from crm.documents.queries import proofs_of
from crm.follow_ups import services
from crm.follow_ups.forms.closing import CancelForm, DoneForm, OffControlForm, ReopenForm
from crm.follow_ups.forms.point import FollowUpForm, executor_values
from crm.follow_ups.forms.requests import AskForm, GrantForm, RefuseForm, WithdrawForm
from crm.follow_ups.forms.steps import (
    DueForm,
    ProgressForm,
    Situation,
    StatusForm,
    StepForm,
)
from crm.follow_ups.listing.points import FOLLOW_UPS
from crm.follow_ups.models.basis import document_of
from crm.follow_ups.models.extensions import ExtensionRequest
from crm.follow_ups.models.follow_up import Executor, FollowUp
from crm.follow_ups.models.terms import PENDING, Basis, FollowUpStatus, ResponsibleSide
from crm.follow_ups.queries.deadlines import extensions_of, requests_of
from crm.follow_ups.queries.points import (
    executor_choices,
    point_by_id,
    point_page,
    progress_of,
    status_history,
)
from crm.follow_ups.views.folds import Fold, drawn_line, empty_fold, refused_fold
from crm.follow_ups.views.marks import bp
from crm.lists.views.pages import open_list
from crm.meetings.models import Meeting
from crm.meetings.queries import meeting_choices
from crm.organisations.models import Organisation
from crm.organisations.queries import organisation_choices
from crm.projects.models.project import InvestmentProject
from crm.projects.queries.choices import project_choices

Record = TypeVar("Record")
Form = TypeVar("Form", bound=StepForm)

# In the order of the page; each with the view that takes it.
STEPS: dict[type[StepForm], str] = {
    GrantForm: "grant_extension",
    RefuseForm: "refuse_extension",
    WithdrawForm: "withdraw_request",
    DoneForm: "complete",
    AskForm: "ask_extension",
    DueForm: "set_due",
    StatusForm: "set_status",
    CancelForm: "cancel",
    OffControlForm: "remove_from_control",
    ReopenForm: "reopen",
}


@bp.get("/follow-ups/")
def index() -> ResponseReturnValue:
    """The list of points."""
    here = request.full_path if request.query_string else request.path
    statuses = [(one.value, one.label) for one in PENDING]
    page = open_list(FOLLOW_UPS)
    return render_template("follow_ups/index.html", listing=page, here=here, statuses=statuses)


@bp.get("/follow-ups/<id:follow_up_id>")
def detail(follow_up_id: int) -> ResponseReturnValue:
    """One point, how it stands, and the steps it can take."""
    return point_answer(one_or_404(point_page(follow_up_id)))


def point_answer(
    point: FollowUp, refused: StepForm | ProgressForm | None = None
) -> ResponseReturnValue:
    """The page of ``point``; with a ``refused`` step open, holding what was typed, and 422."""
    is_line = isinstance(refused, ProgressForm)
    requests = db.session.scalars(requests_of(point.id)).all()
    asked = next((one for one in requests if one.decision is None), None)

    page = render_template(
        "follow_ups/detail.html",
        point=point,
        steps=_steps(point, None if is_line else refused, asked),
        open_step=request.args.get("step", "") if refused is None else "",
        refused=refused,
        progress=db.session.scalars(progress_of(point.id)).all(),
        proofs=_proofs(point),
        extensions=db.session.scalars(extensions_of(point.id)).all(),
        requests=requests,
        asked=asked,
        document=document_of(point),
        drawn_line=drawn_line(point, refused),
        history=_history(point),
        archive_url=archive_url(point),
    )
    return page, 200 if refused is None else refused.answer_status


def _steps(point: FollowUp, refused: Any, request: ExtensionRequest | None) -> list[Fold]:
    """The steps this person can take now, the refused one as it was typed."""
    now, offered = Situation(point, current_user, clock.today(), request), list[Fold]()
    for kind, view in STEPS.items() if point.archived_at is None else ():
        url = url_for(f".{view}", follow_up_id=point.id)
        if isinstance(refused, kind):
            offered.append(refused_fold(refused, url))
        elif current_user.role in kind.roles and kind.refused(now) is None:
            meetings = _closing_meetings(point) if kind is DoneForm else []
            make = partial(_form_of, kind, now, meetings, formdata=None)
            offered.append(empty_fold(kind, now, url, meetings, make))
    return offered


def step_form(kind: type[Form], point: FollowUp, request: ExtensionRequest | None) -> Form:
    """The form of one step for the current user, as sent; ``request``: the one still open."""
    now = Situation(point, current_user, clock.today(), request)
    is_taken = issubclass(kind, DoneForm) and kind.refused(now) is None
    return _form_of(kind, now, _closing_meetings(point) if is_taken else [])


def _form_of(kind: type[Form], now: Situation, meetings: Choices, **more: Any) -> Form:
    form = kind(now.point, now.actor, today=now.today, request=now.request, **more)
    if isinstance(form, DoneForm):
        form.closing_meeting_id.offer(meetings, blank="")
    return form


def _closing_meetings(point: FollowUp) -> Choices:
    return meeting_choices(stored=point.closing_meeting_id, country=point.country_code)


def _proofs(point: FollowUp) -> Sequence[Document]:
    """What it was closed with; one that never was closed need not be asked for any."""
    if point.is_pending and point.reopened_on is None:
        return ()
    found = only_of(proofs_of("follow_up", str(point.id)), FollowUp)
    return db.session.scalars(found).all()


def _history(point: FollowUp) -> Sequence[tuple[Any, FollowUpStatus, Any]]:
    """Entry of the trail, the status it brought and why it was reopened, newest first."""
    found = db.session.execute(status_history(str(point.id)))
    return [
        (entry, FollowUpStatus(str(change.new)), None if reason is None else reason.new)
        for entry, change, reason in found
    ]


@bp.route("/follow-ups/new", methods=["GET", "POST"])
@requires(*WRITERS)
def new() -> ResponseReturnValue:
    """Put a point under control, of a meeting or of its own."""
    form = FollowUpForm(data=_given())
    _offer(form, None)
    if form.is_ready():
        point = FollowUp(status_since=clock.today(), executors=[], team=[])
        form.fill(point)
        point.set_due(form.due_on.data)
        services.name_executors(point, form.lead, form.helpers)
        services.settle(point, None, clock.today())
        db.session.add(point)
        db.session.commit()
        url = url_for(".detail", follow_up_id=point.id)
        return back_to(url, _("Added: %(title)s", title=point.text))
    return render_template("follow_ups/form.html", form=form, point=None), form.answer_status


@bp.route("/follow-ups/<id:follow_up_id>/edit", methods=["GET", "POST"])
@requires(*WRITERS)
def edit(follow_up_id: int) -> ResponseReturnValue:
    """Change what is written about a point; its steps have forms of their own."""
    point = one_or_404(point_by_id(follow_up_id))
    form = FollowUpForm(record=point)
    _offer(form, point)
    if form.is_ready():
        version = version_sent(form.version.data)
        before = parts_before(point, Executor, point.executors, version)
        conflict = conflict_answer(point, form, executor_values(before))
        if conflict is not None:
            return conflict
        came_from = point.meeting_id
        form.fill(point)
        point.set_due(form.due_on.data)  # the form lets a set one only come forward
        services.name_executors(point, form.lead, form.helpers)
        services.settle(point, came_from, clock.today())
        if form.number and form.number.data and point.meeting_id == came_from:
            services.renumber(point, form.number.data)
        db.session.commit()
        return back_to_saved(point, current_user)
    return render_template("follow_ups/form.html", form=form, point=point), form.answer_status


def _given() -> dict[str, Any]:
    """What a new point starts with: the parent the address names (404 for none such), the usual."""
    given: dict[str, Any] = {
        "responsible_side": ResponsibleSide.OURS,
        "basis": Basis.AGREEMENT,
        "owner_id": current_user.id,
    }
    country = request.args.get("country")
    if country is not None:
        given["country"] = _asked(Country, country).code
    if request.args.get("delegation") is not None:
        delegation = _asked(Delegation, id_in_address("delegation"))
        given |= {"delegation_id": delegation.id, "country": delegation.country_code}
    if request.args.get("organisation") is not None:
        partner = _asked(Organisation, id_in_address("organisation"))
        given |= {"partner_organisation_id": partner.id, "country": partner.country_code}
    if request.args.get("project") is not None:
        project = _asked(InvestmentProject, id_in_address("project"))
        given |= {"project_id": project.id, "country": project.country_code}
    if request.args.get("meeting") is not None:
        meeting = _asked(Meeting, id_in_address("meeting"))
        given |= {
            "meeting_id": meeting.id,
            "delegation_id": meeting.delegation_id,
            "country": meeting.country_code,
            "agreed_on": services.agreed_on_of(meeting, clock.today()),
        }
    return given


def _asked(model: type[Record], key: int | str) -> Record:
    record = db.session.get(model, key)
    return in_use(record) if record is not None else abort(404)


_PARENTS = (
    ("meeting", meeting_choices),
    ("delegation", delegation_choices),
    ("project", project_choices),
)


def _offer(form: FollowUpForm, point: FollowUp | None) -> None:
    """Hand the lists to the form; what the point has, or what was typed, stays in them."""
    stored = FollowUp(executors=[], team=[]) if point is None else point
    users = user_choices(selected=[one.id for one in stored.team])
    form.offer_sight(point, current_user, users, people_behind(point))
    offered_executors = executor_choices(stored.executors)
    for parent, choices in _PARENTS:
        field = form[f"{parent}_id"]
        if point is not None and is_unnamed(point, parent):
            del form[field.name]  # the link stays, and stays unnamed
            continue
        offered = choices(field.data, getattr(stored, field.name))
        field.offer(offered, blank="")
        if parent == "project" and not offered:
            del form.project_id  # nobody recorded one yet
    form.offer_number()
    if point is not None and is_unnamed(point, "meeting"):
        del form.agreed_on  # it tells the day of the meeting
    form.offer(
        {
            "country": country_choices(),
            "partner_organisation_id": organisation_choices(stored.partner_organisation_id),
            "owner_id": user_choices(WRITERS, [stored.owner_id]),
            "executor": offered_executors,
            "co_executors": offered_executors,
            "controller_id": user_choices([Role.HEAD], [stored.controller_id]),
        }
    )
