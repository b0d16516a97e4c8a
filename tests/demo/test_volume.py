"""`crm seed volume`: so many records more, the same every time, as if people had typed them."""

from itertools import cycle

import pytest
from sqlalchemy import func, select

from crm.accounts.models import User
from crm.core.choices import ChoicesStamp
from crm.core.database import Keyed, Model, db
from crm.core.sight import Restrictable, seeing_everything
from crm.follow_ups.models.follow_up import FollowUp
from crm.meetings.models import Meeting
from crm.organisations.models import Organisation, Person
from crm.projects.models.project import InvestmentProject
from tests.factories import make_follow_up, make_meeting, make_person, make_project
from tests.postgres import crm, crm_result
from tests.sweep import ROLES, listings, send, signed_in

KINDS = {
    "users": User,
    "organisations": Organisation,
    "people": Person,
    "meetings": Meeting,
    "projects": InvestmentProject,
    "follow-ups": FollowUp,
}
THIRTY = dict.fromkeys(KINDS, 30)
# When reference data came, and secrets nobody knows.
INSTANTS = ("created_at", "updated_at", "made_at", "password_hash")


def volume(app, **counts):
    given = [text for name, count in counts.items() for text in (f"--{name}", str(count))]
    return crm(app, "seed", "volume", *given)


def count(model):
    return db.session.scalar(select(func.count()).select_from(model.__table__))


def rows():
    """Every row of every table by its columns, instants, secrets and the stamp apart."""
    db.session.rollback()
    return {
        table.name: sorted(
            repr({name: one for name, one in row.items() if name not in INSTANTS})
            for row in db.session.execute(select(table)).mappings()
        )
        for table in Model.metadata.sorted_tables
        if table.name != ChoicesStamp.__tablename__
    }


def kept():
    return [one for one in Model.registry.mappers if issubclass(one.class_, Keyed)]


@seeing_everything()
def test_every_run_adds_as_many_as_were_asked_for(app):
    volume(app, **THIRTY)
    assert {name: count(model) for name, model in KINDS.items()} == THIRTY
    volume(app, meetings=10, people=1)
    more = THIRTY | {"meetings": 40, "people": 31}
    assert {name: count(model) for name, model in KINDS.items()} == more
    assert "ok     integrity: " in crm_result(app, "doctor").output
    # People go on where it ended.
    make_follow_up(meeting_id=make_meeting().id)
    make_person()
    assert make_project(code="IP-2031-0001").id == 31


@seeing_everything()
def test_it_is_the_same_world_every_time(app, databases):
    volume(app, **THIRTY)
    once = rows()
    kind = db.engine.dialect.name
    db.session.remove()
    with databases.fresh_app(kind).app_context(), seeing_everything():
        assert count(Meeting) == 0
        volume(app, **THIRTY)
        again = rows()
    assert [name for name in once if once[name] != again[name]] == []


@seeing_everything()
def test_its_keys_are_those_a_save_would_derive(app):
    volume(app, **THIRTY)
    seen = 0
    for mapper in kept():
        for record in db.session.scalars(select(mapper.class_)):
            before = {one.key: getattr(record, one.key) for one in mapper.column_attrs}
            record.derive_keys()
            assert {name: getattr(record, name) for name in before} == before
            seen += 1
    assert seen > sum(THIRTY.values())
    assert not db.session.dirty or not any(map(db.session.is_modified, db.session.dirty))


def test_everybody_reads_it(app):
    volume(app, **THIRTY)
    with seeing_everything():
        ids = {name: db.session.scalars(_open_ones(model)).all() for name, model in KINDS.items()}
    lists = [f"/{one.name}/" for one in listings()]
    details = [f"/{name}/{ids[name][place]}" for name in KINDS for place in (0, -1)]
    details = [url for url in details if not url.startswith("/users/")]
    history = f"/meetings/{ids['meetings'][0]}/history"
    pages = [*lists, *details, "/", "/projects/board", "/countries/CN", history]
    readers = cycle([signed_in(app, role) for role in ROLES])
    statuses = {url: send(next(readers), "GET", url).status_code for url in pages}
    assert {url for url, status in statuses.items() if status != 200} == set()


def _open_ones(model):
    columns = model.__table__.c
    statement = select(columns.id).order_by(columns.id)
    if issubclass(model, Restrictable):
        statement = statement.where(~columns.restricted)
    return statement if model is User else statement.where(columns.archived_at.is_(None))


@seeing_everything()
def test_points_alone_have_somebody_who_answers_for_them(app):
    volume(app, **{"follow-ups": 5})
    assert count(FollowUp) == 5
    assert [one.role for one in db.session.scalars(select(User))] == ["officer"]


@pytest.mark.parametrize("given", [("--meetings", "-1"), ("--people", "many"), ("--visits", "1")])
def test_a_wrong_number_is_a_line_and_changes_nothing(app, given):
    result = crm_result(app, "seed", "volume", *given)
    assert result.exit_code == 2
    assert given[0] in result.output
    assert count(User) == 0
