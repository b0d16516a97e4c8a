"""The list of interests, an interest's page and its forms."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, abort, render_template, request, url_for
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
from crm.core.editing import id_in_address, in_use, one_or_404
from crm.core.few import first_few
from crm.core.pages import back_to, back_to_saved
from crm.core.permissions import requires
from crm.countries.models import Country
from crm.countries.queries import country_choices
from crm.countries.views.contacts import SHOWN
from crm.delegations.models.delegation import Delegation
from crm.delegations.queries import delegation_choices
from crm.follow_ups.services import agreed_on_of
from crm.interests.forms.interest import InterestForm
from crm.interests.listing import INTERESTS
from crm.interests.models import SectorInterest
from crm.interests.queries.interests import (
    interest_by_id,
    local_organisations_akin,
    projects_akin,
)
from crm.interests.services import settle
from crm.lists.views.pages import open_list
from crm.meetings.models import Meeting
from crm.meetings.queries import meeting_choices
from crm.organisations.models import Organisation
from crm.organisations.queries import organisation_choices, organisations_in_brief
from crm.projects.queries.projects import projects_in_brief
from crm.reference.models import Sector
from crm.reference.queries import sector_choices

bp = Blueprint("interests", __name__)


@bp.get("/interests/")
def index() -> ResponseReturnValue:
    """The list of interests."""
    page = open_list(INTERESTS)
    return render_template("interests/index.html", listing=page, views=switch("/interests/"))


def switch(current: str) -> list[tuple[str, str, bool]]:
    """The ways to look at the interests: label, address with the same filters, whether it is it."""
    kept = {name: one for name, one in request.args.items() if one and name not in ("page", "sort")}
    tail = f"?{urlencode(kept)}" if kept else ""
    views = (
        (_("List"), "/interests/"),
        (_("By country"), "/interests/matrix"),
        (_("By organisation"), "/interests/matrix/organisations"),
    )
    return [(label, f"{path}{tail}", path == current) for label, path in views]


@bp.get("/interests/<id:interest_id>")
def detail(interest_id: int) -> ResponseReturnValue:
    """One interest, and whom and what we have in its sector."""
    interest = one_or_404(interest_by_id(interest_id))
    return render_template(
        "interests/detail.html",
        interest=interest,
        projects=first_few(projects_akin(interest), SHOWN, projects_in_brief),
        organisations=first_few(local_organisations_akin(interest), SHOWN, organisations_in_brief),
        archive_url=archive_url(interest),
    )


@bp.route("/interests/new", methods=["GET", "POST"])
@requires(*WRITERS)
def create() -> ResponseReturnValue:
    """Record an interest, of whom the address names if it names anybody."""
    form = InterestForm(data=_presets())
    _offer(form, None)
    if form.is_ready():
        interest = SectorInterest(team=[])
        form.fill(interest)
        settle(interest)
        db.session.commit()
        url = url_for(".detail", interest_id=interest.id)
        return back_to(url, _("Interest recorded"))
    return render_template("interests/form.html", form=form, interest=None), form.answer_status


def _presets() -> dict[str, Any]:
    """What a new form begins with; 404 for what of the address is unknown."""
    given: dict[str, Any] = {"officer_id": current_user.id}
    if "sector" in request.args:
        given["sector"] = _asked(Sector, request.args["sector"]).code
    if "country" in request.args:
        given["country"] = _asked(Country, request.args["country"]).code
    if "organisation" in request.args:
        given["organisation_id"] = _asked(Organisation, id_in_address("organisation")).id
    if "delegation" in request.args:
        given["delegation_id"] = _asked(Delegation, id_in_address("delegation")).id
    if "meeting" in request.args:
        meeting = _asked(Meeting, id_in_address("meeting"))
        given |= {"meeting_id": meeting.id, "noted_on": agreed_on_of(meeting, clock.today())}
    return given


def _asked(model: type[Any], key: int | str) -> Any:
    return in_use(db.session.get(model, key) or abort(404))


@bp.route("/interests/<id:interest_id>/edit", methods=["GET", "POST"])
@requires(*WRITERS)
def edit(interest_id: int) -> ResponseReturnValue:
    """Change an interest."""
    interest = one_or_404(interest_by_id(interest_id))
    form = InterestForm(record=interest)
    _offer(form, interest)
    if form.is_ready():
        conflict = conflict_answer(interest, form)
        if conflict is not None:
            return conflict
        form.fill(interest)
        settle(interest)
        db.session.commit()
        return back_to_saved(interest, current_user)
    return render_template("interests/form.html", form=form, interest=interest), form.answer_status


def _offer(form: InterestForm, interest: SectorInterest | None) -> None:
    """Hand the lists to the form; what the record has stays in them."""
    stored = SectorInterest(team=[]) if interest is None else interest
    users = user_choices(selected=[one.id for one in stored.team])
    form.offer_sight(interest, current_user, users, people_behind(interest))
    form.organisation_id.offer(organisation_choices(stored.organisation_id), blank="")
    for name, choices in (("delegation_id", delegation_choices), ("meeting_id", meeting_choices)):
        form[name].offer(choices(form[name].data, getattr(stored, name)), blank="")
    form.country.offer(country_choices(), blank="")
    kept = [] if interest is None else [interest.sector_code]
    form.sector.offer(sector_choices(kept), blank=_("Choose a sector"))
    form.officer_id.offer(user_choices(WRITERS, [stored.officer_id]))
