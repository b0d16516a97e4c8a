"""Every address is reached from the desk by links and forms, and no link leads nowhere."""

from collections import deque
from datetime import date
from itertools import chain
from urllib.parse import urljoin, urlsplit

from sqlalchemy import select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from crm.accounts.models import User
from crm.core import clock
from crm.core.database import db
from crm.core.names.likeness import NameKind
from crm.duplicates.services import marking
from crm.lists.models import BulkRecord, ListView
from tests.browser import Browser
from tests.factories import (
    make_bulk_change,
    make_document,
    make_follow_up,
    make_meeting,
    make_person,
    make_project,
    make_sector,
    make_trade_fact,
    together,
)
from tests.postgres import on_sqlite
from tests.sweep import make_world, send, signed_in
from tests.tree import Tag

# Asked for by others than our pages, or where a form leads that was sent: the walk sends none.
OUTSIDE = {
    "calendar.feed": "the calendar of a phone",
    "operations.favicon": "a browser, unasked",
    "operations.health": "what looks after the server",
    "resets.choose": "a letter",
    "unsubscribing.ask": "a letter",
    "unsubscribing.confirm": "a mail program, by the head of a letter",
    "bulk.file": "the form that takes chosen records away leads there",
    "list_columns.index": "who shortens an address of ours by hand",
    "list_views.restore": "the message that a view was removed",
    "undo.undo": "the message of what was done, which takes it back",
}


def ways_out(html, here):
    """(method, address) of all that a page links, sends to or hands to its scripts."""
    page = Tag.read(html)
    sending = {
        one for form in page.select("form[method=post]") for one in (form, *form.select("*"))
    }
    for one in page.select("*"):
        places = {name: str(value) for name, value in one.attrs.items() if is_way(name, value)}
        if one.name == "form":
            places.setdefault("action", here)
        for name, value in places.items():
            url = urlsplit(urljoin(here, value))
            if url.scheme in ("", "http") and url.netloc in ("", "localhost"):
                is_sent = name.endswith("action") and one in sending
                yield "POST" if is_sent else "GET", url._replace(fragment="").geturl()


def is_way(name, value):
    is_handed = name.startswith("data-") and str(value).startswith("/")
    return is_handed or name in ("href", "src", "action", "formaction")


def endpoint_of(app, method, url):
    """What an address leads to; None when there is no such address."""
    try:
        return app.url_map.bind("localhost").match(urlsplit(url).path, method)[0]
    except RequestRedirect as moved:
        return endpoint_of(app, method, moved.new_url)
    except HTTPException:
        return None


def walk(app, browser, waiting, opened):
    """(endpoint, method, address, the page it stands on) of every way out of the pages ``waiting``
    and of those they lead to, but for what stands in ``opened``: one page of each kind is enough.
    """
    waiting, seen = deque(waiting), set()
    while waiting:
        here = waiting.popleft()
        answer = send(browser, "GET", here)
        if answer.status_code == 303:
            ways = [("GET", answer.location)]
        else:
            ways = ways_out(answer.data, here) if answer.mimetype == "text/html" else ()
        for method, url in sorted(set(ways) - seen):
            seen.add((method, url))
            endpoint = endpoint_of(app, method, url)
            yield endpoint, method, url, here
            if method == "GET" and endpoint not in opened:
                opened.add(endpoint)
                waiting.append(url)


@together()
def make_states(officer):
    """What the world of one record a kind lacks, and the pages that show it, by who looks."""
    gone = {"archived_at": clock.now()}
    fact = make_trade_fact(period_from=date(2020, 1, 1), period_to=date(2020, 12, 31), **gone)
    make_sector("AGR", "Agriculture", **gone)
    meeting, project = make_meeting(held_on=date(2026, 12, 1)), make_project()
    make_document(meeting, **gone)
    own = {"owner": officer, "country_code": "DE"}
    dated = make_follow_up(due_on=date(2026, 12, 1), **own)
    points = [make_follow_up(status=one, outcome="Held", **own) for one in ("done", "off_control")]
    for _more_than_a_page in range(25):
        make_follow_up(**own)
    done = make_bulk_change(dated, status="done", done_at=clock.now())
    mixed = make_bulk_change(dated)
    mixed.records.append(BulkRecord(record_id=points[0].id, version=points[0].version + 1))
    db.session.add(ListView(listing="meetings", owner_id=officer.id, name="Mine"))
    one, _twin, other = (make_person(name_en="Hans Weber") for _each in range(3))
    db.session.flush()
    marking.mark(NameKind.PERSON, one, other, officer.id)
    return {
        "head": [
            *("/follow-ups/1", *(f"/follow-ups/{point.id}" for point in points)),
            *(f"/meetings/{meeting.id}", f"/meetings/{meeting.id}/documents"),
            *(f"/meetings/{make_meeting(**gone).id}", f"/projects/{project.id}", "/countries/DE"),
            *("/meetings/1/documents", f"/countries/trade/{fact.id}"),
            *("/people/duplicates", "/people/duplicates?marked=1", "/merges/1"),
        ],
        "officer": [
            *("/follow-ups/1", f"/follow-ups/{dated.id}", "/lists/meetings/views"),
            *("/account/calendar", f"/lists/bulk/{done.id}", f"/lists/bulk/{mixed.id}"),
        ],
        "admin": ["/admin/audit", "/admin/reference/sectors", "/admin/reference/sectors/MET"],
    }


@on_sqlite
def test_every_address_is_linked_and_every_link_leads_somewhere(app):
    people = {role: signed_in(app, role) for role in ("officer", "head", "admin")}
    make_world()
    states = make_states(db.session.scalars(select(User).order_by(User.id)).first())
    opened, reached, nowhere = set(), set(), set()
    walks = [walk(app, Browser(app), ["/login"], opened)]
    walks += [walk(app, people[role], ["/", *states[role]], opened) for role in states]
    for endpoint, method, url, here in chain.from_iterable(walks):
        reached.add(endpoint)
        if endpoint is None:
            nowhere.add(f"{here}: {method} {url}")
    assert not nowhere, "\n".join(sorted(nowhere))
    known = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert sorted(known - reached) == sorted(OUTSIDE)


def test_the_walk_sees_links_forms_and_what_scripts_are_handed():
    page = """<a href="edit#name"></a><a href="https://other.example/"></a><form></form>
        <form method="post" action="/send"><a href="/help"></a>
        <button formaction="/draft"></button><input data-suggest="/search" data-l="Name"></form>"""
    assert set(ways_out(page, "/people/1")) == {
        *(("GET", "/people/edit"), ("GET", "/people/1"), ("GET", "/help"), ("GET", "/search")),
        *(("POST", "/send"), ("POST", "/draft")),
    }
