"""The index says what the records say, whoever writes them."""

from sqlalchemy import select, update

from crm.core.database import db
from crm.core.search_tokens import SearchToken
from crm.demo.services.volume.world import Counts, add_volume
from crm.organisations.models import Organisation
from crm.search.cli import reindex
from tests.factories import make_organisation, make_person


def tokens(kind, number):
    held = select(SearchToken.token).where(
        SearchToken.kind == kind, SearchToken.record_id == number
    )
    return set(db.session.scalars(held))


def reported(app):
    outcome = app.test_cli_runner().invoke(reindex)
    assert outcome.exit_code == 0, outcome.output
    return outcome.output.splitlines()


def test_a_change_moves_its_words_and_one_given_up_moves_none(app):
    organisation = make_organisation(name_en="Wilo")
    number = organisation.id
    assert "wilo" in tokens("organisations", number)
    organisation.name_en = "Knauf"
    db.session.commit()
    assert {"knauf"} <= tokens("organisations", number)
    assert "wilo" not in tokens("organisations", number)
    organisation.name_en = "Linde"
    db.session.flush()
    db.session.rollback()
    assert "knauf" in tokens("organisations", number)


def test_the_index_is_rebuilt_and_says_how_far_it_had_drifted(app):
    number, guest = make_organisation(name_en="Wilo").id, make_person().id
    add_volume(Counts(users=2, organisations=20, people=20, meetings=20, projects=5, follow_ups=10))
    db.session.commit()
    assert reported(app)[-1].endswith(" drift: 0")
    whole = tokens("organisations", number)
    connection = db.session.connection()
    connection.execute(update(Organisation.__table__).values(search_text=""))
    connection.execute(SearchToken.__table__.delete().where(SearchToken.token == "wilo"))
    stray = {"kind": "people", "token": "stray", "record_id": guest}
    connection.execute(SearchToken.__table__.insert(), stray)
    db.session.commit()
    lines = reported(app)
    assert "organisations: 21 texts stale, 1 tokens missing, 0 too many" in lines
    assert "people: 0 texts stale, 0 tokens missing, 1 too many" in lines
    assert reported(app)[-1].endswith(" drift: 0")
    assert tokens("organisations", number) == whole
    assert "stray" not in tokens("people", guest)
