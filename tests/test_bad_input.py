"""Hundreds of requests nobody means to send: none breaks anything, each gets its answer.

What is drawn differs from run to run; ``pytest -p randomly --randomly-seed=N`` draws it again.
"""

import os
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

import crm
from crm.core import records
from tests.browser import Browser
from tests.hostile import (
    HUGE,
    MARKER,
    UNESCAPED,
    Counter,
    body_of,
    encoded,
    faults_of_refusal,
    forms_of,
    messages_of,
    plain_words,
    values,
)
from tests.postgres import on_sqlite
from tests.sweep import ROLES, addresses, contents, make_world, send, signed_in

pytestmark = pytest.mark.long
NOTED = {"files_taken": None}  # who took a list as a file is written down
# Of each kind, on each database; every run draws others. For a night of them name more.
REQUESTS = int(os.environ.get("CRM_TEST_REQUESTS", "100"))
LEFT_OUT = ("/logout", "/account/sessions/")  # would end the sign-in the requests stand on
THROTTLED = ("/login", "/password/")
FILES = (".csv", ".xlsx", ".css", ".js", ".pdf", ".docx", ".ics", ".svg", ".vcf")
MORE_PAGES = ("sectors/new", "sectors/MET/edit", "districts/new", "working-days/new")
MORE_PAGES += ("rates/new", "mci/new")
ALWAYS_THE_SAME = ("/password/",)  # does not tell whether anybody has this address


def drawing(request, holds, strategy):
    """Run ``holds`` on drawn data; state changes on the way, so nothing is tried twice."""
    number = getattr(request.config.option, "randomly_seed", 0)
    checked = settings(
        max_examples=REQUESTS,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )(given(strategy)(holds))
    seed(number)(checked)()


@pytest.fixture
def people(app):
    """A browser for every role, and a world to look at."""
    browsers = {role: signed_in(app, role) for role in ROLES}
    make_world()
    return browsers | {"stranger": Browser(app)}


def who_may(people, address):
    if address.is_public:
        return people["stranger"]
    return people["head" if "head" in address.roles else min(address.roles)]


def told(found):
    """What went wrong, each kind once, with an example of what was sent."""
    return "\n".join(f"{fault}\n    {sent[:1500]}" for fault, sent in list(found.items())[:20])


def faults_of_answer(answer):
    faults = [f"status {answer.status}"] if answer.status_code >= 500 else []
    if answer.mimetype == "text/html":
        page = answer.get_data(as_text=True)
        faults += [f"unescaped {text!r}" for text in UNESCAPED if text in page]
    if any("data-zq" in value for _name, value in answer.headers):
        faults.append(f"echoed in a header: {answer.headers}")
    return faults


# -- addresses ---------------------------------------------------------------------------------


def names_asked_for():
    """Every name a view reads from an address."""
    asked = re.compile(r'(?:args\.get|args\.getlist|_id_in_address)\(\s*"([\w-]+)"')
    sources = Path(crm.__file__).parent.rglob("*.py")
    found = {name for path in sources for name in asked.findall(path.read_text())}
    for kind in records.kinds():
        found |= set(kind.listing.parameters) if kind.listing else set()
    return sorted(found | {"no_such_name", "q" * 300, "\x00", MARKER})


def of_a_list(listing):
    """Addresses of a list as page and file, with filters it knows."""
    ends = st.sampled_from(["/", "/", ".csv", ".xlsx"])
    own = st.tuples(st.sampled_from(sorted(listing.parameters)), values)
    return st.tuples(
        st.tuples(st.none(), ends.map(lambda end: f"/{listing.name}{end}")),
        st.lists(own, min_size=1, max_size=2),
    )


def test_no_query_string_breaks_an_address(app, people, request):
    pages = [one for one in addresses(app) if "GET" in one.methods and "static" not in one.url]
    lists = [kind.listing for kind in records.kinds() if kind.listing]
    names, before, seen, found = names_asked_for(), contents(), set(), {}
    any_page = st.tuples(
        st.tuples(st.sampled_from(pages), st.none()),
        st.lists(st.tuples(st.sampled_from(names), values), min_size=1, max_size=3),
    )
    queries = st.one_of(any_page, st.one_of(*map(of_a_list, lists)))

    def holds(asked):
        (address, path), pairs = asked
        reader = people["admin" if str(path).startswith("/admin/") else "viewer"]
        asking = reader if address is None else who_may(people, address)
        url = f"{path or address.url}?{encoded(pairs)}"
        answer = send(asking, "GET", url)
        seen.add(answer.status_code)
        faults = faults_of_answer(answer)
        if answer.status_code not in (200, 303, 400, 404):
            faults.append(f"status {answer.status}")
        found.update((f"GET {url.partition('?')[0]}: {fault}", url) for fault in faults)

    drawing(request, holds, queries)
    assert not found, told(found)
    assert {200, 400} <= seen  # pages beyond the end are seldom drawn
    assert contents() | NOTED == before | NOTED


# -- forms -------------------------------------------------------------------------------------


def pages_with_forms(app, people):
    """Who opens a page, and its address, for every page there is."""
    pages = [
        (who_may(people, address), address.url)
        for address in addresses(app)
        if "GET" in address.methods and not address.url.endswith(FILES)
    ]
    return pages + [(people["admin"], f"/admin/reference/{page}") for page in MORE_PAGES]


def forms_on(pages):
    """One of each form that stands on one of ``pages``, and who sends it."""
    found = {}
    for asking, url in pages:
        answer = send(asking, "GET", url)
        if answer.mimetype == "text/html":
            for form in forms_of(url, answer.data):
                if not form.action.startswith(LEFT_OUT):
                    found.setdefault(form.key, (form, asking))
    return list(found.values())


def reopened(form, asking):
    """The same form as its page shows it now; None when it is there no more."""
    answer = send(asking, "GET", form.page)
    if answer.mimetype != "text/html":
        return None
    return next((one for one in forms_of(form.page, answer.data) if one.key == form.key), None)


# How one form is filled in, whatever its fields are by then: what is drawn must not depend on it.
change = st.tuples(
    st.integers(0, 999),  # which field
    st.sampled_from(["value", "value", "value", "option", "option", "gone", "twice", "huge"]),
    values,
    values,
)
recipes = st.tuples(
    st.integers(0, 999),  # which form
    st.lists(plain_words, min_size=0, max_size=5),  # into fields that show nothing
    st.lists(change, max_size=3),
    st.sampled_from([0] * 12 + [3, 50, 1000]),  # so many rows more
    st.sampled_from([None] * 19 + ["add_row", "remove_row"]),
    st.sampled_from(["form"] * 12 + ["files", "files", "json", "broken"]),
)


def filled_in(form, words, changes, row_count, button):
    """The fields of ``form`` as somebody sends them: mostly sensible, some hostile."""
    shown = dict(form.shown)
    names = form.names
    empty = [name for name in names if name in form.texts and not shown.get(name)]
    pairs = [pair for pair in form.shown if pair[0] not in empty[: len(words)]]
    pairs += zip(empty, words, strict=False)
    for number, what, value, other in changes if names else ():
        name = names[number % len(names)]
        offered = form.options.get(name) or [value]
        sent = {"gone": [], "twice": [value, other], "huge": [HUGE]}.get(what, [value])
        sent = [offered[number % len(offered)]] if what == "option" else sent
        pairs = [pair for pair in pairs if pair[0] != name] + [(name, one) for one in sent]
    rows = sorted({name.split("-")[0] for name in names if re.search(r"-\d+-", name)})
    if rows:
        inside = [name.split("-", 2)[2] for name in names if name.startswith(f"{rows[0]}-0-")]
        for number in range(row_count):
            pairs += [(f"{rows[0]}-{number}-{name}", "x") for name in inside[:2]]
    return [*pairs, (button, f"{rows[0]}-0" if rows else "x")] if button else pairs


def bring_back(action, asking, headers):
    """Undo what takes a record out of reach of the other forms; whether there was anything."""
    record, _slash, act = action.rpartition("/")
    if act not in ("archive", "retire"):
        return False
    send(asking, "POST", f"{record}/restore", headers=headers)
    return True


def faults_of_form(answer, pairs, form, way, was, now):
    faults = faults_of_answer(answer)
    status, names = answer.status_code, {name for name, _value in pairs}
    about_rows = names & {"add_row", "remove_row", "back-to-form", "up", "down"}
    if status == 200 and not about_rows and form.action not in ALWAYS_THE_SAME:
        faults.append("neither saved nor refused")
    expected = (200, 303, 400, 404, 409, 413, 422)
    if status not in (expected if form.action not in THROTTLED else (*expected, 429)):
        faults.append(f"status {answer.status}")
    if status == 303 and answer.location.startswith("/login"):
        faults.append("the sign-in has ended")
    if status != 303 and was != now:
        changed = {name: now[name] - was[name] for name in was if was[name] != now[name]}
        faults.append(f"refused, and yet it left {changed}")
    if status == 422:
        sent = pairs if way == "form" and len(pairs) < 300 else []
        faults += faults_of_refusal(answer.data, sent, form)
    return faults


def test_no_form_breaks_saves_a_part_or_loses_what_was_typed(app, people, request):
    pages = pages_with_forms(app, people)
    forms = forms_on(pages)
    token = {id(one): one.token() for one in people.values()}
    counted, seen, found = Counter(app), [], {}
    stands = [counted()]
    assert len(forms) > 30

    def holds(recipe):
        number, *how, way = recipe
        place = number % len(forms)
        form, asking = forms[place]
        if not form.is_current:
            form = reopened(form, asking) or form
            forms[place] = form, asking
        pairs = filled_in(form, *how)
        headers = {"X-CSRFToken": token[id(asking)]}
        answer = send(asking, "POST", form.action, headers=headers, **body_of(pairs, way))
        seen.append(answer.status_code)
        was, stands[:] = stands[0], [counted()]
        faults = faults_of_form(answer, pairs, form, way, was, stands[0])
        if answer.status_code == 303 and bring_back(form.action, asking, headers):
            stands[:] = [counted()]
        if answer.status_code in (303, 409):
            for one, _asking in forms:
                one.is_current = one.is_current and one.record != form.record
        short = [(name, value[:60]) for name, value in pairs]
        found.update((f"POST {form.action}: {fault}", f"{way} {short}") for fault in faults)

    drawing(request, holds, recipes)
    assert not found, told(found)
    assert {303, 400, 422} <= set(seen)
    assert seen.count(303) > REQUESTS // 20
    assert seen.count(422) > REQUESTS // 10


# -- words -------------------------------------------------------------------------------------

COMMON_FAULTS = ("", "2026-02-30", "x" * 30_000)  # nothing; no date, number or choice; too long


@on_sqlite
def test_what_is_wrong_is_said_in_the_reader_s_language(app, people):
    """A message that reads the same in English is one nobody has translated."""
    pages = [one for one in pages_with_forms(app, people) if one[1].endswith("/new")]
    forms = [one for one in forms_on(pages) if one[0].action.endswith("/new")]
    assert len(forms) >= 10
    told_in = {}
    for language in ("en", "kk", "ru"):
        messages = told_in[language] = set()
        for role in ("head", "admin"):
            people[role].open(f"/language?to={language}&next=/account/")
        for form, asking in forms:
            headers = {"X-CSRFToken": asking.token()}
            for typed in COMMON_FAULTS:
                sent = body_of([(name, typed) for name in form.names], "form")
                answer = send(asking, "POST", form.action, headers=headers, **sent)
                assert answer.status_code in (303, 422), (form.action, typed[:20])
                messages |= messages_of(answer.data)
    assert len(told_in["en"]) >= 8
    assert told_in["en"] & (told_in["kk"] | told_in["ru"]) == set()
