"""Two records made one: what it would move, and doing it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from crm.audit.models import Action, AuditChange, AuditEntry
from crm.core import clock, records
from crm.core.database import db
from crm.core.listing.filters import Args
from crm.core.listing.query import filtered
from crm.core.records import RecordKind
from crm.core.sight import seeing_everything
from crm.core.trail import words_of
from crm.lists.models import ListView
from crm.merges.models import Merge
from crm.merges.services import late, marks, values, views
from crm.merges.services.links import Link, links_to
from crm.merges.services.moving import count, move, pairs

_FOUND = 20  # of a search: more are not looked through
_VIEWS = _l("Saved views")


@dataclass(frozen=True)
class Moving:
    """A line of the preview: what moves, how many, and how many rows of it meet a like one."""

    label: Any
    count: int
    united: int


@dataclass(frozen=True)
class Preview:
    """What a merge would do; ``sums`` counts the rows that meet and both say a number.

    ``are_told_twice``: every time the same number.
    """

    differences: list[values.Difference]
    united: dict[str, list[str]]
    moving: list[Moving]
    sums: int
    are_told_twice: bool


def both(
    kind: RecordKind, kept_id: int, merged_id: int, *, locked: bool = False
) -> tuple[Any, Any]:
    """The two records, None for one there is not; ``locked`` until the commit, in one order."""
    model: Any = kind.model
    found = select(model).where(model.id.in_((kept_id, merged_id))).order_by(model.id)
    found = found.options(*values.loaded(model))
    if locked:
        found = found.with_for_update(of=model)
    by_id = {one.id: one for one in db.session.scalars(found)}
    return by_id.get(kept_id), by_id.get(merged_id)


def candidates(kind: RecordKind, record_id: int, words: str) -> list[Any]:
    """The first records in use, but for this one, found by ``words``; raises BadQueryError."""
    if kind.listing is None:
        return []
    found = filtered(kind.listing, Args({"q": words})).where(kind.listing.key != record_id)
    return list(db.session.scalars(found.limit(_FOUND)).unique())


def preview(kept: Any, merged: Any) -> Preview:
    """What merging ``merged`` into ``kept`` would do; of what moves, only what there is."""
    links = links_to(type(merged))
    moving: list[Moving] = []
    numbers: list[tuple[int, int]] = []
    with seeing_everything():
        counts = db.session.execute(select(*(count(one, merged.id) for one in links))).one()
        for link, number in zip(links, counts, strict=True):
            united = 0
            for batch in pairs(link, kept.id, merged.id):
                united += len(batch)
                numbers += (two for pair in batch for two in _both_say(link, *pair))
            moving.append(Moving(link.label, number, united))
    named = views.narrowed_to(records.kind_of(merged).name, merged.id)
    moving.append(Moving(_VIEWS, len(named), 0))
    return Preview(
        values.differences(kept, merged),
        values.united(kept, merged),
        [one for one in moving if one.count],
        len(numbers),
        all(one == other for one, other in numbers),
    )


def labelled(model: type[Any], moved: Mapping[str, int]) -> Iterator[tuple[Any, int]]:
    """``moved`` of a merge of records of ``model``, by the labels of the preview."""
    labels = {one.table.name: one.label for one in links_to(model)}
    labels[ListView.__tablename__] = _VIEWS
    for table, number in moved.items():
        yield labels.get(table) or words_of(table).label, number


def _both_say(link: Link, going: Any, staying: Any) -> list[tuple[int, int]]:
    two = [(getattr(going, name), getattr(staying, name)) for name in link.added or ()]
    return [both for both in two if None not in both]


def merge(
    kept: Any,
    merged: Any,
    choices: Mapping[str, str],
    actor_id: int | None,
    *,
    adds_shares: bool = False,
) -> Merge:
    """Make ``merged`` one with ``kept``, both locked; flushes, never commits.

    ``choices`` says by attribute whose value stays; without a word the proposed one.
    """
    kind = records.kind_of(kept)
    made = Merge(
        record_kind=kind.name,
        kept_id=kept.id,
        merged_id=merged.id,
        merged_name=kind.title(merged),
        made_by_id=actor_id,
    )
    with seeing_everything():
        made.moved = _counts(merged)
        _write_values(made, kept, merged, choices)
        for link in links_to(type(kept)):
            move(made, link, adds_shares)
        views.rewrite(made)
        marks.follow(made)
        late.forget(db.session(), merged)
        _note_on(merged, made)
        db.session.flush()
        made.entry_id = db.session.scalar(select(func.max(AuditEntry.id))) or 0
        db.session.flush()
        db.session.expire_all()  # most rows were moved past the session
    return made


def _counts(merged: Any) -> dict[str, int]:
    """How many rows lead to ``merged``, by table."""
    links = links_to(type(merged))
    numbers = (
        select(func.count()).where(one.leads_to(merged.id)).scalar_subquery() for one in links
    )
    found = dict(
        zip(
            (one.table.name for one in links),
            db.session.execute(select(*numbers)).one(),
            strict=True,
        )
    )
    found[ListView.__tablename__] = len(views.narrowed_to(records.kind_of(merged).name, merged.id))
    return {table: number for table, number in found.items() if number}


def _write_values(made: Merge, kept: Any, merged: Any, choices: Mapping[str, str]) -> None:
    made.told = values.told_by(kept, merged, choices)
    # Two records may not have it at once: the one that goes gives it up first.
    given = values.unique_among(type(kept), made.told)
    made.given = {name: [getattr(merged, name), None] for name in given}
    for name in given:
        setattr(merged, name, None)
    merged.archived_at, merged.merged_into_id = clock.now(), kept.id
    db.session.flush()
    for name, (_old, new) in made.told.items():
        values.put(kept, name, new)
    kept.touch()
    db.session.add(made)
    db.session.flush()


def _note_on(merged: Any, made: Merge) -> None:
    """What moved, in the history of the record it moved from, too."""
    change = AuditChange(field="moved", old=None, new=made.moved)
    db.session.add(
        AuditEntry(
            made_at=made.made_at,
            actor_id=made.made_by_id,
            kind=merged.__tablename__,
            record_id=str(merged.id),
            version=merged.version,
            part=Merge.__tablename__,
            part_id=str(made.id),
            action=Action.CREATED,
            changes=[change],
        )
    )
