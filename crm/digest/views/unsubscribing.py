"""Turning the digest off by the link of a mail, without signing in."""

from contextlib import nullcontext

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_login import current_user

from crm.accounts.models import User
from crm.accounts.views.door import LANGUAGE_COOKIE
from crm.core.database import db
from crm.core.permissions import public
from crm.digest.services.unsubscribing import owner_of, turn_off

bp = Blueprint("unsubscribing", __name__, url_prefix="/unsubscribe")


@bp.get("/<token>")
@public
def ask(token: str) -> ResponseReturnValue:
    """A page with one button: whoever looks through mails and opens every link changes nothing."""
    return _page(owner_of(token) or abort(404))


@bp.post("/<token>")
@public
def confirm(token: str) -> ResponseReturnValue:
    """Turn that person's digest off, and nothing else.

    A mail program posts here by itself (RFC 8058), so without a form token; it follows no
    redirect, and may ask twice.
    """
    user = owner_of(token, is_locked=True) or abort(404)
    db.session.info.setdefault("actor_id", user.id)  # else it is who is signed in here
    turn_off(user)
    page = _page(user)
    db.session.commit()
    return page


def _page(user: User) -> str:
    """In the language of whose mail it is, for who has not chosen another one here."""
    has_chosen = current_user.is_authenticated or LANGUAGE_COOKIE in request.cookies
    with nullcontext() if has_chosen else force_locale(user.language.value):
        return render_template("digest/unsubscribe.html", user=user)
