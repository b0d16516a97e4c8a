"""Files and lists call members and participants, in SQL, what their records call themselves."""

from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import aliased, joinedload

from crm.core.database import db
from crm.delegations.listing.parties import PartyWords
from crm.meetings.models import Participant
from tests.factories import make_meeting, make_organisation, make_participant, make_person


def told(one):
    """A participant in one line, as its record says it."""
    behind = ", ".join(part for part in (one.post, one.organisation_name) if part)
    return f"{one.name} ({behind})" if behind else one.name


def test_a_file_calls_everybody_what_the_record_does(app):
    meeting = make_meeting()
    firm = make_organisation(name_kk="Екі", name_ru="Два", name_en="Two")
    foreign = make_organisation(name_kk=None, name_ru=None, name_en="Only English")
    person = make_person(family_name="Kinne", given_name="Ulrich", name_ru="Кинне", name_kk=None)
    single = make_person(family_name="Mono", given_name=None, name_kk="")
    kinds = [
        {"person_id": person.id, "position_text": "Director", "organisation_id": firm.id},
        {"person_id": person.id, "organisation_id": firm.id, "organisation_text": "Former name"},
        {"person_id": person.id, "organisation_id": firm.id, "organisation_text": "Екі"},
        {"person_id": single.id, "position_text": "Boss", "organisation_text": "Unrecorded"},
        {"person_id": single.id},
        {"organisation_id": foreign.id},
        {"organisation_id": firm.id, "organisation_text": "Former name"},
        {"organisation_id": firm.id, "organisation_text": "Two"},
        {"group_text": "Firms", "position_text": "heads", "organisation_id": foreign.id},
        {"position_text": "Minister", "organisation_id": firm.id, "organisation_text": "Два"},
    ]
    for given in kinds:
        make_participant(meeting=meeting, **{"group_text": None, **given})
    loaded = select(Participant).options(
        joinedload(Participant.person), joinedload(Participant.organisation)
    )
    for language in ("kk", "ru", "en"):
        with app.test_request_context(), force_locale(language):
            records = db.session.scalars(loaded.order_by(Participant.id)).all()
            one = aliased(Participant)
            words = PartyWords(one, one.organisation_text)
            lines = db.session.scalars(words.select(words.line).order_by(one.id)).all()
            assert lines == [told(record) for record in records]
            assert len(lines) == len(kinds)
            assert {"kk": "Екі", "ru": "Два", "en": "Two"}[language] in lines[0]
