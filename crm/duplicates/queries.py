"""Reads of likely duplicates."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased, joinedload

from crm.core.names.likeness import NameKind
from crm.core.prepared import prepared
from crm.delegations.queries import is_openly_met
from crm.duplicates.models import MODELS, SPELT, LikelyKey, LikelyPair, NotTheSame
from crm.organisations.models import Appointment, Organisation, Person

LINKS = {NameKind.PERSON: "person_id", NameKind.ORGANISATION: "organisation_id"}
_PER_KEY = 200  # records looked at for one key, the newest
_STEP = 4  # a statement for every four keys, not for every number of them
COUNTED = 1000


def found_by(keys: Sequence[tuple[str, int]], most: int) -> tuple[Select[int], dict[str, Any]]:
    """The ids of at most ``most`` records that share most of ``keys`` (with their weights), best
    first, and the values of the statement: it is the same for every few keys more.

    Further values: ``kind``, and ``besides``, an id that is left out, 0 for none.
    """
    places = max(_STEP, -(-len(keys) // _STEP) * _STEP)
    padded = [*keys, *[("", 0)] * (places - len(keys))]
    values: dict[str, Any] = {"most": most}
    for place, (key, weight) in enumerate(padded):
        values |= {f"key_{place}": key, f"weight_{place}": weight}
    return _found_by(places), values


@cache
def _found_by(places: int) -> Select[int]:
    shared = union_all(*(_sharing(place) for place in range(places))).subquery()
    weight = func.sum(shared.c.weight).desc()
    return (
        select(shared.c.record_id)
        .group_by(shared.c.record_id)
        .order_by(weight, shared.c.record_id.desc())
        .limit(bindparam("most"))
    )


def _sharing(place: int) -> Any:
    """The newest records with one of the keys: a common name has thousands."""
    branch = (
        select(LikelyKey.record_id, bindparam(f"weight_{place}", type_=_INTEGER).label("weight"))
        .where(
            LikelyKey.kind == bindparam("kind"),
            LikelyKey.key == bindparam(f"key_{place}"),
            LikelyKey.record_id != bindparam("besides"),
        )
        .order_by(LikelyKey.record_id.desc())
        .limit(_PER_KEY)
        .subquery()
    )
    return select(branch.c.record_id, branch.c.weight)


_INTEGER = LikelyKey.record_id.type


def may_be_told(model: Any, kind: NameKind) -> ColumnElement[bool]:
    """Whether a record may be called a likely one before the reader: it is in use, and they do not
    know it from records alone that they are kept from. ``model`` may be an alias.
    """
    return and_(model.archived_at.is_(None), is_openly_met(model, LINKS[kind]))


def told(kind: NameKind, ids: Sequence[int]) -> Select[Any]:
    """Those of the records that may be told of, in no order, with what a line about them shows."""
    model = MODELS[kind]
    return _with_facts(kind, select(model).where(model.id.in_(ids), may_be_told(model, kind)))


def in_short(kind: NameKind, ids: Sequence[int]) -> Select[Any]:
    """The records with these ids, in no order, with what a line about them shows."""
    model = MODELS[kind]
    return _with_facts(kind, select(model).where(model.id.in_(ids)))


def _with_facts(kind: NameKind, statement: Select[Any]) -> Select[Any]:
    if kind is NameKind.ORGANISATION:
        return statement.options(joinedload(Organisation.country, innerjoin=True))
    posts = joinedload(Person.appointments)
    return statement.options(posts.joinedload(Appointment.organisation))


def likely_pairs(kind: NameKind) -> Select[LikelyPair]:
    """The pairs to be reviewed, likeliest first, of these the newest found; no archived record is
    in one, and none the reader may not be told of.
    """
    older, newer = aliased(MODELS[kind]), aliased(MODELS[kind])
    return (
        select(LikelyPair)
        .join(older, older.id == LikelyPair.older_id)
        .join(newer, newer.id == LikelyPair.newer_id)
        .where(LikelyPair.kind == kind, may_be_told(older, kind), may_be_told(newer, kind))
        .order_by(LikelyPair.score.desc(), LikelyPair.id.desc())
    )


def count_of(pairs: Select[Any]) -> Select[int]:
    """How many there are; one more than COUNTED for all that is more."""
    few = pairs.order_by(None).with_only_columns(LikelyPair.id, maintain_column_froms=True)
    return select(func.count()).select_from(few.limit(COUNTED + 1).subquery())


@prepared
def likely_ones(kind: NameKind, record_id: int) -> Select[int, int, tuple[str, ...]]:
    """Id, score and reasons of the records that are likely the same as this one, likeliest first;
    archived ones, too.
    """
    other = case((LikelyPair.older_id == record_id, LikelyPair.newer_id), else_=LikelyPair.older_id)
    is_in = or_(LikelyPair.older_id == record_id, LikelyPair.newer_id == record_id)
    return (
        select(other, LikelyPair.score, LikelyPair.reasons)
        .where(LikelyPair.kind == kind, is_in)
        .order_by(LikelyPair.score.desc(), LikelyPair.id.desc())
    )


def marks(kind: NameKind) -> Select[NotTheSame]:
    """Every pair marked as not the same, newest first, with who marked it."""
    return (
        select(NotTheSame)
        .where(NotTheSame.kind == kind, NotTheSame.record_id < NotTheSame.other_id)
        .options(joinedload(NotTheSame.marked_by))
        .order_by(NotTheSame.marked_at.desc(), NotTheSame.id.desc())
    )


def marks_between(kind: NameKind, one: int, other: int) -> Select[NotTheSame]:
    """The rows that say that these two are not the same: two, or none."""
    both = (one, other)
    return select(NotTheSame).where(
        NotTheSame.kind == kind, NotTheSame.record_id.in_(both), NotTheSame.other_id.in_(both)
    )


def others_than(kind: NameKind, ids: Sequence[int] | None = None) -> Select[int, int]:
    """Id and other id of every mark of these records, of all for None."""
    found = select(NotTheSame.record_id, NotTheSame.other_id).where(NotTheSame.kind == kind)
    return found if ids is None else found.where(NotTheSame.record_id.in_(ids))


def keys_between(kind: NameKind, first: int, last: int) -> Select[int, str]:
    """Id and key of every key of the records from ``first`` to ``last``."""
    return select(LikelyKey.record_id, LikelyKey.key).where(
        LikelyKey.kind == kind, LikelyKey.record_id.between(first, last)
    )


def namesakes(kind: NameKind) -> Select[int, int]:
    """Older and newer id of records that are spelt alike, each with the one before it."""
    older = func.lag(LikelyKey.record_id).over(
        partition_by=LikelyKey.key, order_by=LikelyKey.record_id
    )
    found = (
        select(older.label("older"), LikelyKey.record_id.label("newer"))
        .where(LikelyKey.kind == kind, LikelyKey.key >= SPELT, LikelyKey.key < _BEHIND_SPELT)
        .subquery()
    )
    pairs = select(found.c.older, found.c.newer).where(found.c.older.is_not(None)).distinct()
    return pairs.order_by(found.c.newer, found.c.older)


_BEHIND_SPELT = f"{SPELT[:-1]}{chr(ord(SPELT[-1]) + 1)}"
