"""The migrations climb to one head, match the models, come back, and lose nothing on the way."""

from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, create_engine, func, select, text

from tests.postgres import crm

SCRIPTS = ScriptDirectory(str(Path(__file__).parents[1] / "migrations"))
REVISIONS = [script.revision for script in SCRIPTS.walk_revisions()]  # newest first
TRIGGERS = {
    "sqlite": "SELECT name || ' ON ' || tbl_name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname || ' ON ' || relname FROM pg_trigger"
    " JOIN pg_class ON pg_class.oid = tgrelid WHERE NOT tgisinternal",
}


@pytest.fixture
def inspect(empty_app):
    """A function: what the database holds now, as (rows of each table, triggers)."""
    engine = create_engine(empty_app.config["SQLALCHEMY_DATABASE_URI"])

    def inspected():
        with engine.connect() as connection:
            schema = MetaData()
            schema.reflect(connection)
            counts = {
                name: connection.scalar(select(func.count()).select_from(table))
                for name, table in schema.tables.items()
                if name != "alembic_version"
            }
            triggers = set(connection.scalars(text(TRIGGERS[engine.dialect.name])))
        return counts, triggers

    yield inspected
    engine.dispose()


def test_there_is_one_head():
    assert len(SCRIPTS.get_heads()) == 1


def test_revisions_are_numbered_in_order():
    assert REVISIONS[::-1] == [f"{n:04}" for n in range(1, len(REVISIONS) + 1)]


def test_migrations_do_not_depend_on_the_app():
    for script in SCRIPTS.walk_revisions():
        assert "crm" not in vars(script.module), script.path
        assert "import crm" not in Path(script.path).read_text(), script.path
        assert "from crm" not in Path(script.path).read_text(), script.path


def test_up_matches_the_models_and_down_leaves_nothing(empty_app, inspect):
    crm(empty_app, "db", "upgrade")
    crm(empty_app, "db", "check")
    at_head = inspect()
    assert at_head[0]
    crm(empty_app, "db", "downgrade", "base")
    assert inspect() == ({}, set())
    crm(empty_app, "db", "upgrade")
    assert inspect() == at_head


def test_a_filled_database_keeps_its_rows_and_triggers(empty_app, inspect):
    crm(empty_app, "db", "upgrade")
    crm(empty_app, "seed", "demo")
    filled, triggers = inspect()
    kept = filled
    for revision in REVISIONS[1:]:  # the way down, one step at a time, to the first revision
        crm(empty_app, "db", "downgrade", revision)
        there, _ = inspect()
        kept = {name: count for name, count in kept.items() if name in there}
        assert {name: there[name] for name in kept} == kept, f"rows lost on the way to {revision}"
    for revision in REVISIONS[-2::-1]:  # and up again
        crm(empty_app, "db", "upgrade", revision)
        there, _ = inspect()
        assert {name: there[name] for name in kept} == kept, f"rows lost on the way to {revision}"
    assert inspect()[1] == triggers
