"""Rules over every page there is, as its reader gets it."""

from itertools import cycle
from urllib.parse import urljoin, urlsplit

import pytest
from werkzeug.exceptions import HTTPException

from tests.browser import HOST
from tests.postgres import on_postgresql, on_sqlite
from tests.sweep import PARTS, ROLES, addresses, make_world, send, signed_in
from tests.tree import Tag

POLICY = ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")


@pytest.fixture
def people(app):
    browsers = {role: signed_in(app, role) for role in ROLES}
    make_world()
    return browsers


def pages(app, browser, role):
    """(address, page) of every HTML page ``role`` may open."""
    for address in addresses(app):
        if "GET" not in address.methods or role not in address.roles or address.is_public:
            continue
        answer = send(browser, "GET", address.url)
        if answer.mimetype == "text/html" and answer.status_code == 200:
            # What stands in a template becomes part of the page later on.
            html = answer.data.replace(b"<template", b"<div").replace(b"</template", b"</div")
            yield address, answer, Tag.read(html)


def posting(page):
    return [form for form in page.select("form") if form.get("method", "get").lower() == "post"]


def lacks(address, answer, page):
    """What a page is without and should not be."""
    say = [
        (len(page.select("h1")) == 1, "one heading"),
        (bool(page.title and page.title.get_text().strip(" ·")), "a title"),
        (page.html and page.html.get("lang") in ("kk", "ru", "en"), "its language"),
        (page.select_one("main#main") is not None, "a main part"),
        (not page.select("[style], style, script:not([src])"), "nothing inline"),
        (all(form.select_one("[name=csrf_token]") for form in posting(page)), "tokens"),
        (all(a["href"].strip() for a in page.select("a[href]")), "links that lead on"),
        (all(p in answer.headers["Content-Security-Policy"] for p in POLICY), "the policy"),
        (answer.headers["X-Content-Type-Options"] == "nosniff", "nosniff"),
        (answer.headers.get("Cache-Control") == "no-store", "no copy kept"),
    ]
    if address.url.endswith("/edit"):
        say.append((page.select_one("main form [name=version]") is not None, "a version"))
    return [f"{address.url}: {what} is missing" for holds, what in say if not holds]


def offers(address, page):
    """(method, address) of everything the page leads to in this office."""
    found = {("GET", a["href"]) for a in page.select("main a[href]")}
    found |= {("POST", form.get("action") or address.url) for form in posting(page)}
    found |= {("POST", button["formaction"]) for button in page.select("button[formaction]")}
    for method, url in found:
        target = urlsplit(urljoin(HOST + address.url, url))
        if not url.startswith("#") and target.netloc == "localhost":
            yield method, target.path


def endpoint_at(app, method, path):
    """The name of the view a path leads to; None where there is none."""
    try:
        return app.url_map.bind("localhost").match(path, method)[0]
    except HTTPException:
        return None


@on_sqlite
def test_a_page_is_well_made_and_offers_only_what_its_reader_may_do(app, people):
    faults, led_to = set(), {role: {} for role in ROLES}
    for role in ROLES:
        for address, answer, page in pages(app, people[role], role):
            if not address.url.endswith(PARTS):
                faults.update(lacks(address, answer, page))
            for offer in offers(address, page):
                led_to[role].setdefault(offer, address.url)
    roles = {address.rule.endpoint: address.roles for address in addresses(app)}
    for role, found in led_to.items():
        assert len(found) > 40, role
        for (method, path), url in found.items():
            target = endpoint_at(app, method, path)
            if target is None:
                faults.add(f"{url}: {method} {path} leads nowhere")
            elif role not in roles[target]:
                faults.add(f"{url}: {method} {path} is not for a {role}")
    assert not faults, "\n".join(sorted(faults))


@on_postgresql  # the stricter one: it refuses a NUL or a number too large
def test_the_version_too_may_be_rubbish(app, people):
    rubbish, sent_to = cycle(("", "abc", "-1", "9" * 40, "٣")), set()
    for address, _answer, page in pages(app, people["head"], "head"):
        for form in posting(page):
            if form.select_one("[name=version]") is None:
                continue
            path = urlsplit(urljoin(HOST + address.url, form.get("action") or address.url)).path
            if path in sent_to:
                continue
            sent_to.add(path)
            token, version = form.select_one("[name=csrf_token]")["value"], next(rubbish)
            sent = {"csrf_token": token, "version": version}
            answer = send(people["head"], "POST", path, data=sent)
            assert answer.status_code in (400, 409, 422), f"{path} version {version!r}"
    assert len(sent_to) > 20
