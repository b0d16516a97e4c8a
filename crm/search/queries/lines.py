"""What a page shows of the records found: a title, other names, a few facts; by kind."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from crm.core.clock import to_local
from crm.core.database import db
from crm.core.dates import imprecise_date, short_date
from crm.core.language import LANGUAGES, Worded, reader_language
from crm.core.phones import phone_text
from crm.core.prepared import prepared
from crm.delegations.models.delegation import Delegation
from crm.documents.models import Document
from crm.follow_ups.models.follow_up import FollowUp
from crm.meetings.models import Meeting
from crm.organisations.models import Appointment, Organisation, Person
from crm.organisations.queries import present_post
from crm.projects.models.project import InvestmentProject
from crm.search.queries.countries import country_name

_post, _place = aliased(Appointment), aliased(Organisation)


Rows = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Line:
    """A record found: its title, the other texts it may have been found by, and facts."""

    id: Any
    title: Worded
    others: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)


def lines_of(kind: str, ids: Sequence[int]) -> list[Line]:
    """The records of ``kind`` with these ids that the reader sees, in this order; one statement."""
    if not ids:
        return []
    statement, read = _KINDS[kind]
    found = {row.id: read(row) for row in db.session.execute(statement([*ids]))}
    return [found[one] for one in ids if one in found]


def ml(row: Any, name: str) -> Worded:
    """The text ``name`` in the reader's language, else the first filled of kk, ru, en."""
    for code in (reader_language(), *LANGUAGES):
        if text := getattr(row, f"{name}_{code}"):
            return Worded(text, code)
    return Worded("", None)


def _others(title: str, *texts: str | None) -> list[str]:
    return [text for text in dict.fromkeys(texts) if text and text != title]


def _facts(*texts: str | None) -> list[str]:
    return [text for text in texts if text]


@prepared
def _organisations(ids: list[int]) -> Rows:
    one = Organisation
    names = (one.name_kk, one.name_ru, one.name_en)
    return select(one.id, *names, one.aliases, one.kind, one.country_code, one.bin).where(
        one.id.in_(ids), one.archived_at.is_(None)
    )


def _organisation(row: Any) -> Line:
    title = ml(row, "name")
    names = (row.name_kk, row.name_ru, row.name_en, *row.aliases)
    facts = _facts(str(row.kind.label), country_name(row.country_code), row.bin)
    return Line(row.id, title, _others(title.text, *names), facts)


@prepared
def _people(ids: list[int]) -> Rows:
    one = Person
    parts = (one.family_name, one.given_name, one.patronymic)
    names = (one.name_kk, one.name_ru, one.name_en, one.name_latin, one.aliases)
    contacts = (one.emails, one.phones, one.consent_withdrawn_on)
    positions = (_post.position_kk, _post.position_ru, _post.position_en)
    places = (getattr(_place, f"name_{code}").label(f"place_{code}") for code in LANGUAGES)
    return (
        select(one.id, *parts, *names, *contacts, *positions, *places)
        .select_from(one)
        .outerjoin(_post, _post.id == present_post(one.id))
        .outerjoin(_place, _place.id == _post.organisation_id)
        .where(one.id.in_(ids), one.archived_at.is_(None))
    )


def _person(row: Any) -> Line:
    language = reader_language()
    called = " ".join(filter(None, (row.given_name, row.family_name)))
    title = getattr(row, f"name_{language}") or called
    whole = " ".join(filter(None, (row.family_name, row.given_name, row.patronymic)))
    contacts = () if row.consent_withdrawn_on else (*row.emails, *map(phone_text, row.phones))
    names = (row.name_kk, row.name_ru, row.name_en, row.name_latin, *row.aliases, whole)
    facts = _facts(ml(row, "position").text, ml(row, "place").text)
    return Line(row.id, Worded(title, None), _others(title, called, *names, *contacts), facts)


@prepared
def _delegations(ids: list[int]) -> Rows:
    one = Delegation
    dates = (one.arrives_on, one.departs_on, one.date_precision)
    texts = (one.title, one.text_language, one.purpose, one.received_by, one.letter_number)
    return select(one.id, *texts, *dates, one.country_code).where(
        one.id.in_(ids), one.archived_at.is_(None)
    )


def _delegation(row: Any) -> Line:
    when = imprecise_date(row.arrives_on, row.departs_on, row.date_precision)
    others = _others(row.title, row.purpose, row.received_by, row.letter_number)
    return Line(row.id, _titled(row), others, _facts(when, country_name(row.country_code)))


@prepared
def _meetings(ids: list[int]) -> Rows:
    one = Meeting
    dates = (one.held_on, one.held_until, one.date_precision)
    texts = (one.title, one.text_language, one.place, one.received_by, one.minutes_number)
    codes = (one.country_code, one.district_code, one.kind)
    return select(one.id, *texts, *dates, *codes).where(one.id.in_(ids), one.archived_at.is_(None))


def _meeting(row: Any) -> Line:
    when = imprecise_date(row.held_on, row.held_until, row.date_precision)
    texts = (row.place, row.received_by, row.minutes_number, row.district_code)
    facts = _facts(when, country_name(row.country_code), str(row.kind.label))
    return Line(row.id, _titled(row), _others(row.title, *texts), facts)


@prepared
def _projects(ids: list[int]) -> Rows:
    one = InvestmentProject
    titles = (one.title_kk, one.title_ru, one.title_en)
    codes = (one.code, one.country_code, one.district_code, one.oked)
    return select(one.id, *titles, *codes, one.stage).where(
        one.id.in_(ids), one.archived_at.is_(None)
    )


def _project(row: Any) -> Line:
    title = ml(row, "title")
    texts = (row.title_kk, row.title_ru, row.title_en, row.district_code, row.oked)
    facts = _facts(row.code, country_name(row.country_code), str(row.stage.label))
    return Line(row.id, title, _others(title.text, *texts), facts)


@prepared
def _documents(ids: list[int]) -> Rows:
    one = Document
    return select(one.id, one.name, one.type, one.added_at).where(
        one.id.in_(ids), one.archived_at.is_(None)
    )


def _document(row: Any) -> Line:
    facts = _facts(str(row.type.label), short_date(to_local(row.added_at).date()))
    return Line(row.id, Worded(row.name, None), [], facts)


@prepared
def _follow_ups(ids: list[int]) -> Rows:
    one = FollowUp
    texts = (one.text.label("title"), one.text_language, one.outcome)
    numbers = (one.basis_number, one.removal_number)
    facts = (one.status, one.due_on, one.country_code)
    return select(one.id, *texts, *numbers, *facts).where(
        one.id.in_(ids), one.archived_at.is_(None)
    )


def _follow_up(row: Any) -> Line:
    others = _others(row.title, row.outcome, row.basis_number, row.removal_number)
    facts = (str(row.status.label), short_date(row.due_on), country_name(row.country_code))
    return Line(row.id, _titled(row), others, _facts(*facts))


def _titled(row: Any) -> Worded:
    return Worded(row.title, row.text_language.value)


_KINDS: dict[str, tuple[Callable[[list[int]], Rows], Callable[[Any], Line]]] = {
    "organisation": (_organisations, _organisation),
    "person": (_people, _person),
    "delegation": (_delegations, _delegation),
    "meeting": (_meetings, _meeting),
    "project": (_projects, _project),
    "document": (_documents, _document),
    "follow_up": (_follow_ups, _follow_up),
}
