"""Medians of interleaved rounds: what else the machine does meets both sides alike."""

import time
from collections.abc import Callable
from statistics import median
from typing import Any, NamedTuple

from tests.bench.meter import Meter

# psycopg prepares what it is asked five times, PostgreSQL keeps a plan after five more: a server
# in service has done both.
WARM = 12


class Spent(NamedTuple):
    """Milliseconds until an answer was there, and on a processor."""

    wall: float
    processor: float


def spent_by(work: Callable[[], Any], meter: Meter | None = None) -> Callable[[], Spent]:
    """What ``work`` takes each time it is done."""

    def side() -> Spent:
        before, begun = meter.read() if meter else 0, time.perf_counter()
        work()
        wall = (time.perf_counter() - begun) * 1000
        return Spent(wall, meter.read() - before if meter else 0)

    return side


def interleaved(count: int, *sides: Callable[[], Spent], warm: int = WARM) -> list[Spent]:
    """The medians of every side over ``count`` rounds; ``warm`` rounds before do not count."""
    taken: list[list[Spent]] = [[] for _ in sides]
    for number in range(count + warm):
        for place, side in enumerate(sides):
            spent = side()
            if number >= warm:
                taken[place].append(spent)
    return [
        Spent(median(each.wall for each in one), median(each.processor for each in one))
        for one in taken
    ]
