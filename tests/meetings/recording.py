"""How the tests record a meeting in its form, what is stored then, and the day it is."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from crm.core.database import db
from crm.meetings.models import Meeting, Participant

TODAY = date(2026, 11, 24)
EMBASSY = "Германия Федеративтік Республикасының Қазақстандағы елшілігі"
SECTORS = ("MET", "AGR", "TUR", "HTC", "DIG.IND", "ECO", "ENE")


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def only(model):
    return db.session.scalars(select(model).options(*WHOLE.get(model, ()))).one()


WHOLE = {
    Meeting: (joinedload(Meeting.officer),),
    Participant: (joinedload(Participant.person), joinedload(Participant.organisation)),
}


def partner(number, **fields):
    """Fields of a partner's row: with three empty rows of ours, theirs begin at 3."""
    return {f"participants-{number + 3}-{name}": value for name, value in fields.items()}


def press_release():
    """The German meeting as the release tells it."""
    fields = {
        "title": "Германия делегациясымен жұмыс кездесуі",
        "country": "DE",
        "text_language": "kk",
        "summary": "Бірлескен инвестициялық жобалар талқыланды",
        "source_name": "ШҚО әкімдігінің баспасөз хабарламасы",
        "participants-0-name": "Нұрымбет Сақтағанов",
        "participants-0-position": "облыс әкімі",
        "participants-0-organisation": "ШҚО әкімдігі",
        "participants-0-role": "host",
        **partner(
            0, name="Ульрих Кинне", position="екінші хатшы", organisation=EMBASSY, role="head"
        ),
        **partner(1, kind="group", name="Жетекші неміс компанияларының өкілдері"),
    }
    for number, text in enumerate(("Тәжірибе алмасу", "Нақты бірлескен бастамаларды дайындау")):
        fields |= {
            f"points-{number}-text": text,
            f"points-{number}-kind": "consultation",
            f"points-{number}-responsible_side": "both",
        }
    for number, code in enumerate(SECTORS[:4]):
        fields |= {f"sectors-{number}-code": code, f"sectors-{number}-weight": "focus"}
    return fields


def record(browser, **fields):
    return browser.open("/meetings/new").submit("Save", fields=fields)
