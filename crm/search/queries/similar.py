"""Names that are alike, for people and organisations: what was typed may be misspelt."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, select

from crm.core.database import db
from crm.core.names.likeness import NameKind, alike_names, block_keys
from crm.core.prepared import prepared
from crm.core.search_tokens import SearchToken
from crm.core.tokens import likeness_mark
from crm.organisations.models import Organisation, Person

SHOWN = 5
_READ = 60  # that share a key, of a kind


def similar_to(typed: str, found: Mapping[str, set[int]]) -> dict[str, list[int]]:
    """Ids of people and organisations whose names are like ``typed``, by kind, the likest first;
    those ``found`` by kind are left out.
    """
    alike = {
        "organisation": _alike(typed, NameKind.ORGANISATION, _organisations),
        "person": _alike(typed, NameKind.PERSON, _people),
    }
    return {
        kind: [one for one in ids if one not in found.get(kind, ())][:SHOWN]
        for kind, ids in alike.items()
    }


def _alike(typed: str, kind: NameKind, asking: Any) -> list[int]:
    keys = sorted(likeness_mark(key) for key in block_keys(typed, kind))
    if not keys:
        return []
    scores: dict[int, int] = {}
    for one in db.session.execute(asking(keys)):
        likeness = alike_names([typed], _names(one), kind)
        if likeness.is_similar:
            scores[one.id] = likeness.score
    return sorted(scores, key=lambda one: (-scores[one], one))


def _names(row: Any) -> list[str]:
    called = " ".join(
        filter(None, (getattr(row, "given_name", ""), getattr(row, "family_name", "")))
    )
    named = (called, row.name_kk, row.name_ru, row.name_en, *(row.aliases or ()))
    return list(dict.fromkeys(name for name in named if name))


@prepared
def _organisations(keys: list[str]) -> Select[Any]:
    return _sharing(Organisation, keys)


@prepared
def _people(keys: list[str]) -> Select[Any]:
    return _sharing(Person, keys, Person.family_name, Person.given_name)


def _sharing(model: Any, keys: list[str], *more: Any) -> Select[Any]:
    sharing = (
        select(SearchToken.record_id)
        .where(SearchToken.kind == model.__tablename__, SearchToken.token.in_(keys))
        .limit(_READ)
        .subquery()
    )
    names = (model.name_kk, model.name_ru, model.name_en, model.aliases)
    return (
        select(model.id, *names, *more)
        .where(model.id.in_(select(sharing.c.record_id)), model.archived_at.is_(None))
        .order_by(model.id)
    )
