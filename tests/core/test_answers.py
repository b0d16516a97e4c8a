"""What every answer carries, and what people see when something is wrong."""

import re

import pytest

from crm.core.permissions import public
from tests.browser import Browser, apart
from tests.postgres import on_sqlite, opened_app
from tests.sweep import make_world, signed_in

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def get(browser, url, **headers):
    return apart(browser.client.get, url, headers=headers, buffered=True)


@pytest.fixture
def reader(app):
    return signed_in(app, "officer")


@on_sqlite
def test_every_kind_of_answer_carries_the_headers(app, reader):
    make_world()
    stranger = Browser(app)
    answers = [
        get(stranger, "/login"),
        get(stranger, "/meetings/"),
        get(stranger, "/healthz"),
        get(stranger, "/favicon.ico"),
        get(stranger, "/static/css/tokens.css"),
        get(stranger, "/static/no-such.css"),
        get(stranger, "/language?to=de"),
        get(reader, "/meetings/"),
        get(reader, "/meetings/2000000000"),
        get(reader, "/meetings.csv"),
        get(reader, "/meetings.xlsx"),
        get(reader, "/admin/reference"),
        apart(reader.client.post, "/logout"),
        apart(reader.client.put, "/meetings/"),
    ]
    assert {answer.status_code for answer in answers} == {200, 303, 400, 403, 404, 405}
    for answer in answers:
        policy = dict(
            part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; ")
        )
        assert POLICY.items() <= policy.items()
        assert "unsafe" not in str(policy)
        assert "http" not in str(policy)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@on_sqlite
@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_pages_and_styles_travel_compressed(reader, encoding):
    for url in ("/meetings/", "/static/css/tokens.css"):
        plain = get(reader, url, **{"Accept-Encoding": "identity"})
        small = get(reader, url, **{"Accept-Encoding": encoding})
        assert small.headers["Content-Encoding"] == encoding, url
        assert len(small.data) < len(plain.data)
        assert "Accept-Encoding" in small.headers["Vary"]


@on_sqlite
def test_files_tell_their_length_so_that_a_broken_one_shows(reader):
    make_world()
    for url in ("/meetings.csv", "/meetings.xlsx"):
        answer = get(reader, url, **{"Accept-Encoding": "br"})
        assert "Content-Encoding" not in answer.headers
        assert answer.headers["Content-Length"] == str(len(answer.data))


@on_sqlite
def test_nobody_keeps_a_copy_of_somebody_s_work(reader):
    for url in ("/", "/meetings/", "/meetings.csv", "/account/"):
        assert get(reader, url).headers["Cache-Control"] == "no-store", url


@on_sqlite
def test_what_pages_load_is_kept_for_a_year_under_its_own_version(reader):
    page = reader.open("/projects/board").page
    links = page.select("link[rel=stylesheet]") + page.select("script[src]")
    addresses = [link.get("href") or link["src"] for link in links]
    assert len(addresses) == 6
    for url in addresses:
        answer = get(reader, url)
        assert answer.status_code == 200, url
        assert "immutable" in answer.headers["Cache-Control"]
    digest = re.compile("[0-9a-f]{12}")
    for url in addresses:
        older = get(reader, digest.sub("0" * 12, url))
        assert older.data == get(reader, url).data
        assert "immutable" not in older.headers["Cache-Control"], url


@on_sqlite
def test_a_wrong_address_says_so_on_a_page_with_a_way_back(reader):
    for url, status in (("/no-such-page", 404), ("/admin/reference", 403), ("/language", 400)):
        reader.open(url)
        assert reader.status == status
        assert reader.heading
        assert f"Code: {status}" in reader.text
        assert reader.page.select_one("main a[href='/']") is not None


@on_sqlite
def test_too_much_at_once_is_refused(app, reader):
    app.config["MAX_CONTENT_LENGTH"] = 1000
    token = reader.open("/account/").page.select_one("[name=csrf_token]")["value"]
    answer = apart(
        reader.client.post, "/account/theme", data={"csrf_token": token, "theme": "x" * 2000}
    )
    assert answer.status_code == 413


@pytest.fixture
def failing(databases, tmp_path):
    """A browser on an app as it runs in an office, with a page that breaks."""

    @public
    def fail():
        raise ZeroDivisionError("a secret of the code")

    with databases.migrated("sqlite") as url, opened_app(url, tmp_path / "instance") as app:
        app.testing = False
        app.add_url_rule("/fail", view_func=fail)
        yield Browser(app)


def test_what_nobody_foresaw_is_a_page_without_secrets_and_a_line_in_the_log(failing, caplog):
    failing.open("/fail")
    assert failing.status == 500
    assert failing.heading
    assert "secret" not in failing.response.get_data(as_text=True)
    assert "a secret of the code" in caplog.text
    assert failing.open("/login").status == 200
