"""Turning the digest off by the link of a mail."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from crm.accounts.models import User
from crm.audit.models import AuditChange, AuditEntry
from crm.core.database import db
from crm.digest.services.unsubscribing import unsubscribe_url
from tests.digest.posting import TUESDAY, make_owners, send, told, use
from tests.factories import make_user
from tests.sweep import send as ask

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def anna(app):
    return make_user(name="Anna", email="anna@test.example")


def path_for(user):
    return unsubscribe_url(user.id).removeprefix("http://127.0.0.1:8000")


def digest_of(user):
    db.session.commit()
    found = db.session.scalar(select(User.digest).where(User.id == user.id))
    db.session.commit()
    return found.value


def test_a_mail_carries_the_link_for_programs_and_for_people(app, mailbox):
    use(app, mailbox)
    (anna,) = make_owners("anna")
    send(app)
    (mail,) = mailbox.messages
    url = unsubscribe_url(anna.id)
    assert mail["List-Unsubscribe"] == f"<{url}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert url in mail.get_body(("plain",)).get_content()
    assert url in mail.get_body(("html",)).get_content()


def test_a_long_address_stays_whole_in_the_head(app, mailbox):
    host = f"https://{'a' * 60}.{'b' * 60}.example.kz"
    app.config["CRM"] = replace(app.config["CRM"], base_url=host, smtp_url=mailbox.url)
    (anna,) = make_owners("anna")
    send(app)
    assert mailbox.messages[0]["List-Unsubscribe"] == f"<{unsubscribe_url(anna.id)}>"


def test_looking_changes_nothing_and_one_press_turns_it_off_at_once(app, browser, anna):
    browser.open(path_for(anna))
    assert browser.heading == "Turn the digest off"
    assert digest_of(anna) == "daily"
    browser.submit("Turn the digest off")
    assert (browser.status, browser.heading) == (200, "The digest is off")
    assert digest_of(anna) == "off"


def test_a_mail_program_asks_without_cookies_as_often_as_it_likes(app, browser, anna):
    for _ in range(2):
        answer = ask(browser, "POST", path_for(anna), data=ONE_CLICK)
        assert (answer.status_code, answer.location) == (200, None)
    assert digest_of(anna) == "off"
    db.session.commit()
    changes = db.session.execute(
        select(AuditChange.field, AuditChange.old, AuditChange.new, AuditEntry.actor_id)
        .join(AuditEntry, AuditEntry.id == AuditChange.entry_id)
        .where(AuditEntry.kind == "users", AuditEntry.action == "changed")
    ).all()
    db.session.commit()
    assert [(one.field, one.old, one.new, one.actor_id) for one in changes] == [
        ("digest", "daily", "off", anna.id)
    ]


def test_the_link_turns_off_that_person_s_digest_and_nothing_else(app, browser, anna):
    boris = make_user()
    before = dict(db.session.execute(select(User).where(User.id == anna.id)).one()[0].__dict__)
    ask(browser, "POST", path_for(anna), data={"role": "admin", "name": "Eve"})
    db.session.commit()
    user = db.session.get(User, anna.id)
    kept = ("name", "email", "role", "is_active", "language", "password_hash")
    assert {name: getattr(user, name) for name in kept} == {name: before[name] for name in kept}
    assert digest_of(boris) == "daily"


def test_guessers_learn_nothing(app, browser, anna):
    boris = make_user()
    path, other = path_for(anna), path_for(boris)
    signature = path.rpartition("-")[2]
    wrong = [
        path[:-1],
        path + "0",
        path.replace(signature, signature[::-1]),
        f"/unsubscribe/{boris.id}-{signature}",
        f"/unsubscribe/99999-{signature}",
        f"/unsubscribe/{anna.id}-",
        "/unsubscribe/2147483648-x",
        "/unsubscribe/x",
    ]
    for url in wrong:
        for method in ("GET", "POST"):
            assert ask(browser, method, url).status_code == 404, url
    assert (digest_of(anna), digest_of(boris)) == ("daily", "daily")
    assert ask(browser, "GET", other).status_code == 200


def test_the_page_speaks_the_language_of_the_mail(app, browser):
    asan = make_user(language="ru")
    assert browser.open(path_for(asan)).page.select_one("html")["lang"] == "ru"


def test_whoever_unsubscribed_gets_no_mail(app, mailbox, browser):
    use(app, mailbox)
    anna, _boris = make_owners("anna", "boris")
    ask(browser, "POST", path_for(anna))
    send(app, on=TUESDAY)
    assert told(mailbox) == ["boris@test.example"]
