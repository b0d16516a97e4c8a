"""A prepared statement is built once, and answers each call with its own values and for its own
reader.
"""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import StatementError

from crm.core.database import db
from crm.core.few import first_few
from crm.core.prepared import made_of, prepared
from crm.core.sight import EVERYTHING, Sight, seeing
from crm.meetings.models import Meeting
from tests.factories import make_meeting, make_user


@pytest.fixture
def built():
    return []


@pytest.fixture
def since(built):
    @prepared
    def since(day, titles=("open", "late")):
        built.append(day)
        found = select(Meeting).where(Meeting.held_on >= day, Meeting.title.in_(titles))
        return found.order_by(Meeting.title)

    return since


@pytest.fixture
def officer(app):
    officer = make_user()
    make_meeting(title="open", held_on=date(2030, 1, 1), officer=officer)
    make_meeting(title="late", held_on=date(2030, 2, 1), officer=officer)
    make_meeting(title="secret", held_on=date(2030, 3, 1), officer=officer, restricted=True)
    return officer


def titles(statement):
    return [one.title for one in db.session.scalars(statement)]


def test_it_is_built_once_and_asked_with_other_values(officer, since, built):
    every = ("open", "late", "secret")
    with seeing(Sight(officer.id)):
        assert titles(since(date(2030, 1, 1))) == ["late", "open"]
        assert titles(since(date(2030, 2, 1))) == ["late"]
        assert titles(since(day=date(2030, 1, 2), titles=every)) == ["late", "secret"]
        assert titles(since(date(2030, 1, 1), ())) == []
    assert len(built) == 1


def test_each_reader_sees_what_is_theirs(officer, since):
    every = ("open", "late", "secret")
    stranger = make_user()
    for sight, seen in (
        (Sight(officer.id), ["late", "open", "secret"]),
        (Sight(stranger.id), ["late", "open"]),
        (EVERYTHING, ["late", "open", "secret"]),
        (Sight(officer.id), ["late", "open", "secret"]),
    ):
        with seeing(sight):
            assert titles(since(date(2030, 1, 1), every)) == seen
            few = first_few(since(date(2030, 1, 1), every), 1, lambda: select(Meeting))
            assert ([one.title for one in few.rows], few.total) == (["late"], len(seen))


def test_what_is_made_of_it_carries_its_values_on(officer, since):
    statement = since(date(2030, 1, 1))
    assert titles(statement.where(Meeting.title != "open").limit(5)) == ["late"]
    assert titles(made_of(statement, "one", lambda whole: whole.limit(1))) == ["late"]
    assert titles(made_of(since(date(2030, 3, 1)), "one", lambda whole: whole.limit(1))) == []
    counted = statement.order_by(None).with_only_columns(func.count())
    assert db.session.scalar(counted) == 2


def test_inside_another_statement_it_asks_for_its_values(officer, since):
    inside = since(date(2030, 1, 1)).with_only_columns(Meeting.id)
    with pytest.raises(StatementError, match="required for bind parameter"):
        titles(select(Meeting).where(Meeting.id.in_(inside)))


def test_one_is_part_of_another(officer, since):
    @prepared
    def first_since(day):
        return since(day, ["open", "late"]).limit(1)

    assert titles(first_since(date(2030, 1, 1))) == ["late"]
    assert titles(first_since(date(2030, 2, 2))) == []
