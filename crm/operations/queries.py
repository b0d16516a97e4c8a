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
    return set(present) == _heads(current_app.extensions["migrate"].directory)


@cache
def _heads(directory: str) -> set[str]:
    return set(ScriptDirectory(directory).get_heads())
