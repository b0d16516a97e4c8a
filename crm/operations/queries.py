"""In what state the database is."""

from functools import cache

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app

from crm.core.database import db


def is_at_head() -> bool:
    """Whether every migration has run; raises SQLAlchemyError when the database does not answer.

    Asks over a connection of its own: the session stays as it is.
    """
    with db.engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_heads()
    return present == (known_revisions()[0],)


def known_revisions() -> list[str]:
    """Every revision of the schema this program knows, newest first."""
    return _revisions(current_app.extensions["migrate"].directory)


@cache
def _revisions(directory: str) -> list[str]:
    return [script.revision for script in ScriptDirectory(directory).walk_revisions()]
