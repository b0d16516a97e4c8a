"""Medians of interleaved rounds: what else the machine does meets both sides alike."""

from collections.abc import Callable
from statistics import median

WARM = 3


def interleaved(count: int, *sides: Callable[[], float], warm: int = WARM) -> list[float]:
    """The median of every side over ``count`` rounds; ``warm`` rounds before do not count."""
    taken: list[list[float]] = [[] for _ in sides]
    for number in range(count + warm):
        for place, side in enumerate(sides):
            spent = side()
            if number >= warm:
                taken[place].append(spent)
    return [median(one) for one in taken]
