"""The programme of a visit: entries by day, and those nobody can do both of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from crm.core.dates import EXACT, DatePrecision
from crm.delegations.models.delegation import Delegation, ProgrammeItem
from crm.delegations.models.terms import ProgrammeKind


@dataclass(frozen=True)
class Entry:
    """An entry of the programme, and the ones that clash with it."""

    item: ProgrammeItem
    clashes: list[ProgrammeItem]


@dataclass(frozen=True)
class ProgrammeDay:
    """The entries of a day, by time; ``day`` is None for those without one.

    ``is_outside``: the visit, whose days are known exactly, does not last then.
    """

    day: date | None
    is_outside: bool
    entries: list[Entry]


def programme_days(visit: Delegation, *, only_official: bool = False) -> list[ProgrammeDay]:
    """The programme of ``visit`` by day in its order.

    Of ``only_official`` entries no clash is told: guests read.
    """
    items: Sequence[ProgrammeItem] = visit.programme
    shown = [one for one in items if not only_official or one.kind == ProgrammeKind.OFFICIAL]
    days: dict[date | None, list[Entry]] = {}
    for item in shown:
        clashes = [] if only_official else [one for one in items if one.clashes_with(item)]
        days.setdefault(item.planned_on, []).append(Entry(item, clashes))
    return [ProgrammeDay(day, _is_outside(day, visit), found) for day, found in days.items()]


def _is_outside(day: date | None, visit: Delegation) -> bool:
    first, last = visit.arrives_on, visit.span_ends_on
    if visit.date_precision not in (*EXACT, DatePrecision.RANGE):
        return False
    return bool(day and first and last and not first <= day <= last)
