"""The list of projects, a project's page and its forms."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from crm.accounts.models import WRITERS
from crm.accounts.queries import user_choices
from crm.audit.forms import conflict_answer
from crm.audit.queries import people_behind
from crm.audit.views.pages import archive_url
from crm.core import clock
from crm.core.database import db
from crm.core.editing import one_or_404
from crm.core.few import first_few
from crm.core.forms import BaseForm
from crm.core.language import worded
from crm.core.listing.query import keys_of
from crm.core.money import millions_text
from crm.core.pages import back_to
from crm.core.permissions import requires
from crm.core.sections import sections_of
from crm.countries.queries import country_choices
from crm.countries.services import make_partner
from crm.delegations.queries import known_organisations
from crm.delegations.views.pages import rows_of
from crm.interests.queries.interests import interests_about, listed_interests
from crm.lists.views.pages import open_list
from crm.meetings.models import Meeting
from crm.projects.forms.moves import WayForm
from crm.projects.forms.project import NewProjectForm, ProjectForm
from crm.projects.listing.projects import PROJECTS
from crm.projects.models.parts import ProjectMeeting
from crm.projects.models.project import InvestmentProject
from crm.projects.queries.board import Unit, stage_sums, total_of
from crm.projects.queries.pools import pool_of
from crm.projects.queries.projects import project_by_id
from crm.projects.services.parts import add_amount, add_participant
from crm.projects.services.projects import record_project
from crm.projects.views.presets import asked_meeting, presets
from crm.projects.views.stage_panel import stage_panel
from crm.projects.views.ties import ties_of
from crm.reference.queries import district_choices, sector_choices

_INTERESTS = 5

bp = Blueprint("projects", __name__)


@bp.get("/projects/")
def index() -> ResponseReturnValue:
    """The list of projects, and what all of them cost together."""
    page = open_list(PROJECTS)
    whole = total_of(stage_sums(keys_of(PROJECTS, request.args), Unit.KZT))
    board, figures = (url_for(f"{there}.index", **_elsewhere()) for there in _ELSEWHERE)
    return render_template(
        "projects/index.html", listing=page, whole=whole, board_url=board, figures_url=figures
    )


_ELSEWHERE = ("project_board", "project_figures")


def _elsewhere() -> dict[str, Any]:
    """The filters of the list as board and figures read them: active ones unless asked."""
    kept = {name: value for name, value in request.args.items() if value and name not in _OF_LISTS}
    return {"status": "any", **kept}


_OF_LISTS = ("sort", "page")


@bp.get("/projects/<id:project_id>")
def detail(project_id: int) -> ResponseReturnValue:
    """One project: how far it is, what it costs, who takes part, what keeps it back."""
    return project_page(one_or_404(project_by_id(project_id)))


def project_page(
    project: InvestmentProject, refused: BaseForm | None = None
) -> ResponseReturnValue:
    """The page of ``project``; with a ``refused`` form open, holding what was typed."""
    page = render_template(
        "projects/detail.html",
        project=project,
        panel=stage_panel(project, refused if isinstance(refused, WayForm) else None),
        **ties_of(project, refused),
        **_pool_facts(project),
        interests=first_few(interests_about(project.sector_code), _INTERESTS, listed_interests),
        archive_url=archive_url(project),
    )
    return page, 200 if refused is None else refused.answer_status


def _pool_facts(project: InvestmentProject) -> dict[str, Any]:
    """The pool, and up to which sum a project of that year is of the regional one."""
    pool = pool_of(project, clock.today())
    if pool.threshold is None:
        return {"pool": pool, "pool_note": None}
    limit = millions_text(pool.threshold)
    note = _("regional up to %(sum)s in %(year)s", sum=limit, year=pool.year)
    return {"pool": pool, "pool_note": note}


@bp.route("/projects/new", methods=["GET", "POST"])
@requires(*WRITERS)
def create() -> ResponseReturnValue:
    """A project with its first amounts and participants, in one form."""
    form = NewProjectForm(data=presets())
    _offer(form, None)
    if form.is_ready():
        project = InvestmentProject(team=[], participants=[])
        form.fill(project)
        record_project(project, current_user, clock.today())
        _add_rows(form, project)
        _link(project, asked_meeting())
        _name_partner(project)
        db.session.commit()
        title = worded(project, "title").text
        url = url_for(".detail", project_id=project.id)
        return back_to(url, _("Added: %(title)s", title=title))
    return _form_page(form, None), form.answer_status


def _add_rows(form: ProjectForm, project: InvestmentProject) -> None:
    """Adding needs no version, so what the rows name stands beside what others have added."""
    for amount in form.amounts.given:
        add_amount(project, amount)
    for participant in form.participants.given:
        add_participant(project, participant)


def _link(project: InvestmentProject, meeting: Meeting | None) -> None:
    if meeting is not None:
        db.session.add(ProjectMeeting(project_id=project.id, meeting_id=meeting.id))


def _name_partner(project: InvestmentProject) -> None:
    """A restricted contact does not show in the list of partner countries."""
    if not project.restricted:
        make_partner(project.country_code)


@bp.route("/projects/<id:project_id>/edit", methods=["GET", "POST"])
@requires(*WRITERS)
def edit(project_id: int) -> ResponseReturnValue:
    """Change a project and add to its amounts and participants; each of these has a form of its
    own for changes.
    """
    project = one_or_404(project_by_id(project_id))
    form = ProjectForm(record=project)
    _offer(form, project)
    if form.is_ready():
        conflict = conflict_answer(project, form)
        if conflict is not None:
            return conflict
        form.fill(project)
        _add_rows(form, project)
        _name_partner(project)
        db.session.commit()
        return back_to(url_for(".detail", project_id=project.id), _("Saved"))
    return _form_page(form, project), form.answer_status


def _offer(form: ProjectForm, project: InvestmentProject | None) -> None:
    """Hand the lists to the form; what the record has stays in them."""
    team = [] if project is None else project.team
    users = user_choices(selected=[one.id for one in team])
    form.offer_sight(project, current_user, users, people_behind(project))
    form.country.offer(country_choices(), blank=_("Choose a country"))
    stored = [] if project is None else [project.sector_code]
    form.sector.offer(sector_choices(stored), blank=_("Choose a sector"))
    form.district.offer(
        district_choices(None if project is None else project.district_code), blank=""
    )
    officer_id = None if project is None else project.officer_id
    form.officer_id.offer(user_choices(WRITERS, [officer_id]))


def _form_page(form: ProjectForm, project: InvestmentProject | None) -> str:
    """The form with its empty rows, more of them where they were asked for."""
    rows = rows_of(form, "amounts", "participants")
    return render_template(
        "projects/form.html",
        form=form,
        project=project,
        sections=sections_of(
            form,
            ("project", _("Project"), ()),
            ("amounts", _("Amounts"), ("amounts",)),
            ("participants", _("Participants"), ("participants",)),
            ("jobs", _("Jobs"), _names("jobs_")),
            ("dates", _("Start and commissioning"), _names("start_", "commissioning_")),
            ("capacity", _("Production capacity"), _names("capacity_")),
            ("more", _("Papers and report"), ("oked", "memorandum_on", "in_report", "note")),
        ),
        **{**rows, "organisations": known_organisations()},
    )


def _names(*starts: str) -> list[str]:
    return [name for name in ProjectForm.record_fields() if name.startswith(starts)]
