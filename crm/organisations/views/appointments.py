"""Posts of a person: added, changed, ended and taken out on the person's page."""

from typing import Any

from flask import Blueprint, abort, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.accounts.models import WRITERS
from crm.audit.forms import conflict_answer
from crm.core import clock
from crm.core.database import db
from crm.core.dates import short_date
from crm.core.editing import is_stale, one_or_404
from crm.core.language import worded
from crm.core.pages import back_to
from crm.core.permissions import requires
from crm.organisations import services
from crm.organisations.forms.posts import AppointmentForm, EndForm, VersionForm, is_in_order
from crm.organisations.models import Appointment, Person
from crm.organisations.queries import organisation_choices, person_by_id, post_by_id

bp = Blueprint("appointments", __name__, url_prefix="/people")


@bp.route("/<id:person_id>/appointments/new", methods=["GET", "POST"])
@requires(*WRITERS)
def new(person_id: int) -> ResponseReturnValue:
    """Add a post; an act of its own, so no version is asked."""
    person = one_or_404(person_by_id(person_id))
    form = _form(person, None)
    if form.is_ready():
        post = Appointment(person_id=person.id)
        form.fill(post)
        db.session.add(post)
        _warn_of_posts_beside(form)
        db.session.commit()
        return back_to(_url(person), _("Post recorded"))
    return _page(form, person, None), form.answer_status


@bp.route("/appointments/<id:post_id>/edit", methods=["GET", "POST"])
@requires(*WRITERS)
def edit(post_id: int) -> ResponseReturnValue:
    """Change a post."""
    post, person = _load(post_id)
    form = _form(person, post)
    if form.is_ready():
        if (conflict := conflict_answer(person, form, part=post)) is not None:
            return conflict
        form.fill(post)
        person.touch()
        _warn_of_posts_beside(form)
        db.session.commit()
        return back_to(_url(person), _("Saved"))
    return _page(form, person, post), form.answer_status


@bp.route("/appointments/<id:post_id>/end", methods=["GET", "POST"])
@requires(*WRITERS)
def end(post_id: int) -> ResponseReturnValue:
    """Say when a post ended."""
    post, person = _load(post_id)
    form = EndForm()
    note = None
    if not form.is_submitted():
        form.version.data, form.valid_to.data = str(person.version), clock.today()
    elif form.validate():
        if is_stale(person, form.version.data):
            form.version.data, note = str(person.version), _changed()
        elif not is_in_order(post.valid_from, form.valid_to.data):
            form.valid_to.errors = [_("The last day is before the first one")]
        else:
            post.valid_to = form.valid_to.data
            person.touch()
            db.session.commit()
            return back_to(_url(person), _("Saved"))
    page = render_template("people/end.html", form=form, person=person, post=post, note=note)
    return page, 409 if note else form.answer_status


@bp.post("/appointments/<id:post_id>/remove")
@requires(*WRITERS)
def remove(post_id: int) -> ResponseReturnValue:
    """Take a post recorded by mistake out; the history keeps it."""
    post, person = _load(post_id)
    form = VersionForm()
    if not form.validate_on_submit():
        abort(400)
    if is_stale(person, form.version.data):
        edit_form = _form(person, post, formdata=None)
        edit_form.version.data = str(person.version)
        return _page(edit_form, person, post, note=_changed()), 409
    services.remove_post(post)
    db.session.commit()
    return back_to(_url(person), _("Post taken out"))


@bp.app_template_filter("post_span")
def span_text(post: Appointment) -> str:
    """When a post was or will be held; empty when nothing is known."""
    first, last = short_date(post.valid_from), short_date(post.valid_to)
    if first and last:
        return f"{first} – {last}"
    if first:
        return str(_("since %(day)s", day=first))
    return str(_("until %(day)s", day=last)) if last else ""


def _warn_of_posts_beside(form: AppointmentForm) -> None:
    """Tell of a post at the same organisation at the same time: often it should have been ended."""
    for other in form.beside[:1]:
        named = ", ".join(filter(None, (worded(other, "position").text, span_text(other))))
        text = _("At the same time there is another post there: %(post)s. If it is over, end it")
        flash(text % {"post": named or _("position not stated")}, "warning")


def _load(post_id: int) -> tuple[Appointment, Person]:
    """The post and its person, who is locked: posts count as changes of the person."""
    post = one_or_404(post_by_id(post_id))
    return post, one_or_404(person_by_id(post.person_id))


def _changed() -> str:
    return str(_("Somebody changed this record meanwhile: look at it and confirm once more"))


def _form(person: Person, post: Appointment | None, **more: Any) -> AppointmentForm:
    form = AppointmentForm(record=post, **more)
    form.others = [one for one in person.appointments if one is not post]
    stored = None if post is None else post.organisation_id
    form.organisation_id.offer(organisation_choices(stored), blank=_("Choose"))
    return form


def _url(person: Person) -> str:
    return url_for("people.detail", person_id=person.id)


def _page(form: AppointmentForm, person: Person, post: Appointment | None, **more: Any) -> str:
    return render_template(
        "people/appointment.html",
        **{"note": None, **more},
        form=form,
        person=person,
        post=post,
    )
