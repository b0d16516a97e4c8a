"""The programme of a visit: entries by day, and those nobody can do both of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from crm.delegations.models.delegation import ProgrammeItem
from crm.delegations.models.terms import ProgrammeKind


@dataclass(frozen=True)
class Entry:
    """An entry of the programme, and the ones that clash with it."""

    item: ProgrammeItem
    clashes: list[ProgrammeItem]


@dataclass(frozen=True)
class ProgrammeDay:
    """The entries of a day, by time; ``day`` is None for those without one."""

    day: date | None
    entries: list[Entry]


def programme_days(
    items: Sequence[ProgrammeItem], *, only_official: bool = False
) -> list[ProgrammeDay]:
    """``items`` by day in their order. Of ``only_official`` ones no clash is told: guests read."""
    shown = [one for one in items if not only_official or one.kind == ProgrammeKind.OFFICIAL]
    days: dict[date | None, list[Entry]] = {}
    for item in shown:
        clashes = [] if only_official else [one for one in items if one.clashes_with(item)]
        days.setdefault(item.planned_on, []).append(Entry(item, clashes))
    return [ProgrammeDay(day, entries) for day, entries in days.items()]
