"""Rules over every page there is, as its reader gets it."""

from itertools import cycle, islice
from urllib.parse import urljoin, urlsplit

import pytest
from werkzeug.exceptions import HTTPException

from tests.browser import HOST
from tests.postgres import on_postgresql, on_sqlite
from tests.sweep import PARTS, ROLES, addresses, make_world, send, signed_in
from tests.tree import Tag

# The stricter one: it refuses what SQLite would store, a NUL or a number too large.
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


def rule_at(app, url, method):
    """The route and roles of a local address; None for another host or no route."""
    target = urlsplit(urljoin(HOST, url))
    if f"{target.scheme}://{target.netloc}" != HOST:
        return None
    try:
        rule, _values = app.url_map.bind("localhost").match(target.path, method, return_rule=True)
    except HTTPException:
        return None
    return next(address for address in addresses(app) if address.rule is rule)


@on_sqlite
@pytest.mark.parametrize("role", ["head", "admin"])
def test_a_page_is_well_made(app, people, role):
    faults, seen = [], 0
    for address, answer, page in pages(app, people[role], role):
        if address.url.endswith(PARTS):
            continue
        seen += 1
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
        faults += [f"{address.url}: {what} is missing" for holds, what in say if not holds]
    assert not faults, "\n".join(faults)
    assert seen >= 4


def posting(page):
    return [form for form in page.select("form") if form.get("method", "get").lower() == "post"]


@on_sqlite
@pytest.mark.parametrize("role", ROLES)
def test_a_page_offers_only_what_its_reader_may_do(app, people, role):
    faults = set()
    for address, _answer, page in pages(app, people[role], role):
        offers = [("GET", a["href"]) for a in page.select("main a[href]")]
        offers += [("POST", form.get("action") or address.url) for form in posting(page)]
        offers += [("POST", button["formaction"]) for button in page.select("button[formaction]")]
        for method, url in offers:
            if url.startswith("#") or urlsplit(urljoin(HOST, url)).netloc != "localhost":
                continue
            target = rule_at(app, urljoin(HOST + address.url, url), method)
            if target is None:
                faults.add(f"{address.url}: {method} {url} leads nowhere")
            elif role not in target.roles:
                faults.add(f"{address.url}: {method} {url} is not for a {role}")
    assert not faults, "\n".join(sorted(faults))


@on_postgresql
def test_the_version_too_may_be_rubbish(app, people):
    rubbish = cycle(("", "abc", "-1", "9" * 40, "٣"))
    for address, _answer, page in pages(app, people["head"], "head"):
        for form in posting(page):
            if form.select_one("[name=version]") is None:
                continue
            path = urlsplit(urljoin(HOST + address.url, form.get("action") or address.url)).path
            for version in islice(rubbish, 2):
                token = form.select_one("[name=csrf_token]")["value"]
                sent = {"csrf_token": token, "version": version}
                answer = send(people["head"], "POST", path, data=sent)
                assert answer.status_code in (400, 409, 422), f"{path} version {version!r}"
