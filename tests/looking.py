"""Pages as somebody sees them in Chromium: wide and narrow, light and dark, in one language.

What is wrong with them is gathered: all that axe objects to, what is cut, what takes long to load,
and what moves while one begins to read.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import timedelta
from itertools import product
from typing import Any

from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select

from crm.accounts.models import User
from crm.accounts.services.passwords import link_token
from crm.core.database import db
from crm.digest.services.unsubscribing import unsubscribe_url
from tests.chromium import ALL_BUT_COLOURS, COLOURS, violations
from tests.factories import make_organisation, make_project, make_user
from tests.sweep import PARTS, ROLES, Address, send, signed_in

WIDTHS, THEMES = (360, 1280), ("light", "dark")
LOOKS = tuple(product(WIDTHS, THEMES))
MOST_BYTES, MOST_REQUESTS = 150_000, 12
KINDS = (
    "delegations",
    "meetings",
    "follow-ups",
    "interests",
    "organisations",
    "people",
    "projects",
)

# What loading the page has cost: its own answer and all it asked for after it. What moved after
# it was first painted is told once that frame has been drawn.
_COST = """async () => {
  const moved = [];
  const observer = new PerformanceObserver((list) => moved.push(...list.getEntries()));
  observer.observe({ type: "layout-shift", buffered: true });
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  moved.push(...observer.takeRecords());
  const loaded = ["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind));
  return {
    requests: loaded.length,
    bytes: loaded.reduce((sum, one) => sum + one.transferSize, 0),
    moved: moved.filter((one) => !one.hadRecentInput).flatMap((one) => one.sources)
      .map(({ node }) => (node?.outerHTML ?? node?.textContent ?? "").slice(0, 120)),
  };
}"""


class Eyes:
    """Somebody of a role, or a stranger, at a page of Chromium; ``faults`` is what they saw.

    A page is loaded at each of ``widths``, as by who has never been here: what moves while it loads
    depends on the width. It is looked at in both; its colours are judged in ``looks``.
    """

    def __init__(
        self,
        app: Flask,
        page: Page,
        language: str,
        widths: Collection[int] = WIDTHS,
        looks: Collection[tuple[int, str]] = LOOKS,
    ) -> None:
        self.app, self.page, self.language = app, page, language
        self.widths, self.looks = widths, looks
        self.browsers = {role: signed_in(app, role) for role in ROLES}
        self.faults: list[str] = []
        for user in db.session.scalars(select(User)):
            user.language, user.theme = language, "light"
        db.session.commit()
        connection = page.context.new_cdp_session(page)
        connection.send("Network.enable")
        connection.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def be(self, role: str | None) -> None:
        """Read as somebody of ``role`` from now on; None is a stranger."""
        cookies = {"language": self.language}
        if role is not None:
            kept = self.browsers[role].client.get_cookie("session")
            assert kept is not None
            cookies["session"] = kept.value
        self.page.context.clear_cookies()
        place = {"domain": "127.0.0.1", "path": "/"}
        self.page.context.add_cookies(
            [{"name": name, "value": value, **place} for name, value in cookies.items()]
        )

    def open(self, url: str, status: int = 200) -> None:
        for width in self.widths:
            self.page.set_viewport_size({"width": width, "height": 900})
            answer = self.page.goto(url)
            assert answer is not None
            assert answer.status == status, url
            self.faults += [f"{url} at {width}: {one}" for one in faults_of_loading(self.page)]

    def look(self, name: str) -> None:
        """Note what is wrong with what is open, under ``name``."""
        if self.page.locator("html").get_attribute("lang") != self.language:
            self.faults.append(f"{name} is not in {self.language}")
        self.faults += [f"{name} {fault}" for fault in faults_of_looks(self.page, self.looks)]

    def see(self, url: str, status: int = 200) -> None:
        self.open(url, status)
        self.unfold()
        self.look(url)

    def unfold(self) -> None:
        """Open what is folded away in forms: rarely used fields count as well."""
        self.page.evaluate(
            "for (const fold of document.querySelectorAll('main form .sk-fold')) fold.open = true"
        )

    def send(self, form: str = "main form:has(.sk-bar)") -> int:
        """Press the button of the form, whatever the browser would refuse; the status then."""
        self.page.eval_on_selector(form, "form => form.noValidate = true")
        bar = ".sk-bar " if "sk-bar" in form else ""
        with self.page.expect_navigation() as answer:
            self.page.locator(f"{form} {bar}[type=submit]").first.click()
        return answer.value.status


def faults_of_loading(page: Page) -> Iterator[str]:
    """Whether what has just been opened is too much, or moved while one was about to read it."""
    cost = page.evaluate(_COST)
    if cost["bytes"] > MOST_BYTES:
        yield f"takes {cost['bytes']} bytes"
    if cost["requests"] > MOST_REQUESTS:
        yield f"takes {cost['requests']} requests"
    for node in cost["moved"]:
        yield f"moves: {node}"


def faults_of_looks(page: Page, looks: Collection[tuple[int, str]]) -> Iterator[str]:
    """What is wrong with the page at both widths; its colours are judged in ``looks``.

    A theme changes colours and nothing else: what is there, how it is named and where it stands
    is the same in both, so all other rules are asked once at each width.
    """
    for width in WIDTHS:  # it is left wide
        turn_to(page, width, THEMES[0])
        yield from (f"at {width}: {one}" for one in violations(page, ALL_BUT_COLOURS))
        if page.evaluate("document.documentElement.scrollWidth") > width:
            yield f"at {width}: scrolls sideways"
        for theme in (theme for theme in THEMES if (width, theme) in looks):
            turn_to(page, width, theme)
            yield from (f"at {width}, {theme}: {one}" for one in violations(page, COLOURS))


def turn_to(page: Page, width: int, theme: str) -> None:
    """Show the page that is open ``width`` pixels wide and in ``theme``: loading takes longest.

    The window is as high as the page: what sticks to its edge covers nothing.
    """
    page.set_viewport_size({"width": width, "height": 900})
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": max(900, height)})
    page.evaluate(
        "theme => {"
        " const page = document.documentElement.dataset;"
        " page.theme = page.bsTheme = theme;"
        " for (const fading of document.getAnimations()) fading.finish();"
        "}",
        theme,
    )


# -- what there is to see ----------------------------------------------------------------------


def pages_of(eyes: Eyes, addresses: Iterable[Address]) -> Iterator[tuple[str, str]]:
    """(address, role of who may open it) of every HTML page for who is signed in.

    Only when a page is asked for is it seen whether the next address is one.
    """
    for address in addresses:
        if "GET" not in address.methods or address.is_public or address.url.endswith(PARTS):
            continue
        role = "head" if "head" in address.roles else "admin"
        answer = send(eyes.browsers[role], "GET", address.url)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            yield address.url, role


def see_doors(eyes: Eyes) -> None:
    """What strangers see, as it is opened and as it is refused."""
    user = make_user(email="stranger@test.example")
    token = link_token(user, timedelta(hours=1))
    ending = unsubscribe_url(user.id).rpartition("/")[2]
    db.session.commit()
    eyes.be(None)
    for url in ("/login", "/password/", f"/password/{token}"):
        eyes.see(url)
        assert eyes.send("main form") == 422, url
        eyes.look(f"refused {url.rpartition('/')[0]}")
    eyes.see(f"/unsubscribe/{ending}")
    assert eyes.send("main form") == 200
    eyes.look("unsubscribed")
    for url in ("/unsubscribe/1-nothing", "/password/1-nothing"):
        eyes.see(url, 404)


def see_error_pages(eyes: Eyes) -> None:
    eyes.be("officer")
    for url, status in (("/no-such-page", 404), ("/admin/reference", 403), ("/language", 400)):
        eyes.see(url, status)


def see_refusals(eyes: Eyes, kinds: Iterable[str] = KINDS) -> None:
    """Forms of new records sent empty, a conflict, and a move that comes too early."""
    eyes.be("head")
    for kind in kinds:
        eyes.open(f"/{kind}/new")
        assert eyes.send() == 422, kind
        eyes.unfold()
        eyes.look(f"refused /{kind}/new")
    _see_conflict(eyes)
    _see_gate(eyes)


def _see_conflict(eyes: Eyes) -> None:
    organisation: Any = make_organisation(name_kk="Қазмырыш")
    eyes.open(f"/organisations/{organisation.id}/edit")
    organisation.note = "hers"
    db.session.commit()
    eyes.unfold()
    eyes.page.fill("[name=note]", "mine")
    assert eyes.send() == 409
    eyes.look("conflict")


def _see_gate(eyes: Eyes) -> None:
    project: Any = make_project(stage="negotiation")
    eyes.open(f"/projects/{project.id}")
    eyes.page.locator(".sk-gate .acts summary").last.click()
    eyes.look("small form")
    assert eyes.send("#move") == 422
    eyes.look("gate")
