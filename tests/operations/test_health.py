"""Whether the installation is well, as a monitor asks, and what people see when it is not."""

import pytest

from tests.browser import Browser
from tests.postgres import crm, on_sqlite, opened_app
from tests.sweep import signed_in


@pytest.fixture(params=["sqlite:////no/such/folder/x.db", "postgresql://nobody@127.0.0.1:1/none"])
def without_database(request, tmp_path):
    """The app with a database that does not answer."""
    with opened_app(request.param, tmp_path / "instance") as app:
        yield app


def test_a_migrated_database_is_well(browser):
    browser.open("/healthz")
    assert browser.status == 200
    assert browser.text == "ok\n"
    assert browser.response.mimetype == "text/plain"
    assert "Set-Cookie" not in browser.response.headers


def test_an_empty_database_is_not_well(empty_app):
    browser = Browser(empty_app).open("/healthz")
    assert browser.status == 503
    assert "crm db upgrade" in browser.text


def test_a_database_one_step_behind_is_not_well(empty_app):
    crm(empty_app, "db", "upgrade")
    assert Browser(empty_app).open("/healthz").status == 200
    crm(empty_app, "db", "downgrade")
    assert Browser(empty_app).open("/healthz").status == 503


def test_a_database_that_does_not_answer_is_not_well(without_database):
    browser = Browser(without_database).open("/healthz")
    assert browser.status == 503
    assert browser.text == "the database does not answer\n"


@on_sqlite
def test_who_is_signed_in_reads_that_the_database_does_not_answer(app, without_database):
    cookie = signed_in(app, "officer").client.get_cookie("session")
    browser = Browser(without_database)
    browser.client.set_cookie("session", cookie.value)
    for url in ("/", "/meetings/", "/follow-ups.csv"):
        assert browser.open(url).status == 503
        assert browser.page.select_one("h1") is not None


def test_a_stranger_still_gets_the_sign_in_page(without_database):
    assert Browser(without_database).open("/meetings/").url.startswith("/login")


def test_browsers_find_an_icon(browser):
    assert browser.open("/favicon.ico").status == 200
    assert browser.response.mimetype == "image/svg+xml"
