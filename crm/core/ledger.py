"""The ledger of mails: what was handed to the mail server, so that nothing is sent twice."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple, cast

from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    BindParameter,
    Boolean,
    ColumnElement,
    Connection,
    Dialect,
    Index,
    Select,
    String,
    Table,
    UniqueConstraint,
    Update,
    and_,
    bindparam,
    case,
    func,
    literal,
    null,
    or_,
    select,
    text,
    true,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.claims import AT_ONCE, Claim
from crm.core.database import Model, insert_missing
from crm.core.driver import Driven
from crm.core.words import Term

FIRST_PAUSE = timedelta(minutes=5)  # before a mail that was not taken is tried once more
_LONGEST_PAUSE = timedelta(hours=6)
_GROWTH = 3  # each pause is so many times the one before


class DeliveryStatus(Term):
    """What became of a mail; all but a sent and a dropped one are tried again.

    One that stays ``sending`` belongs to a run that was killed over it: nobody knows whether the
    server took it. One that is ``waiting`` was queued with the change it tells of, or with the
    others of its run. One that was ``dropped`` had become pointless before anybody took it.
    """

    WAITING = "waiting", _l("Waiting to be sent")
    SENDING = "sending", _l("Being sent")
    SENT = "sent", _l("Sent")
    FAILED = "failed", _l("Not sent")
    DROPPED = "dropped", _l("No longer needed")

    @property
    def is_open(self) -> bool:
        """Whether the mail is still to be sent."""
        return self not in _OVER


_OVER = (DeliveryStatus.SENT, DeliveryStatus.DROPPED)
_IS_OPEN = "status NOT IN ('sent', 'dropped')"


class Delivery(Model):
    """One mail to one person for one period; the key makes a second one impossible."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("purpose", "recipient_id", "period"),
        Index("ix_deliveries_attempted_at_id", "attempted_at", "id"),
        Index("ix_deliveries_purpose_period", "purpose", "period"),
        # Few mails are open: whoever looks for them must not read those of many years.
        Index(
            "ix_deliveries_open",
            "next_attempt_at",
            sqlite_where=text(_IS_OPEN),
            postgresql_where=text(_IS_OPEN),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(40))  # "digest"
    recipient_id: Mapped[int]  # a user's id; no foreign key: core knows no feature
    period: Mapped[str] = mapped_column(String(20))  # "2026-11-24"
    address: Mapped[str] = mapped_column(String(254))
    message_id: Mapped[str] = mapped_column(String(200), default="")
    status: Mapped[DeliveryStatus] = mapped_column(default=DeliveryStatus.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    answer: Mapped[str | None]  # the server's own words, or why it was not asked
    queued_at: Mapped[datetime]
    attempted_at: Mapped[datetime]  # as long as it waits: when it was queued
    next_attempt_at: Mapped[datetime | None]  # None while it waits: at once

    @property
    def is_open(self) -> bool:
        """Whether the mail is still to be sent."""
        return self.status.is_open

    def drop(self) -> None:
        """Note that there is nothing to be sent any more."""
        self.status, self.next_attempt_at = DeliveryStatus.DROPPED, None


def delivery_for(purpose: str, recipient_id: int, period: str) -> Select[Delivery]:
    """The one entry of this key."""
    return select(Delivery).where(
        Delivery.purpose == purpose,
        Delivery.recipient_id == recipient_id,
        Delivery.period == period,
    )


_row = cast(Table, Delivery.__table__)
_KEY = ("purpose", "recipient_id", "period")
_ANSWERED = (_row.c.id, _row.c.status, _row.c.attempts, _row.c.message_id, _row.c.address)


def _given(name: str) -> BindParameter[Any]:
    """The place of a value of this column; a column's own name stands for itself in an INSERT."""
    return bindparam(f"given_{name}", type_=_row.c[name].type)


RECIPIENT = _given("recipient_id")
_ADDRESS = select(_given("address").label("address"))
_FOUND = select(*_ANSWERED).where(*(_row.c[name] == _given(name) for name in _KEY))
_ENDED = update(_row).where(_row.c.id == bindparam("entry_id"))


class Standing(NamedTuple):
    """What the ledger says of one mail."""

    id: int
    status: DeliveryStatus
    attempts: int
    message_id: str
    address: str


class Ledger:
    """The ledger as a run writes it, on a connection where every statement is a transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def standing(self, **key: Any) -> Standing | None:
        """The entry of this key; None when there is none."""
        return self._told(_driven(_FOUND, self._connection.dialect), _places(key))

    def begin(
        self,
        claim: Claim,
        still: "Select[str] | None" = None,
        *,
        is_repeated: bool,
        **given: Any,
    ) -> Standing | None:
        """Note that the mail of a key is being sent, once more or for the first time; None when
        it was sent already (but for one that ``is_repeated``), nobody is to be sent it, or another
        process has the ``claim``.

        ``given`` is the key with ``address``, ``message_id``, which stays as it was noted first,
        and ``attempted_at``. ``still`` gives the address in place of that, and no row when
        ``RECIPIENT`` wants none any more: it is asked in the same statement.
        """
        address = _ADDRESS if still is None else still
        statement = _begun(self._connection.dialect, address, is_claiming=bool(claim.places))
        values = {**_places(given), **claim.places, "is_repeated": is_repeated}
        return self._told(statement, values)

    def end(self, entry_id: int, **values: Any) -> None:
        """Write what came of a mail into its entry."""
        statement = _driven(_ENDED, self._connection.dialect, tuple(values))
        statement.execute(self._connection, {"entry_id": entry_id, **values})

    def _told(self, statement: Driven, values: dict[str, Any]) -> Standing | None:
        found = statement.execute(self._connection, values).first()
        if found is None:
            return None
        standing = Standing._make(found)
        return standing._replace(status=DeliveryStatus(standing.status))


_driven = cache(Driven)  # they run for each of thousands of mails


def _places(given: dict[str, Any]) -> dict[str, Any]:
    return {f"given_{name}": value for name, value in given.items()}


@cache
def _begun(dialect: Dialect, address: "Select[str]", *, is_claiming: bool) -> Driven:
    found, at = address.subquery().c[0], _given("attempted_at")
    sending, nothing = literal(DeliveryStatus.SENDING, _row.c.status.type), null()
    anew: dict[str, Any] = {
        **{name: _given(name) for name in (*_KEY, "message_id")},
        **{"address": found, "status": sending, "attempts": literal(1)},
        **{"answer": nothing, "queued_at": at, "attempted_at": at, "next_attempt_at": nothing},
    }
    insert = postgresql.insert if dialect.name == "postgresql" else sqlite.insert
    # SQLite takes ON CONFLICT for a join where there is no WHERE.
    is_ours = AT_ONCE if is_claiming else true()
    added = insert(_row).from_select(list(anew), select(*anew.values()).where(is_ours))
    once_more = {
        **{name: added.excluded[name] for name in ("address", "status", "answer", "attempted_at")},
        **{"attempts": _row.c.attempts + 1, "next_attempt_at": nothing},
        "message_id": func.coalesce(func.nullif(_row.c.message_id, ""), added.excluded.message_id),
    }
    is_wanted = or_(_row.c.status != DeliveryStatus.SENT, bindparam("is_repeated", type_=Boolean))
    statement = added.on_conflict_do_update(
        index_elements=list(_KEY), set_=once_more, where=is_wanted
    ).returning(*_ANSWERED)
    return Driven(statement, dialect)


_INSTANT = "%Y%m%d%H%M%S%f"


def period_at(instant: datetime) -> str:
    """The aware ``instant`` as a period: what happened at one moment is one mail."""
    return instant.astimezone(UTC).strftime(_INSTANT)


def instant_of(period: str) -> datetime:
    """The instant ``period_at`` made this of; aware, in UTC."""
    return datetime.strptime(period, _INSTANT).replace(tzinfo=UTC)


def add_waiting(entries: Sequence[dict[str, Any]], now: datetime) -> None:
    """Let mails wait from ``now`` (aware) on; one whose key is in the ledger stays as it is.

    Each entry names ``purpose``, ``recipient_id``, ``period`` and ``address``.
    """
    insert_missing(Delivery, [{**one, "queued_at": now, "attempted_at": now} for one in entries])


def is_open() -> ColumnElement[bool]:
    """Whether the mail of an entry is still to be sent."""
    return Delivery.status.not_in(_OVER)


def is_open_at(instant: datetime) -> ColumnElement[bool]:
    """Whether it is still to be sent, and its next attempt due at that instant."""
    is_due = or_(Delivery.next_attempt_at.is_(None), Delivery.next_attempt_at <= instant)
    return and_(is_open(), is_due)


def pause_after(attempts: int, first: timedelta = FIRST_PAUSE) -> timedelta:
    """How long to wait after so many attempts, the ``first`` pause growing with each."""
    grown: timedelta = first * _GROWTH ** min(max(attempts, 1) - 1, 10)
    return min(grown, max(first, _LONGEST_PAUSE))


def not_taken(which: ColumnElement[bool], answer: str, now: datetime, first: timedelta) -> Update:
    """Notes at open mails that were kept back at ``now`` why, and when each is tried again."""
    counted = range(10)
    pauses = {count: now + pause_after(count + 1, first) for count in counted}
    return (
        update(Delivery)
        .where(which, is_open())
        .values(
            status=DeliveryStatus.FAILED,
            answer=answer,
            attempts=Delivery.attempts + 1,
            attempted_at=now,
            next_attempt_at=case(
                pauses, value=Delivery.attempts, else_=now + pause_after(len(counted), first)
            ),
        )
        .execution_options(synchronize_session=False)
    )


def last_of(purpose: str, recipient_id: int) -> Select[Delivery]:
    """The newest entry of this purpose, whatever became of the mail."""
    return (
        select(Delivery)
        .where(Delivery.purpose == purpose, Delivery.recipient_id == recipient_id)
        .order_by(Delivery.id.desc())
        .limit(1)
    )


def last_sent(purpose: str, recipient_id: int) -> Select[Delivery]:
    """The newest mail the person was sent for this purpose."""
    return (
        select(Delivery)
        .where(
            Delivery.purpose == purpose,
            Delivery.recipient_id == recipient_id,
            Delivery.status == DeliveryStatus.SENT,
        )
        .order_by(Delivery.attempted_at.desc(), Delivery.id.desc())
        .limit(1)
    )
