"""A new password by mail: one answer to everybody, one use, one hour."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from crm.accounts.models import User
from crm.accounts.services.passwords import password_fits
from crm.accounts.services.throttle import RESETS_PER_ADDRESS, RESETS_PER_EMAIL, WINDOW
from crm.core.database import db
from crm.core.ledger import Delivery
from tests.browser import Browser
from tests.factories import PASSWORD, make_user

NEW = "three words of mine"
EMAIL = "asan@test.example"


def ask(browser, email=EMAIL):
    return browser.open("/language?to=en&next=/password/").submit("Send the link", email=email)


def link_in(message, part="plain"):
    text = message.get_body((part,)).get_content()
    return re.search(r"http://127\.0\.0\.1:8000(/password/[^\s\"<]+)", text)[1]


def choose(browser, link, new=NEW, again=NEW):
    return browser.open(link).submit("Set a password", password=new, again=again)


def shown(browser):
    return re.sub(r'value="[^"]+"|\S+@test.example', "", browser.response.get_data(as_text=True))


def test_whoever_forgot_gets_a_link_that_works_once(app, mailbox, browser):
    user = make_user(email=EMAIL, name="Asan", language="ru")
    elsewhere = Browser(app).sign_in(EMAIL, PASSWORD)
    browser.open("/language?to=en&next=/login").click("Forgot the password?")
    browser.submit("Send the link", email=" Asan@Test.Example")
    (letter,) = mailbox.messages
    assert letter["To"].addresses[0].addr_spec == EMAIL
    assert letter["Content-Language"] == "ru"
    assert link_in(letter) == link_in(letter, "html")
    link = link_in(letter)
    assert browser.open(link).status == browser.open(link).status == 200  # looking uses nothing up
    choose(browser, link)
    assert browser.url == "/login"
    assert "The password is set. Sign in with it." in browser.text
    assert choose_again(browser, link) == 404
    assert elsewhere.open("/").url.startswith("/login")
    notice = mailbox.messages[1]
    assert notice["To"].addresses[0].addr_spec == EMAIL
    assert link not in notice.get_body(("plain",)).get_content()
    db.session.refresh(user)
    assert password_fits(user, NEW)
    assert browser.open("/login").submit("Sign in", email=EMAIL, password=NEW).url == "/"


def test_a_link_used_in_a_colleagues_browser_ends_the_colleagues_session(app, mailbox, browser):
    make_user(email=EMAIL)
    make_user(email="berik@test.example")
    ask(browser)
    theirs, elsewhere = Browser(app), Browser(app).sign_in("berik@test.example", PASSWORD)
    theirs.sign_in("berik@test.example", PASSWORD)
    copied = theirs.client.get_cookie("session").value
    assert choose(theirs, link_in(mailbox.messages[0])).url == "/login"
    theirs.client.set_cookie("session", copied)
    assert theirs.open("/").url.startswith("/login")
    assert elsewhere.open("/").url == "/"


def choose_again(browser, link):
    return browser.post(link, password="another good one", again="another good one").status


def test_the_answer_is_the_same_for_everybody(app, mailbox, browser):
    make_user(email=EMAIL)
    make_user(email="gone@test.example", is_active=False)
    known, disabled, unknown = (
        shown(ask(browser, email)) for email in (EMAIL, "gone@test.example", "no@test.example")
    )
    assert known == disabled == unknown
    assert [mail["To"].addresses[0].addr_spec for mail in mailbox.messages] == [EMAIL]


def test_what_the_answer_waits_for_does_not_depend_on_the_address(app, mailbox, browser):
    """Whether somebody has it is looked up when the answer is whole: statements before it agree."""
    make_user(email=EMAIL)
    sent_when_answered = []

    def look(response):
        sent_when_answered.append((len(mailbox.messages), response.status_code))
        return response

    app.after_request_funcs.setdefault(None, []).append(look)
    ask(browser)
    assert sent_when_answered[-1] == (0, 200)
    assert len(mailbox.messages) == 1


def test_a_dead_mail_server_reveals_nothing_and_a_later_letter_takes_it_along(
    app, mailbox, browser, caplog
):
    make_user(email=EMAIL)
    alive = app.config["CRM"]
    app.config["CRM"] = replace(alive, smtp_url="smtp://127.0.0.1:9")
    unknown = shown(ask(browser, "no@test.example"))
    assert shown(ask(browser)) == unknown
    assert "a letter waits to be sent: mail server 127.0.0.1:9" in caplog.text
    app.config["CRM"] = alive
    other = make_user(email="other@test.example")
    ask(browser, other.email)
    assert [mail["To"].addresses[0].addr_spec for mail in mailbox.messages] == [EMAIL, other.email]


def test_a_link_lasts_an_hour(app, mailbox, time, browser):
    make_user(email=EMAIL)
    ask(browser)
    link = link_in(mailbox.messages[0])
    time["now"] += timedelta(minutes=59)
    assert browser.open(link).status == 200
    time["now"] += timedelta(minutes=1)
    assert browser.open(link).status == 404
    assert browser.heading == "This link no longer works"
    assert browser.click("Ask for a new link").heading == "New password"


@pytest.mark.parametrize("change", ["password", "email", "disabled"])
def test_a_link_dies_with_what_it_was_made_for(app, mailbox, browser, change):
    user, near_miss = make_user(email=EMAIL), make_user(email="b@test.example")
    ask(browser), ask(browser, near_miss.email)
    link, other = map(link_in, mailbox.messages)
    if change == "password":
        user.password_hash = make_user(password="another one").password_hash
    elif change == "email":
        user.email = "c@test.example"
    else:
        user.is_active = False
    db.session.commit()
    assert browser.open(link).status == 404
    assert browser.open(other).status == 200


def test_a_link_cannot_be_made_up(app, mailbox, browser):
    user = make_user(email=EMAIL)
    ask(browser)
    link = link_in(mailbox.messages[0])
    _user_id, until, signature = link.rpartition("/")[2].split("-")
    for token in (
        f"{user.id + 1}-{until}-{signature}",
        f"{user.id}-{int(until) + 60}-{signature}",
        f"{user.id}-{until}-{signature[:-1]}",
        f"{user.id}-{until}-ә",
        f"99999999999-{until}-{signature}",
        "1",
        "--",
        f"{'9' * 10}-{'9' * 10}-x",
    ):
        assert browser.open(f"/password/{token}").status == 404, token
    make_user()
    assert browser.open(link).status == 200


def test_an_unfit_password_is_told_so_and_the_link_lives_on(app, mailbox, browser):
    make_user(email=EMAIL, name="Asan Usenov")
    ask(browser)
    link = link_in(mailbox.messages[0])
    for new, again, words in (
        ("short", "short", "has 8 to"),
        ("qwerty123", "qwerty123", "Many people use this password"),
        ("AsanUsenov1", "AsanUsenov1", "is the e-mail or the name"),
        (NEW, "another one", "The two passwords differ"),
    ):
        choose(browser, link, new, again)
        assert browser.status == 422
        assert any(words in error for error in browser.errors), browser.errors
        assert new not in browser.response.get_data(as_text=True)
    assert choose(browser, link).url == "/login"


def test_requests_are_slowed_down_by_address_and_by_place_and_sign_ins_are_not(
    app, mailbox, time, browser
):
    make_user(email=EMAIL)
    for email in (EMAIL, "no@test.example"):  # known or not
        for _ in range(RESETS_PER_EMAIL):
            assert ask(browser, email).status == 200
            time["now"] += timedelta(seconds=1)
        assert ask(browser, email).status == 429
        assert "Too many requests. Try once more at 14:16." in browser.text
    assert len(mailbox.messages) == RESETS_PER_EMAIL
    for number in range(RESETS_PER_ADDRESS - 2 * RESETS_PER_EMAIL):
        assert ask(browser, f"{number}@test.example").status == 200
    assert ask(browser, "another@test.example").status == 429
    assert Browser(app).sign_in(EMAIL, PASSWORD).url == "/"
    time["now"] += WINDOW
    assert ask(browser).status == 200


def test_without_a_mail_server_the_letter_lies_in_the_outbox(app, browser):
    make_user(email=EMAIL)
    ask(browser)
    (path,) = Path(app.config["CRM"].instance_path, "outbox").glob("*.eml")
    assert b"/password/" in path.read_bytes()
    assert db.session.scalar(select(Delivery.status)) == "sent"
    assert db.session.scalar(select(User.password_hash)).startswith("$argon2id$")
