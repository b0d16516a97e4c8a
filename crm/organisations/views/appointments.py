"""Posts of a person: added, changed, ended and taken out on the person's page."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from crm.accounts.models import WRITERS
from crm.audit.views.parts import PartPages
from crm.core import clock
from crm.core.database import db
from crm.core.dates import short_date
from crm.core.editing import one_or_404
from crm.core.language import worded
from crm.core.pages import back_to
from crm.core.parts import Stored
from crm.core.permissions import requires
from crm.organisations.forms.posts import AppointmentForm, EndForm
from crm.organisations.models import Appointment, Person
from crm.organisations.queries import organisation_choices, person_by_id

bp = Blueprint("appointments", __name__, url_prefix="/people")


class _PostPages(PartPages):
    model = Appointment
    address = "appointments"
    template = "people/appointment.html"
    form = AppointmentForm
    to_add, to_change = _l("Add a post"), _l("Edit the post")
    to_remove = _l("Take out: it was a mistake")
    added, removed = _l("Post recorded"), _l("Post taken out")

    def record(self, record_id: int) -> Select[Person]:
        return person_by_id(record_id)

    def parts_of(self, record: Person) -> Sequence[Appointment]:
        return record.appointments

    def values_of(self, part: Appointment, parts: Sequence[Appointment]) -> dict[str, Any]:
        return {name: getattr(part, name) for name in AppointmentForm.record_fields()}

    def prepare(self, form: AppointmentForm, record: Person, part: Appointment | None) -> None:
        form.others = [one for one in record.appointments if one is not part]
        stored = None if part is None else part.organisation_id
        form.organisation_id.offer(organisation_choices(stored), blank=_("Choose"))

    def add(self, record: Person, form: AppointmentForm) -> None:
        post = Appointment(person_id=record.id)
        self.change(record, post, form)
        db.session.add(post)

    def change(self, record: Person, part: Appointment, form: AppointmentForm) -> None:
        form.fill(part)
        _warn_of_posts_beside(form)

    def end(self, record_id: int, part_id: int) -> ResponseReturnValue:
        """The form of the last day of a post, and its answer: the post ended."""
        person = one_or_404(self.record(record_id))
        post = self._part_of(person, part_id)
        if post is None:
            self._removal_of(person, part_id)
            return back_to(self._section(person), str(self.removed))  # by somebody else
        form = _end_form(person, post)
        if form.is_ready():
            if (conflict := self._conflict(person, form, post)) is not None:
                return conflict
            if form.is_in_order():
                post.valid_to = form.valid_to.data
                person.touch()
                return self._done(person, _("Saved"))
        page = render_template(
            "people/end.html",
            form=form,
            person=person,
            post=post,
            section_url=self._section(person),
        )
        return page, form.answer_status


_PAGES = _PostPages()


@bp.route("/<id:person_id>/appointments/new", methods=["GET", "POST"])
@requires(*WRITERS)
def new(person_id: int) -> ResponseReturnValue:
    """One more post; it needs no version."""
    return _PAGES.new(person_id)


@bp.route("/<id:person_id>/appointments/<id:post_id>/edit", methods=["GET", "POST"])
@requires(*WRITERS)
def edit(person_id: int, post_id: int) -> ResponseReturnValue:
    """Change a post."""
    return _PAGES.edit(person_id, post_id)


@bp.route("/<id:person_id>/appointments/<id:post_id>/end", methods=["GET", "POST"])
@requires(*WRITERS)
def end(person_id: int, post_id: int) -> ResponseReturnValue:
    """Say when a post ended."""
    return _PAGES.end(person_id, post_id)


@bp.post("/<id:person_id>/appointments/<id:post_id>/remove")
@requires(*WRITERS)
def remove(person_id: int, post_id: int) -> ResponseReturnValue:
    """Take a post recorded by mistake out; the history keeps it."""
    return _PAGES.remove(person_id, post_id)


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


def _end_form(person: Person, post: Appointment) -> EndForm:
    form = EndForm(record=Stored({"valid_to": post.valid_to}, person.version))
    form.begun_on = post.valid_from
    if not form.is_submitted():
        form.valid_to.data = clock.today()
    return form
