"""The list of delegations, a delegation's page and its forms."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

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
from crm.core.editing import one_or_404
from crm.core.forms import RecordForm
from crm.core.pages import back_to
from crm.core.permissions import requires
from crm.core.rows import asked_for_rows
from crm.core.sections import sections_of
from crm.countries.models import Country
from crm.countries.queries import country_choices
from crm.countries.services import make_partner
from crm.delegations.forms.delegation import DelegationForm, NewDelegationForm
from crm.delegations.forms.parties import PartiesField
from crm.delegations.listing.delegations import DELEGATIONS
from crm.delegations.models.delegation import Delegation
from crm.delegations.queries import (
    delegation_by_id,
    delegation_page,
    known_organisations,
    known_people,
)
from crm.delegations.services.members import add_members, set_sectors
from crm.delegations.services.parties import UnclearRows
from crm.delegations.services.programme import programme_days
from crm.follow_ups.models.follow_up import FollowUp
from crm.follow_ups.queries.points import follow_ups_of_delegation
from crm.follow_ups.queries.sides import open_points_before
from crm.interests.forms.beside import QuickInterestForm, interests_beside
from crm.lists.views.pages import open_list
from crm.meetings.queries import meetings_of_delegation
from crm.reference.queries import sector_choices

Record = TypeVar("Record")

bp = Blueprint("delegations", __name__)


@bp.get("/delegations/")
def index() -> ResponseReturnValue:
    """The list of delegations."""
    return render_template("delegations/index.html", listing=open_list(DELEGATIONS))


@bp.get("/delegations/<id:delegation_id>")
def detail(delegation_id: int) -> ResponseReturnValue:
    """One delegation: who comes, whom they meet, what was agreed."""
    return delegation_answer(one_or_404(delegation_page(delegation_id)))


def delegation_answer(
    delegation: Delegation, refused: QuickInterestForm | None = None
) -> ResponseReturnValue:
    """The page of ``delegation``; with a ``refused`` interest kept, and 422."""
    points = db.session.scalars(follow_ups_of_delegation(delegation.id)).unique().all()
    page = render_template(
        "delegations/detail.html",
        delegation=delegation,
        days=programme_days(delegation),
        meetings=db.session.scalars(meetings_of_delegation(delegation.id)).unique().all(),
        open_points=open_points_before(delegation),
        **standing(points),
        interests=interests_beside(delegation, refused),
        archive_url=archive_url(delegation),
    )
    return page, 200 if refused is None else 422


@bp.route("/delegations/new", methods=["GET", "POST"])
@requires(*WRITERS)
def create() -> ResponseReturnValue:
    """A delegation with its members, in one form."""
    form = NewDelegationForm(data=usual_presets())
    _offer(form, None)
    if form.is_ready():
        delegation = recorded(form.members, lambda: _record(form))
        if delegation is not None:
            url = url_for(".detail", delegation_id=delegation.id)
            return back_to(url, _("Added: %(title)s", title=delegation.title))
    return _form_page(form, None), form.answer_status


def recorded(parties: PartiesField, record: Callable[[], Record]) -> Record | None:
    """What ``record`` makes of a form, committed; None when names in ``parties`` are unclear.

    Nothing is saved then, and the namesakes are offered.
    """
    try:
        made = record()
    except UnclearRows as error:
        db.session.rollback()
        parties.offer_namesakes(error)
        return None
    db.session.commit()
    return made


def _record(form: NewDelegationForm) -> Delegation:
    delegation = Delegation(team=[])
    form.fill(delegation)
    set_sectors(delegation, form.sectors.data)
    db.session.add(delegation)
    db.session.flush()
    _name_partner(delegation)
    add_members(delegation, [(row.named, row.role.data) for row in form.members.filled])
    return delegation


def _name_partner(delegation: Delegation) -> None:
    """A restricted contact does not show in the list of partner countries."""
    if not delegation.restricted:
        make_partner(delegation.country_code)


def usual_presets() -> dict[str, Any]:
    """What a new form begins with; 404 for a country of the address that is none."""
    given = {"officer_id": current_user.id}
    country = request.args.get("country")
    if country is not None:
        given["country"] = (db.session.get(Country, country) or abort(404)).code
    return given


@bp.route("/delegations/<id:delegation_id>/edit", methods=["GET", "POST"])
@requires(*WRITERS)
def edit(delegation_id: int) -> ResponseReturnValue:
    """Change a delegation; its members have forms of their own."""
    delegation = one_or_404(delegation_by_id(delegation_id))
    form = DelegationForm(record=delegation)
    _offer(form, delegation)
    if form.is_ready():
        conflict = conflict_answer(delegation, form)
        if conflict is not None:
            return conflict
        form.fill(delegation)
        if sorted(form.sectors.data) != sorted(one.code for one in delegation.sectors):
            set_sectors(delegation, form.sectors.data)
        _name_partner(delegation)
        db.session.commit()
        return back_to(url_for(".detail", delegation_id=delegation.id), _("Saved"))
    return _form_page(form, delegation), form.answer_status


def _offer(form: DelegationForm, delegation: Delegation | None) -> None:
    """Hand the lists to the form; what the record has stays in them."""
    team = [] if delegation is None else delegation.team
    users = user_choices(selected=[one.id for one in team])
    form.offer_sight(delegation, current_user, users, people_behind(delegation))
    stored = [] if delegation is None else delegation.sectors
    form.country.offer(country_choices(), blank=_("Choose a country"))
    officer_id = None if delegation is None else delegation.officer_id
    form.officer_id.offer(user_choices(WRITERS, [officer_id]))
    form.sectors.offer(sector_choices([one.code for one in stored]))


def _form_page(form: DelegationForm, delegation: Delegation | None) -> str:
    """The form with its empty rows, more of them where they were asked for."""
    return render_template(
        "delegations/form.html",
        form=form,
        delegation=delegation,
        sections=sections_of(
            form,
            ("delegation", _("Delegation"), ()),
            ("members", _("Members"), ("members",)),
            ("sectors", _("Sectors"), ("sectors",)),
            ("content", _("Purpose and reception"), ("purpose", "received_by")),
            ("correspondence", _("Letter and channel"), _CORRESPONDENCE),
            ("stay", _("Languages and logistics"), ("languages", "interpreter", "logistics")),
            ("more", _("More"), ("officer_id", "text_language", "note")),
        ),
        **rows_of(form, "members", "sectors"),
    )


_CORRESPONDENCE = ("channel", "letter_number", "letter_on")


def rows_of(form: RecordForm, *lists: str) -> dict[str, Any]:
    """Empty rows in those ``lists`` that ``form`` has; answers what its template needs for them."""
    for name in lists:
        if name in form:
            form[name].top_up()
    has_parties = any(isinstance(form[name], PartiesField) for name in lists if name in form)
    return {
        "wanted": asked_for_rows() or "",
        "people": known_people() if has_parties else [],
        "organisations": known_organisations() if has_parties else [],
    }


def standing(points: Sequence[FollowUp]) -> dict[str, Any]:
    """``points`` and those of them that ask for something, as the page of a record shows them."""
    today = clock.today()
    return {
        "points": points,
        "overdue": [point for point in points if point.is_overdue(today)],
        "without_deadline": [point for point in points if point.is_pending and not point.due_on],
    }
