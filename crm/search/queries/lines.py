"""What a page shows of the records found: a title, other names, a few facts; by kind.

The columns of every kind are texts, so that one statement reads all kinds.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, String, Text, cast, null, type_coerce
from sqlalchemy.orm import aliased

from crm.core.clock import to_local
from crm.core.dates import DatePrecision, imprecise_date, short_date
from crm.core.language import LANGUAGES, Worded
from crm.core.phones import phone_text
from crm.delegations.models.delegation import Delegation
from crm.documents.models import Document
from crm.follow_ups.models.follow_up import FollowUp
from crm.meetings.models import Meeting
from crm.organisations.models import Appointment, Organisation, Person
from crm.organisations.queries import present_post
from crm.projects.models.project import InvestmentProject

_post, _place = aliased(Appointment), aliased(Organisation)
Texts = Sequence[str | None]
_Told = tuple[Worded, list[str], Callable[[], list[str]]]


@dataclass(frozen=True)
class Tongue:
    """What is said in the reader's language: which one it is, and what countries are called."""

    language: str
    countries: Mapping[str, str]

    def ml(self, texts: Texts) -> Worded:
        """Of a text in kk, ru and en the one the reader reads, else the first filled."""
        own = texts[LANGUAGES.index(self.language)]
        if own:
            return Worded(own, self.language)
        for code, text in zip(LANGUAGES, texts, strict=True):
            if text:
                return Worded(text, code)
        return Worded("", None)

    def country(self, code: str | None) -> str | None:
        """What the country is called; None for none."""
        return self.countries.get(code or "")


@dataclass(frozen=True)
class Line:
    """A record found: its title, facts, and what gives the other texts it may be found by."""

    id: Any
    title: Worded
    facts: list[str]
    others: Callable[[], list[str]]


@dataclass(frozen=True)
class Shown:
    """The columns that are read of a kind, what they are joined from, and how they are told."""

    columns: tuple[Any, ...]
    read: Callable[[Tongue, Texts], _Told]
    joined: tuple[tuple[Any, ColumnElement[bool]], ...] = ()

    def texts(self, width: int) -> list[ColumnElement[str | None]]:
        """The columns, and NULL for those that only other kinds have."""
        missing = width - len(self.columns)
        return [*map(_text, self.columns), *(cast(null(), Text) for _ in range(missing))]

    def line(self, record_id: int, tongue: Tongue, texts: Texts) -> Line:
        """The line of a record whose columns are ``texts``."""
        return Line(record_id, *self.read(tongue, texts[: len(self.columns)]))


def _text(column: Any) -> ColumnElement[Any]:
    stored = getattr(column.type, "impl_instance", column.type)
    return type_coerce(column, Text) if isinstance(stored, String) else cast(column, Text)


def _others(title: str, *texts: str | None) -> Callable[[], list[str]]:
    return lambda: [text for text in dict.fromkeys(texts) if text and text != title]


def _facts(*texts: str | None) -> list[str]:
    return [text for text in texts if text]


def _lines(text: str | None) -> list[str]:
    return text.split("\n") if text else []


def _label(column: Any, value: str | None) -> str | None:
    return None if value is None else str(column.type.enum_class(value).label)


def _when(first: str | None, last: str | None, precision: str | None) -> str:
    return imprecise_date(_day(first), _day(last), DatePrecision(precision or ""))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None


def _organisation(tongue: Tongue, texts: Texts) -> _Told:
    kk, ru, en, aliases, kind, country, number = texts
    title = tongue.ml((kk, ru, en))
    facts = _facts(_label(Organisation.kind, kind), tongue.country(country), number)
    return title, facts, _others(title.text, kk, ru, en, *_lines(aliases))


def _person(tongue: Tongue, texts: Texts) -> _Told:
    family, given, patronymic, kk, ru, en, latin, aliases, emails, phones, withdrawn = texts[:11]
    called = " ".join(filter(None, (given, family)))
    title = (kk, ru, en)[LANGUAGES.index(tongue.language)] or called

    def others() -> list[str]:
        whole = " ".join(filter(None, (family, given, patronymic)))
        contacts = () if withdrawn else (*_lines(emails), *map(phone_text, _lines(phones)))
        return _others(title, called, kk, ru, en, latin, *_lines(aliases), whole, *contacts)()

    facts = _facts(tongue.ml(texts[11:14]).text, tongue.ml(texts[14:17]).text)
    return Worded(title, None), facts, others


def _delegation(tongue: Tongue, texts: Texts) -> _Told:
    title, language, purpose, received_by, number, first, last, precision, country = texts
    facts = _facts(_when(first, last, precision), tongue.country(country))
    return Worded(title or "", language), facts, _others(title or "", purpose, received_by, number)


def _meeting(tongue: Tongue, texts: Texts) -> _Told:
    title, language, place, received_by, number, district = texts[:6]
    first, last, precision, country, kind = texts[6:]
    when = _when(first, last, precision)
    facts = _facts(when, tongue.country(country), _label(Meeting.kind, kind))
    others = _others(title or "", place, received_by, number, district)
    return Worded(title or "", language), facts, others


def _project(tongue: Tongue, texts: Texts) -> _Told:
    kk, ru, en, code, country, district, oked, stage = texts
    title = tongue.ml((kk, ru, en))
    facts = _facts(code, tongue.country(country), _label(InvestmentProject.stage, stage))
    return title, facts, _others(title.text, kk, ru, en, district, oked)


def _document(tongue: Tongue, texts: Texts) -> _Told:
    name, kind, added = texts
    instant = datetime.fromisoformat(added or "")
    instant = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    facts = _facts(_label(Document.type, kind), short_date(to_local(instant).date()))
    return Worded(name or "", None), facts, list


def _follow_up(tongue: Tongue, texts: Texts) -> _Told:
    title, language, outcome, basis, removal, status, due_on, country = texts
    told = (_label(FollowUp.status, status), short_date(_day(due_on)), tongue.country(country))
    others = _others(title or "", outcome, basis, removal)
    return Worded(title or "", language), _facts(*told), others


def _in_languages(model: Any, attribute: str) -> list[Any]:
    return [getattr(model, f"{attribute}_{code}") for code in LANGUAGES]


SHOWN: Mapping[str, Shown] = {
    "organisation": Shown(
        (
            *_in_languages(Organisation, "name"),
            *(Organisation.aliases, Organisation.kind, Organisation.country_code),
            Organisation.bin,
        ),
        _organisation,
    ),
    "person": Shown(
        (
            *(Person.family_name, Person.given_name, Person.patronymic),
            *(*_in_languages(Person, "name"), Person.name_latin, Person.aliases),
            *(Person.emails, Person.phones, Person.consent_withdrawn_on),
            *_in_languages(_post, "position"),
            *_in_languages(_place, "name"),
        ),
        _person,
        (
            (_post, _post.id == present_post(Person.id)),
            (_place, _place.id == _post.organisation_id),
        ),
    ),
    "delegation": Shown(
        (
            *(Delegation.title, Delegation.text_language, Delegation.purpose),
            *(Delegation.received_by, Delegation.letter_number, Delegation.arrives_on),
            *(Delegation.departs_on, Delegation.date_precision, Delegation.country_code),
        ),
        _delegation,
    ),
    "meeting": Shown(
        (
            *(Meeting.title, Meeting.text_language, Meeting.place, Meeting.received_by),
            *(Meeting.minutes_number, Meeting.district_code, Meeting.held_on, Meeting.held_until),
            *(Meeting.date_precision, Meeting.country_code, Meeting.kind),
        ),
        _meeting,
    ),
    "project": Shown(
        (
            *_in_languages(InvestmentProject, "title"),
            *(InvestmentProject.code, InvestmentProject.country_code),
            *(InvestmentProject.district_code, InvestmentProject.oked, InvestmentProject.stage),
        ),
        _project,
    ),
    "document": Shown((Document.name, Document.type, Document.added_at), _document),
    "follow_up": Shown(
        (
            *(FollowUp.text, FollowUp.text_language, FollowUp.outcome, FollowUp.basis_number),
            *(FollowUp.removal_number, FollowUp.status, FollowUp.due_on, FollowUp.country_code),
        ),
        _follow_up,
    ),
}
WIDTH = max(len(one.columns) for one in SHOWN.values())
