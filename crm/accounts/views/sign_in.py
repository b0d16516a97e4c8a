"""Sign-in, sign-out and the choice of language."""

from urllib.parse import urlsplit

from flask import (
    Blueprint,
    abort,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from crm.accounts.forms import SignInForm
from crm.accounts.models import SessionEnd
from crm.accounts.services.passwords import renew_hash
from crm.accounts.views.door import LANGUAGE_COOKIE, let_in, let_out, session_over
from crm.accounts.views.passwords import NotHeardError, owner_of
from crm.core.forms import ConfirmForm
from crm.core.language import LANGUAGES
from crm.core.permissions import public

bp = Blueprint("accounts", __name__)


def local_path(target: str | None) -> str:
    """``target`` when it is a path of this application, else the desk."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return "/"
    if any(ord(mark) < 32 or mark == "\\" for mark in target):  # browsers drop or turn these
        return "/"
    parts = urlsplit(target)
    return "/" if parts.scheme or parts.netloc else target


@bp.route("/login", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Ask who it is."""
    target = local_path(request.args.get("next"))
    if current_user.is_authenticated:
        return redirect(target, 303)
    form = SignInForm()
    if not form.validate_on_submit():
        return _page(form), form.answer_status
    try:
        user = owner_of(form.email.data or "", form.password.data or "")
    except NotHeardError as refusal:
        return _page(form, refusal.message), 429, refusal.headers
    if user is None:
        return _page(form, _("The e-mail or the password is wrong")), 422
    renew_hash(user, form.password.data or "")
    let_in(user)
    return redirect(target, 303)


def _page(form: SignInForm, problem: str | None = None) -> str:
    end, was_sent = session_over()
    return render_template(
        "accounts/sign_in.html",
        form=form,
        problem=problem,
        over=SessionEnd(end).label if end is not None else None,
        was_sent=was_sent,
    )


@bp.post("/logout")
def sign_out() -> ResponseReturnValue:
    """End the session of this browser."""
    if not ConfirmForm().validate_on_submit():
        abort(400)
    let_out()
    return redirect(url_for("accounts.sign_in"), 303)


@bp.get("/language")
@public
def language() -> ResponseReturnValue:
    """Read in another language on this browser; a GET writes no record, only a cookie."""
    chosen = request.args.get("to", "")
    if chosen not in LANGUAGES:
        abort(400)
    answer = make_response(redirect(local_path(request.args.get("next")), 303))
    answer.set_cookie(
        LANGUAGE_COOKIE,
        chosen,
        max_age=365 * 24 * 60 * 60,
        samesite="Lax",
        httponly=True,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return answer
