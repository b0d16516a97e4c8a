"""Sign-in, sign-out and the choice of language."""

from urllib.parse import urlsplit

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from crm.accounts import services
from crm.accounts.forms import SignInForm
from crm.accounts.queries import user_called
from crm.accounts.views.door import LANGUAGE_COOKIE
from crm.core.database import db
from crm.core.forms import ConfirmForm
from crm.core.language import LANGUAGES
from crm.core.permissions import public

bp = Blueprint("accounts", __name__)


def local_path(target: str | None) -> str:
    """``target`` when it is a path of this application, else the desk."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return "/"
    parts = urlsplit(target)
    is_clean = not any(ord(mark) < 32 or mark == "\\" for mark in target)
    return target if is_clean and not parts.scheme and not parts.netloc else "/"


@bp.route("/login", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Ask who it is."""
    target = local_path(request.args.get("next"))
    if current_user.is_authenticated:
        return redirect(target, 303)
    form = SignInForm()
    if form.validate_on_submit():
        email, address = form.email.data or "", request.remote_addr or ""
        if services.is_throttled(email, address):
            text = _("Too many failed attempts. Wait 15 minutes and try once more.")
            return _page(form, text), 429
        user = db.session.scalar(user_called(email))
        fits = services.password_fits(user, form.password.data or "")
        if user is not None and fits and user.is_active:
            services.forget_failures(email)
            db.session.commit()
            login_user(user)
            return redirect(target, 303)
        services.note_failure(email, address)
        db.session.commit()
        return _page(form, _("The e-mail or the password is wrong")), 422
    return _page(form), form.answer_status


def _page(form: SignInForm, problem: str | None = None) -> str:
    return render_template("accounts/sign_in.html", form=form, problem=problem)


@bp.post("/logout")
def sign_out() -> ResponseReturnValue:
    """End the session of this browser."""
    if not ConfirmForm().validate_on_submit():
        abort(400)
    logout_user()
    return redirect(url_for("accounts.sign_in"), 303)


@bp.get("/language")
@public
def language() -> ResponseReturnValue:
    """Read in another language on this browser; a GET writes no record, only a cookie."""
    chosen = request.args.get("to", "")
    if chosen not in LANGUAGES:
        abort(400)
    answer = make_response(redirect(local_path(request.args.get("next")), 303))
    answer.set_cookie(LANGUAGE_COOKIE, chosen, max_age=31_536_000, samesite="Lax", httponly=True)
    return answer
