"""The links of one record made those of another, by as many statements as there are tables.

Rows that meet a like one are united one by one, in batches, through the session; the others are
never read.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    cast,
    exists,
    func,
    insert,
    inspect,
    literal,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.orm import aliased, joinedload

from crm.audit.services.trail import as_json, note_change_of_many
from crm.core import clock
from crm.core.database import Versioned, db
from crm.merges.models import Fate, Merge, MergeMove
from crm.merges.services.links import LONGEST, Link, Rule

_BATCH = 200  # rows in memory at once
_MOVES: Any = MergeMove.__table__
Pair = tuple[Any, Any]  # the row that goes, the one that stays


def count(link: Link, record_id: int) -> ColumnElement[int]:
    """How many records a preview counts for ``link``: those the rows are part of, or they."""
    columns = link.table.c
    is_of_others = link.parent is not None and link.parent is not link.target
    counted = columns[link.parent_column] if is_of_others else columns.id
    number: ColumnElement[int] = (
        select(func.count(counted.distinct())).where(link.leads_to(record_id)).scalar_subquery()
    )
    return number


def pairs(link: Link, kept_id: int, merged_id: int) -> Iterator[list[Pair]]:
    """The rows that meet, batch by batch; each that goes with the oldest one it fits.

    Whose part they are is loaded with them.
    """
    if link.rule != Rule.UNITE:
        return
    going, staying = aliased(link.model), aliased(link.model)
    leads = getattr(going, link.column) == link.key(merged_id)
    meets = and_(
        # By no index: the kept record may have as many rows again.
        getattr(staying, link.column) + 0 == link.key(kept_id),
        *_conditions(link, going, staying),
    )
    last = 0
    while True:
        ids = select(going.id).where(leads, going.id > last, exists().where(meets))
        found = db.session.scalars(ids.order_by(going.id).limit(_BATCH)).all()
        if not found:
            return
        last = found[-1]
        both = select(going, staying).join(staying, meets).where(going.id.in_(found))
        parent = link.model.__parent__
        both = both.options(
            *(joinedload(getattr(one, parent)) for one in (going, staying))
        ).order_by(going.id, staying.id)
        yield _first_fits(link, db.session.execute(both).all())


def _conditions(link: Link, going: Any, staying: Any) -> list[ColumnElement[bool]]:
    first, *rest = link.same  # the rows are found by the first: its index is the one that helps
    found: list[ColumnElement[bool]] = [getattr(going, first) == getattr(staying, first)]
    for name in rest:
        one, other = getattr(going, name), getattr(staying, name)
        is_indexed = bool(link.table.c[name].foreign_keys)
        found.append(one.is_not_distinct_from(other + 0 if is_indexed else other))
    for name in link.agree:
        one, other = getattr(going, name), getattr(staying, name)
        found.append(or_(one.is_(None), other.is_(None), one == other))
    return found


def _first_fits(link: Link, rows: Sequence[Any]) -> list[Pair]:
    found: dict[int, Pair] = {}
    for going, staying in rows:
        if going.id not in found and _fits(link, going, staying):
            found[going.id] = (going, staying)
    return list(found.values())


def _fits(link: Link, going: Any, staying: Any) -> bool:
    """Whether nothing would be lost if the two were one."""
    two = ((getattr(going, name), getattr(staying, name)) for name in link.agree)
    return (
        all(None in both or both[0] == both[1] for both in two)
        and all(len(_joined(going, staying, name) or "") <= LONGEST for name in link.joined)
        and link.is_same(going, staying)
    )


def _joined(going: Any, staying: Any, name: str) -> str | None:
    one: str | None = getattr(staying, name)
    other: str | None = getattr(going, name)
    if not one or not other:
        return one or other
    return one if other in one.split(" / ") else f"{one} / {other}"


def move(merge: Merge, link: Link, adds: bool) -> int:
    """Let the rows of ``link`` lead to the kept record; how many there were. Flushes.

    ``adds``: where two rows meet their numbers are summed up.
    """
    united = 0
    for batch in pairs(link, merge.kept_id, merge.merged_id):
        for going, staying in batch:
            if _fits(link, going, staying):  # another may have been united with it before
                _unite(merge, link, going, staying, adds)
                united += 1
        db.session.flush()
    found = select(
        *(literal(value) for value in (merge.id, link.table.name, link.column, Fate.MOVED.value)),
        link.table.c.id,
    ).where(link.leads_to(merge.merged_id))
    names = ["merge_id", "table_name", "column_name", "fate", "row_id"]
    db.session.execute(insert(_MOVES).from_select(names, found))
    return united + lead(merge, link, Fate.MOVED, merge.merged_id, merge.kept_id)


def _unite(merge: Merge, link: Link, going: Any, staying: Any, adds: bool) -> None:
    """Let ``staying`` say what ``going`` says; take that out, and keep both to undo it."""
    told: dict[str, list[Any]] = {}
    for name, new in _news(link, going, staying, adds).items():
        old = getattr(staying, name)
        if new != old:
            told[name] = [as_json(old), as_json(new)]
            setattr(staying, name, new)
    db.session.add(
        MergeMove(
            merge_id=merge.id,
            table_name=link.table.name,
            column_name=link.column,
            row_id=going.id,
            fate=Fate.UNITED,
            into_id=staying.id,
            told=told,
            row=_values(going),
        )
    )
    parent = getattr(staying, link.model.__parent__)
    if not isinstance(parent, link.target):
        parent.touch()
    db.session.delete(going)


def _news(link: Link, going: Any, staying: Any, adds: bool) -> dict[str, Any]:
    filled = {
        name: getattr(staying, name) if getattr(staying, name) is not None else getattr(going, name)
        for name in (*link.agree, *link.fills)
    }
    joined = {name: _joined(going, staying, name) for name in link.joined}
    return filled | joined | (_sums(link.added or {}, going, staying) if adds else {})


def _sums(bounds: Mapping[str, int], going: Any, staying: Any) -> dict[str, int]:
    """The sums of what both say, as far as they are within their bounds."""
    both = {name: (getattr(going, name), getattr(staying, name)) for name in bounds}
    sums = {name: sum(two) for name, two in both.items() if None not in two}
    return {name: value for name, value in sums.items() if value <= bounds[name]}


def _values(row: Any) -> dict[str, Any]:
    mapper = inspect(type(row))
    names = [mapper.get_property_by_column(column).key for column in mapper.local_table.columns]
    return {name: as_json(getattr(row, name)) for name in names}


def lead(merge: Merge, link: Link, fate: Fate, source_id: int, target_id: int) -> int:
    """Let the rows of ``merge`` with this ``fate`` lead from one record to another, their records
    and the trail told of it; how many there were. Whatever leads elsewhere by now stays.
    """
    table = link.table
    rows = select(_MOVES.c.row_id).where(*of_link(merge, link), _MOVES.c.fate == fate)
    changed = update(table).where(table.c.id.in_(rows), link.leads_to(source_id))
    changed = changed.values({link.column: link.key(target_id)})
    number: int = db.session.execute(changed).rowcount  # type: ignore[attr-defined]
    if number:
        _count_up(link, rows)
        change = (link.column, link.key(source_id), link.key(target_id))
        _note(
            link, select(table.c.id).where(table.c.id.in_(rows), link.leads_to(target_id)), change
        )
    return number


def of_link(merge: Merge, link: Link) -> tuple[ColumnElement[bool], ...]:
    """What the moves of ``link`` have in common."""
    return (
        _MOVES.c.merge_id == merge.id,
        _MOVES.c.table_name == link.table.name,
        _MOVES.c.column_name == link.column,
    )


def _owner(link: Link) -> type[Any]:
    return link.parent or link.model


def _count_up(link: Link, rows: Select[Any]) -> None:
    """A form that is open must not bring back the old record; the two count for themselves."""
    owner: Any = _owner(link)
    if owner is link.target or not issubclass(owner, Versioned):
        return
    table = owner.__table__
    parents = select(link.table.c[link.parent_column]).where(link.table.c.id.in_(rows))
    changed = update(table).where(table.c.id.in_(parents))
    db.session.execute(changed.values(version=table.c.version + 1, updated_at=clock.now()))


def _note(link: Link, ids: Select[Any], change: tuple[str, Any, Any]) -> None:
    owner: Any = _owner(link).__table__
    rows = link.table
    whose = rows.c[link.parent_column]
    if link.parent is None:
        found = select(cast(rows.c.id, String), rows.c.version, null().cast(String))
    else:
        key: ColumnElement[Any] = owner.c.id if link.kind is None else cast(owner.c.id, String(40))
        found = select(cast(owner.c.id, String), owner.c.version, cast(rows.c.id, String))
        found = found.join(owner, key == whose)
    found = found.where(rows.c.id.in_(ids))
    part = None if link.parent is None else rows.name
    note_change_of_many(db.session(), found, owner.name, part, change)
