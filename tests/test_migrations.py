"""The migrations climb to one head, match the models, come back, and lose nothing on the way."""

from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, select, table, text

from crm.core.database import db
from tests.postgres import crm
from tests.sweep import make_world

SCRIPTS = ScriptDirectory(str(Path(__file__).parents[1] / "migrations"))
REVISIONS = [script.revision for script in SCRIPTS.walk_revisions()]  # newest first
TRIGGERS = {
    "sqlite": "SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT relname, pg_get_triggerdef(pg_trigger.oid) FROM pg_trigger"
    " JOIN pg_class ON pg_class.oid = tgrelid WHERE NOT tgisinternal",
}
OF_TABLES = ("columns", "indexes", "pk_constraint", "foreign_keys", "unique_constraints")
OF_TABLES += ("check_constraints",)


@pytest.fixture
def inspect(empty_app):
    """A function: what the database holds now, as (rows by table, shape of the schema)."""
    engine = create_engine(empty_app.config["SQLALCHEMY_DATABASE_URI"])

    def inspected():
        with engine.connect() as connection:
            names = set(db.inspect(connection).get_table_names()) - {"alembic_version"}
            held = {name: rows_of(connection, name) for name in sorted(names)}
            return held, {one for one in shape(connection) if one[1] in names}

    yield inspected
    engine.dispose()


def rows_of(connection, name):
    """The rows of a table, values as the driver gives them, by the names of the columns."""
    return connection.execute(select(text("*")).select_from(table(name))).mappings().all()


def in_common(rows, others):
    """``rows`` without the columns that ``others``, rows of the same table, lack.

    Nor with what is derived anew at the end of the way up, out of what was lost on the way down.
    """
    shared = set(rows[0]) & set(others[0]) if rows and others else set()
    shared -= {"search_text"}
    return sorted(([(name, row[name]) for name in sorted(shared)] for row in rows), key=repr)


def shape(connection):
    """Every column, index, constraint and trigger, with all that is said of it."""
    inspector, found = db.inspect(connection), set()
    for kind in OF_TABLES:
        for (_schema, name), parts in getattr(inspector, f"get_multi_{kind}")().items():
            for part in parts if isinstance(parts, list) else [parts]:
                options = part.get("dialect_options", {})  # some are clauses, equal to none
                told = part | {f"option {key}": str(value) for key, value in options.items()}
                told.pop("dialect_options", None)
                found.add((kind, name, repr(sorted(told.items()))))
    triggers = connection.execute(text(TRIGGERS[connection.dialect.name]))
    return found | {("triggers", name, definition) for name, definition in triggers}


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
    assert inspect()[0]
    crm(empty_app, "db", "downgrade", "base")
    assert inspect() == ({}, set())


def test_a_filled_database_keeps_rows_indexes_constraints_and_triggers(empty_app, inspect):
    shapes = {}
    for revision in reversed(REVISIONS):  # empty, so that nothing can stand in the way
        crm(empty_app, "db", "upgrade", revision)
        shapes[revision] = inspect()[1]
    assert {kind for kind, _table, _words in shapes[REVISIONS[0]]} == {*OF_TABLES, "triggers"}
    with empty_app.app_context():
        make_world()  # one of every kind, the demo has not all
    crm(empty_app, "seed", "demo", "--force")
    kept = inspect()[0]
    there_and_back = [("downgrade", one) for one in REVISIONS[1:]]
    there_and_back += [("upgrade", one) for one in REVISIONS[-2::-1]]
    for direction, revision in there_and_back:  # one step at a time
        crm(empty_app, "db", direction, revision)
        rows, shaped = inspect()
        kept = {name: rows_before for name, rows_before in kept.items() if name in rows}
        for name, before in kept.items():
            same = in_common(before, rows[name])
            assert in_common(rows[name], before) == same, f"{direction} to {revision}: {name}"
            kept[name] = [dict(row) for row in same]
        assert shaped == shapes[revision], f"{direction} to {revision} ends in another schema"
