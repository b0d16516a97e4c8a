"""All jobs once, in a demo world of their own."""

from playwright.sync_api import Browser, Page

from tests import chromium
from tests.flow.hand import Hand
from tests.flow.jobs import JOBS
from tests.shots import EMAIL, PASSWORD, WIDE, demo_world


def _prepare(page: Page) -> None:
    """What is due this week, for the job that closes it."""
    for point in (1, 2):
        page.goto(f"/follow-ups/{point}?step=due")
        page.locator("#step-due [name=due_on]").fill("2026-11-27")
        page.locator("#step-due button[type=submit]").click()
        page.wait_for_load_state("load")


def one_round(browser: Browser) -> dict[str, Hand]:
    """What each job took, by its name; ``clock.now`` is to say ``tests.shots.NOW``."""
    taken = {}
    with (
        demo_world() as (_app, server, _pages),
        browser.new_context(base_url=server, viewport=WIDE, locale="kk-KZ") as context,
    ):
        page = context.new_page()
        chromium.sign_in(page, EMAIL, PASSWORD)
        _prepare(page)
        for name, job in JOBS.items():
            page.goto("/")
            taken[name] = Hand(page)
            job(taken[name])
    return taken
