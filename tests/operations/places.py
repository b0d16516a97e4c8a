"""Places to restore a backup into."""

from contextlib import ExitStack, contextmanager

from crm.core.database import db
from tests.postgres import opened_app


@contextmanager
def empty_place(databases, folder, kind=None):
    """An installation without a table, beside the one of the test."""
    kind = kind or db.engine.dialect.name
    with ExitStack() as stack:
        if kind == "sqlite":  # the file of `databases` is the test's own
            url = f"sqlite:///{folder / 'restored.db'}"
        else:
            url = stack.enter_context(databases.empty(kind))
        yield stack.enter_context(opened_app(url, folder / "restored"))
