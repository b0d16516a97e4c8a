"""Names that are alike, for people and organisations: what was typed may be misspelt."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, select

from crm.core.database import db
from crm.core.names.likeness import NameKind, alike_names, block_keys
from crm.core.prepared import prepared
from crm.duplicates.models import MODELS, WORD_KEYS, LikelyKey
from crm.organisations.models import Person

SHOWN = 5
_READ = 60  # that share a key, of a kind


def similar_to(typed: str, found: Mapping[str, set[int]]) -> dict[str, list[int]]:
    """Ids of people and organisations whose names are like ``typed``, by kind, the likest first;
    those ``found`` by kind are left out.
    """
    alike = {kind.value: _alike(typed, kind) for kind in NameKind}
    return {
        kind: [one for one in ids if one not in found.get(kind, ())][:SHOWN]
        for kind, ids in alike.items()
    }


def _alike(typed: str, kind: NameKind) -> list[int]:
    keys = sorted(f"{WORD_KEYS}{key}" for key in block_keys(typed, kind))
    if not keys:
        return []
    scores: dict[int, int] = {}
    for one in db.session.execute(_sharing(kind, keys)):
        likeness = alike_names([typed], _names(one), kind)
        if likeness.is_similar:
            scores[one.id] = likeness.score
    return sorted(scores, key=lambda one: (-scores[one], one))


def _names(row: Any) -> list[str]:
    parts = (getattr(row, "given_name", None), getattr(row, "family_name", None))
    named = (" ".join(filter(None, parts)), row.name_kk, row.name_ru, row.name_en)
    return list(dict.fromkeys(name for name in (*named, *(row.aliases or ())) if name))


@prepared
def _sharing(kind: NameKind, keys: list[str]) -> Select[*tuple[Any, ...]]:
    """The names of some that share a key; a common one has thousands."""
    model: Any = MODELS[kind]
    sharing = (
        select(LikelyKey.record_id)
        .where(LikelyKey.kind == kind, LikelyKey.key.in_(keys))
        .limit(_READ)
        .subquery()
    )
    more = (Person.family_name, Person.given_name) if kind is NameKind.PERSON else ()
    names = (model.name_kk, model.name_ru, model.name_en, model.aliases)
    return (
        select(model.id, *names, *more)
        .where(model.id.in_(select(sharing.c.record_id)), model.archived_at.is_(None))
        .order_by(model.id)
    )
