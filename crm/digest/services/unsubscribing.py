"""The link in a digest that turns it off: no sign-in, no time limit, good for nothing else."""

import hashlib
import hmac
from typing import cast

from flask import current_app
from sqlalchemy import select

from crm.accounts.models import DigestFrequency, User
from crm.config import Config
from crm.core.database import db, id_of


def unsubscribe_url(user_id: int) -> str:
    """Where this person turns the digest off; the same in every mail to them."""
    config: Config = current_app.config["CRM"]
    return f"{config.base_url}/unsubscribe/{user_id}-{_signature(user_id)}"


def owner_of(token: str, is_locked: bool = False) -> User | None:
    """Whose link ``token`` is, locked for a change when asked; None when it is nobody's."""
    number, _dash, signature = token.partition("-")
    user_id = id_of(number)
    if user_id is None or not hmac.compare_digest(signature.encode(), _signature(user_id).encode()):
        return None
    statement = select(User).where(User.id == user_id)
    return cast(
        User | None, db.session.scalar(statement.with_for_update() if is_locked else statement)
    )


def turn_off(user: User) -> None:
    """Send ``user`` no digest any more; nothing changes for whoever gets none."""
    user.digest = DigestFrequency.OFF


def _signature(user_id: int) -> str:
    key = str(current_app.config["SECRET_KEY"]).encode()
    signed = hmac.new(key, f"unsubscribe from the digest\n{user_id}".encode(), hashlib.sha256)
    return signed.hexdigest()[:40]
