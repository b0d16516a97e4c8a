"""Passwords: which are fit, how they are hashed, and the links that let one be set."""

import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app
from flask_babel import lazy_gettext as _l

from crm.accounts.models import User
from crm.accounts.services.sessions import end_sessions
from crm.config import Config
from crm.core import clock
from crm.core.database import id_of
from crm.core.words import Term

SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 200
_DIGITS = "1234567890" * 20
_LONGEST_TAIL = 4  # «astana2026!» is as common as «astana»
# 19 MiB, two passes (OWASP Password Storage Cheat Sheet): the library's 64 MiB for each of eight
# sign-ins at once is half the memory of one small server.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# The keys of the Russian layout: «пароль» is typed with the same fingers as «gfhjkm».
_KEYS = str.maketrans("йцукенгшщзхъфывапролджэячсмитьбю", "qwertyuiop[]asdfghjkl;'zxcvbnm,.")


class Weakness(Term):
    """Why a password that is long enough is refused all the same."""

    COMMON = "common", _l("Many people use this password: take several words instead")
    PERSONAL = "personal", _l("The password is the e-mail or the name: take several other words")


def weakness_of(password: str, email: str, name: str) -> Weakness | None:
    """What makes ``password`` easy to guess for whoever knows ``email`` and ``name``, if anything.

    Letter case and up to four digits or marks around a word change nothing.
    """
    core = password.casefold().strip()
    bare = core.strip("0123456789 !@#$%^&*()-_=+.,?;:'\"")
    forms = {core, bare} if len(core) - len(bare) <= _LONGEST_TAIL else {core}
    local = email.casefold().partition("@")[0]
    words = name.casefold().split()
    own = {email.casefold(), local, *words, "".join(words), "".join(reversed(words))}
    own |= {" ".join(words), " ".join(reversed(words)), "seriktes", "серіктес"}
    if forms & (own - {""}):
        return Weakness.PERSONAL
    typed_in_latin = {form.translate(_KEYS) for form in forms}
    is_pattern = len(set(core)) < 3 or core in _DIGITS
    return Weakness.COMMON if is_pattern or (forms | typed_in_latin) & _common() else None


@cache
def _common() -> frozenset[str]:
    """The 30,000 most used passwords of published leaks, as the package zxcvbn ships them."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"])


def set_password(user: User, password: str) -> None:
    """Give ``user`` a new password; every session opened with the old one ends."""
    user.password_hash = _hasher.hash(password)
    end_sessions(user)


def set_no_password(user: User) -> None:
    """Give ``user`` a password that nobody knows: only a link lets them in."""
    set_password(user, secrets.token_urlsafe(32))


def password_fits(user: User | None, password: str) -> bool:
    """Whether ``password`` opens the account; costs the same when there is none."""
    return hash_fits(user.password_hash if user is not None else None, password)


def hash_fits(password_hash: str | None, password: str) -> bool:
    """Whether ``password`` has this hash; costs the same when there is none."""
    try:
        _hasher.verify(password_hash or _decoy(), password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def renew_hash(user: User, password: str) -> None:
    """Hash the right ``password`` anew when the rules of hashing have become stricter."""
    if _hasher.check_needs_rehash(user.password_hash):
        user.password_hash = _hasher.hash(password)


@cache
def _decoy() -> str:
    return _hasher.hash(secrets.token_hex(8))


# -- links -----------------------------------------------------------------------------------------
# A link is not stored: it is signed over the present password and address, so it dies with either
# of them, and the first use is the last one.


def link_token(user: User, lifetime: timedelta) -> str:
    """The secret part of a link that lets ``user`` set a password during ``lifetime`` from now."""
    until = int((clock.now() + lifetime).timestamp())
    return f"{user.id}-{until}-{_signature(user, until)}"


def token_owner_id(token: str) -> int | None:
    """Whose link ``token`` says it is, None when it is none or its time is over."""
    parts = token.split("-")
    if len(parts) != 3 or not _is_number(parts[1]):
        return None
    is_over = clock.now() >= datetime.fromtimestamp(int(parts[1]), UTC)
    return None if is_over else id_of(parts[0])


def opens(token: str, user: User) -> bool:
    """Whether ``token``, of which ``token_owner_id`` speaks, still opens the account."""
    _user_id, until, signature = token.split("-")
    is_signed = hmac.compare_digest(signature.encode(), _signature(user, int(until)).encode())
    return is_signed and user.is_active


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 10


def _signature(user: User, until: int) -> str:
    config: Config = current_app.config["CRM"]
    signed = "\n".join(("password", str(user.id), str(until), user.email, user.password_hash))
    return hmac.new(config.secret_key.encode(), signed.encode(), hashlib.sha256).hexdigest()
