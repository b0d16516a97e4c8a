"""Passwords that others guess first are refused, wherever one is set."""

import pytest

from crm.accounts.services.passwords import Weakness, weakness_of
from tests.factories import PASSWORD
from tests.postgres import crm_result, on_sqlite

COMMON, PERSONAL = Weakness.COMMON, Weakness.PERSONAL


@pytest.mark.parametrize(
    ("password", "weakness"),
    [
        ("password", COMMON),
        ("Password1!", COMMON),
        ("qwertyuiop", COMMON),
        ("йцукенгшщз", COMMON),  # the same keys
        ("пароль123", COMMON),
        ("astana2026", COMMON),
        ("12345678901", COMMON),
        ("aaaaaaaaaaaa", COMMON),
        ("asan.usenov@test.example", PERSONAL),
        ("Asan.Usenov1", PERSONAL),
        ("Үсенов Асан", PERSONAL),
        ("seriktes2026", PERSONAL),
        ("correct horse battery", None),
        ("Асан барды Астанаға", None),
        ("password of my own", None),
        ("dragon-88427731", None),
        ("7f3a-91bc-0d44-e8a2", None),
    ],
)
def test_what_everybody_guesses_is_weak(password, weakness):
    assert weakness_of(password, "asan.usenov@test.example", "Асан Үсенов") == weakness


def test_the_own_page_says_so_at_the_field(officer):
    officer.open("/account/")
    officer.submit("Change the password", present=PASSWORD, password="iloveyou", again="iloveyou")
    assert officer.status == 422
    assert officer.page.select_one("#password-error") is not None
    assert officer.errors[-1] == "Many people use this password: take several words instead"


@on_sqlite
def test_the_command_says_so_too(app):
    add = ("users", "add", "asan@test.example", "--name", "Asan", "--role", "officer")
    for typed in ("iloveyou\n", "asan2026\n"):
        result = crm_result(app, *add, "--password-stdin", input=typed)
        assert result.exit_code == 1
        assert "several" in result.output
    assert crm_result(app, *add, "--password-stdin", input="some long words").exit_code == 0
    result = crm_result(
        app, "users", "password", "asan@test.example", "--password-stdin", input="password1"
    )
    assert result.exit_code == 1
