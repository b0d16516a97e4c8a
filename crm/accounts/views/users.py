"""Users in the hands of administrators."""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from crm.accounts.forms import NewUserForm, StandingForm, UserForm
from crm.accounts.listing import USERS
from crm.accounts.models import Role, User
from crm.accounts.queries import active_admins, department_choices
from crm.accounts.services.notices import Notice, queue
from crm.accounts.services.users import AccountError, Standing, add_user, follow_change
from crm.audit.forms import conflict_answer
from crm.core.afterwards import afterwards
from crm.core.database import db
from crm.core.editing import one_or_404
from crm.core.forms import ConfirmForm
from crm.core.ledger import last_of
from crm.core.listing.page import open_page
from crm.core.pages import back_to
from crm.core.permissions import requires
from crm.core.post import send_waiting

bp = Blueprint("users", __name__, url_prefix="/admin")


@bp.get("/users/")
@requires(Role.ADMIN)
def index() -> ResponseReturnValue:
    """The list of users."""
    return render_template("accounts/users.html", listing=open_page(USERS))


@bp.route("/users/new", methods=["GET", "POST"])
@requires(Role.ADMIN)
def new() -> ResponseReturnValue:
    """Add a user; without a password they are sent a link to set one."""
    form = NewUserForm()
    form.offer(department_choices())
    if form.is_ready() and _is_kept(form, partial(_add, form)):
        afterwards(send_waiting)
        name = form.name.data
        if form.password.data:
            return back_to(url_for("users.index"), _("Added: %(title)s", title=name))
        told = _("Added; a letter with a link to set a password goes to: %(name)s", name=name)
        return back_to(url_for("users.index"), told)
    return _page(form, None), form.answer_status


def _add(form: NewUserForm) -> None:
    user = add_user(
        form.email.data or "",
        form.name.data or "",
        form.role.data,
        form.password.data or None,
        form.language.data,
    )
    user.department_id, user.digest = form.department_id.data, form.digest.data


def _is_kept(form: UserForm, write: Callable[[], None]) -> bool:
    """Whether ``write`` was committed; when somebody took the address meanwhile, that is said."""
    try:
        write()
        db.session.commit()
    except (IntegrityError, AccountError):
        db.session.rollback()
        if form.validate():
            raise  # it was something else
        return False
    return True


@bp.get("/users/<id:user_id>")
@requires(Role.ADMIN)
def detail(user_id: int) -> ResponseReturnValue:
    """A user has no page but the form."""
    _load(user_id)
    return redirect(url_for("users.edit", user_id=user_id), 303)


@bp.route("/users/<id:user_id>/edit", methods=["GET", "POST"])
@requires(Role.ADMIN)
def edit(user_id: int) -> ResponseReturnValue:
    """Change a user: of oneself neither the role nor whether one may sign in."""
    user = _load(user_id)
    form = (UserForm if user.id == current_user.id else StandingForm)(record=user)
    form.offer(department_choices(user.department_id))
    if form.is_ready():
        if (conflict := conflict_answer(user, form)) is not None:
            return conflict
        if _is_kept(form, partial(_change, user, form)):
            afterwards(send_waiting)
            return back_to(url_for("users.index"), _("Saved"))
    return _page(form, user), form.answer_status


def _change(user: User, form: UserForm) -> None:
    before = Standing.of(user)
    form.fill(user)
    follow_change(user, before)


def _load(user_id: int) -> User:
    """The user, or 404; for a change all administrators are locked first, in one order.

    So two who disable each other do not both succeed: the second is none any more.
    """
    if request.method == "POST":
        admins = db.session.scalars(active_admins().with_for_update()).all()
        if current_user.id not in {one.id for one in admins}:
            abort(403)
    return one_or_404(select(User).where(User.id == user_id))


@bp.post("/users/<id:user_id>/link")
@requires(Role.ADMIN)
def send_link(user_id: int) -> ResponseReturnValue:
    """Send a user a link to set a password."""
    user = _load(user_id)
    if not ConfirmForm().validate_on_submit():
        abort(400)
    if not user.is_active:
        abort(404)  # the page does not offer it
    queue(Notice.INVITATION, user)
    db.session.commit()
    afterwards(send_waiting)
    told = _("A link to set a password is on its way to %(email)s", email=user.email)
    return back_to(url_for("users.edit", user_id=user.id), told)


def _page(form: UserForm, user: User | None) -> str:
    return render_template(
        "accounts/user_form.html",
        form=form,
        user=user,
        letter=db.session.scalar(last_of(Notice.INVITATION.value, user.id)) if user else None,
    )
