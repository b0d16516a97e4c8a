"""Who is asking: sign-in, the language of the reader, and the door before every page."""

from typing import Any

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user

from crm.accounts.models import User
from crm.core import permissions
from crm.core.database import db
from crm.core.language import LANGUAGES

LANGUAGE_COOKIE = "language"


def init_sign_in(app: Flask) -> None:
    """Close ``app``: every view but the public ones asks for a sign-in."""
    manager = LoginManager(app)
    manager.session_protection = None  # office networks change addresses; tokens end sessions
    manager.user_loader(_load_user)
    app.before_request(_ask_at_the_door)


def _load_user(remembered: str) -> User | None:
    if g.get("asked_in_vain"):  # the database is away: the page that says so is nobody's
        return None
    g.asked_in_vain = True
    identity, _dot, token = remembered.partition(".")
    user = db.session.get(User, int(identity)) if identity.isdecimal() else None
    g.asked_in_vain = False
    return user if user and user.is_active and user.session_token == token else None


def _ask_at_the_door() -> ResponseReturnValue | None:
    view: Any = current_app.view_functions.get(request.endpoint or "")
    if not current_user.is_authenticated:
        return None if permissions.is_public(view) else _to_sign_in()
    db.session.info["actor_id"] = current_user.id
    g.own_language = str(current_user.language)
    allowed = permissions.roles_of(view)
    if allowed is not None and current_user.role not in allowed:
        abort(403)
    return None


def _to_sign_in() -> ResponseReturnValue:
    """The sign-in page; it leads back to what was asked for when that was a page."""
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.sign_in", next=target if target != "/" else None), 303)


def reader_locale() -> str:
    """The language chosen on this browser, else the signed-in person's own, else Kazakh.

    It asks no database: the page that says the database is away is read, too.
    """
    if not request:
        return "kk"
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    return chosen if chosen in LANGUAGES else str(g.get("own_language", "kk"))
