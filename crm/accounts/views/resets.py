"""A new password by mail, for whoever forgot theirs or never had one."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from crm.accounts.forms import AskForLinkForm, NewPasswordForm
from crm.accounts.models import User
from crm.accounts.queries import user_called
from crm.accounts.services import passwords, throttle
from crm.accounts.services.notices import Notice, queue
from crm.accounts.services.users import change_password
from crm.accounts.views.door import let_out
from crm.accounts.views.passwords import NotHeardError, count_request
from crm.core.afterwards import afterwards
from crm.core.database import db
from crm.core.pages import back_to
from crm.core.permissions import public
from crm.core.post import send_waiting

bp = Blueprint("resets", __name__, url_prefix="/password")


@bp.route("/", methods=["GET", "POST"])
@public
def ask() -> ResponseReturnValue:
    """Ask for a link; the answer, and the time it takes, is the same for whoever is asked for.

    Whether anybody has the address is looked up only when the answer has left.
    """
    form = AskForLinkForm()
    if not form.validate_on_submit():
        return render_template("accounts/forgot.html", form=form, problem=None), form.answer_status
    email = form.email.data or ""
    try:
        count_request(email)
    except NotHeardError as refusal:
        problem = _("Too many requests. Try once more at %(time)s.", time=refusal.minute)
        page = render_template("accounts/forgot.html", form=form, problem=problem)
        return page, 429, refusal.headers
    afterwards(lambda: _send_link(email))
    return render_template("accounts/link_sent.html", email=email)


def _send_link(email: str) -> None:
    user = db.session.scalar(user_called(email).where(User.is_active))
    if user is None:
        return
    queue(Notice.RESET, user)
    db.session.commit()
    send_waiting()


@bp.route("/<token>", methods=["GET", "POST"])
@public
def choose(token: str) -> ResponseReturnValue:
    """Set a password by the link of a letter: it works once, in its time, and for its owner."""
    user = _owner_of(token)
    if user is None:
        return _no_such_link()
    form = NewPasswordForm(owner=user)
    if not form.validate_on_submit():
        page = render_template("accounts/new_password.html", form=form, user=user)
        return page, form.answer_status
    change_password(user, form.password.data or "")
    throttle.forget_failures(user.email)
    db.session.commit()
    afterwards(send_waiting)
    if current_user.is_authenticated:
        let_out()  # whoever signed in here, who may be another than the owner of the link
    return back_to(url_for("accounts.sign_in"), _("The password is set. Sign in with it."))


def _owner_of(token: str) -> User | None:
    """Whom the link lets set a password, locked when it is about to happen; None for nobody."""
    statement = select(User).where(User.id == passwords.token_owner_id(token))
    if request.method == "POST":
        statement = statement.with_for_update().execution_options(populate_existing=True)
    user: User | None = db.session.scalar(statement)
    return user if user is not None and passwords.opens(token, user) else None


def _no_such_link() -> ResponseReturnValue:
    title = _("This link no longer works")
    text = _("It was used, or its time is over, or a newer password was set. Ask for a new link.")
    links = [(_("Ask for a new link"), url_for("resets.ask"))]
    page = render_template("errors/error.html", code=404, title=title, text=text, links=links)
    return page, 404
