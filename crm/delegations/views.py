"""Pages of delegations and their members."""

from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from crm.accounts.models import WRITERS, Language
from crm.accounts.queries import officer_choices
from crm.audit.views import archive_url, conflict_answer
from crm.core import clock
from crm.core.database import db
from crm.core.editing import is_stale, one_or_404
from crm.core.forms import ConfirmForm
from crm.core.language import reader_language, worded
from crm.core.listing.page import open_page
from crm.core.pages import back_to
from crm.core.permissions import requires
from crm.core.rows import BLANKS, asked_for_rows, row_to_drop
from crm.countries.models import Country
from crm.countries.queries import country_choices
from crm.countries.services import make_partner
from crm.delegations.forms import DelegationForm, MemberForm, NewDelegationForm, with_stored
from crm.delegations.listing import DELEGATIONS
from crm.delegations.models import Delegation, DelegationMember
from crm.delegations.queries import delegation_by_id, known_organisations, known_people
from crm.delegations.services import (
    UnclearRows,
    add_member,
    add_members,
    describe,
    finder_for,
    named_of,
    namesakes,
    put_at,
    set_sectors,
)
from crm.follow_ups.queries.points import follow_ups_of_delegation
from crm.follow_ups.queries.sides import open_points_before
from crm.meetings.queries import meetings_of_delegation
from crm.organisations.services import AmbiguousName
from crm.reference.queries import sector_choices

bp = Blueprint("delegations", __name__)


@bp.get("/delegations/")
def index() -> ResponseReturnValue:
    """The list of delegations."""
    return render_template("delegations/index.html", listing=open_page(DELEGATIONS))


@bp.get("/delegations/<id:delegation_id>")
def detail(delegation_id: int) -> ResponseReturnValue:
    """One delegation: who comes, whom they meet, what was agreed."""
    delegation = one_or_404(delegation_by_id(delegation_id))
    points = db.session.scalars(follow_ups_of_delegation(delegation)).unique().all()
    return render_template(
        "delegations/detail.html",
        delegation=delegation,
        meetings=db.session.scalars(meetings_of_delegation(delegation)).unique().all(),
        points=points,
        open_points=open_points_before(delegation),
        overdue=[point for point in points if point.is_overdue(clock.today())],
        without_deadline=[point for point in points if point.is_pending and point.due_on is None],
        archive_url=archive_url(delegation),
        confirm=ConfirmForm(),
    )


@bp.route("/delegations/new", methods=["GET", "POST"])
@requires(*WRITERS)
def create() -> ResponseReturnValue:
    """A delegation with its members, in one form."""
    form = NewDelegationForm(data=_presets())
    _offer(form, None)
    if form.is_ready():
        try:
            delegation = _record(form)
        except UnclearRows as error:
            db.session.rollback()
            for place, people in error.namesakes.items():
                form.members.filled[place].offer_namesakes(people)
            return _form_page(form, None), 422
        db.session.commit()
        url = url_for(".detail", delegation_id=delegation.id)
        return back_to(url, _("Added: %(title)s", title=delegation.title))
    return _form_page(form, None), form.answer_status


def _record(form: NewDelegationForm) -> Delegation:
    delegation = Delegation()
    form.fill(delegation)
    set_sectors(delegation, form.sectors.data)
    db.session.add(delegation)
    db.session.flush()
    make_partner(delegation.country_code)
    rows = [(row.named, row.role.data) for row in form.members.filled]
    add_members(delegation, rows, delegation.text_language)
    return delegation


def _presets() -> dict[str, Any]:
    """What a new form begins with; 404 for a country that is none."""
    given = {"officer_id": current_user.id, "text_language": Language(reader_language())}
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
        make_partner(delegation.country_code)
        db.session.commit()
        return back_to(url_for(".detail", delegation_id=delegation.id), _("Saved"))
    return _form_page(form, delegation), form.answer_status


def _offer(form: DelegationForm, delegation: Delegation | None) -> None:
    """Hand the lists to the form; what the record has stays in them."""
    stored = [] if delegation is None else delegation.sectors
    form.country.offer(country_choices(), blank=_("Choose a country"))
    form.officer_id.offer(officer_choices(None if delegation is None else delegation.officer_id))
    sectors = [(one.code, worded(one, "name").text) for one in stored]
    form.sectors.offer(with_stored(sector_choices(), sectors))


def _form_page(form: DelegationForm, delegation: Delegation | None) -> str:
    """The form with its empty rows: three of each kind, three more when they were asked for."""
    wanted = asked_for_rows()
    for name in ("members", "sectors"):
        if name not in form:
            continue
        rows = form[name]
        rows.drop(row_to_drop() or "")
        blanks = sum(row.is_blank for row in rows.forms)
        rows.add_blanks(BLANKS if name == wanted else max(0, BLANKS - blanks))
    return render_template(
        "delegations/form.html",
        form=form,
        delegation=delegation,
        sections=_sections(form),
        wanted=wanted,
        people=known_people() if "members" in form else [],
        organisations=known_organisations() if "members" in form else [],
    )


_CONTENT = ("purpose", "received_by", "channel", "text_language", "note")


def _sections(form: DelegationForm) -> list[tuple[str, str, int | None, int]]:
    """The list beside the form: id, words, how many rows are filled, how much is wrong."""
    lists: list[tuple[Any, str]] = [(form.sectors, _("Sectors"))]
    if isinstance(form, NewDelegationForm):
        lists.insert(0, (form.members, _("Members")))
    rows = [
        (
            field.id,
            label,
            len(field.filled) or None,
            sum(len(entry.errors) for entry in field.entries),
        )
        for field, label in lists
    ]
    head = [name for name in form.record_fields() if name not in (*_CONTENT, "sectors", "members")]
    wrong = [sum(bool(form[name].errors) for name in names) for names in (head, _CONTENT)]
    return [
        ("delegation", _("Delegation"), None, wrong[0]),
        *rows,
        ("content", _("Purpose and reception"), None, wrong[1]),
    ]


# -- members ---------------------------------------------------------------------------------------


@bp.route("/delegations/<id:delegation_id>/members/new", methods=["GET", "POST"])
@requires(*WRITERS)
def new_member(delegation_id: int) -> ResponseReturnValue:
    """One more member, at the end of the list."""
    delegation = one_or_404(delegation_by_id(delegation_id))
    form = MemberForm()
    if form.validate_on_submit():
        try:
            add_member(delegation, form.named, form.role.data, delegation.text_language)
        except AmbiguousName as error:
            return _namesakes_page(form, delegation_id, None, error)
        db.session.commit()
        return back_to(url_for(".detail", delegation_id=delegation_id), _("Member added"))
    return _member_page(form, delegation, None), form.answer_status


@bp.route("/delegations/<id:delegation_id>/members/<id:member_id>/edit", methods=["GET", "POST"])
@requires(*WRITERS)
def edit_member(delegation_id: int, member_id: int) -> ResponseReturnValue:
    """Correct one member."""
    delegation = one_or_404(delegation_by_id(delegation_id))
    member = _member_of(delegation, member_id)
    form = MemberForm(data=_values_of(member, delegation))
    if form.validate_on_submit():
        if is_stale(delegation, form.version.data):
            return _changed_meanwhile(form, delegation, member)
        try:
            describe(member, form.named, finder_for(delegation, delegation.text_language))
        except AmbiguousName as error:
            return _namesakes_page(form, delegation_id, member_id, error)
        member.role = form.role.data
        if form.place.data:
            put_at(delegation.members, member, form.place.data)
        delegation.touch()
        db.session.commit()
        return back_to(url_for(".detail", delegation_id=delegation_id), _("Saved"))
    return _member_page(form, delegation, member), form.answer_status


@bp.post("/delegations/<id:delegation_id>/members/<id:member_id>/remove")
@requires(*WRITERS)
def remove_member(delegation_id: int, member_id: int) -> ResponseReturnValue:
    """Take a member out of the list."""
    delegation = one_or_404(delegation_by_id(delegation_id))
    member = _member_of(delegation, member_id)
    if not ConfirmForm().validate_on_submit():
        abort(400)
    if is_stale(delegation, request.form.get("version")):
        form = MemberForm(formdata=None, data=_values_of(member, delegation))
        return _changed_meanwhile(form, delegation, member)
    db.session.delete(member)  # not out of the list: the trail sees no orphans
    delegation.touch()
    db.session.commit()
    return back_to(url_for(".detail", delegation_id=delegation_id), _("Member removed"))


def _values_of(member: DelegationMember, delegation: Delegation) -> dict[str, Any]:
    return {
        **vars(named_of(member)),
        "role": member.role,
        "place": delegation.members.index(member) + 1,
        "version": str(delegation.version),
    }


def _member_of(delegation: Delegation, member_id: int) -> DelegationMember:
    return next((one for one in delegation.members if one.id == member_id), None) or abort(404)


def _member_page(
    form: MemberForm, delegation: Delegation, member: DelegationMember | None, note: str = ""
) -> str:
    return render_template(
        "delegations/member.html",
        form=form,
        delegation=delegation,
        member=member,
        note=note,
        people=known_people(),
        organisations=known_organisations(),
    )


def _changed_meanwhile(
    form: MemberForm, delegation: Delegation, member: DelegationMember
) -> ResponseReturnValue:
    form.version.data = str(delegation.version)
    note = _("Somebody changed this record meanwhile: look at it and confirm once more")
    return _member_page(form, delegation, member, note), 409


def _namesakes_page(
    form: MemberForm, delegation_id: int, member_id: int | None, error: AmbiguousName
) -> ResponseReturnValue:
    people = namesakes(error)
    db.session.rollback()
    form.offer_namesakes(people)
    delegation = db.session.scalars(delegation_by_id(delegation_id)).unique().one()
    member = None if member_id is None else _member_of(delegation, member_id)
    return _member_page(form, delegation, member), 422
