"""Installations of a test's own, with an instance folder that it may fill and spoil."""

from contextlib import contextmanager

from crm.core.database import db
from tests.postgres import opened_app


@contextmanager
def own_place(databases, kind, folder):
    """A migrated installation, and its context."""
    with (
        databases.migrated(kind) as url,
        opened_app(url, folder / "instance") as app,
        app.app_context(),
    ):
        yield app


@contextmanager
def empty_place(databases, folder, kind=None):
    """An installation without a table, beside the one of the test."""
    kind = kind or db.engine.dialect.name
    with databases.empty(kind) as url, opened_app(url, folder / "restored") as app:
        yield app
