"""Records that are likely the same as what is typed, and what is told of them."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from crm.core.language import LANGUAGES
from crm.core.names.likeness import NameKind
from crm.core.prepared import prepared
from crm.core.sight import reader_kept_back
from crm.countries.models import Country
from crm.delegations.queries import is_openly_met
from crm.duplicates.models import HEARD, MODELS, LikelyKey
from crm.organisations.models import Appointment, Organisation, Person
from crm.organisations.queries import present_post

Bound = tuple[Select[Any], dict[str, Any]]  # a statement and its values
LINKS = {NameKind.PERSON: "person_id", NameKind.ORGANISATION: "organisation_id"}
# Records looked at: for all sure keys, for all pairs of words, for each word.
_OF_SURE, _OF_PAIRS, _OF_A_WORD = 100, 400, 50
_STEP = 4  # a statement for every four words, not for every number of them


# The columns everything here is read from, by kind.
COLUMNS: dict[NameKind, tuple[Any, ...]] = {
    NameKind.PERSON: (
        *(Person.id, Person.family_name, Person.given_name, Person.patronymic),
        *(Person.name_kk, Person.name_ru, Person.name_en, Person.name_latin, Person.aliases),
        *(Person.emails, Person.phones, Person.consent_withdrawn_on),
    ),
    NameKind.ORGANISATION: (
        *(Organisation.id, Organisation.name_kk, Organisation.name_ru, Organisation.name_en),
        *(Organisation.aliases, Organisation.bin, Organisation.website),
    ),
}


@prepared
def named_rows(kind: NameKind, ids: Sequence[int]) -> Select[Any]:
    """What these records are compared by, in no order."""
    return select(*COLUMNS[kind]).where(MODELS[kind].id.in_(ids))


Keys = tuple[Sequence[str], Sequence[str], Sequence[str]]


def found_by(kind: NameKind, keys: Keys, most: int, besides: int) -> Bound:
    """The ``named_rows`` of the ``most`` records that share most of the keys, in no order, but for
    the record ``besides`` (0 for none); and values of the statement, which is the same for every
    few words more.

    Of the keys the first, of contacts and names as they are spelt, are sure; two words are shared
    by hundreds of records and one by thousands, of whom the newest count.
    """
    places = _places(keys)
    return _found_by(kind, places), _values(keys, places, most, besides)


def told_by(kind: NameKind, keys: Keys, most: int, besides: int) -> Bound:
    """The same of those that the present reader may be told of, as ``in_short`` gives them."""
    places, reader_id = _places(keys), reader_kept_back()
    values = _values(keys, places, most, besides) | {"reader_id": reader_id or 0}
    return _told_by(kind, places, reader_id is not None), values


def _places(keys: Keys) -> int:
    return -(-len(keys[2]) // _STEP) * _STEP


def _values(keys: Keys, places: int, most: int, besides: int) -> dict[str, Any]:
    sure, pairs, words = keys
    padded = [*words, *[""] * (places - len(words))]
    values: dict[str, Any] = {f"word_{place}": word for place, word in enumerate(padded)}
    return values | {"sure": list(sure), "pairs": list(pairs), "most": most, "besides": besides}


@cache
def _found_by(kind: NameKind, places: int) -> Select[Any]:
    best = _best(kind, places)
    return select(*COLUMNS[kind]).join(best, best.c.record_id == MODELS[kind].id)


@cache
def _told_by(kind: NameKind, places: int, is_kept_back: bool) -> Select[Any]:
    best, model = _best(kind, places), MODELS[kind]
    reader_id = bindparam("reader_id", type_=Integer) if is_kept_back else None
    found = _in_short(kind).join(best, best.c.record_id == model.id)
    return found.where(may_be_told(model, kind, reader_id))


def _best(kind: NameKind, places: int) -> Any:
    sure, pairs = (LikelyKey.key.in_(bindparam(name, expanding=True)) for name in ("sure", "pairs"))
    shared = [
        _sharing(kind, sure, case((LikelyKey.key < HEARD, 20), else_=8), _OF_SURE),
        _sharing(kind, pairs, literal_column("3"), _OF_PAIRS),
    ]
    for place in range(places):
        is_word = LikelyKey.key == bindparam(f"word_{place}")
        shared.append(_sharing(kind, is_word, literal_column("1"), _OF_A_WORD, is_newest=True))
    sharing = union_all(*shared).subquery()
    return (
        select(sharing.c.record_id)
        .group_by(sharing.c.record_id)
        .order_by(func.sum(sharing.c.weight).desc(), sharing.c.record_id.desc())
        .limit(bindparam("most"))
        .subquery()
    )


def _sharing(
    kind: NameKind, are: ColumnElement[bool], weight: Any, most: int, is_newest: bool = False
) -> Any:
    branch = select(LikelyKey.record_id, weight.label("weight")).where(
        LikelyKey.kind == kind, are, LikelyKey.record_id != bindparam("besides")
    )
    ordered = branch.order_by(LikelyKey.record_id.desc()) if is_newest else branch
    limited = ordered.limit(literal_column(str(most))).subquery()
    return select(limited.c.record_id, limited.c.weight)


def may_be_told(model: Any, kind: NameKind, reader_id: Any) -> ColumnElement[bool]:
    """Whether a record may be called a likely one before the reader: it is in use, and they do not
    know it from records alone that they are kept from. ``model`` may be an alias.
    """
    return and_(model.archived_at.is_(None), is_openly_met(model, LINKS[kind], reader_id))


def told(kind: NameKind, ids: Sequence[int]) -> Select[Any]:
    """``in_short`` for those of the records that the present reader may be told of."""
    reader_id = reader_kept_back()
    return _told_to_all(kind, ids) if reader_id is None else _told_to(kind, ids, reader_id)


@prepared
def _told_to(kind: NameKind, ids: Sequence[int], reader_id: int) -> Select[Any]:
    return in_short(kind, ids).where(may_be_told(MODELS[kind], kind, reader_id))


@prepared
def _told_to_all(kind: NameKind, ids: Sequence[int]) -> Select[Any]:
    return in_short(kind, ids).where(may_be_told(MODELS[kind], kind, None))


@prepared
def in_short(kind: NameKind, ids: Sequence[int]) -> Select[Any]:
    """The ``named_rows`` with what a line tells besides: of people the present post and its place,
    of organisations kind and country.
    """
    return _in_short(kind).where(MODELS[kind].id.in_(ids))


def _in_short(kind: NameKind) -> Select[Any]:
    named = select(*COLUMNS[kind]).select_from(MODELS[kind])
    if kind is NameKind.ORGANISATION:
        facts = (Organisation.kind, *_in_languages(Country, "name", "place"))
        return named.add_columns(*facts).join(Organisation.country)
    place = aliased(Organisation)
    facts = (*_in_languages(Appointment, "position"), *_in_languages(place, "name", "place"))
    return (
        named.add_columns(*facts)
        .outerjoin(Appointment, Appointment.id == present_post(Person.id))
        .outerjoin(place, place.id == Appointment.organisation_id)
    )


def _in_languages(model: Any, attribute: str, called: str | None = None) -> list[Any]:
    return [
        getattr(model, f"{attribute}_{code}").label(f"{called or attribute}_{code}")
        for code in LANGUAGES
    ]
