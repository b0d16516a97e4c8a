"""Runs the numbered migrations on the application's database.

SQLite wants care: with foreign keys on, rebuilding a parent table would delete its children, so
they are off while a migration runs and checked before its commit.
"""

from collections.abc import Iterable
from typing import Any, Literal

import click
from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.migration import MigrationContext
from flask import current_app
from sqlalchemy import Connection, text
from sqlalchemy.types import TypeDecorator

from crm.core.database import Model
from crm.duplicates.services.keeping import find_where_none
from crm.search.services.rebuilding import fill_empty_index


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Our own column types as plain ones: a migration never imports the application."""
    if kind == "type" and isinstance(item, TypeDecorator):
        if type(item).__name__ == "SortKey":
            return 'sa.String(160).with_variant(sa.String(160, collation="C"), "postgresql")'
        if type(item).__name__ == "UtcDateTime":
            return "sa.DateTime(timezone=True)"
        if type(item).__name__ == "Lines":
            return "sa.Text()"
    return False


def same_type(
    _context: Any, _inspected: Any, _metadata: Any, inspected_type: Any, metadata_type: Any
) -> bool | None:
    """Our decorators compare by what they store; None leaves the rest to Alembic."""
    return False if isinstance(metadata_type, TypeDecorator) else None


def broken_references(connection: Connection) -> Iterable[Any]:
    """Rows that point at nothing after the migration (SQLite only)."""
    return connection.execute(text("PRAGMA foreign_key_check")).all()


def run(connection: Connection) -> None:
    """Run every asked migration in one transaction."""
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
    context.configure(
        connection=connection,
        target_metadata=Model.metadata,
        render_item=render_item,
        compare_type=same_type,
        render_as_batch=True,
        transactional_ddl=True,
    )
    try:
        with context.begin_transaction():
            context.run_migrations()
            if is_sqlite and (broken := broken_references(connection)):
                raise RuntimeError(f"the migration would break references: {broken[:5]}")
    finally:
        if is_sqlite:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")


def refuse_newer(connection: Connection) -> None:
    """Alembic would say that it cannot locate a revision, and not what is to be done."""
    known = {one.revision for one in context.script.walk_revisions()}
    if newer := {*MigrationContext.configure(connection).get_current_heads()} - known:
        words = "the database is newer than this program ({}): install its newer version"
        raise click.ClickException(words.format(", ".join(newer)))


def is_at_head(connection: Connection) -> bool:
    """Whether every migration is done; with only some the models do not fit the tables."""
    now = context.get_context().get_current_heads()
    return set(now) == set(context.script.get_heads())


engine = current_app.extensions["migrate"].db.engine
with engine.connect() as connection:  # another one than below: to ask begins a transaction
    refuse_newer(connection)
with engine.connect() as connection:
    run(connection)
    is_done = is_at_head(connection)
if is_done:
    fill_empty_index()
    find_where_none()
