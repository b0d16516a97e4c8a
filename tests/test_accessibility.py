"""Every page in a real Chromium, in Kazakh, wide and narrow: nothing axe objects to, nothing cut.

The fixture ``page`` fails, too, on errors of the console and on requests to other hosts.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlalchemy import select

from crm.accounts.models import User
from crm.core.database import db
from tests.sweep import addresses, make_world, send, signed_in

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}


def faults_of(page, width):
    found = Axe().run(page, options=RULES).response["violations"]
    for one in found:
        yield f"{one['id']}: {one['nodes'][0]['html'][:200]} {one['nodes'][0]['failureSummary']}"
    if page.evaluate("document.documentElement.scrollWidth") > width:
        yield "scrolls sideways"
    if page.locator("html").get_attribute("lang") != "kk":
        yield "is not in Kazakh"


def unfold(page):
    """Open what is folded away in the page: rarely used fields count as well."""
    page.evaluate(
        "for (const fold of document.querySelectorAll('main form .sk-fold')) fold.open = true"
    )


def pages_of(app, browser, role, but_not=()):
    """Addresses of the HTML pages ``role`` may open."""
    for address in addresses(app):
        if "GET" in address.methods and role in address.roles and not address.is_public:
            answer = send(browser, "GET", address.url)
            is_page = answer.status_code == 200 and answer.mimetype == "text/html"
            if is_page and address.url not in but_not:
                yield address.url


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("width", "theme"), [(1280, "light"), (360, "dark")], ids=["wide", "narrow"]
)
def test_every_page_is_accessible_and_fits(app, page, live_server, width, theme):
    page.set_viewport_size({"width": width, "height": 900})
    make_world()
    head, admin = signed_in(app, "head"), signed_in(app, "admin")
    for user in db.session.scalars(select(User)):
        user.language, user.theme = "kk", theme
    db.session.commit()
    seen, faults = [], []
    page.goto("/login")
    faults += [f"/login: {fault}" for fault in faults_of(page, width)]
    for role, browser in (("head", head), ("admin", admin)):
        cookie = browser.client.get_cookie("session").value
        page.context.add_cookies([{"name": "session", "value": cookie, "url": live_server}])
        for url in pages_of(app, browser, role, seen):
            page.goto(url)
            unfold(page)
            faults += [f"{url}: {fault}" for fault in faults_of(page, width)]
            seen.append(url)
    assert not faults, "\n".join(faults)
    assert len(seen) > 30
