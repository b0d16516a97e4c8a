"""The hand of an officer: acts in a real browser, and counts what that costs a person.

The seconds of a person are those of the Keystroke-Level Model (Card, Moran and Newell, "The
keystroke-level model for user performance time with interactive systems", 1980); those of the
machine are measured.
"""

import time
from collections.abc import Callable

from playwright.sync_api import Locator, Page

THINK = 1.35  # seconds before an act
POINT = 1.1 + 0.2  # to a place on the screen, and press
REACH = 0.4  # from the mouse to the keys
KEY = 0.28  # of who is no typist


class Hand:
    """Does one job on ``page``; ``steps`` are presses, choices, and fields filled in."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.steps = 0
        self.person = self.machine = 0.0  # seconds

    def press(self, what: str | Locator) -> None:
        """Click, and wait for what comes of it."""
        self._count(THINK + POINT)
        target = self._at(what)
        self._waited(target.click)

    def take_file(self, what: str | Locator) -> str:
        """Click what gives a file; its name."""
        self._count(THINK + POINT)
        begun = time.perf_counter()
        with self.page.expect_download() as coming:
            self._at(what).click()
        name = coming.value.suggested_filename
        coming.value.path()
        self.machine += time.perf_counter() - begun
        return name

    def key(self, name: str) -> None:
        """Press one key, and wait for what comes of it."""
        self._count(THINK + KEY)
        self._waited(lambda: self.page.keyboard.press(name))

    def write(self, what: str | Locator, text: str) -> None:
        """Fill in a field; one that has the focus needs no pointing."""
        field = self._at(what)
        is_here = field.evaluate("field => field === document.activeElement")
        self._count(THINK + REACH + KEY * len(text) + (0 if is_here else POINT))
        field.fill(text)

    def choose(self, what: str | Locator, label: str) -> None:
        """Pick one of a list by its words."""
        self._count(THINK + 2 * POINT)
        self._at(what).select_option(label=label)

    def find(self, what: str | Locator, text: str) -> None:
        """Type the beginning of a choice into its box, and take the first that is proposed."""
        field = self._at(what)
        self._count(THINK + POINT + REACH + KEY * len(text))
        field.click()
        field.press_sequentially(text)
        self._count(THINK + KEY)
        field.press("Enter")

    def day(self, what: str | Locator, day: str) -> None:
        """Type a day (2026-12-10) as a person does, in eight digits."""
        self._count(THINK + POINT + REACH + KEY * 8)
        self._at(what).fill(day)

    def _at(self, what: str | Locator) -> Locator:
        return self.page.locator(what).first if isinstance(what, str) else what

    def _count(self, seconds: float) -> None:
        self.steps += 1
        self.person += seconds

    def _waited(self, act: Callable[[], object]) -> None:
        begun = time.perf_counter()
        act()
        self.page.wait_for_load_state("load")
        self.machine += time.perf_counter() - begun
