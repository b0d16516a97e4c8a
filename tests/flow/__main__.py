"""Do each job in a demo world of its own, and print what it takes."""

import logging
import sys
from statistics import median

from playwright.sync_api import Page

from crm.core import clock
from tests import chromium
from tests.flow.hand import Hand
from tests.flow.jobs import JOBS
from tests.shots import EMAIL, NOW, PASSWORD, WIDE, demo_world

ROUNDS = 3


def _prepare(page: Page) -> None:
    """What is due this week, for the job that closes it."""
    for point in (1, 2):
        page.goto(f"/follow-ups/{point}?step=due")
        page.locator("#step-due [name=due_on]").fill("2026-11-27")
        page.locator("#step-due button[type=submit]").click()
        page.wait_for_load_state("load")


def _round() -> dict[str, tuple[int, float, float]]:
    taken = {}
    with (
        demo_world() as (_app, server, _pages),
        chromium.running() as browser,
        browser.new_context(base_url=server, viewport=WIDE, locale="kk-KZ") as context,
    ):
        page = context.new_page()
        chromium.sign_in(page, EMAIL, PASSWORD)
        _prepare(page)
        for name, job in JOBS.items():
            page.goto("/")
            hand = Hand(page)
            job(hand)
            taken[name] = (hand.steps, hand.person, hand.machine)
    return taken


def main() -> None:
    if chromium.find() is None:
        sys.exit(chromium.MISSING)
    clock.now = lambda: NOW
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    rounds = [_round() for _ in range(ROUNDS)]
    for name in JOBS:
        steps, person, _machine = rounds[0][name]
        machine = median(one[name][2] for one in rounds)
        sys.stdout.write(f"| {name} | {steps} | {person + machine:.0f} s | {machine:.1f} s |\n")


if __name__ == "__main__":
    main()
