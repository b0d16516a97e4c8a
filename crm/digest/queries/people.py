"""Who gets a digest, on which days, and what each was sent."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, case, func, select

from crm.accounts.models import DigestFrequency, Language, Role, User
from crm.core import clock
from crm.core.ledger import Delivery, DeliveryStatus, last_sent
from crm.core.working_days import WorkingCalendar

PURPOSE = "digest"


@dataclass(frozen=True)
class Reader:
    """A user as the digest needs one: whatever is committed meanwhile asks nothing of it anew."""

    id: int
    name: str
    email: str
    language: Language
    role: Role
    department_id: int | None
    frequency: DigestFrequency
    silent_days: int | None
    is_told_of_department: bool

    @property
    def is_head(self) -> bool:
        """Whether nothing is kept from the reader."""
        return self.role == Role.HEAD


def reader_of(user: User) -> Reader:
    """``user`` as a reader of the digest."""
    return Reader(
        id=user.id,
        name=user.name,
        email=user.email,
        language=user.language,
        role=user.role,
        department_id=user.department_id,
        frequency=user.digest,
        silent_days=user.silent_days,
        is_told_of_department=user.is_told_of_department,
    )


def subscribers() -> Select[User]:
    """Active users who want the digest, in the order of their sign-up."""
    wanted = User.digest != DigestFrequency.OFF
    return select(User).where(User.is_active, wanted).order_by(User.id)


def is_due(frequency: DigestFrequency, day: date, calendar: WorkingCalendar) -> bool:
    """Whether a digest is written on ``day``: a daily one when people work, a weekly one on the
    first day of the week they do.
    """
    match frequency:
        case DigestFrequency.DAILY:
            return calendar.is_working(day)
        case DigestFrequency.WEEKLY:
            return day == calendar.first_of_week(day)
    return False


def period_of(frequency: DigestFrequency, day: date) -> str:
    """What one mail stands for: the day, or for a weekly reader the Monday of the week."""
    is_weekly = frequency == DigestFrequency.WEEKLY
    return (clock.week_of(day)[0] if is_weekly else day).isoformat()


def last_digest_of(user: User) -> Select[Delivery]:
    """The newest digest ``user`` was sent."""
    return last_sent(PURPOSE, user.id)


def last_told(reader_ids: list[int], on: date) -> Select[int, datetime]:
    """Reader and the instant of the newest digest they were sent before that of ``on``."""
    weekly = User.digest == DigestFrequency.WEEKLY
    own = case(
        (weekly, period_of(DigestFrequency.WEEKLY, on)),
        else_=period_of(DigestFrequency.DAILY, on),
    )
    return (
        select(Delivery.recipient_id, func.max(Delivery.attempted_at))
        .join(User, User.id == Delivery.recipient_id)
        .where(
            Delivery.purpose == PURPOSE,
            Delivery.status == DeliveryStatus.SENT,
            Delivery.recipient_id.in_(reader_ids),
            Delivery.period < own,
        )
        .group_by(Delivery.recipient_id)
    )
