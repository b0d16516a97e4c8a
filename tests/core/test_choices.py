"""Choices are kept, and nobody ever sees one that has changed."""

from contextlib import contextmanager

import pytest
from sqlalchemy import event, insert, select, update
from sqlalchemy.engine import Engine

from crm.accounts.models import User
from crm.core.choices import cached_choices, choices_changed, present_stamp, read_with
from crm.core.database import db
from crm.core.sight import EVERYTHING, Sight, seeing
from crm.meetings.models import Meeting
from crm.reference.models import District, Sector
from tests.browser import apart
from tests.factories import make_meeting, make_sector, make_user
from tests.postgres import opened_app

_FORM = "/projects/new"


@pytest.fixture
def elsewhere(app, tmp_path):
    """A function that changes records in another process: an app of its own, the same database."""

    def changed(change):
        with opened_app(app.config["SQLALCHEMY_DATABASE_URI"], tmp_path) as other:

            def run():
                with other.app_context():
                    change()
                    db.session.commit()

            apart(run)

    return changed


def offered(browser, name):
    return [one.get_text() for one in browser.open(_FORM).page.select(f"[name={name}] option")]


@contextmanager
def statements():
    found = []

    def note(_connection, _cursor, statement, *_more):
        found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield found
    event.remove(Engine, "before_cursor_execute", note)


def rename(model, key, **names):
    record = db.session.get(model, key)
    for name, value in names.items():
        setattr(record, name, value)


def test_what_another_process_renames_is_offered_renamed_at_once(officer, elsewhere):
    make_sector()
    owner = make_user(name="Aigerim").id
    assert "Metallurgy" in offered(officer, "sector")
    assert "Aigerim" in offered(officer, "officer_id")
    elsewhere(lambda: rename(Sector, "MET", name_en="Steel"))
    assert "Steel" in offered(officer, "sector")
    elsewhere(lambda: rename(User, owner, name="Aigerim Bek"))
    assert "Aigerim Bek" in offered(officer, "officer_id")
    elsewhere(lambda: rename(User, owner, is_active=False))
    assert "Aigerim Bek" not in offered(officer, "officer_id")


def test_rows_written_past_the_records_are_offered_too(officer, elsewhere):
    make_sector()
    assert offered(officer, "district") == [""]
    row = {"code": "631010000", "name_en": "Oskemen", "name_key_en": "o"}
    elsewhere(lambda: db.session.execute(insert(District).values(row)))
    assert offered(officer, "district") == ["", "Oskemen"]
    table = Sector.__table__
    elsewhere(lambda: db.session.execute(update(table).values(name_en="Steel")))
    assert "Steel" in offered(officer, "sector")


def test_choices_that_nobody_changed_are_not_read_again(officer):
    make_sector()
    before = offered(officer, "sector")
    with statements() as found:
        assert offered(officer, "sector") == before
    assert not [one for one in found if "FROM sectors" in one or "FROM countries" in one]


def test_a_transaction_given_up_changes_nothing_that_is_kept(app, officer):
    make_sector()
    offered(officer, "sector")
    rename(Sector, "MET", name_en="Steel")
    db.session.flush()
    db.session.rollback()
    with statements() as found:
        db.session.commit()
        assert "Metallurgy" in offered(officer, "sector")
    assert not [one for one in found if "choices_stamps" in one and "UPDATE" in one]


def test_who_changes_them_does_not_see_the_old_ones_until_the_answer(app):
    make_sector()

    @cached_choices
    def names():
        return list(db.session.scalars(select(Sector.name_en)))

    read_with("a stamp")
    assert names() == ("Metallurgy",)
    rename(Sector, "MET", name_en="Steel")
    db.session.flush()
    assert (present_stamp(), names()) == (None, ("Steel",))
    read_with("a stamp")
    choices_changed(db.session())
    assert names() == ("Steel",)


def test_nothing_restricted_is_ever_kept(app):
    officer = make_user()
    make_meeting(title="open", officer=officer)
    make_meeting(title="secret", officer=officer, restricted=True)

    @cached_choices
    def titles():
        return list(db.session.scalars(select(Meeting.title)))

    for stamp, sight in ((None, EVERYTHING), ("one", EVERYTHING), ("two", Sight(officer.id))):
        read_with(stamp)
        with seeing(sight):
            assert titles() == ("open",)
