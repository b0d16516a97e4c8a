"""The only source of now and today; everything else asks here, so that tests can move it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

# East Kazakhstan: UTC+6 before 2024-03-01, UTC+5 since; tzdata is pinned because old copies err.
_zone_name = "Asia/Almaty"


def set_zone(name: str) -> None:
    """Take the installation's zone (an IANA name); raises ZoneInfoNotFoundError."""
    global _zone_name
    _zone_name = ZoneInfo(name).key


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The local calendar day in the installation's zone; deadlines last to its end."""
    return to_local(now()).date()


def to_local(instant: datetime) -> datetime:
    """The aware ``instant`` as wall time of the installation's zone."""
    return instant.astimezone(ZoneInfo(_zone_name))


def at_local(wall: datetime) -> datetime:
    """The instant, in UTC, of the naive ``wall`` time of the installation's zone."""
    return wall.replace(tzinfo=ZoneInfo(_zone_name)).astimezone(UTC)


def week_of(day: date) -> tuple[date, date]:
    """Monday and Sunday of the week that holds ``day`` (weeks start on Monday: CLDR kk, ru)."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)
