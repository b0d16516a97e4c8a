"""The app on both databases, a browser per role, and a real Chromium; nothing else."""

import gc
import os
from threading import Thread

import pytest
from werkzeug.serving import make_server

from tests import chromium
from tests.browser import Browser
from tests.postgres import KINDS, Databases, opened_app
from tests.sweep import signed_in


def pytest_configure(config):
    gc.set_threshold(100_000, 20, 100)  # the heap of a long run is large: few passes over it
    if os.environ.get("CI") == "true" and chromium.find() is None:
        pytest.exit(chromium.MISSING, returncode=1)


def pytest_sessionfinish():
    gc.collect()
    gc.freeze()  # pytest collects five times more, through all that was ever loaded


@pytest.hookimpl(wrapper=True, tryfirst=True)  # before pytest applies -m, after all is shuffled
def pytest_collection_modifyitems(config, items):
    for item in (one for one in items if "page" in one.fixturenames):
        item.add_marker("browser")
    if chromium.find() is None:
        left_out = [item for item in items if item.get_closest_marker("browser")]
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)
    yield
    items.sort(key=_turn)


def _turn(item):
    """The half of the tests that is on PostgreSQL, and the long ones first in each half.

    With ``--dist worksteal`` each of two workers begins with a half: what a process prepares for
    a database, statements above all, is then prepared in one of them.
    """
    given = getattr(item, "callspec", None)
    is_on_postgresql = given is not None and "postgresql" in given.params.values()
    return is_on_postgresql, item.get_closest_marker("long") is None


def pytest_terminal_summary(terminalreporter):
    if chromium.find() is None:
        terminalreporter.write_line(chromium.MISSING)


@pytest.fixture(scope="session")
def databases(tmp_path_factory):
    with Databases(tmp_path_factory.mktemp("databases")) as databases:
        yield databases


@pytest.fixture(params=KINDS)
def empty_app(request, databases, tmp_path):
    """The app on a database without a single table, outside any app context."""
    with databases.empty(request.param) as url, opened_app(url, tmp_path / "instance") as app:
        yield app


@pytest.fixture(params=KINDS)
def app(request, databases):
    """The app on a migrated database without records, and its context for the test."""
    app = databases.fresh_app(request.param)
    with app.app_context():
        yield app


@pytest.fixture
def browser(app):
    """Nobody's browser: not signed in."""
    return Browser(app)


def _browser_of(role):
    return pytest.fixture(name=role)(lambda app: signed_in(app, role))


officer, head, viewer, admin = map(_browser_of, ("officer", "head", "viewer", "admin"))


@pytest.fixture
def live_server(app):
    """Address of the app on a real port, with the database of the test."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def chromium_browser():
    with chromium.running() as running:
        yield running


@pytest.fixture
def page(chromium_browser, live_server, app):
    """A page of a real Chromium at ``live_server``; fails on console errors, foreign requests."""
    with chromium.watched_page(chromium_browser, live_server) as page:
        yield page
