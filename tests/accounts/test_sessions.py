"""Sessions: seen by their owner, ended by them, by a limit, or by a change of their standing."""

from datetime import timedelta

import pytest
from sqlalchemy import event, func, inspect, select

from crm.accounts.models import User, UserSession
from crm.accounts.queries import entry_with
from crm.accounts.services.sessions import SEEN_AFTER, browser_of
from crm.core.database import db
from tests.browser import Browser, text_of
from tests.factories import PASSWORD, make_user

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0"
MINUTE = timedelta(minutes=1)


def signed_in(app, email, agent=FIREFOX, address="10.0.0.7"):
    browser = Browser(app)
    browser.client.environ_base |= {"HTTP_USER_AGENT": agent, "REMOTE_ADDR": address}
    return browser.sign_in(email, PASSWORD)


def session_rows(browser):
    browser.open("/account/")
    rows = browser.page.select("#sessions tbody tr")
    return [[text_of(cell) for cell in row.select("th, td")] for row in rows]


def copied(app, browser):
    """Another browser with the same cookies."""
    copy = Browser(app)
    cookie = browser.client.get_cookie("session")
    copy.client.set_cookie("session", cookie.value)
    return copy


def line(browser):
    return text_of(browser.page.select_one(".sk-msg"))


def test_one_sees_where_one_is_signed_in(app, time):
    user = make_user()
    make_user()
    signed_in(app, make_user().email)  # somebody else's
    phone = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36"
    there = signed_in(app, user.email, phone, "10.0.0.8")
    time["now"] += 30 * MINUTE
    here = signed_in(app, user.email)
    assert session_rows(here) == [
        ["Firefox, Windows this one", "24 Nov 2026 14:30", "now", "10.0.0.7", "Sign out"],
        ["Chrome, Android", "24 Nov 2026 14:00", "24 Nov 2026 14:00", "10.0.0.8", "Sign out there"],
    ]
    here.submit("Sign out there")
    assert here.url.startswith("/account/")
    assert len(session_rows(here)) == 1
    assert there.open("/meetings/").url.startswith("/login")


def test_who_is_let_in_is_the_stored_user_as_the_session_would_load_it(app):
    signed_in(app, make_user().email)
    token_hash = db.session.scalar(select(UserSession.token_hash))
    db.session.remove()
    entered = entry_with(token_hash).user
    names = [one.key for one in inspect(User).column_attrs]
    values = [getattr(entered, name) for name in names]
    assert entered in db.session
    assert not db.session.dirty
    assert entry_with(token_hash).user is entered
    db.session.expire(entered)
    assert [getattr(entered, name) for name in names] == values


def test_what_calls_itself_a_browser_is_named_in_plain_words():
    edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/131 Safari/537.36 Edg/131.0"
    phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1"
    assert browser_of(edge) == "Edge, Windows"
    assert browser_of(phone) == "Safari, iPhone"
    assert browser_of("curl/8.9") == browser_of("") == ""


def test_nobody_ends_another_s_session(app, officer):
    other = signed_in(app, make_user().email)
    theirs = db.session.scalar(select(func.max(UserSession.id)))
    officer.open("/account/").post(f"/account/sessions/{theirs}/end")
    assert officer.status == 404
    assert other.open("/meetings/").url == "/meetings/"


def test_a_copied_cookie_is_dead_after_the_sign_out(app, officer):
    copy = copied(app, officer)
    assert copy.open("/meetings/").url == "/meetings/"
    officer.open("/").submit("Sign out")
    assert copy.open("/meetings/").url.startswith("/login")
    assert line(copy) == "This session was ended. Sign in once more."


def test_signing_out_everywhere_ends_this_one_too(app, officer):
    elsewhere = signed_in(app, "officer@test.example")
    colleague = signed_in(app, make_user().email)
    officer.open("/account/").submit("Sign out everywhere")
    assert officer.url.startswith("/login")
    assert elsewhere.open("/").url.startswith("/login")
    assert colleague.open("/").url == "/"


def test_the_table_holds_no_cookie_anybody_could_use(app, officer):
    with officer.client.session_transaction() as session:
        token = session["sign-in"]
    stored = db.session.scalar(select(UserSession.token_hash))
    assert token not in stored
    officer.client.delete_cookie("session")
    with officer.client.session_transaction() as session:
        session.update({"_user_id": "1", "sign-in": stored})
    assert officer.open("/").url.startswith("/login")


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (UserSession.IDLE_LIMIT, "You were away for a long time. Sign in once more."),
        (
            UserSession.ABSOLUTE_LIMIT,
            "For safety a sign-in holds for a week at most. Sign in once more.",
        ),
    ],
)
def test_a_limit_leads_to_the_sign_in_and_back(app, time, officer, limit, words):
    start = time["now"]
    if limit == UserSession.ABSOLUTE_LIMIT:  # in use every four hours
        while time["now"] < start + limit - timedelta(hours=4):
            time["now"] += timedelta(hours=4)
            officer.open("/account/")
    time["now"] = start + limit - MINUTE
    assert officer.open("/meetings/?q=x").url == "/meetings/?q=x"
    if limit == UserSession.IDLE_LIMIT:
        time["now"] += limit  # the page just opened counts
    else:
        time["now"] += MINUTE
    officer.open("/meetings/?q=x")
    assert officer.heading == "Sign in"
    assert officer.page.html["lang"] == "en"  # the person's own language
    assert line(officer) == words
    officer.submit("Sign in", email="officer@test.example", password=PASSWORD)
    assert officer.url == "/meetings/?q=x"
    assert officer.open("/").submit("Sign out").page.select_one(".sk-msg") is None


def test_a_form_sent_too_late_is_said_to_be_lost_and_its_page_comes_back(app, time, officer):
    officer.open("/organisations/new")
    time["now"] += UserSession.IDLE_LIMIT
    officer.submit("Save", name_en="Lost")
    assert line(officer).endswith("What you sent last was not saved.")
    officer.submit("Sign in", email="officer@test.example", password=PASSWORD)
    assert officer.url == "/organisations/new"


def test_reading_notes_the_time_only_now_and_then_and_after_the_answer(app, time, officer):
    begun = time["now"]
    writes = []

    def note(_connection, _cursor, statement, *_more):
        if not statement.startswith(("SELECT", "BEGIN", "PRAGMA")):
            writes.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    time["now"] = begun + SEEN_AFTER - MINUTE
    officer.open("/meetings/")
    assert writes == []
    time["now"] = begun + SEEN_AFTER
    officer.open("/meetings/")
    assert [statement.split()[:2] for statement in writes] == [["UPDATE", "user_sessions"]]
    officer.open("/meetings/")
    assert len(writes) == 1
    event.remove(db.engine, "before_cursor_execute", note)
    db.session.rollback()
    assert db.session.scalar(select(UserSession.last_seen_at)) == begun + SEEN_AFTER


def test_old_sessions_are_forgotten_in_passing(app, time):
    user = make_user()
    signed_in(app, user.email)
    time["now"] += timedelta(days=31)
    signed_in(app, user.email)
    assert db.session.scalar(select(func.count()).select_from(UserSession)) == 1
