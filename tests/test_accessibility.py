"""Pages in a real Chromium, in Kazakh, wide and narrow: nothing axe objects to, nothing cut.

The suite looks at some, drawn anew each time; ``make look`` at every page there is.

The fixture ``page`` fails, too, on errors of the console and on requests to other hosts.
"""

from datetime import timedelta
from itertools import islice
from random import choice, shuffle

import pytest
from sqlalchemy import select

from crm.accounts.models import User
from crm.accounts.services.passwords import link_token
from crm.core.database import db
from tests.chromium import WCAG, WCAG_BUT_CONTRAST, violations
from tests.factories import make_organisation, make_project, make_user
from tests.postgres import on_sqlite
from tests.sweep import PARTS, addresses, make_world, send, signed_in

LOOKS = [(1280, "light"), (360, "dark")]


def faults_of(page, width, rules=WCAG):
    yield from violations(page, rules)
    if page.evaluate("document.documentElement.scrollWidth") > width:
        yield "scrolls sideways"
    if page.locator("html").get_attribute("lang") != "kk":
        yield "is not in Kazakh"


def unfold(page):
    """Open what is folded away in the page: rarely used fields count as well."""
    page.evaluate(
        "for (const fold of document.querySelectorAll('main form .sk-fold')) fold.open = true"
    )


def pages_of(app, browsers):
    """(address, browser of who may open it) of every HTML page, in any order; None is a stranger.

    Only when a page is asked for is it seen whether the next address is one.
    """
    found = [one for one in addresses(app) if "GET" in one.methods and not one.is_public]
    shuffle(found)
    assert len(found) > 60
    yield "/login", None
    for address in found:
        browser = browsers["head" if "head" in address.roles else "admin"]
        answer = send(browser, "GET", address.url)
        is_page = answer.status_code == 200 and answer.mimetype == "text/html"
        if is_page and not address.url.endswith(PARTS):
            yield address.url, browser


pytestmark = pytest.mark.long


def all_read(theme):
    """From now on all read in Kazakh and in ``theme``."""
    for user in db.session.scalars(select(User)):
        user.language, user.theme = "kk", theme
    db.session.commit()


def turn_to(page, width, theme):
    """Show the page that is open ``width`` pixels wide and in ``theme``: loading takes longest."""
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate(
        "theme => {"
        " const page = document.documentElement.dataset;"
        " page.theme = page.bsTheme = theme;"
        " for (const fading of document.getAnimations()) fading.finish();"
        "}",
        theme,
    )


def faults_of_both(page):
    """What is wrong with the page that is open, wide and light, and narrow and dark."""
    contrast_in = choice(LOOKS)  # takes longer than all else; another run draws the other one
    for width, theme in reversed(LOOKS):  # it is left wide
        turn_to(page, width, theme)
        rules = WCAG if (width, theme) == contrast_in else WCAG_BUT_CONTRAST
        for fault in faults_of(page, width, rules):
            yield f"at {width}: {fault}"


@on_sqlite
@pytest.mark.parametrize(
    "count", [8, pytest.param(None, marks=pytest.mark.look)], ids=["some", "every"]
)
def test_every_page_is_accessible_and_fits(app, page, live_server, count):
    make_world()
    browsers = {role: signed_in(app, role) for role in ("head", "admin")}
    faults = []
    all_read("light")
    for url, browser in islice(pages_of(app, browsers), count):
        if browser is not None:
            cookie = browser.client.get_cookie("session").value
            page.context.add_cookies([{"name": "session", "value": cookie, "url": live_server}])
        page.set_viewport_size({"width": LOOKS[0][0], "height": 900})
        page.goto(url)
        unfold(page)
        faults += [f"{url} {fault}" for fault in faults_of_both(page)]
    assert not faults, "\n".join(faults)


@on_sqlite
def test_links_refusals_and_conflicts_are_accessible_and_fit(app, page, live_server):
    organisation, head = make_organisation(name_kk="Қазмырыш"), signed_in(app, "head")
    token = link_token(make_user(), timedelta(hours=1))
    project = make_project(stage="negotiation")
    all_read("light")
    faults = []
    for url in ("/password/", f"/password/{token}"):
        assert page.goto(url).status == 200, url
        faults += [f"{url.rpartition('/')[0]} {fault}" for fault in faults_of_both(page)]
    cookie = head.client.get_cookie("session").value
    page.context.add_cookies([{"name": "session", "value": cookie, "url": live_server}])
    page.goto("/organisations/new")
    assert saved(page) == 422
    faults += [f"422 {fault}" for fault in faults_of_both(page)]
    page.goto(f"/organisations/{organisation.id}/edit")
    organisation.note = "hers"
    db.session.commit()
    unfold(page)
    page.fill("[name=note]", "mine")
    assert saved(page) == 409
    faults += [f"409 {fault}" for fault in faults_of_both(page)]
    page.goto(f"/projects/{project.id}")
    page.locator(".sk-gate .acts summary").last.click()
    faults += [f"small form {fault}" for fault in faults_of_both(page)]
    with page.expect_navigation() as answer:
        page.locator("#move button").click()
    assert answer.value.status == 422
    faults += [f"gate {fault}" for fault in faults_of_both(page)]
    assert not faults, "\n".join(faults)


def saved(page):
    """Press the button of the form, whatever the browser itself would refuse; the status."""
    page.evaluate("document.querySelector('main form').noValidate = true")
    with page.expect_navigation() as answer:
        page.locator("main .sk-bar button[type=submit]").first.click()
    return answer.value.status
