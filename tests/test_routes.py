"""Rules over every route: who is let in, what is refused, and that refusals change nothing."""

from collections import Counter
from itertools import cycle, islice

import pytest

from tests.postgres import on_sqlite
from tests.sweep import ROLES, SAMPLES, addresses, contents, make_world, send, signed_in, url_of

# PRODUCT.md, rule 2: what a stranger may open.
PUBLIC = ("/login", "/password/", "/language", "/healthz", "/favicon.ico", "/calendar/")
PUBLIC += ("/unsubscribe/", "/static/", "/bootstrap/static/", "/static-icons/", "/static-joined/")
# Everybody's own affairs: they post without a role.
OWN = {"accounts.sign_in", "accounts.sign_out", "accounts.profile", "accounts.password"}
OWN |= {"accounts.theme", "accounts.end_one", "accounts.end_all"}
OWN |= {"list_columns.keep_columns", "list_columns.keep_rows"}
OWN |= {f"list_views.{act}" for act in ("create", "rename", "update", "remove", "restore")}
OWN |= {"calendar.renew", "calendar.end", "calendar.invitations"}
OWN |= {"bulk.take_away"}  # their own choice of records, to be downloaded
# A query, a link out of a letter, one's own choice of records.
NEEDS_MORE = {
    "accounts.language",
    "resets.choose",
    "unsubscribing.ask",
    "unsubscribing.confirm",
    "bulk.file",
    "bulk.preview",
}
NO_TOKEN = ("/unsubscribe/",)
# What is refused before a database is asked.
BAD_IDS = ("0", str(2**31), "99999999999999999999", "abc", "-1", "1.0", "٣", "1%00")


@pytest.fixture
def people(app):
    """A browser for every role, and a world to look at."""
    browsers = {role: signed_in(app, role) for role in ROLES}
    make_world()
    return browsers


def who_may(people, address):
    """A browser of somebody who may enter."""
    return people[min(address.roles, key=ROLES.index)]


def faults_of(found):
    return "\n".join(found)


@on_sqlite
def test_only_what_the_contract_names_is_public(app):
    opened = [address.url for address in addresses(app) if address.is_public]
    assert [url for url in opened if not url.startswith(PUBLIC)] == []
    assert {"/login", "/language", "/healthz", "/favicon.ico"} <= set(opened)


@on_sqlite
def test_a_stranger_is_sent_to_sign_in(app, browser):
    make_world()
    before, faults = contents(), []
    for address in addresses(app):
        for method in () if address.is_public else address.methods:
            answer = send(browser, method, address.url)
            if answer.status_code != 303 or not answer.location.startswith("/login"):
                faults.append(f"{method} {address.url}: {answer.status}")
    for url in ("/no-such-page", "/meetings/0", "/follow-ups/abc/progress", "/nothing.csv"):
        answer = send(browser, "GET", url)
        if answer.status_code != 303 or not answer.location.startswith("/login"):
            faults.append(f"GET {url}: {answer.status}")
    assert not faults, faults_of(faults)
    assert contents() == before


def test_what_is_public_opens_without_sign_in(app, browser):
    make_world()
    for address in addresses(app):
        if address.is_public and address.rule.endpoint not in NEEDS_MORE:
            assert send(browser, "GET", address.url).status_code == 200, address.url


@on_sqlite
def test_every_post_without_a_token_is_refused(app, people, browser):
    before, faults = contents(), []
    for address in addresses(app):
        if "POST" not in address.methods or address.url.startswith(NO_TOKEN):
            continue
        asking = browser if address.is_public else who_may(people, address)
        for sent in ({}, {"csrf_token": "made up"}):
            answer = send(asking, "POST", address.url, data=sent)
            if answer.status_code != 400:
                faults.append(f"POST {address.url} with {sent}: {answer.status}")
    assert not faults, faults_of(faults)
    assert contents() == before


@on_sqlite
def test_no_view_that_writes_forgets_its_roles(app):
    forgetful = [
        address.rule.endpoint
        for address in addresses(app)
        if address.writes and not address.is_public
        if address.roles == set(ROLES) and address.rule.endpoint not in OWN
    ]
    assert forgetful == []


@on_sqlite
def test_a_role_changes_nothing_that_is_not_its_own(app, people):
    tokens = {role: browser.token() for role, browser in people.items()}
    before, faults, refused = contents(), [], Counter()
    for address in addresses(app):
        for role in set(ROLES) - address.roles:
            sent = {"csrf_token": tokens[role], "version": "1"}
            for method in address.methods:
                answer = send(people[role], method, address.url, data=sent)
                refused[role] += 1
                if answer.status_code != 403:
                    faults.append(f"{role}: {method} {address.url}: {answer.status}")
    assert not faults, faults_of(faults)
    assert min(refused[role] for role in ROLES) >= 5
    assert refused["viewer"] > 40
    assert contents() == before


@on_sqlite
def test_a_viewer_writes_nowhere_but_on_their_own_page(app):
    writable = {
        address.rule.endpoint
        for address in addresses(app)
        if address.writes and "viewer" in address.roles and not address.is_public
    }
    assert writable <= OWN


def test_reading_changes_nothing(app, people):
    before, faults = contents(), []
    for address in addresses(app):
        if "GET" in address.methods:
            role = "head" if "head" in address.roles else "admin"
            answer = send(people[role], "GET", address.url)
            is_strange = answer.status_code not in (200, 303, 400)
            if is_strange and address.rule.endpoint not in NEEDS_MORE:
                faults.append(f"{role}: GET {address.url}: {answer.status}")
    assert not faults, faults_of(faults)
    after = contents()
    assert len(after.pop("files_taken")) > len(before.pop("files_taken"))  # the ledger of files
    assert after == before


@on_sqlite
def test_a_malformed_id_is_not_found(app, people):
    tokens = {role: browser.token() for role, browser in people.items()}
    faults, tried, others = [], 0, cycle(BAD_IDS)
    for address in addresses(app):
        for argument in address.rule.arguments - {"filename", "digest", "extension", "name"}:
            for bad in {"abc", *islice(others, 2)}:
                if argument in SAMPLES and bad.isdecimal():
                    continue  # a code may well be digits
                role = min(address.roles, key=ROLES.index)
                url = url_of(address.rule, **{argument: bad})
                sent = {"csrf_token": tokens[role], "version": "1"}
                answer = send(people[role], address.method, url, data=sent)
                tried += 1
                if answer.status_code != (400 if "%00" in bad else 404):
                    faults.append(f"{address.method} {url}: {answer.status}")
    assert not faults, faults_of(faults)
    assert tried > 50


def test_a_record_that_is_not_there_is_not_found(app, people):
    tokens = {role: browser.token() for role, browser in people.items()}
    faults = []
    for address in addresses(app):
        for argument in address.rule.arguments - {"filename", "digest", "extension", "name"}:
            role = min(address.roles, key=ROLES.index)
            url = url_of(address.rule, **{argument: "2147483647"})
            sent = {"csrf_token": tokens[role], "version": "1"}
            answer = send(people[role], address.method, url, data=sent)
            if answer.status_code != 404:
                faults.append(f"{address.method} {url}: {answer.status}")
    assert not faults, faults_of(faults)


@on_sqlite
def test_a_nul_in_an_address_is_refused(app, people, browser):
    faults = []
    for address in addresses(app):
        if "GET" in address.methods:
            asking = browser if address.is_public else who_may(people, address)
            for query in ("?q=%00", "?%00=1", "?sort=id%00"):
                answer = send(asking, "GET", address.url + query)
                if answer.status_code != 400:
                    faults.append(f"GET {address.url}{query}: {answer.status}")
    assert not faults, faults_of(faults)


@on_sqlite  # before a database is asked
def test_a_list_refuses_what_it_does_not_know(app, people):
    faults = []
    for address in addresses(app):
        if "GET" not in address.methods or not address.url.endswith((".csv", "s/", "e/")):
            continue
        if address.rule.endpoint in (
            "countries.index",
            "list_columns.index",
            "reports.index",
        ) or address.url.startswith("/static"):
            continue
        for query in ("?sort=nonsense", "?no_such_filter=1", "?country=QQ"):
            answer = send(who_may(people, address), "GET", address.url + query)
            if answer.status_code != 400:
                faults.append(f"GET {address.url}{query}: {answer.status}")
    assert not faults, faults_of(faults)


def test_other_methods_than_a_page_knows_are_told_so(app, people):
    for url, method in (("/meetings/", "POST"), ("/logout", "GET"), ("/meetings/1", "DELETE")):
        answer = send(
            people["officer"], method, url, data={"csrf_token": people["officer"].token()}
        )
        assert answer.status_code == 405, f"{method} {url}"
