"""Signing in and out: who is let in, where they land, and what a wrong password says."""

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from crm.accounts.models import User
from crm.accounts.views.sign_in import local_path
from crm.core.database import db
from tests.browser import Browser
from tests.factories import PASSWORD, make_user


@pytest.fixture
def english(browser):
    return browser.open("/language?to=en&next=/login")


def test_a_person_signs_in_and_out(english):
    make_user(email="asan@test.example", name="Asan")
    english.submit("Sign in", email="asan@test.example", password=PASSWORD)
    assert english.url == "/"
    assert "Asan" in english.text
    english.submit("Sign out")
    assert english.heading == "Sign in"
    assert english.open("/meetings/").url.startswith("/login")


def test_the_address_may_be_typed_in_any_case_and_with_spaces(english):
    make_user(email="asan@test.example")
    english.submit("Sign in", email=" Asan@Test.Example ", password=PASSWORD)
    assert english.url == "/"


@pytest.mark.parametrize(
    ("email", "password"),
    [("asan@test.example", "another password"), ("nobody@test.example", PASSWORD)],
)
def test_a_wrong_sign_in_says_one_thing_and_keeps_the_address(english, email, password):
    make_user(email="asan@test.example")
    english.submit("Sign in", email=email, password=password)
    assert english.status == 422
    alert = english.page.select_one("[role=alert]").get_text(strip=True)
    assert alert == "The e-mail or the password is wrong"
    assert english.page.select_one("[name=email]")["value"] == email
    assert english.page.select_one("[name=password]")["value"] == ""
    assert "autofocus" in english.page.select_one("[name=password]").attrs


def test_an_empty_form_says_what_is_missing(english):
    english.submit("Sign in")
    assert english.status == 422
    assert english.errors == ["This field is required", "This field is required"]
    assert english.page.select_one("[role=alert]") is not None


def test_after_sign_in_one_is_where_one_wanted_to_be(english):
    make_user(email="asan@test.example")
    english.open("/follow-ups/?country=DE&status=pending")
    assert english.heading == "Sign in"
    make_user()
    english.submit("Sign in", email="asan@test.example", password="wrong password")
    english.submit("Sign in", email="asan@test.example", password=PASSWORD)
    assert english.url.startswith("/follow-ups/?")


@pytest.mark.parametrize(
    ("target", "landing"),
    [
        ("/meetings/?q=a%20b", "/meetings/?q=a%20b"),
        ("/", "/"),
        ("", "/"),
        (None, "/"),
        ("meetings", "/"),
        ("//evil.example/", "/"),
        ("///evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("/\t/evil.example/", "/"),
        ("/\n/evil.example/", "/"),
        ("https://evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\\..\\b", "/"),
    ],
)
def test_only_a_path_of_our_own_is_a_way_on(target, landing):
    assert local_path(target) == landing


def test_a_foreign_way_on_leads_to_the_desk(english):
    make_user(email="asan@test.example")
    english.open("/login?next=//evil.example/")
    english.submit("Sign in", email="asan@test.example", password=PASSWORD)
    assert english.url == "/"


def test_who_is_signed_in_is_not_asked_again(officer):
    assert officer.open("/login").url == "/"
    assert officer.open("/login?next=/meetings/").url == "/meetings/"
    assert officer.open("/login?next=//evil.example").url == "/"


def test_a_disabled_person_is_out_at_once_and_not_let_in(app, english):
    user = make_user(email="asan@test.example")
    near_miss = Browser(app).sign_in(make_user().email, PASSWORD)
    english.submit("Sign in", email=user.email, password=PASSWORD)
    user.is_active = False
    db.session.commit()
    assert english.open("/meetings/").heading == "Sign in"
    english.submit("Sign in", email=user.email, password=PASSWORD)
    assert english.page.select_one("[role=alert]").get_text(strip=True) == (
        "The e-mail or the password is wrong"
    )
    assert near_miss.open("/meetings/").status == 200


def test_a_hash_of_older_rules_is_renewed_at_sign_in(english):
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    user = make_user(email="asan@test.example", password_hash=cheap.hash(PASSWORD))
    other = make_user()
    kept, cheap_hash = other.password_hash, user.password_hash
    english.submit("Sign in", email=user.email, password=PASSWORD)
    assert english.url == "/"
    db.session.expire_all()
    assert user.password_hash != cheap_hash
    assert other.password_hash == kept
    english.submit("Sign out").submit("Sign in", email=user.email, password=PASSWORD)
    assert english.url == "/"


def test_a_sign_in_without_the_page_s_token_is_refused(browser):
    make_user(email="asan@test.example")
    browser.post("/login", email="asan@test.example", password=PASSWORD)
    assert browser.status == 400
    assert browser.open("/").url.startswith("/login")


def test_nothing_of_a_session_outlives_the_sign_out(english):
    make_user(email="asan@test.example")
    english.submit("Sign in", email="asan@test.example", password=PASSWORD).submit("Sign out")
    with english.client.session_transaction() as session:
        assert set(session) <= {"csrf_token"}


@pytest.mark.parametrize("code", ["kk", "ru", "en"])
def test_a_stranger_chooses_the_language(browser, code):
    browser.open(f"/language?to={code}&next=/login")
    assert browser.page.html["lang"] == code
    assert browser.open("/login").page.html["lang"] == code


def test_a_language_that_is_none_is_refused_and_leads_nowhere_else(browser):
    assert browser.open("/language?to=de").status == 400
    assert browser.open("/language").status == 400
    assert browser.open("/language?to=en&next=https://evil.example/").url.startswith("/login")


def test_a_new_browser_reads_kazakh(browser):
    assert browser.open("/login").page.html["lang"] == "kk"


def test_the_session_cookie_is_kept_from_scripts(browser):
    cookie = browser.open("/login").response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_users_have_hashed_passwords(app):
    make_user(password="a password of my own")
    assert db.session.scalar(select(User.password_hash)).startswith("$argon2id$")
