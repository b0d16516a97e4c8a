"""The list of meetings, a meeting's page and its forms."""

from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from crm.accounts.models import WRITERS
from crm.accounts.queries import user_choices
from crm.audit.forms import conflict_answer
from crm.audit.queries import people_behind
from crm.audit.views.pages import archive_url
from crm.core import clock
from crm.core.database import db
from crm.core.drawn import drawn_once, place
from crm.core.editing import id_in_address, in_use, one_or_404
from crm.core.pages import back_to, back_to_saved
from crm.core.permissions import requires
from crm.core.sections import sections_of
from crm.core.sight import is_unnamed, seeing_everything
from crm.countries.queries import country_choices, newest_turnover
from crm.countries.services import make_partner
from crm.delegations.models.delegation import Delegation
from crm.delegations.queries import delegation_by_id, delegation_choices
from crm.delegations.services.parties import named_of
from crm.delegations.views.pages import recorded, rows_of, standing, usual_presets
from crm.follow_ups.queries.points import follow_ups_of, pending_counts
from crm.follow_ups.queries.sides import open_points_before
from crm.follow_ups.services import add_point, date_points, number_points
from crm.interests.forms.beside import QuickInterestForm, interests_beside
from crm.lists.views.pages import open_list
from crm.meetings.forms.meeting import MeetingForm, NewMeetingForm
from crm.meetings.forms.parts import PointForm
from crm.meetings.listing import MEETINGS
from crm.meetings.models import Meeting, MeetingStatus, ParticipantRole, Side, Weight
from crm.meetings.queries import any_meeting, contacts_beside, meeting_by_id, meeting_shown
from crm.meetings.services import add_participants, set_sectors
from crm.projects.forms.parts import ProjectLinkForm
from crm.projects.queries.choices import projects_to_link
from crm.projects.queries.projects import projects_of_meeting
from crm.reference.queries import district_choices, sector_choices

bp = Blueprint("meetings", __name__)


@bp.get("/meetings/")
def index() -> ResponseReturnValue:
    """The list of meetings, each with its points still pending."""
    page = open_list(MEETINGS)
    is_counted = any(column.name == "pending" for column in page.columns)
    shown = [meeting.id for meeting in page.rows] if is_counted else []
    counts = pending_counts(shown, clock.today()) if shown else {}
    return render_template("meetings/index.html", listing=page, counts=counts)


@bp.get("/meetings/<id:meeting_id>")
def detail(meeting_id: int) -> ResponseReturnValue:
    """One meeting: what was agreed, who took part, what it was about."""
    return meeting_page(one_or_404(meeting_shown(meeting_id)))


def meeting_page(
    meeting: Meeting, refused: PointForm | ProjectLinkForm | QuickInterestForm | None = None
) -> ResponseReturnValue:
    """The page of ``meeting``; with a ``refused`` form open, holding what was typed, and 422."""
    points = db.session.scalars(follow_ups_of(meeting.id)).unique().all()
    page = render_template(
        "meetings/detail.html",
        meeting=meeting,
        ours=[one for one in meeting.participants if one.side == Side.OURS],
        partners=[one for one in meeting.participants if one.side == Side.PARTNER],
        focus=[link.sector for link in meeting.sector_links if link.weight == Weight.FOCUS],
        discussed=[link.sector for link in meeting.sector_links if link.weight == Weight.DISCUSSED],
        open_points=open_points_before(meeting),
        **standing(points),
        trade_fact=db.session.scalar(newest_turnover(meeting.country_code)),
        contacts=contacts_beside(meeting),
        projects=db.session.scalars(projects_of_meeting(meeting.id)).unique().all(),
        point_form=refused if isinstance(refused, PointForm) else None,
        link_form=refused
        if isinstance(refused, ProjectLinkForm)
        else ProjectLinkForm(projects_to_link(meeting), formdata=None),
        refused=refused,
        interests=interests_beside(
            meeting, refused if isinstance(refused, QuickInterestForm) else None
        ),
        archive_url=archive_url(meeting),
    )
    return page, 200 if refused is None else 422


@bp.app_template_global()
def empty_point(url: str) -> Markup:
    """The folded form of one more point, posted to ``url``."""

    def given() -> tuple[object, ...]:
        return PointForm(user_choices(WRITERS), current_user.id, formdata=None), place("url")

    return drawn_once("follow_ups/_rows.html", "new_point", given, current_user.id, url=url)


@bp.route("/meetings/new", methods=["GET", "POST"])
@requires(*WRITERS)
def create() -> ResponseReturnValue:
    """A meeting with its participants, sectors and agreed points, in one form."""
    form = NewMeetingForm(data=_presets())
    offer(form, None)
    if form.is_ready():
        is_first = db.session.scalar(any_meeting()) is None
        meeting = recorded(form.participants, lambda: record(form))
        if meeting is not None:
            url = url_for(".detail", meeting_id=meeting.id)
            told = _("Added: %(title)s", title=meeting.title)
            return back_to(url, f"{told}. {_where_it_stands()}" if is_first else told)
    return form_page(form, None), form.answer_status


def _where_it_stands() -> str:
    told: str = _(
        "The meeting stands on the page of its country, what was agreed in it on your desk."
    )
    return told


def record(form: NewMeetingForm) -> Meeting:
    """Everything of the form, flushed; raises UnclearRows."""
    meeting = Meeting(sector_links=[], team=[])
    form.fill(meeting)
    set_sectors(meeting, form.sectors.data)
    db.session.add(meeting)
    db.session.flush()
    _name_partner(meeting)
    add_participants(meeting, [row.given for row in form.participants.filled])
    for row in form.points.filled:
        add_point(meeting, today=clock.today(), language=meeting.text_language, **row.values)
    return meeting


def _name_partner(meeting: Meeting) -> None:
    """A restricted contact does not show in the list of partner countries."""
    with seeing_everything():
        parent = db.session.get(Delegation, meeting.delegation_id or 0)
    if not meeting.restricted and (parent is None or not parent.restricted):
        make_partner(meeting.country_code)


def _presets() -> dict[str, Any]:
    """What a new form begins with: the country or the delegation of the address, the usual.

    404 for a country or delegation that is none.
    """
    given = usual_presets()
    if request.args.get("delegation") is not None:
        given |= _presets_of(_asked_delegation())
    return given


def _asked_delegation() -> Delegation:
    statement = delegation_by_id(id_in_address("delegation"))
    delegation = db.session.scalars(statement).unique().one_or_none() or abort(404)
    return in_use(delegation)


def _presets_of(delegation: Delegation) -> dict[str, Any]:
    """What a meeting takes over from the delegation it belongs to."""
    return {
        "delegation_id": delegation.id,
        "title": delegation.title,
        "country": delegation.country_code,
        "text_language": delegation.text_language,
        "status": None if _is_past(delegation) else MeetingStatus.PLANNED,
        "sectors": [(sector.code, Weight.DISCUSSED) for sector in delegation.sectors],
        "participants": [
            {
                **vars(named_of(member)),
                "side": Side.OURS if delegation.direction == "outbound" else Side.PARTNER,
                "role": _ROLES.get(member.role, ParticipantRole.MEMBER),
            }
            for member in delegation.members
        ],
    }


_ROLES = {"head": ParticipantRole.HEAD, "interpreter": ParticipantRole.INTERPRETER}


def _is_past(delegation: Delegation) -> bool:
    return delegation.arrives_on is None or delegation.arrives_on <= clock.today()


@bp.route("/meetings/<id:meeting_id>/edit", methods=["GET", "POST"])
@requires(*WRITERS)
def edit(meeting_id: int) -> ResponseReturnValue:
    """Change a meeting; its participants and points have forms of their own."""
    meeting = one_or_404(meeting_by_id(meeting_id))
    form = MeetingForm(record=meeting)
    offer(form, meeting)
    if form.is_ready():
        conflict = conflict_answer(meeting, form)
        if conflict is not None:
            return conflict
        was = meeting.status
        form.fill(meeting)
        set_sectors(meeting, form.sectors.data)
        _name_partner(meeting)
        if was != MeetingStatus.HELD:
            date_points(meeting, clock.today())
        if meeting.has_minutes:
            number_points(meeting)
        db.session.commit()
        return back_to_saved(meeting, current_user)
    return form_page(form, meeting), form.answer_status


def offer(form: MeetingForm, meeting: Meeting | None) -> None:
    """Hand the lists to the form; what the record has stays in them."""
    links = [] if meeting is None else meeting.sector_links
    officers = user_choices(WRITERS, [None if meeting is None else meeting.officer_id])
    form.country.offer(country_choices(), blank=_("Choose a country"))
    if meeting is not None and is_unnamed(meeting, "delegation"):
        del form.delegation_id  # the link stays, and stays unnamed
    else:
        delegation = None if meeting is None else meeting.delegation_id
        delegations = delegation_choices(form.delegation_id.data, stored=delegation)
        form.delegation_id.offer(delegations, blank="")
    team = [] if meeting is None else meeting.team
    users = user_choices(selected=[one.id for one in team])
    form.offer_sight(meeting, current_user, users, people_behind(meeting))
    form.district.offer(
        district_choices(None if meeting is None else meeting.district_code), blank=""
    )
    form.officer_id.offer(officers)
    form.sectors.offer(sector_choices([link.sector_code for link in links]))
    if isinstance(form, NewMeetingForm):
        form.points.offer(officers, current_user.id)


def form_page(form: MeetingForm, meeting: Meeting | None, closes: Any = None) -> str:
    """The form with its empty rows, more of them where they were asked for.

    ``closes``: title and address of the point that a new meeting closes.
    """
    return render_template(
        "meetings/form.html",
        form=form,
        meeting=meeting,
        closes=closes,
        sections=sections_of(
            form,
            ("meeting", _("Meeting"), ()),
            ("participants", _("Participants"), ("participants",)),
            ("points", _("Follow-ups"), ("points",)),
            ("sectors", _("Sectors"), ("sectors",)),
            (
                "content",
                _("Content"),
                ("agenda", "summary", "outcome", "minutes_number", "minutes_on"),
            ),
            ("source", _("Source"), ("source_name", "source_url", "source_published_on")),
        ),
        **rows_of(form, "participants", "points", "sectors"),
    )
