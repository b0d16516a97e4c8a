"""Sending one mail by hand, and the digest as the post office knows it."""

from flask_babel import lazy_gettext as _l

from crm.accounts.models import User
from crm.core import clock
from crm.core.claims import ClaimError
from crm.core.database import db
from crm.core.delivery import Addressed, DeliveryKey, Outcome, Receipt, open_post
from crm.core.ledger import Delivery
from crm.core.mail import MailServerError
from crm.core.post import PATIENCE, Purpose, send_one, waiting_of
from crm.digest.queries.people import PURPOSE, subscribers
from crm.digest.services.letter import letter_of, write_digest


def send_by_hand(delivery: Delivery) -> Receipt:
    """Hand one mail over now, under its own Message-ID, also when it was sent before.

    Commits by itself. What it says is as of now; nothing when there is nothing to say any more.
    """
    one, address = waiting_of(delivery), delivery.address
    if one is None:
        return Receipt(Outcome.NOTHING, address)
    try:
        with open_post(PATIENCE) as post:
            return send_one(one, post, is_repeated=True)
    except (MailServerError, ClaimError) as error:
        return Receipt(Outcome.FAILED, address, str(error))


def _write(key: DeliveryKey, _address: str) -> Addressed | None:
    """The digest as of today: what stood in that of an earlier day has changed since."""
    user = db.session.scalar(subscribers().where(User.id == key.recipient_id))
    written = write_digest(user, clock.today()) if user is not None else None
    if user is None or written is None:
        return None
    return Addressed(user.name, user.email, lambda: letter_of(written))


DIGEST = Purpose(PURPOSE, _l("Digest"), _write, is_queued=False)
