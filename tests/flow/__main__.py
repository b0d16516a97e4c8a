"""Do each job a few times, and print what it takes: steps, seconds in all, seconds waited."""

import logging
import sys
from statistics import median

from crm.core import clock
from tests import chromium
from tests.flow.jobs import JOBS
from tests.flow.rounds import one_round
from tests.shots import NOW

ROUNDS = 3


def main() -> None:
    """Print the lines of docs/flow.md."""
    if chromium.find() is None:
        sys.exit(chromium.MISSING)
    clock.now = lambda: NOW
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with chromium.running() as browser:
        rounds = [one_round(browser) for _ in range(ROUNDS)]
    for name in JOBS:
        hand = rounds[0][name]
        waited = median(one[name].machine for one in rounds)
        sys.stdout.write(
            f"| {name} | {hand.steps} | {hand.person + waited:.0f} s | {waited:.1f} s |\n"
        )


if __name__ == "__main__":
    main()
