"""Letters to one person about their own sign-in: queued with the change, sent after it."""

from datetime import datetime, timedelta

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.accounts.models import User
from crm.accounts.services.passwords import link_token
from crm.config import Config
from crm.core import clock, post
from crm.core.database import db
from crm.core.dates import short_date
from crm.core.delivery import Addressed, DeliveryKey
from crm.core.ledger import instant_of
from crm.core.letters import letter_from
from crm.core.words import Term

RESET_LIFETIME = timedelta(hours=1)
INVITATION_LIFETIME = timedelta(days=3)  # whoever is new may read it after the weekend


class Notice(Term):
    """What a letter is about, with its subject."""

    PASSWORD = "password-changed", _l("Your password was changed")
    ROLE = "role-changed", _l("Your role was changed")
    EMAIL = "email-changed", _l("Your e-mail for signing in was changed")
    DISABLED = "sign-in-closed", _l("Your sign-in was closed")
    ENABLED = "sign-in-opened", _l("Your sign-in was opened again")
    INVITATION = "invitation", _l("Your sign-in: set a password")
    RESET = "password-reset", _l("Setting a new password")


def queue(notice: Notice, user: User, address: str | None = None) -> None:
    """Let a letter to ``user`` wait, in the transaction of the change it tells of.

    ``address``: where to, when that is not the user's own any more.
    """
    post.queue(notice.value, user.id, address or user.email)


def _write(key: DeliveryKey, address: str) -> Addressed | None:
    """The letter as of this moment; None when it has become pointless."""
    user = db.session.get(User, key.recipient_id)
    notice, queued_at = Notice(key.purpose), instant_of(key.period)
    if user is None:
        return None
    if notice in (Notice.RESET, Notice.INVITATION):
        is_late = notice == Notice.RESET and clock.now() >= queued_at + RESET_LIFETIME
        if is_late or not user.is_active or user.email != address:
            return None
    with force_locale(user.language.value):
        paragraphs, link = _words(notice, user, address, queued_at)
        letter = letter_from(
            "accounts",
            user.language.value,
            str(notice.label),
            greeting=_("Dear %(name)s,", name=user.name),
            paragraphs=paragraphs,
            link=link,
        )
    return Addressed(user.name, address, lambda: letter)


PURPOSES = tuple(post.Purpose(notice.value, notice.label, _write) for notice in Notice)


def _words(
    notice: Notice, user: User, address: str, at: datetime
) -> tuple[list[str], tuple[str, str] | None]:
    """What the letter says, and the link it leads to (words, address)."""
    config: Config = current_app.config["CRM"]
    local = clock.to_local(at)
    when = f"{short_date(local.date())} {local:%H:%M}"
    not_you = _("If this surprises you, tell the system administrator at once.")
    home = (_("Open in the system"), f"{config.base_url}/")
    match notice:
        case Notice.PASSWORD:
            text = _("The password of %(email)s was changed: %(when)s.", email=address, when=when)
            ended = _("Other devices have been signed out.")
            return [text, ended, not_you], home
        case Notice.ROLE:
            text = _("Your role in the system is now: %(role)s.", role=user.role.label)
            return [text, _("Sign in once more to work with it."), not_you], home
        case Notice.EMAIL:
            return [
                _("You sign in with this e-mail now: %(email)s.", email=user.email),
                not_you,
            ], None
        case Notice.DISABLED:
            text = _("Since %(when)s you can no longer sign in.", when=when)
            return [text, _("The system administrator knows why.")], None
        case Notice.ENABLED:
            return [_("Since %(when)s you can sign in again.", when=when)], home
        case Notice.INVITATION:
            link = _link(user, INVITATION_LIFETIME)
            text = _("You have been given a sign-in: %(email)s.", email=address)
            limit = _("The link below works once, for three days. Set your password there.")
            return [text, limit], (_("Set a password"), link)
        case Notice.RESET:
            link = _link(user, RESET_LIFETIME)
            text = _(
                "Somebody, probably you, asked for a new password for %(email)s.", email=address
            )
            limit = _("The link below works once, for one hour.")
            ignore = _("If it was not you, do nothing: your password stays as it is.")
            return [text, limit, ignore], (_("Set a password"), link)


def _link(user: User, lifetime: timedelta) -> str:
    config: Config = current_app.config["CRM"]
    return f"{config.base_url}/password/{link_token(user, lifetime)}"
