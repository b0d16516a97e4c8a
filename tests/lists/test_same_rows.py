"""What you see is what you export: the rows of a list page by page are those of its files.

Each run tries other filters, orders, columns and sizes of pages; CRM_TEST_SEED repeats one,
CRM_TEST_CASES tries more of them.
"""

import base64
import csv
import io
import json
import os
import re
import sys
from random import Random, SystemRandom
from urllib.parse import urlencode

import pytest
from openpyxl import load_workbook

from crm.core import clock, records
from crm.core.database import db
from crm.core.permissions import may_open
from crm.core.sight import seeing_everything
from crm.follow_ups.models.follow_up import FollowUp
from tests.browser import Browser
from tests.factories import make_follow_up, make_user
from tests.lists.worlds import CODES, MANY, fill
from tests.sweep import ROLES, send

CASES = int(os.environ.get("CRM_TEST_CASES", "2"))
_ROW = re.compile(r"<tr role=\"row\".*?<th [^>]*rowheader.*?href=\"([^\"]*)\"", re.S)
_LINK = re.compile(r"<a rel=\"(next|prev)\" href=\"([^\"]*)\"")


@pytest.fixture
def random():
    seed = os.environ.get("CRM_TEST_SEED") or str(SystemRandom().randrange(10**6))
    sys.stdout.write(f"CRM_TEST_SEED={seed}\n")  # shown where the test fails
    return Random(seed)


@pytest.fixture
def readers(app, random):
    """A browser of each role, in a world made of the seed."""
    users = {role: make_user(role) for role in ROLES}
    fill(random, users)
    return {role: Browser(app).come_back(user) for role, user in users.items()}


def listings():
    """Every list of records; that of files taken grows with each file and has no record pages."""
    found = (one.listing for one in records.kinds() if one.listing)
    return {one.name: one for one in found if one.name != "admin/files"}


def roles_for(listing):
    return [role for role in ROLES if may_open(listing.address, role)]


def case(random, listing):
    """What an address may ask of ``listing``."""
    args = {}
    count = random.choice((0, 0, 1, 1, 2))
    for one in random.sample(listing.every_filter, min(count, len(listing.every_filter))):
        args |= asked(random, one)
    if listing.search is not None and random.random() < 0.2:
        args["q"] = random.choice(("а", "o", "zinc", "="))
    if random.random() < 0.8:
        args["sort"] = random.choice(("", "-")) + random.choice(sorted(listing.sorts))
    return args


def asked(random, one):
    if one.kind == "flag":
        return {one.name: "1"}
    if one.kind == "record":
        return {one.name: str(random.randint(1, MANY))}
    if one.kind == "date_range":
        periods = [value for value, _text in one.offered]
        if random.random() < 0.3:
            return {one.name: random.choice(periods)}
        return {random.choice(one.typed): f"2026-10-{random.randint(1, 28):02}"}
    if one.kind == "number_range":
        return {random.choice(one.typed): str(random.choice((0, 5, 1000)))}
    if not hasattr(one, "choices"):
        return {one.name: random.choice(("а", "Zinc", "Әлем"))}
    choices = [str(value) for value, _text in one.offered]
    liked = [value for value in choices if value in CODES or value in ("MET", "AGR", "1", "2")]
    return {one.name: random.choice(liked or choices)} if choices else {}


def columns(random, listing, drawn=True):
    names = [one.name for one in (*listing.columns, *(listing.screen if drawn else ()))]
    chosen = random.sample(names, random.randint(1, min(6, len(names))))
    return ",".join(dict.fromkeys(chosen))


def url_of(path, args):
    return f"{path}?{urlencode(args)}" if args else path


def html(browser, url):
    answer = send(browser, "GET", url)
    assert answer.status_code == 200, f"{url}: {answer.status}"
    return answer.get_data(as_text=True)


def ids_on(page):
    paths = [link.partition("?")[0].removesuffix("/edit") for link in _ROW.findall(page)]
    return [path.rpartition("/")[2] for path in paths]


def links_on(page):
    return {rel: url.replace("&amp;", "&") for rel, url in _LINK.findall(page)}


def walked(browser, url):
    """Ids page by page to the end, and page by page back to the beginning."""
    pages, following = [], url
    while following:
        page = html(browser, following)
        pages.append(ids_on(page))
        following = links_on(page).get("next")
    back = [pages[-1]]
    while previous := links_on(page).get("prev"):
        page = html(browser, previous)
        back.append(ids_on(page))
    return pages, back[::-1]


def in_csv(browser, url):
    text = html(browser, url).removeprefix("\ufeff")
    return [row[0] for row in csv.reader(io.StringIO(text, newline=""))][1:]


def in_xlsx(browser, url):
    answer = send(browser, "GET", url)
    assert answer.status_code == 200, url
    sheet = load_workbook(io.BytesIO(answer.data), read_only=True).worksheets[0]
    return [str(row[0]) for row in sheet.iter_rows(min_row=2, values_only=True)]


def test_pages_csv_and_xlsx_hold_the_same_rows_in_one_order(readers, random):
    seen = 0
    for name, listing in listings().items():
        for _case in range(CASES):
            browser = readers[random.choice(roles_for(listing))]
            args = case(random, listing)
            shown = args | {"per_page": random.choice(("25", "25", "50", "200"))}
            if random.random() < 0.5:
                shown["columns"] = columns(random, listing)
            pages, back = walked(browser, url_of(listing.address, shown))
            told = args | {"headers": "keys", "dialect": "rfc4180"}
            key = listing.columns[0].name
            told["columns"] = f"{key},{columns(random, listing, drawn=False)}"
            ids = [one for page in pages for one in page]
            seen += len(ids)
            assert pages == back, (name, shown)
            assert ids == in_csv(browser, url_of(f"/{name}.csv", told)), (name, shown)
            assert ids == in_xlsx(browser, url_of(f"/{name}.xlsx", told)), (name, shown)
            assert len(set(ids)) == len(ids), (name, shown)
    assert seen > 50 * CASES


def test_rows_that_come_and_go_move_no_others_over_the_edge_of_a_page(readers):
    browser = readers["head"]
    url = "/follow-ups/?sort=-text&per_page=25"
    first = html(browser, url)
    with seeing_everything():
        gone = db.session.get(FollowUp, int(ids_on(first)[-1]))
    gone.archive(clock.now(), "twice")
    make_follow_up(text="яяя")
    second = html(browser, links_on(first)["next"])
    assert not set(ids_on(first)) & set(ids_on(second))
    every = [one for page in walked(browser, url)[0] for one in page]
    place = every.index(ids_on(second)[0])
    assert set(every[:place]) - set(ids_on(first)) == {every[0]}


FORGED = (
    *(None, True, False, 0, 1, -1, 1.5, 1e30, 2**31, 2**63, 2**64, float("nan"), "", "x", "1"),
    *("NaN", "1e400", "\ud800", "\x00", "2026-01-01", "0001-01-01T00:00:00+23:00", "9999-99-99"),
    *([], {}, [1], "я" * 160, "officer"),
)


def edge(values):
    text = json.dumps(values)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def test_a_forged_edge_is_no_fault(readers, random):
    for listing in listings().values():
        browser = readers[roles_for(listing)[0]]
        for name, expressions in listing.sorts.items():
            made = expressions() if callable(expressions) else expressions
            for way, one in zip(("after", "before"), random.sample(FORGED, 2), strict=True):
                values = [random.choice((one, None)), *random.choices(FORGED, k=len(made))]
                values = [one] if random.random() < 0.1 else values
                url = url_of(listing.address, {"sort": name, way: edge(values)})
                status = send(browser, "GET", url).status_code
                assert status in (200, 400, 404), (url, values)
    for text in ("", "!", "bm8", "W10", "x" * 5000, "0" * 2001, "%ff"):
        status = send(readers["head"], "GET", f"/meetings/?after={text}").status_code
        assert status == (200 if text == "" else 400), text
