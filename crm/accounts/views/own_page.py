"""A person's own page: how they read, what they are sent, their password, their sessions."""

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from werkzeug.datastructures import ImmutableMultiDict

from crm.accounts.forms import PasswordForm, PreferencesForm, ThemeForm
from crm.accounts.models import User, UserSession
from crm.accounts.queries import open_sessions_of, user_with_department
from crm.accounts.services.sessions import end_session, end_sessions
from crm.accounts.services.users import change_password
from crm.accounts.views.door import (
    LANGUAGE_COOKIE,
    forget_browser,
    let_in,
    let_out,
    present_session,
)
from crm.accounts.views.passwords import NotHeardError, owner_of
from crm.accounts.views.sign_in import bp, local_path
from crm.audit.forms import conflict_answer
from crm.core import clock
from crm.core.afterwards import afterwards
from crm.core.database import db
from crm.core.editing import one_or_404
from crm.core.forms import ConfirmForm
from crm.core.language import reader_language
from crm.core.pages import back_to
from crm.core.post import send_waiting

_NOTHING_SENT: ImmutableMultiDict[str, str] = ImmutableMultiDict()  # the page has a second form


@bp.route("/account/", methods=["GET", "POST"])
def profile() -> ResponseReturnValue:
    """Who I am here, and how I want to read and be written to."""
    user = _myself()
    form = PreferencesForm(record=user)
    if not form.is_ready():
        return _page(user, form, _untyped()), form.answer_status
    home = (str(_("My page")), url_for("accounts.profile"))
    if (conflict := conflict_answer(user, form, home=home)) is not None:
        return conflict
    language = reader_language() if user.language == form.language.data else form.language.data
    form.fill(user)
    db.session.commit()
    with force_locale(str(language)):
        flash(_("Saved"), "success")
    answer = make_response(redirect(url_for("accounts.profile"), 303))
    if language != reader_language():
        answer.delete_cookie(LANGUAGE_COOKIE)  # or this browser would keep its older choice
    return answer


@bp.route("/account/password", methods=["GET", "POST"])
def password() -> ResponseReturnValue:
    """Change the password; sessions opened elsewhere with the old one end, this one goes on."""
    form = PasswordForm(owner=current_user)
    if form.validate_on_submit():
        try:
            user = owner_of(current_user.email, form.present.data or "")
        except NotHeardError as refusal:
            form.present.errors = [refusal.message]
            return _page(_myself(), _preferences(), form), 429, refusal.headers
        if user is not None:
            change_password(user, form.password.data or "")
            let_in(user)
            afterwards(send_waiting)
            return back_to(url_for("accounts.profile"), _("The password is changed"))
        form.present.errors = [_("This is not your current password")]
    return _page(_myself(), _preferences(), form), form.answer_status


@bp.post("/account/sessions/<id:session_id>/end")
def end_one(session_id: int) -> ResponseReturnValue:
    """Sign out on another device, or here."""
    found = one_or_404(
        select(UserSession).where(
            UserSession.id == session_id, UserSession.user_id == current_user.id
        )
    )
    if not ConfirmForm().validate_on_submit():
        abort(400)
    if found.id == present_session().id:
        let_out()
        return redirect(url_for("accounts.sign_in"), 303)
    end_session(found.id)
    db.session.commit()
    return back_to(url_for("accounts.profile") + "#sessions", _("Signed out there"))


@bp.post("/account/sessions/end")
def end_all() -> ResponseReturnValue:
    """Sign out everywhere, here too."""
    if not ConfirmForm().validate_on_submit():
        abort(400)
    end_sessions(_myself())
    db.session.commit()
    forget_browser()
    return back_to(url_for("accounts.sign_in"), _("You are signed out on every device"))


@bp.post("/account/theme")
def theme() -> ResponseReturnValue:
    """Change the colours, from the menu of any page, and go back to it."""
    form = ThemeForm()
    if not form.validate_on_submit():
        abort(400)
    form.populate_obj(_myself())
    db.session.commit()
    return redirect(local_path(request.form.get("next")), 303)


def _myself() -> User:
    return one_or_404(user_with_department(current_user.id))


def _preferences() -> PreferencesForm:
    user = _myself()
    form = PreferencesForm(formdata=_NOTHING_SENT, record=user)
    form.version.data = str(user.version)
    return form


def _untyped() -> PasswordForm:
    return PasswordForm(formdata=_NOTHING_SENT, owner=current_user)


def _page(
    user: User,
    preferences: PreferencesForm,
    password: PasswordForm,
) -> str:
    return render_template(
        "accounts/profile.html",
        user=user,
        preferences=preferences,
        password=password,
        sessions=db.session.scalars(open_sessions_of(user, clock.now())).all(),
        present=present_session().id,
    )
