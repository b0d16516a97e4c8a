"""Guessing passwords is slowed down, by one table that all workers share."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from crm.accounts.services.throttle import (
    LIMIT_PER_ADDRESS,
    LIMIT_PER_EMAIL,
    WINDOW,
    count_attempt,
    sign_in_limits,
)
from crm.core.database import db
from tests.accounts.conftest import START
from tests.browser import Browser
from tests.factories import PASSWORD, make_user

EMAIL = "asan@test.example"


@pytest.fixture
def user(app):
    return make_user(email=EMAIL)


def attempt(browser, password, email=EMAIL):
    browser.open("/language?to=en&next=/login")
    return browser.submit("Sign in", email=email, password=password)


def guess(app, count, time, email=EMAIL):
    for _ in range(count):
        assert attempt(Browser(app), "a wrong password", email).status == 422
        time["now"] += timedelta(seconds=1)


def test_the_right_password_is_refused_too_until_the_named_time(app, browser, time, user):
    guess(app, LIMIT_PER_EMAIL, time)
    attempt(browser, PASSWORD)
    assert browser.status == 429
    assert browser.page.select_one("[role=alert]").get_text(strip=True) == (
        "Too many failed attempts. Try once more at 14:16."
    )
    assert int(browser.response.headers["Retry-After"]) == WINDOW.seconds - LIMIT_PER_EMAIL
    assert browser.page.select_one("[name=email]")["value"] == EMAIL
    time["now"] = START + WINDOW - timedelta(seconds=1)
    assert attempt(browser, PASSWORD).status == 429
    time["now"] = START + WINDOW
    assert attempt(browser, PASSWORD).url == "/"


def test_the_last_attempt_allowed_still_lets_in(app, browser, time, user):
    guess(app, LIMIT_PER_EMAIL - 1, time)
    assert attempt(browser, PASSWORD).url == "/"


def test_a_sign_in_that_goes_well_clears_the_slate(app, browser, time, user):
    guess(app, LIMIT_PER_EMAIL - 1, time)
    attempt(browser, PASSWORD).submit("Sign out")
    guess(app, LIMIT_PER_EMAIL - 1, time)
    assert attempt(browser, PASSWORD).url == "/"


def test_trying_while_refused_does_not_make_the_wait_longer(app, browser, time, user):
    guess(app, LIMIT_PER_EMAIL, time)
    for _ in range(5):
        assert attempt(browser, "a wrong password").status == 429
        time["now"] += timedelta(minutes=2)
    time["now"] = START + WINDOW
    assert attempt(browser, PASSWORD).url == "/"


def test_another_person_is_not_slowed_down(app, browser, time, user):
    other = make_user()
    guess(app, LIMIT_PER_EMAIL, time)
    assert attempt(browser, PASSWORD, other.email).url == "/"


def test_who_is_signed_in_works_on(app, browser, time, user):
    attempt(browser, PASSWORD)
    guess(app, LIMIT_PER_EMAIL, time)
    assert browser.open("/meetings/").status == 200
    assert browser.open("/account/").status == 200


def test_the_page_itself_opens_while_refused(app, browser, time, user):
    guess(app, LIMIT_PER_EMAIL, time)
    attempt(browser, PASSWORD)
    assert browser.open("/login").status == 200


def test_an_address_nobody_has_is_slowed_down_alike(app, browser, time):
    guess(app, LIMIT_PER_EMAIL, time, "nobody@test.example")
    assert attempt(browser, PASSWORD, "Nobody@test.example ").status == 429


def test_many_names_from_one_place_are_refused(app, browser, time, user):
    for number in range(LIMIT_PER_ADDRESS - 1):
        count_attempt(sign_in_limits(f"guess{number}@test.example", "127.0.0.1"))
    db.session.commit()
    assert attempt(browser, "wrong", "another.guess@test.example").status == 422
    assert attempt(browser, PASSWORD).status == 429
    elsewhere = Browser(app)
    elsewhere.client.environ_base["REMOTE_ADDR"] = "10.0.0.7"
    assert attempt(elsewhere, PASSWORD).url == "/"


def test_guesses_at_the_same_moment_do_not_slip_through(app, user):
    """Eight workers at once: no more are looked at than one after the other."""

    def one_guess(number):
        return attempt(Browser(app), f"wrong password {number}").status

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(one_guess, range(16)))
    assert statuses.count(422) <= LIMIT_PER_EMAIL
    assert set(statuses) <= {422, 429}


def test_the_present_password_cannot_be_guessed_on_the_own_page(app, time, officer):
    for _ in range(LIMIT_PER_EMAIL):
        change(officer, "a wrong password")
        assert officer.errors[-1] == "This is not your current password"
        assert officer.status == 422
    change(officer, PASSWORD)
    assert officer.status == 429
    assert officer.errors[-1].startswith("Too many failed attempts. Try once more at ")


def change(browser, present):
    new = "a new long password"
    browser.open("/account/")
    browser.submit("Change the password", present=present, password=new, again=new)
