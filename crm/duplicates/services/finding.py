"""Who or what is likely there already."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from crm.core.database import db
from crm.core.names.likeness import NameKind
from crm.duplicates.queries.likely import found_by, named_rows, told_by
from crm.duplicates.queries.pairs import others_than
from crm.duplicates.services.signs import (
    Comparison,
    Signs,
    asked_keys,
    compare,
    signs_of,
)

COMPARED = 16  # records that share most of the keys
_SHOWN = 5


@dataclass(frozen=True)
class Likely:
    """A record that is there already, and why it may be the one that is meant."""

    row: Any  # of ``in_short``
    comparison: Comparison


def likely_there(typed: Signs, besides: int = 0) -> list[Likely]:
    """At most five records that may be what was ``typed``, likeliest first, for the present reader.

    ``besides`` is the record itself when it is being edited: it is none of them, nor is what was
    marked as not the same. One statement, two for what is edited.
    """
    keys = asked_keys(typed)
    if not any(keys):
        return []
    apart = (
        {other for _one, other in db.session.execute(others_than(typed.kind, [besides]))}
        if besides
        else set()
    )
    rows = {
        row.id: row for row in db.session.execute(*told_by(typed.kind, keys, COMPARED, besides))
    }
    signs = {one: signs_of(typed.kind, row) for one, row in rows.items()}
    compared = compared_with(typed, signs, apart)[:_SHOWN]
    return [Likely(rows[one], why) for one, why in compared]


def nearest(signs: Signs, besides: int = 0) -> dict[int, Signs]:
    """Those that share most with ``signs``, by id, but for the one ``besides``; one statement."""
    keys = asked_keys(signs)
    if not any(keys):
        return {}
    # Past the session, which would look for rules of sight: these tables have none.
    found = db.session.connection().execute(*found_by(signs.kind, keys, COMPARED, besides))
    return {row.id: signs_of(signs.kind, row) for row in found}


def signs_by_id(kind: NameKind, ids: Iterable[int]) -> dict[int, Signs]:
    """The signs of the records with these ids."""
    rows = db.session.execute(named_rows(kind, list(ids)))
    return {row.id: signs_of(kind, row) for row in rows}


def compared_with(
    signs: Signs, others: Mapping[int, Signs], apart: Iterable[int] = ()
) -> list[tuple[int, Comparison]]:
    """Those of ``others`` that are likely the same, likeliest first, but for those ``apart``."""
    found = [
        (one, comparison)
        for one, other in others.items()
        if one not in apart and (comparison := compare(signs, other)) is not None
    ]
    return sorted(found, key=lambda one: (-one[1].score, one[0]))
