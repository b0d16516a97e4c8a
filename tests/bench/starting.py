"""How long the programs take to start."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator

from tests.bench.report import Line
from tests.bench.rounds import Spent, interleaved
from tests.bench.servers import application
from tests.bench.worlds import ROOT, World
from tests.serving import CRM


def measure(world: World, rounds: int) -> Iterator[Line]:
    """``crm serve`` until it answers, and ``crm --help``."""

    def serve() -> None:
        with application(world):
            pass

    def tell_help() -> None:
        subprocess.run(
            [*CRM, "--help"], cwd=ROOT, env=world.environ, stdout=subprocess.DEVNULL, check=True
        )

    served, told = interleaved(rounds, _timed(serve), _timed(tell_help), warm=1)
    for name, spent, most in (
        ("crm serve until it answers", served, 2),
        ("crm --help", told, 1),
    ):
        note = f"{spent.processor / 1000:.2f} s on a processor"
        yield Line(name, spent.wall / 1000, "s", limit=most, note=note)


def _timed(work: Callable[[], None]) -> Callable[[], Spent]:
    """What the processes take that ``work`` starts and ends."""

    def side() -> Spent:
        before, begun = _children(), time.perf_counter()
        work()
        return Spent((time.perf_counter() - begun) * 1000, (_children() - before) * 1000)

    return side


def _children() -> float:
    times = os.times()
    return times.children_user + times.children_system
