"""Connections: those that the database has ended are not used."""

from time import monotonic

from sqlalchemy import create_engine, text

from crm.core import opening
from crm.core.database import db
from tests.postgres import on_postgresql

_END_OTHERS = text("""SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()""")


def end_connections(app):
    engine = create_engine(app.config["SQLALCHEMY_DATABASE_URI"])
    with engine.connect() as other:
        ended = other.execute(_END_OTHERS).all()
    engine.dispose()
    return len(ended)


@on_postgresql
def test_a_page_opens_right_after_the_database_was_restarted(app, officer):
    db.session.remove()
    officer.open("/account/")
    assert end_connections(app) > 0
    assert officer.open("/account/").status == 200


@on_postgresql
def test_a_connection_is_asked_only_when_it_was_idle_for_long(app, monkeypatch):
    moment, asked = [monotonic()], []
    monkeypatch.setattr(opening, "monotonic", lambda: moment[0])
    monkeypatch.setattr(opening, "_is_answering", lambda one: asked.append(one) or True)

    def use():
        db.session.execute(text("SELECT 1"))
        db.session.remove()

    db.session.remove()
    db.engine.dispose()  # one connection alone is used from here on
    use()
    use()
    assert not asked
    moment[0] += 6
    use()
    assert len(asked) == 1


@on_postgresql
def test_no_statement_waits_for_a_compiler(app):
    """Debian's PostgreSQL has one, and took four seconds of it for a list of 30,000 points."""
    assert db.session.scalar(text("SHOW jit")) == "off"
