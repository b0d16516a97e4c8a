"""A real Chromium for the tests: found, installed (`python -m tests.chromium`), and watched."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from flask import current_app
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from crm.accounts.models import User
from crm.core.database import db
from tests.browser import Browser as TestBrowser

MISSING = "No Chromium here, and none could be installed: the browser tests did not run."
SYSTEM_NAMES = ("chromium", "chromium-browser", "google-chrome")
OWN_COPIES = ("chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/*.app/Contents/MacOS/*")
ARGUMENTS = [
    "--no-sandbox",  # Chromium refuses to start as root with it; only our own pages are opened
    "--disable-dev-shm-usage",  # a container's /dev/shm is small
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # no network
]
# Answers to bad input are part of the product, and so is what a page does when a test cuts the
# network; Chromium logs them like any failed request.
EXPECTED = ("status of 409", "status of 422", "net::ERR_INTERNET_DISCONNECTED")
REFUSALS = ("status of 400", "status of 403", "status of 404")  # pages, but no missing files


def find() -> str | None:
    """Path of a Chromium: the system's, else the one Playwright keeps; None without any."""
    for name in SYSTEM_NAMES:
        if path := shutil.which(name):
            return path
    caches = (Path.home() / ".cache/ms-playwright", Path.home() / "Library/Caches/ms-playwright")
    kept = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    for cache in [Path(kept)] if kept else caches:
        for pattern in OWN_COPIES:
            if copies := sorted(cache.glob(pattern)):
                return str(copies[-1])
    return None


def install() -> None:
    """Try the system's packages (as root on Debian or Ubuntu), then Playwright's own download."""
    ways = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        apt = "apt-get -qq update; apt-get -qq install -y --no-install-recommends"
        ways.insert(0, ["sh", "-c", f"{apt} chromium fonts-open-sans"])
    for way in ways:
        if find() is None:
            environ = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
            subprocess.run(way, check=False, capture_output=True, env=environ)


_AXE = Axe().axe_script
# What passed is far more, and all would be handed over; nothing of ours waits to be loaded.
_RULES = {"resultTypes": ["violations"], "preload": False}
WCAG = _RULES | {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
_OF_COLOURS = ["color-contrast", "link-in-text-block"]  # the first takes longer than all else
COLOURS = _RULES | {"runOnly": {"type": "rule", "values": _OF_COLOURS}}
_NO_CONTRAST = {"rules": {"color-contrast": {"enabled": False}}}
ALL_BUT_CONTRAST = _RULES | _NO_CONTRAST
_UNASKED = {rule: {"enabled": False} for rule in _OF_COLOURS}
_OF_TARGETS = {"target-size": {"enabled": True}}  # of WCAG 2.2, which axe keeps for who asks
ALL_BUT_COLOURS = _RULES | {"rules": _UNASKED | _OF_TARGETS}


def violations(page: Page, rules: Mapping[str, Any] = _RULES) -> list[str]:
    """What axe objects to in the page as it stands; all of its rules unless told otherwise."""
    if page.evaluate("typeof axe") == "undefined":  # once a page: it is half a megabyte
        page.evaluate(_AXE)
    found = page.evaluate("rules => axe.run(document, rules)", rules)["violations"]
    return [
        f"{one['id']}: {node['html'][:200]} {node['failureSummary']}"
        for one in found
        for node in one["nodes"]
    ]


@contextmanager
def running() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def watched_page(browser: Browser, server: str) -> Iterator[Page]:
    """A page on ``server``, English unless the user says otherwise, under the real CSP.

    At the end AssertionError lists what went wrong unseen: errors on the console (a violated CSP
    is one) and requests to other hosts. Each request first ends the test's own transaction, which
    on SQLite would keep the server from writing.
    """
    faults: list[str] = []
    opened: set[str] = set()
    session = db.session()  # events arrive in another context, where db.session is another one

    def is_expected(message: ConsoleMessage) -> bool:
        is_of_a_page = message.location["url"] in opened  # which tells the person itself
        return any(s in message.text for s in EXPECTED + REFUSALS * is_of_a_page)

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error" and not is_expected(message):
            faults.append(f"console: {message.text}")

    def on_request(request: Request) -> None:
        session.commit()
        if request.is_navigation_request():
            opened.add(request.url)
        if not request.url.startswith((f"{server}/", "data:", "blob:", "about:")):
            faults.append(f"foreign request: {request.url}")

    with browser.new_context(base_url=server, locale="en-GB") as context:
        context.on("console", on_console)
        context.on("weberror", lambda error: faults.append(f"script: {error.error}"))
        context.on("request", on_request)
        session.commit()
        yield context.new_page()
    assert not faults, "\n".join(faults)


def come_back(page: Page, user: User) -> None:
    """Be here with a cookie of an earlier sign-in."""
    cookie = TestBrowser(current_app).come_back(user).client.get_cookie("session")
    assert cookie is not None
    place = {"domain": "127.0.0.1", "path": "/"}
    page.context.add_cookies([{"name": "session", "value": cookie.value, **place}])


def sign_in(page: Page, email: str, password: str) -> None:
    """Sign in through the form, as a person does."""
    page.goto("/login")
    page.locator("[name=email]").fill(email)
    page.locator("[name=password]").fill(password)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)


if __name__ == "__main__":
    install()
