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
DDL = "SELECT tbl_name, group_concat(sql, char(10)) FROM"
DDL += " (SELECT tbl_name, sql FROM sqlite_master ORDER BY sql) GROUP BY tbl_name"
CATALOGUE = """
    SELECT 'columns', relname, concat_ws(' ', attname, format_type(atttypid, atttypmod),
        CASE WHEN attnotnull THEN 'not null' END, pg_get_expr(adbin, adrelid), attidentity,
        collname)
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    LEFT JOIN pg_collation ON pg_collation.oid = attcollation
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0
        AND NOT attisdropped
    UNION ALL
    SELECT 'constraints', relname, concat_ws(' ', conname, pg_get_constraintdef(pg_constraint.oid))
    FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
    WHERE relnamespace = 'public'::regnamespace AND contype <> 'n'
    UNION ALL
    SELECT 'indexes', relname, pg_get_indexdef(indexrelid)
    FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
    WHERE relnamespace = 'public'::regnamespace
"""


@pytest.fixture
def inspect(empty_app):
    """A function: what the database holds now, as (rows by table, shape of the schema)."""
    engine, known = create_engine(empty_app.config["SQLALCHEMY_DATABASE_URI"]), {}

    def inspected():
        with engine.connect() as connection:
            names = set(db.inspect(connection).get_table_names()) - {"alembic_version"}
            held = {name: rows_of(connection, name) for name in sorted(names)}
            return held, {one for one in shape(connection, known) if one[1] in names}

    yield inspected
    engine.dispose()


def rows_of(connection, name):
    """The rows of a table, values as the driver gives them, by the names of the columns."""
    found = connection.execute(select(text("*")).select_from(table(name)))
    names = tuple(found.keys())
    return [dict(zip(names, row, strict=True)) for row in found]


def in_common(rows, others):
    """``rows`` without the columns that ``others``, rows of the same table, lack.

    Nor with what is derived anew at the end of the way up, out of what was lost on the way down.
    """
    shared = set(rows[0]) & set(others[0]) if rows and others else set()
    shared = sorted(shared - {"search_text"})
    return [{name: row[name] for name in shared} for row in rows]


def shape(connection, known):
    """Every column, index, constraint and trigger, with all that is said of it.

    On SQLite read out of the statements a table was made with; ``known`` keeps what was read.
    """
    triggers = connection.execute(text(TRIGGERS[connection.dialect.name]))
    found = {("triggers", name, definition) for name, definition in triggers}
    if connection.dialect.name == "postgresql":
        return found | set(map(tuple, connection.execute(text(CATALOGUE))))
    made = set(map(tuple, connection.execute(text(DDL))))
    new = {name: known.setdefault((name, ddl), set()) for name, ddl in made - known.keys()}
    inspector = db.inspect(connection)
    for kind in OF_TABLES if new else ():
        told_of = getattr(inspector, f"get_multi_{kind}")(filter_names=list(new))
        for (_schema, name), parts in told_of.items():
            for part in parts if isinstance(parts, list) else [parts]:
                options = part.get("dialect_options", {})  # some are clauses, equal to none
                told = part | {f"option {key}": str(value) for key, value in options.items()}
                told.pop("dialect_options", None)
                new[name].add((kind, name, repr(sorted(told.items()))))
    return found.union(*(known[one] for one in made))


def test_there_is_one_head():
    assert len(SCRIPTS.get_heads()) == 1


def test_revisions_are_numbered_in_order():
    assert REVISIONS[::-1] == sorted(REVISIONS)
    whole = [one for one in REVISIONS[::-1] if one.isdigit()]  # 0008a is a step towards 0009
    assert whole == [f"{n:04}" for n in range(1, len(whole) + 1)]


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


def test_a_filled_database_keeps_rows_indexes_constraints_and_triggers(
    empty_app, inspect, monkeypatch
):
    # Each of ninety commands would load every revision anew.
    monkeypatch.setattr(ScriptDirectory, "from_config", lambda _config: SCRIPTS)
    shapes = {}
    for revision in reversed(REVISIONS):  # empty, so that nothing can stand in the way
        crm(empty_app, "db", "upgrade", revision)
        shapes[revision] = inspect()[1]
    kinds = {kind for kind, _table, _words in shapes[REVISIONS[0]]}
    assert {"columns", "indexes", "triggers"} < kinds
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
        for name in [one for one, before in kept.items() if rows[one] != before]:
            same, before = in_common(rows[name], kept[name]), in_common(kept[name], rows[name])
            equal = sorted(map(repr, same)) == sorted(map(repr, before))
            assert equal, f"{direction} to {revision}: {name}"
            kept[name] = same
        assert shaped == shapes[revision], f"{direction} to {revision} ends in another schema"
