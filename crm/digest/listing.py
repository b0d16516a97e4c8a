"""The ledger of mails as a list: of every purpose, with what the server said."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import aliased

from crm.accounts.models import User
from crm.accounts.queries import everybody
from crm.core.dates import short_date
from crm.core.ledger import Delivery, DeliveryStatus, is_open
from crm.core.listing.columns import Column, plain
from crm.core.listing.declare import KEY_LABEL, Listing, ScreenColumn
from crm.core.listing.filters import ChoiceFilter, Choices, FlagFilter, term_choices
from crm.core.listing.ranges import PAST, MomentRangeFilter
from crm.core.post import purpose_of, purposes

_person = aliased(User)
# No relationship leads there: core knows no feature.
_WITH_PERSON = ((_person, _person.id == Delivery.recipient_id),)
_NAME = Column("recipient", _l("Recipient"), _person.name, joins=_WITH_PERSON)


def purpose_label(purpose: str) -> str:
    """What mails of this purpose are about, in the reader's language."""
    known = purpose_of(purpose)
    return purpose if known is None else str(known.label)


def period_text(period: str) -> str:
    """The period of a mail as people read it: of a digest the day, else as it is kept."""
    try:
        return (
            short_date(date.fromisoformat(period)) if len(period) == len("2026-11-24") else period
        )
    except ValueError:
        return period


def title_of(delivery: Delivery) -> str:
    """What a delivery is called: its purpose and to whom."""
    return str(
        _("%(mail)s to %(email)s", mail=purpose_label(delivery.purpose), email=delivery.address)
    )


def _every_delivery() -> Select[Delivery]:
    return select(Delivery)


def _purposes() -> Choices:
    return sorted(((one.name, str(one.label)) for one in purposes()), key=lambda one: one[1])


def _is_for(name: str) -> ColumnElement[bool]:
    of_a_record = Delivery.purpose.startswith(f"{name}-", autoescape=True)
    other = [one.name for one in purposes() if one.name.startswith(f"{name}-")]
    return or_(Delivery.purpose == name, of_a_record & Delivery.purpose.not_in(other))


DELIVERIES = Listing(
    name="admin/digests",
    title=_l("Outgoing mail"),
    base=_every_delivery,
    key=Delivery.id,
    columns=[
        plain(Delivery.id, KEY_LABEL),
        plain(Delivery.purpose, _l("Kind of mail")),
        plain(Delivery.period, _l("Period")),
        plain(Delivery.status, _l("Status")),
        plain(Delivery.recipient_id, _l("Recipient")),
        _NAME,
        plain(Delivery.address, _l("E-mail")),
        plain(Delivery.attempts, _l("Attempts")),
        plain(Delivery.answer, _l("Answer of the server")),
        plain(Delivery.queued_at, _l("Queued")),
        plain(Delivery.attempted_at, _l("Last attempt")),
        plain(Delivery.next_attempt_at, _l("Next attempt")),
        plain(Delivery.message_id, _l("Message-ID")),
    ],
    screen=[
        ScreenColumn(
            "who",
            _l("Recipient"),
            None,
            "w-fifth",
            ("recipient", "address"),
            fixed=True,
            facts=(_NAME,),
        ),
        ScreenColumn("what", _l("Kind of mail"), None, None, ("purpose", "period")),
        ScreenColumn("state", _l("Status"), "status", None, ("status",)),
        ScreenColumn("attempts", _l("Attempts"), "attempts", None, ("attempts",)),
        ScreenColumn("last", _l("Last attempt"), "attempted_at", "w-date", ("attempted_at",)),
        ScreenColumn("said", _l("Answer of the server"), None, "w-fifth", ("answer",)),
        ScreenColumn("next", _l("Next attempt"), "next_attempt_at", None, ("next_attempt_at",)),
    ],
    filters=[
        ChoiceFilter(
            "status",
            _l("Status"),
            term_choices(DeliveryStatus),
            lambda status: Delivery.status == DeliveryStatus(status),
        ),
        ChoiceFilter("purpose", _l("Kind of mail"), _purposes, _is_for),
        ChoiceFilter(
            "person", _l("Recipient"), everybody, lambda key: Delivery.recipient_id == int(key)
        ),
        MomentRangeFilter("attempted", _l("Last attempt"), Delivery.attempted_at, periods=PAST),
        FlagFilter("open", _l("Still to be sent"), is_open),
    ],
    sorts={
        "attempted_at": [Delivery.attempted_at],
        "status": [Delivery.status],
        "attempts": [Delivery.attempts],
        "next_attempt_at": [Delivery.next_attempt_at],
    },
    default_sort="-attempted_at",
)
