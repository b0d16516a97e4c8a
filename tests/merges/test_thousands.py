"""A thousand links on each side: none is lost, none is doubled, whatever happens."""

import os
import signal
import warnings

from sqlalchemy import event, func, insert, select

from crm.core import records
from crm.core.database import Model, db
from crm.core.sight import seeing_everything
from crm.delegations.models.delegation import DelegationMember
from crm.meetings.models import Participant
from crm.merges.models import Merge
from crm.merges.services.links import links_to
from crm.merges.services.merging import both, merge
from crm.merges.services.undoing import edited_since, undo
from crm.organisations.models import Appointment, Organisation
from crm.projects.models.parts import ProjectParticipant
from tests.factories import (
    make_delegation,
    make_document,
    make_follow_up,
    make_interest,
    make_meeting,
    make_organisation,
    make_person,
    make_project,
    make_sector,
    together,
)

# Of each kind of link: how many an organisation has, and how many of them both have.
LINKS = {"participants": (400, 100), "delegation_members": (50, 0), "appointments": (100, 10)}
LINKS |= {"project_participants": (100, 20), "follow_ups": (200, 0)}
LINKS |= {"sector_interests": (100, 0), "documents": (50, 0)}
TABLES = (*LINKS, "organisation_sectors", "organisations")


def copies(record, count, **changing):
    """Ids of ``record`` and of rows like it, ``count`` in all; ``changing`` texts get a number."""
    table = record.__table__
    row = dict(db.session.execute(select(table).where(table.c.id == record.id)).one()._mapping)
    del row["id"]
    rows = [
        row | {name: text.format(number) for name, text in changing.items()}
        for number in range(1, count)
    ]
    made = insert(table).returning(table.c.id)
    return [record.id, *db.session.scalars(made, rows)]


@together()
def make_two():
    make_sector("AGR", "Farming")
    kept = make_organisation(name_en="Kazzinc", sectors=[make_sector()])
    other = make_organisation(name_en="Qazmyrysh", bin="940140000385", note="Told by phone")
    with seeing_everything():
        meetings = copies(make_meeting(), 700)
        people = copies(make_person(), 190)
        projects = copies(make_project(), 180, code="IP-2027-{:04}")
        delegation = make_delegation()
        for whose, is_second in ((kept, 0), (other, 1)):
            told = {"organisation_id": whose.id}
            lists = {
                Participant: [
                    {"meeting_id": one, "side": "partner", "organisation_text": f"Told {one}"}
                    for one in meetings[is_second * 300 :][:400]
                ],
                DelegationMember: [
                    {"delegation_id": delegation.id, "group_text": f"{whose.id}: {number}"}
                    for number in range(50)
                ],
                Appointment: [
                    {"person_id": one, "position_en": "Director"}
                    for one in people[is_second * 90 :][:100]
                ],
                ProjectParticipant: [
                    {"project_id": one, "share_basis_points": 100 + is_second}
                    for one in projects[is_second * 80 :][:100]
                ],
            }
            for model, rows in lists.items():
                db.session.execute(insert(model.__table__), [row | told for row in rows])
            copies(make_follow_up(partner_organisation_id=whose.id), 200)
            copies(make_interest(organisation_id=whose.id), 100)
            copies(make_document(whose), 50)
    return kept.id, other.id


def contents():
    """Every row of the tables that a merge writes to, but for what counts changes."""
    found = {}
    with seeing_everything():
        for name in TABLES:
            table = Model.metadata.tables[name]
            told = [c for c in table.columns if c.name not in ("version", "updated_at")]
            found[name] = set(map(tuple, db.session.execute(select(*told))))
    return found


def counts(organisation_id):
    with seeing_everything():
        return {
            link.table.name: db.session.scalar(
                select(func.count()).where(link.leads_to(organisation_id))
            )
            for link in links_to(Organisation)
        }


def snapshots():
    with seeing_everything():
        told = select(Participant.meeting_id, Participant.organisation_text)
        return set(map(tuple, db.session.execute(told)))


def two(kept_id, other_id):
    return both(records.kind_named("organisation"), kept_id, other_id, locked=True)


def kill_in_the_middle(*ids):
    """A process of its own merges, and is killed when most of the links have moved."""
    db.session.remove()
    db.engine.dispose()  # no connection goes along
    with warnings.catch_warnings(action="ignore"):  # of the threads of the test runner
        pid = os.fork()
    if pid == 0:
        merge_to_the_middle(*ids)
    assert os.WTERMSIG(os.waitpid(pid, 0)[1]) == signal.SIGKILL


def merge_to_the_middle(*ids):
    def end(_connection, _cursor, statement, *_more):
        if statement.startswith("UPDATE sector_interests"):
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        event.listen(db.engine, "before_cursor_execute", end)
        merge(*two(*ids), {}, None)
        db.session.commit()
    finally:
        os._exit(1)  # it was not killed: the test fails


def test_a_thousand_links_move_all_or_none_and_come_back(app):
    kept_id, other_id = make_two()
    before, told = contents(), snapshots()
    assert sum(counts(other_id).values()) == 1000

    kill_in_the_middle(kept_id, other_id)
    assert contents() == before
    assert db.session.scalar(select(func.count()).select_from(Merge)) == 0

    with seeing_everything():
        made = merge(*two(kept_id, other_id), {}, None, adds_shares=True)
        db.session.commit()
    assert counts(other_id) == dict.fromkeys(LINKS, 0)
    assert counts(kept_id) == {
        name: 2 * number - common for name, (number, common) in LINKS.items()
    }
    assert made.moved == {name: number for name, (number, _common) in LINKS.items()}
    assert snapshots() == told
    shares = select(ProjectParticipant.share_basis_points, func.count())
    with seeing_everything():
        found = dict(
            db.session.execute(shares.group_by(ProjectParticipant.share_basis_points)).all()
        )
    assert found == {100: 80, 101: 80, 201: 20}

    with seeing_everything():
        assert edited_since(made) == []
        undo(made, None)
        db.session.commit()
    assert contents() == before
