"""Whoever's password or standing is changed is told by mail, whoever changed it."""

from dataclasses import replace

from crm.accounts.models import Role, User
from crm.accounts.services.users import Standing, follow_change
from crm.core.database import db
from crm.core.post import send_waiting
from tests.browser import Browser
from tests.factories import PASSWORD, make_user
from tests.postgres import crm

NEW = "three words of mine"


def told(mailbox):
    return [(mail["To"].addresses[0].addr_spec, mail["Subject"]) for mail in mailbox.messages]


def test_a_password_changed_on_the_own_page_is_told(app, mailbox, officer):
    officer.open("/account/")
    officer.submit("Change the password", present=PASSWORD, password=NEW, again=NEW)
    assert told(mailbox) == [("officer@test.example", "Your password was changed")]
    text = mailbox.messages[0].get_body(("plain",)).get_content()
    assert "tell the system administrator at once" in text
    assert NEW not in mailbox.messages[0].as_string()


def test_a_password_changed_at_the_terminal_is_told_in_the_person_s_language(app, mailbox):
    make_user(email="asan@test.example", language="kk")
    result = crm(
        app, "users", "password", "asan@test.example", "--password-stdin", input=f"{NEW}\n"
    )
    assert result.output == "new password for asan@test.example\n"
    assert mailbox.messages[0]["Content-Language"] == "kk"


def test_who_is_let_out_and_in_again_is_told(app, mailbox):
    make_user(email="asan@test.example")
    crm(app, "users", "disable", "asan@test.example")
    crm(app, "users", "disable", "asan@test.example")  # nothing new
    crm(app, "users", "enable", "asan@test.example")
    assert [subject for _to, subject in told(mailbox)] == [
        "Your sign-in was closed",
        "Your sign-in was opened again",
    ]


def test_a_changed_role_and_address_are_told_where_they_can_be_read(app, mailbox):
    user = make_user(email="old@test.example")
    session = Browser(app).sign_in(user.email, PASSWORD)
    before = Standing.of(user)
    user.role, user.email = Role.HEAD, "new@test.example"
    follow_change(user, before)
    db.session.commit()
    assert send_waiting() is None
    assert told(mailbox) == [
        ("old@test.example", "Your e-mail for signing in was changed"),
        ("new@test.example", "Your role was changed"),
    ]
    assert "Head of department" in mailbox.messages[1].get_body(("plain",)).get_content()
    assert session.open("/").url.startswith("/login")


def test_nothing_is_lost_with_a_dead_mail_server(app, mailbox):
    make_user(email="asan@test.example", digest="off")
    alive = app.config["CRM"]
    app.config["CRM"] = replace(alive, smtp_url="smtp://127.0.0.1:9")
    result = crm(
        app, "users", "password", "asan@test.example", "--password-stdin", input=f"{NEW}\n"
    )
    assert "the letter waits for the next crm digest send: mail server" in result.output
    app.config["CRM"] = alive
    crm(app, "digest", "send", "--date", "2026-11-24")
    crm(app, "digest", "send", "--date", "2026-11-24")
    assert told(mailbox) == [("asan@test.example", "Your password was changed")]


def test_the_last_administrator_stays(app, mailbox):
    make_user(role="admin", email="a@test.example")
    other = make_user(role="admin", email="b@test.example")
    crm(app, "users", "disable", "a@test.example")
    result = app.test_cli_runner().invoke(args=["users", "disable", "b@test.example"])
    assert result.exit_code == 1
    assert "b@test.example is the last administrator" in result.output
    db.session.rollback()
    assert db.session.get(User, other.id).is_active
