"""``crm users``: what an administrator does at the terminal."""

import os
import pty
import subprocess
import sys

import pytest
from sqlalchemy import select

from crm.accounts.models import User
from crm.accounts.services.passwords import SHORTEST_PASSWORD, password_fits
from crm.core import clock
from crm.core.database import db
from tests.browser import Browser
from tests.factories import PASSWORD, make_department, make_user
from tests.postgres import crm, crm_result, on_sqlite

ADD = ("users", "add", "asan@test.example", "--name", "Asan Usenov", "--role", "officer")


def add(app, *more, typed="a long password\n"):
    return crm_result(app, *ADD, "--password-stdin", *more, input=typed)


def only_user():
    db.session.rollback()
    return db.session.scalars(select(User)).one()


def test_a_user_is_added_and_signs_in(app, browser):
    assert add(app).exit_code == 0
    user = only_user()
    assert (user.name, user.role, user.language) == ("Asan Usenov", "officer", "kk")
    assert (user.digest, user.csv_dialect, user.is_active) == ("daily", "excel", True)
    assert browser.sign_in("asan@test.example", "a long password").url == "/"


def test_the_address_is_kept_in_one_letter_case_and_used_once(app):
    crm(
        app,
        "users",
        "add",
        "Asan@Test.Example",
        *ADD[3:],
        "--password-stdin",
        input="some long words",
    )
    assert only_user().email == "asan@test.example"
    again = add(app)
    assert again.exit_code == 1
    assert "there is a user with this address already: asan@test.example" in again.output
    assert len(again.output.splitlines()) == 1


def test_a_user_may_belong_to_a_department_that_is_there(app):
    trade = make_department(code="TRD", name_kk="Сауда басқармасы", name_en="Trade")
    for place in ("TRD", "Сауда басқармасы", "Trade"):
        crm(app, *ADD, "--password-stdin", "--department", place, input="a long password")
        user = only_user()
        assert user.department_id == trade.id
        db.session.delete(user)
        db.session.commit()


def test_an_unknown_or_retired_department_stops_it(app):
    make_department(code="OLD").archive(clock.now(), "merged")
    db.session.commit()
    for place in ("Nowhere", "", "OLD"):
        result = add(app, "--department", place)
        assert result.exit_code == 1
        assert f"no department {place!r}" in result.output
    assert db.session.scalar(select(User)) is None


@pytest.mark.parametrize(
    ("password", "message"),
    [("short\n", f"from {SHORTEST_PASSWORD} to"), ("", "to 200"), ("a" * 201, "to 200")],
)
def test_an_unfit_password_adds_nobody(app, password, message):
    result = add(app, typed=password)
    assert result.exit_code == 1
    assert message in result.output
    assert db.session.scalar(select(User)) is None


@on_sqlite
@pytest.mark.parametrize("email", ["asan", "asan@", "@test.example", "a b@test.example", "а@б.қз"])
def test_what_is_no_address_is_refused(app, email):
    result = crm_result(
        app, "users", "add", email, *ADD[3:], "--password-stdin", input="some long words"
    )
    assert result.exit_code == 1
    assert "not a mail address" in result.output


def test_an_empty_name_is_refused(app):
    result = crm_result(
        app, "users", "add", "a@test.example", "--name", "  ", *ADD[5:], "--password-stdin"
    )
    assert result.exit_code == 1
    assert "a name has from 1 to 200 characters" in result.output


@on_sqlite
@pytest.mark.parametrize(
    "arguments",
    [
        ("users", "add"),
        ("users", "add", "asan@test.example", "--role", "officer"),
        (*ADD[:-1], "akim"),
        (*ADD, "--language", "de"),
        ("users", "disable"),
        ("users", "password"),
        ("users", "nonsense"),
        ADD,  # neither a terminal nor --password-stdin
    ],
)
def test_wrong_usage_is_status_2(app, arguments):
    assert crm_result(app, *arguments).exit_code == 2
    assert db.session.scalar(select(User)) is None


def test_the_list_names_everybody_once(app):
    place = make_department(name_kk="Сауда басқармасы")
    make_user(email="b@test.example", name="Бота", department_id=place.id)
    make_user(role="head", email="a@test.example", name="Әсел", is_active=False)
    rows = [line.split("\t") for line in crm(app, "users", "list").output.splitlines()]
    assert rows == [
        ["a@test.example", "head", "disabled", "Әсел", ""],
        ["b@test.example", "officer", "active", "Бота", "Сауда басқармасы"],
    ]


def test_disabling_ends_the_sessions_for_good(app, officer):
    assert officer.open("/meetings/").url == "/meetings/"
    crm(app, "users", "disable", "officer@test.example")
    assert officer.open("/meetings/").url.startswith("/login")
    crm(app, "users", "enable", "Officer@test.example")
    assert officer.open("/meetings/").url.startswith("/login")
    assert Browser(app).sign_in("officer@test.example", PASSWORD).url == "/"


def test_a_new_password_ends_the_sessions_and_opens(app, officer):
    crm(
        app,
        "users",
        "password",
        "officer@test.example",
        "--password-stdin",
        input="another one\r\n",
    )
    assert officer.open("/meetings/").url.startswith("/login")
    assert password_fits(only_user(), "another one")
    assert Browser(app).sign_in("officer@test.example", "another one").url == "/"


def test_an_unfit_new_password_changes_nothing(app, officer):
    result = crm_result(
        app, "users", "password", "officer@test.example", "--password-stdin", input="short"
    )
    assert result.exit_code == 1
    assert password_fits(only_user(), PASSWORD)
    assert officer.open("/meetings/").url == "/meetings/"


@pytest.mark.parametrize("command", ["disable", "enable"])
def test_nobody_of_that_address_is_told_so(app, command):
    result = crm_result(app, "users", command, "nobody@test.example")
    assert result.exit_code == 1
    assert "no user nobody@test.example" in result.output


@on_sqlite
def test_at_a_terminal_the_password_is_asked_for_twice_and_not_shown(app):
    terminal, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", "from crm.console import main; main()", *ADD],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        env=os.environ
        | {
            "CRM_DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
            "CRM_INSTANCE_PATH": str(app.config["CRM"].instance_path),
        },
    )
    os.close(theirs)
    shown = b""
    for _ in range(2):
        while not shown.endswith(b": "):
            shown += os.read(terminal, 1000)
        os.write(terminal, b"typed at a terminal\n")
        shown += os.read(terminal, 1000)
    while b"added" not in shown:
        shown += os.read(terminal, 1000)
    assert process.wait(20) == 0
    os.close(terminal)
    assert b"typed at" not in shown
    assert password_fits(only_user(), "typed at a terminal")
