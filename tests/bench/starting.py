"""How long the programs take to start."""

import subprocess
import time
from collections.abc import Iterator

from tests.bench.report import Line
from tests.bench.rounds import interleaved
from tests.bench.servers import application
from tests.bench.worlds import ROOT, World
from tests.serving import CRM


def measure(world: World, rounds: int) -> Iterator[Line]:
    """``crm serve`` until it answers, and ``crm --help``."""

    def serve() -> float:
        begun = time.perf_counter()
        with application(world):
            return time.perf_counter() - begun

    def tell_help() -> float:
        begun = time.perf_counter()
        subprocess.run(
            [*CRM, "--help"], cwd=ROOT, env=world.environ, stdout=subprocess.DEVNULL, check=True
        )
        return time.perf_counter() - begun

    served, told = interleaved(rounds, serve, tell_help, warm=1)
    yield Line("crm serve until it answers", served, "s", limit=2)
    yield Line("crm --help", told, "s", limit=1)
