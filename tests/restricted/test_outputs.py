"""Restricted records: nothing of them shows to others, in any output there is; theirs see all.

The world is looked at twice, before the restricted records are there and after: to those who are
kept from them nothing may have changed, by a word, a number or a date.
"""

from itertools import cycle

from crm.core import records
from crm.core.database import db
from tests.postgres import on_sqlite
from tests.restricted.secret import (
    LISTS,
    NAMES,
    WORD,
    Secret,
    back,
    make_people,
    traces_in,
    words_of,
)
from tests.sweep import ROLES, addresses, contents, make_world, send, signed_in

KEPT_FROM = ("officer", "viewer", "admin")

# Where it is said that something restricted was changed, by whom and when; nothing else of it.
SAID = {"/admin/audit"}
# Which files were taken, and what they were searched for in the words of who took them.
FILES_TAKEN = "/admin/files"


def outputs(app, role):
    """Addresses of everything an officer may read, filters and searches among them.

    What shuts a record away is one condition whoever asks: for the others, what only they may
    open, and the lists. PostgreSQL reads it for an officer.
    """
    found = [one for one in addresses(app) if "GET" in one.methods and role in one.roles]
    if role != "officer":
        own = [one.url for one in found if "officer" not in one.roles]
        return [*own, "/", f"/search?q={WORD}", *(f"/{name}/" for name in LISTS)]
    found = [one.url for one in found]
    is_first = db.engine.name == "sqlite"
    endings = ("csv", "xlsx", "csv?headers=keys") if is_first else ("csv?headers=keys",)
    lists = [kind.listing.name for kind in records.kinds() if kind.listing]
    found += [f"/{name}.{ending}" for name in lists for ending in endings]
    for name in LISTS:
        found += [f"/{name}/?q={WORD}", f"/{name}.csv?q={WORD}", f"/{name}/?restricted=1"]
        found += [f"/{name}/?country=DE&sort=-country"]
    found += ["/meetings/?held_from=2031-01-01", "/delegations/?arrives_from=2031-01-01"]
    found += [f"/documents/?q={WORD}", "/meetings/1/documents", "/meetings/1/history"]
    found += ["/follow-ups/?status=overdue", "/follow-ups/?sector=MET", "/meetings/?sector=MET"]
    found += ["/projects/?sector=MET", "/projects/board?country=DE", "/follow-ups/?project=1"]
    found += ["/interests/matrix?sector=MET", "/interests/?noted_from=2031-01-01", "/projects/1"]
    found += [f"/search?q={WORD}", f"/search/suggestions?q={WORD}"]
    found += ["/digest/?part=text", "/meetings/?undated=1", "/people/1", "/organisations/1"]
    return [url for url in dict.fromkeys(found) if not url.startswith(("/static", "/bootstrap"))]


def test_to_those_kept_from_them_restricted_records_do_not_exist(app):
    browsers = {role: signed_in(app, role) for role in ROLES}
    make_world()
    readers = KEPT_FROM if db.engine.name == "sqlite" else ("officer",)
    urls = {role: outputs(app, role) for role in readers}
    people = make_people()  # users are everybody's to see
    before = {
        (role, url): words_of(send(browsers[role], "GET", url))
        for role in readers
        for url in urls[role]
    }
    Secret(people)
    faults = []
    for (role, url), text in before.items():
        if url.startswith(FILES_TAKEN):
            continue
        answer = send(browsers[role], "GET", url)
        if traces_in(answer) and "q=" not in url:  # a search says what was searched for
            faults.append(f"{role} {url}: {traces_in(answer)}")
        elif words_of(answer) != text and url not in SAID:
            faults.append(f"{role} {url}: differs")
    assert not faults, "\n".join(faults)
    assert len(before) > 100


def test_every_address_of_theirs_is_not_found(app):
    browsers = {role: signed_in(app, role) for role in ROLES}
    make_world()
    secret = Secret()
    tokens = {role: browser.token() for role, browser in browsers.items()}
    readers = KEPT_FROM if db.engine.name == "sqlite" else ("officer",)
    before, faults, tried = contents(), [], 0
    for address, url in secret.addresses(app):
        for role in readers:
            sent = {"csrf_token": tokens[role], "version": "1", "text": "x", "outcome": "x"}
            for method in address.methods:
                answer = send(browsers[role], method, url, data=sent)
                tried += 1
                expected = 404 if role in address.roles else 403
                if answer.status_code != expected or traces_in(answer):
                    faults.append(f"{role}: {method} {url}: {answer.status} {traces_in(answer)}")
    assert not faults, "\n".join(faults)
    assert tried > 40 * len(readers)
    assert contents() == before


@on_sqlite
def test_heads_officer_and_team_see_all(app):
    head = signed_in(app, "head")
    make_world()
    secret = Secret()
    keeper, helper = (back(app, secret.people[name]) for name in ("keeper", "helper"))
    officers = cycle((keeper, helper))
    for address, url in secret.addresses(app):
        if "GET" in address.methods:
            browser = next(officers) if "officer" in address.roles else head
            answer = send(browser, "GET", url)
            assert answer.status_code == 200, url
            assert traces_in(answer), url
    for browser in (head, keeper, helper):
        for name in LISTS:
            for ending in ("/", ".csv", ".xlsx"):
                assert traces_in(send(browser, "GET", f"/{name}{ending}")), (name, ending)
            record = send(browser, "GET", f"/{name}/{secret.ids[NAMES[LISTS.index(name)] + '_id']}")
            assert traces_in(record), name
        assert "Restricted" in browser.open("/meetings/?restricted=1").rows[0][1]
        assert len(browser.open("/follow-ups/?restricted=1").rows) == 1
        for url in ("/countries/DE", "/people/1"):
            assert traces_in(send(browser, "GET", url)), url
