"""Pages of people."""

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.accounts.models import WRITERS
from crm.audit.forms import conflict_answer
from crm.audit.views.pages import archive_url
from crm.core import clock
from crm.core.database import db
from crm.core.editing import id_in_address, in_use, one_or_404
from crm.core.few import first_few
from crm.core.language import reader_language
from crm.core.pages import back_to
from crm.core.permissions import requires
from crm.core.phones import HOME_REGION
from crm.countries.views.contacts import SHOWN, contacts
from crm.delegations.queries import delegations_of_person, delegations_with_guests
from crm.lists.views.pages import open_list
from crm.meetings.queries import meetings_of_person, meetings_with_guests
from crm.organisations.forms.people import NewPersonForm, PersonForm
from crm.organisations.listing import PEOPLE
from crm.organisations.models import Organisation, Person
from crm.organisations.queries import organisation_choices, person_by_id

bp = Blueprint("people", __name__, url_prefix="/people")


@bp.get("/")
def index() -> ResponseReturnValue:
    """The list of people."""
    return render_template("people/index.html", listing=open_list(PEOPLE), today=clock.today())


@bp.get("/<id:person_id>")
def detail(person_id: int) -> ResponseReturnValue:
    """One person: posts now and before, how to reach them, where we met."""
    person = one_or_404(person_by_id(person_id))
    today = clock.today()
    held = person.posts_on(today)
    meetings = first_few(meetings_of_person(person.id), SHOWN, meetings_with_guests)
    delegations = first_few(delegations_of_person(person.id), SHOWN, delegations_with_guests)
    return render_template(
        "people/detail.html",
        person=person,
        held_posts=held,
        contact_count=meetings.total + delegations.total,
        archive_url=archive_url(person),
        contacts=contacts(meetings.rows, delegations.rows),
        coming_posts=[post for post in person.appointments if post.begins_after(today)],
        former_posts=[post for post in person.appointments if post.ended_before(today)],
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(*WRITERS)
def new() -> ResponseReturnValue:
    """Record a person."""
    form = NewPersonForm()
    asked = _asked_organisation()
    form.offer(organisation_choices())
    if not form.is_submitted() and asked is not None:
        form.organisation_id.data = asked.id
    if form.organisation_id.data is not None:
        form.phones.region = _region(db.session.get(Organisation, form.organisation_id.data))
    if form.is_ready():
        person = Person()
        form.fill(person)
        db.session.add(person)
        if (post := form.post_of(person)) is not None:
            db.session.add(post)
        db.session.commit()
        name = person.name_in(reader_language())
        return back_to(_url(person), _("Added: %(title)s", title=name))
    return _page(form, None), form.answer_status


@bp.route("/<id:person_id>/edit", methods=["GET", "POST"])
@requires(*WRITERS)
def edit(person_id: int) -> ResponseReturnValue:
    """Change a person."""
    person = one_or_404(person_by_id(person_id))
    form = PersonForm(record=person)
    held = person.posts_on(clock.today())
    form.phones.region = _region(held[0].organisation if held else None)
    if form.is_ready():
        if (conflict := conflict_answer(person, form)) is not None:
            return conflict
        form.fill(person)
        db.session.commit()
        return back_to(_url(person), _("Saved"))
    return _page(form, person), form.answer_status


def _asked_organisation() -> Organisation | None:
    """The organisation of the address, None when it names none; 404 for one there is not."""
    if "organisation" not in request.args:
        return None
    place = db.session.get(Organisation, id_in_address("organisation"))
    return in_use(place) if place is not None else abort(404)


def _region(workplace: Organisation | None) -> str:
    """Whose number a phone without a country code is."""
    return HOME_REGION if workplace is None else workplace.country_code


def _url(person: Person) -> str:
    return url_for("people.detail", person_id=person.id)


def _page(form: PersonForm, person: Person | None) -> str:
    return render_template("people/form.html", form=form, person=person)
