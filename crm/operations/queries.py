"""In what state the database is."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import ForeignKeyConstraint, Select, and_, exists, func, select

from crm.core.database import Model, db
from crm.core.names.likeness import NameKind
from crm.core.records import RecordKind
from crm.core.search_tokens import SearchToken
from crm.duplicates.models import MODELS, LikelyKey


def is_at_head() -> bool:
    """Whether every migration has run; raises SQLAlchemyError when the database does not answer.

    Asks over a connection of its own: the session stays as it is.
    """
    with db.engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_heads()
    return present == (known_revisions()[0],)


def is_newer() -> bool:
    """Whether a later version of this program has migrated the database."""
    with db.engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_heads()
    return not {*present} <= {*known_revisions()}


def known_revisions() -> list[str]:
    """Every revision of the schema this program knows, newest first."""
    return _revisions(current_app.extensions["migrate"].directory)


@cache
def _revisions(directory: str) -> list[str]:
    return [script.revision for script in ScriptDirectory(directory).walk_revisions()]


def broken_references() -> Iterator[tuple[str, Select[int]]]:
    """For every foreign key its column, and how many rows point at nothing."""
    for table in Model.metadata.sorted_tables:
        for reference in sorted(table.foreign_key_constraints, key=lambda one: str(one.name)):
            yield f"{table.name}.{', '.join(reference.column_keys)}", _pointing_nowhere(reference)


def tokens_told(kind: RecordKind) -> Select[int, int]:
    """How many tokens the records of ``kind`` tell of, and how many the index of the search has."""
    model: Any = kind.model
    text, rows = model.search_text, SearchToken.__table__.c
    # A space stands before each.
    told = func.coalesce(func.sum(func.length(text) - func.length(func.replace(text, " ", ""))), 0)
    held = select(func.count()).where(rows.kind == model.__tablename__).scalar_subquery()
    return select(told, held)


def without_keys(kind: NameKind) -> Select[int]:
    """How many people or organisations no likely duplicate is found by."""
    model: Any = MODELS[kind]
    keys = LikelyKey.__table__.c
    is_found = exists().where(keys.kind == kind, keys.record_id == model.id)
    return select(func.count()).select_from(model).where(~is_found)


def _pointing_nowhere(reference: ForeignKeyConstraint) -> Select[int]:
    parent = reference.referred_table.alias()
    pairs = [(one.parent, parent.c[one.column.name]) for one in reference.elements]
    is_there = exists().where(and_(*(child == above for child, above in pairs)))
    is_set = and_(*(child.is_not(None) for child, _above in pairs))
    return select(func.count()).select_from(reference.table).where(is_set, ~is_there)
