"""Pages of organisations."""

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from crm.accounts.models import WRITERS
from crm.audit.forms import conflict_answer
from crm.audit.views.pages import archive_url
from crm.core import clock
from crm.core.database import db
from crm.core.editing import one_or_404
from crm.core.faults import refuse
from crm.core.few import Few, first_few
from crm.core.language import worded
from crm.core.pages import back_to
from crm.core.permissions import requires
from crm.countries.models import HOME, Country
from crm.countries.queries import country_choices
from crm.countries.services import make_partner
from crm.countries.views.contacts import SHOWN, contacts
from crm.follow_ups.models.five_lines import five_lines
from crm.follow_ups.queries.standing import beside_of
from crm.interests.forms.beside import QuickInterestForm, interests_beside
from crm.interests.models import SectorInterest
from crm.interests.queries.interests import interests_for, listed_interests
from crm.lists.views.pages import open_list
from crm.organisations import services
from crm.organisations.forms.organisations import OrganisationForm
from crm.organisations.listing import ORGANISATIONS
from crm.organisations.models import Organisation
from crm.organisations.queries import organisation_by_id, people_of
from crm.projects.queries.projects import projects_in_brief, projects_with
from crm.reference.queries import sector_choices

bp = Blueprint("organisations", __name__, url_prefix="/organisations")


@bp.get("/")
def index() -> ResponseReturnValue:
    """The list of organisations."""
    return render_template("organisations/index.html", listing=open_list(ORGANISATIONS))


@bp.get("/<id:organisation_id>")
def detail(organisation_id: int) -> ResponseReturnValue:
    """One organisation: its people now and before, and what was done with it."""
    return organisation_answer(one_or_404(organisation_by_id(organisation_id)))


def organisation_answer(
    organisation: Organisation, refused: QuickInterestForm | None = None
) -> ResponseReturnValue:
    """The page of ``organisation``; with a ``refused`` interest kept, and 422.

    Of a local one also who is interested in its sectors.
    """
    posts = db.session.scalars(people_of(organisation.id)).all()
    today = clock.today()
    held = [post for post in posts if post.holds_on(today)]
    former = [post for post in posts if post.ended_before(today)]
    beside = beside_of(organisation, today, SHOWN)
    is_local = organisation.country_code == HOME
    page = render_template(
        "organisations/detail.html",
        interests=interests_beside(organisation, refused),
        wanted=_wanted(organisation) if is_local else None,
        projects=first_few(projects_with(organisation.id), SHOWN, projects_in_brief),
        tab_counts=beside.tabs,
        brief=five_lines(beside.standing),
        points=Few(beside.points, beside.point_count),
        contact_count=beside.meeting_count + beside.visit_count,
        archive_url=archive_url(organisation),
        contacts=contacts(beside.meetings, beside.visits),
        organisation=organisation,
        held_posts=held,
        earlier_posts={one.id: list(filter(one.is_same_post_as, former)) for one in held},
        coming_posts=[post for post in posts if post.begins_after(today)],
        former_posts=former,
    )
    return page, 200 if refused is None else 422


def _wanted(organisation: Organisation) -> Few[SectorInterest]:
    return first_few(interests_for(organisation.id), SHOWN, listed_interests)


@bp.route("/new", methods=["GET", "POST"])
@requires(*WRITERS)
def new() -> ResponseReturnValue:
    """Record an organisation."""
    form = _form(None)
    if not form.is_submitted() and "country" in request.args:
        form.country.data = (db.session.get(Country, request.args["country"]) or abort(404)).code
    if form.is_ready():
        organisation = Organisation()
        if _is_kept(form, organisation):
            name = worded(organisation, "name").text
            return back_to(_url(organisation), _("Added: %(title)s", title=name))
    return _page(form, None), form.answer_status


@bp.route("/<id:organisation_id>/edit", methods=["GET", "POST"])
@requires(*WRITERS)
def edit(organisation_id: int) -> ResponseReturnValue:
    """Change an organisation."""
    organisation = one_or_404(organisation_by_id(organisation_id))
    form = _form(organisation)
    if form.is_ready():
        if (conflict := conflict_answer(organisation, form)) is not None:
            return conflict
        if _is_kept(form, organisation):
            return back_to(_url(organisation), _("Saved"))
    return _page(form, organisation), form.answer_status


def _form(organisation: Organisation | None) -> OrganisationForm:
    form = OrganisationForm(record=organisation)
    kept = [] if organisation is None else [sector.code for sector in organisation.sectors]
    form.offer(country_choices(), sector_choices(kept))
    return form


def _is_kept(form: OrganisationForm, organisation: Organisation) -> bool:
    """Write the form to ``organisation`` and commit; False when its BIN is taken."""
    if not _may_have_bin(form, organisation):
        return False
    try:
        form.fill(organisation)
        services.set_sectors(organisation, form.sectors.data or [])
        db.session.add(organisation)
        make_partner(organisation.country_code)
        db.session.commit()
    except IntegrityError:  # somebody gave the same BIN at the same moment
        db.session.rollback()
        if _may_have_bin(form, organisation):
            raise  # it was something else
        return False
    return True


def _may_have_bin(form: OrganisationForm, organisation: Organisation) -> bool:
    """Whether no other organisation has the BIN; else says at the field which one does."""
    bearer = services.bearer_of_bin(form.bin.data, organisation)
    if bearer is None:
        return True
    named = {"name": worded(bearer, "name").text, "number": bearer.id}
    text = _("This BIN belongs to another organisation: %(name)s (No. %(number)s)", **named)
    form.bearer = bearer
    return refuse(form.bin, text)


def _url(organisation: Organisation) -> str:
    return url_for("organisations.detail", organisation_id=organisation.id)


def _page(form: OrganisationForm, organisation: Organisation | None) -> str:
    return render_template("organisations/form.html", form=form, organisation=organisation)
