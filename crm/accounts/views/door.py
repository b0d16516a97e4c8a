"""Who is reading, the language of the reader, and the door before every page."""

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import refresh
from flask_login import LoginManager, current_user, login_user, logout_user

from crm.accounts.models import User
from crm.accounts.queries import Entry, entry_with
from crm.accounts.services import sessions
from crm.core import choices, clock, permissions, sight
from crm.core.afterwards import afterwards
from crm.core.database import db
from crm.core.language import LANGUAGES

LANGUAGE_COOKIE = "language"
_SIGN_IN = "sign-in"  # the token of the session
# What the sign-in page needs to know of a session that is over, until the next sign-in.
_OVER, _WAS_SENT, _LANGUAGE = "over", "was-sent", "language"


def init_sign_in(app: Flask) -> None:
    """Close ``app``: every view but the public ones asks for a sign-in."""
    manager = LoginManager(app)
    manager.session_protection = None  # office networks change addresses; rows end sessions
    manager.user_loader(_load_user)
    app.before_request(_ask_at_the_door)


def let_in(user: User) -> None:
    """Begin a session of ``user`` on this browser, and commit."""
    token = sessions.begin_session(user, request.remote_addr or "", request.user_agent.string)
    db.session.commit()
    _forget_session()
    login_user(user)
    session[_SIGN_IN] = token


def let_out() -> None:
    """End the session of this browser, and commit; a copy of its cookie is worth nothing then."""
    sessions.end_session(present_session().id)
    db.session.commit()
    forget_browser()


def forget_browser() -> None:
    """Nothing of this person stays for the next one at the machine."""
    logout_user()
    session.clear()


def present_session() -> Entry:
    """The session of the signed-in reader."""
    found: Entry = g.user_session
    return found


def _load_user(remembered: str) -> User | None:
    if g.get("asked_in_vain"):  # the database is away: the page that says so is nobody's
        return None
    g.asked_in_vain = True
    found = entry_with(sessions.hash_of(str(session.get(_SIGN_IN, ""))))
    g.asked_in_vain = False
    if found is None or str(found.user.id) != remembered:
        return None
    choices.read_with(found.stamp)
    g.user_session, now = found, clock.now()
    g.session_end = found.end_at(now)
    if g.session_end is not None:
        return None
    if now >= found.last_seen_at + sessions.SEEN_AFTER:
        session_id = found.id
        afterwards(lambda: _note_seen(session_id))
    return found.user


def _note_seen(session_id: int) -> None:
    sessions.note_seen(session_id)
    db.session.commit()


def _ask_at_the_door() -> ResponseReturnValue | None:
    view: Any = current_app.view_functions.get(request.endpoint or "")
    user: Any = current_user._get_current_object()  # each use of the proxy asks anew
    if not user.is_authenticated:
        return None if permissions.is_public(view) else _to_sign_in()
    db.session.info["actor_id"] = user.id
    sight.read_as(user)
    g.own_language = str(user.language)
    refresh()  # whoever asked for a language before was not told this one
    allowed = permissions.roles_of(view)
    if allowed is not None and user.role not in allowed:
        abort(403)
    return None


def _to_sign_in() -> ResponseReturnValue:
    """The sign-in page; it leads back to the page that was asked for, or that sent the form."""
    end = g.get("session_end")
    if end is not None:
        language = str(g.user_session.user.language)
        _forget_session()
        session[_OVER], session[_LANGUAGE] = end.value, language
        session[_WAS_SENT] = request.method != "GET"
    target = request.full_path.rstrip("?") if request.method == "GET" else _sending_page()
    return redirect(url_for("accounts.sign_in", next=target if target != "/" else None), 303)


def _sending_page() -> str | None:
    """The page a form was sent from, when it is one of ours."""
    parts = urlsplit(request.referrer or "")
    if parts.netloc != request.host:
        return None
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _forget_session() -> None:
    """The browser keeps its form token: a form open in another window can still be sent."""
    for name in (_SIGN_IN, _OVER, _WAS_SENT, _LANGUAGE, "_user_id", "_id", "_fresh"):
        session.pop(name, None)


def session_over() -> tuple[str | None, bool]:
    """Why this browser has to sign in once more, and whether a form of it was lost."""
    return session.get(_OVER), bool(session.get(_WAS_SENT))


def reader_locale() -> str:
    """The language chosen on this browser, else the signed-in person's own, else Kazakh.

    It asks no database: the page that says the database is away is read, too.
    """
    if not request:
        return "kk"
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    own = g.get("own_language") or session.get(_LANGUAGE, "kk")
    return chosen if chosen in LANGUAGES else str(own)
