"""Which records satisfy what was typed, kind by kind, and what a page shows of them.

One statement finds both. It asks the rule of sight itself, of each record that is looked at, and is
executed past the session, which would put the rule at every table and make records of the rows.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    Text,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import aliased

from crm.core import records
from crm.core.database import db
from crm.core.driver import Driven
from crm.core.kept import Kept
from crm.core.records import RecordKind
from crm.core.search_tokens import PlaceIn, SearchToken
from crm.core.sight import reader_kept_back
from crm.core.tokens import Asked
from crm.search.queries.lines import SHOWN, WIDTH, Line, Tongue

COUNTED = 100  # hits of a kind beyond are told as «100+»
_MOST_COUNTED = 40  # beginnings: SQLite unites no more than 500 selects, one for each and each kind
_MANY = 2000  # tokens of a word; which of two such words has fewer does not matter
_MOST_READ = 160  # tokens read for so many hits: some records have several
_END = "\U0010ffff"  # after every token with a beginning
_SIMILAR = 5  # places of a kind in the statement for records named by their ids


@dataclass(frozen=True)
class Shape:
    """What the statement for some words depends on, but for their letters."""

    shown: int
    is_counted: bool
    first: int
    others: tuple[int, ...]
    are_many: bool
    is_kept_back: bool

    @property
    def read(self) -> int:
        """How many tokens are read at most, for each kind and beginning."""
        return (COUNTED if self.is_counted else self.shown) * _MOST_READ // COUNTED + 1


_DRIVEN: Kept[Driven] = Kept(100)
_STATEMENTS: Kept[Any] = Kept(100)
_COUNTS: Kept[Any] = Kept(100)


@dataclass(frozen=True)
class Hits:
    """Of the records of a kind the first ones, those with the very words before others; how many
    there are, as far as they are counted, and whether there are more.
    """

    kind: RecordKind
    lines: list[Line]
    count: int
    is_more: bool


def hits_of(words: Asked, tongue: Tongue, shown: int, is_counted: bool = True) -> list[Hits]:
    """What satisfies every one of ``words``, for each kind of the index that has any, archived
    records left out: ``shown`` lines, and how many there are.
    """
    if not words:
        return []
    found: dict[int, list[Any]] = defaultdict(list)
    for row in _read(words, shown, is_counted):
        found[row[0]].append(row)
    return [
        _hits(kind, sorted(found[place], key=_rank), tongue)
        for place, kind in enumerate(_kinds())
        if place in found
    ]


def lines_of(
    ids: Mapping[str, Sequence[int]], words: Asked, tongue: Tongue
) -> dict[str, list[Line]]:
    """Records of kinds that everybody sees, by their ids in this order; archived ones are left out,
    and those that satisfy every one of ``words``.
    """
    chosen = {kind: list(own)[:_SIMILAR] for kind, own in ids.items() if own}
    if not chosen:
        return {}
    statement = _STATEMENTS.get(tuple(chosen), lambda: _named(tuple(chosen)))
    values = {
        f"{kind}_{place}": own[place] if place < len(own) else 0
        for kind, own in chosen.items()
        for place in range(_SIMILAR)
    }
    found: dict[str, dict[int, Line]] = {kind: {} for kind in chosen}
    for kind, record_id, tokens, *texts in db.session.connection().execute(statement, values):
        if not all(any(f" {one}" in tokens for one in word) for word in words):
            found[kind][record_id] = SHOWN[kind].line(record_id, tongue, texts)
    return {
        kind: [found[kind][one] for one in own if one in found[kind]]
        for kind, own in chosen.items()
    }


def _named(kinds: tuple[str, ...]) -> CompoundSelect[Any]:
    parts = []
    for name in kinds:
        model: Any = records.kind_named(name).model
        ids = [bindparam(f"{name}_{place}", type_=Integer) for place in range(_SIMILAR)]
        told = (literal_column(f"'{name}'", Text), model.id, model.search_text)
        columns = (*told, *SHOWN[name].texts(WIDTH))
        part = _joined(select(*columns).select_from(model), name)
        parts.append(part.where(model.id.in_(ids), model.archived_at.is_(None)))
    return union_all(*parts)


def _joined(part: Select[Any], kind: str) -> Select[Any]:
    for other, condition in SHOWN[kind].joined:
        part = part.outerjoin(other, condition)
    return part


def _rank(row: Any) -> tuple[str, int]:
    return row[2], row[1]


def _read(words: Asked, shown: int, is_counted: bool) -> Sequence[Any]:
    first, others, are_many = _leading(words)
    reader_id = reader_kept_back()
    counts = tuple(map(len, others))
    shape = Shape(shown, is_counted, len(first), counts, are_many, reader_id is not None)
    connection = db.session.connection()
    dialect = connection.dialect
    statement = _DRIVEN.get((dialect, shape), lambda: Driven(_statement(shape), dialect))
    values = _ranges_of(others) if are_many else _patterns(others)
    given: dict[str, Any] = {**_ranges(first), **values}
    if shape.is_kept_back:
        given["reader_id"] = reader_id
    return statement.execute(connection, given).all()


def _hits(kind: RecordKind, rows: Sequence[Any], tongue: Tongue) -> Hits:
    shown = SHOWN[kind.name]
    lines = [shown.line(row[1], tongue, row[5:]) for row in rows]
    _place, _id, _rank, count, is_full = rows[0][:5]
    return Hits(kind, lines, min(count, COUNTED), bool(is_full) or count > COUNTED)


def _kinds() -> list[RecordKind]:
    return [kind for kind in records.kinds() if kind.is_indexed]


def _leading(words: Asked) -> tuple[list[str], list[list[str]], bool]:
    """The word that is looked up, the one with the fewest tokens; those its records are asked for;
    and whether even the first has so many that the index is better asked than the records.
    """
    begun = [_padded(word) for word in words]
    if len(begun) == 1:
        return begun[0], [], False
    counts = _counts(_longest(begun))
    place = min(counts, key=lambda number: (counts[number], -max(map(len, begun[number]))))
    return begun[place], [*begun[:place], *begun[place + 1 :]], counts[place] >= _MANY


def _longest(words: list[list[str]]) -> dict[int, list[str]]:
    """Those of ``words`` that are counted, by their numbers: the longer, the fewer tokens."""
    chosen: dict[int, list[str]] = {}
    room = _MOST_COUNTED
    for number, word in sorted(enumerate(words), key=lambda one: -max(map(len, one[1]))):
        if not chosen or len(word) <= room:
            chosen[number] = word
            room -= len(word)
    return chosen


def _padded(word: frozenset[str]) -> list[str]:
    """The beginnings of ``word``, the last one repeated up to 2, 4, 8 and so on: a statement is
    made for each number of them.
    """
    given = sorted(word)
    return [*given, *given[-1:] * ((1 << (len(given) - 1).bit_length()) - len(given))]


def _counts(words: dict[int, list[str]]) -> dict[int, int]:
    """How many tokens each word begins, as far as they are counted, by its number."""
    shape = tuple(map(len, words.values()))
    statement = _COUNTS.get(shape, lambda: _counting(shape))
    counts = dict.fromkeys(words, 0)
    numbers = list(words)
    for place, count in db.session.execute(statement, _ranges_of(list(words.values()))):
        counts[numbers[place]] += count
    return counts


def _counting(shape: tuple[int, ...]) -> Any:
    """How many tokens each word begins, no more than _MANY of each kind and beginning."""
    counts = [
        select(literal(number).label("number"), func.count().label("found")).select_from(
            select(SearchToken.record_id)
            .where(*_begun_with(kind.model, f"{one}_{number}"))
            .limit(_MANY)
            .subquery()
        )
        for number, count in enumerate(shape)
        for one in range(count)
        for kind in _kinds()
    ]
    return union_all(*counts)


def _begun_with(model: Any, place: str, row: Any = SearchToken) -> list[ColumnElement[bool]]:
    return [
        row.kind == model.__tablename__,
        row.token >= bindparam(f"start_{place}"),
        row.token < bindparam(f"end_{place}"),
    ]


def _ranges(word: list[str]) -> dict[str, str]:
    starts = {f"start_{place}": one for place, one in enumerate(word)}
    # A repeated beginning finds nothing once more.
    ends = (one if one in word[:place] else one + _END for place, one in enumerate(word))
    return starts | {f"end_{place}": end for place, end in enumerate(ends)}


def _ranges_of(words: list[list[str]]) -> dict[str, str]:
    return {
        f"{name}_{number}": value
        for number, word in enumerate(words)
        for name, value in _ranges(word).items()
    }


def _patterns(words: list[list[str]]) -> dict[str, str]:
    return {
        f"word_{number}_{place}": f" {one}"
        for number, word in enumerate(words)
        for place, one in enumerate(word)
    }


def _statement(shape: Shape) -> CompoundSelect[Any]:
    """Place of the kind, id, rank, how many there are and whether not all were read, texts: for
    the first records of each kind.
    """
    return union_all(*(_of_kind(place, kind, shape) for place, kind in enumerate(_kinds())))


def _of_kind(place: int, kind: RecordKind, shape: Shape) -> Select[Any]:
    model: Any = kind.model
    first = _first(kind, shape).subquery()
    found = (first.c.record_id, first.c.rank, first.c.found, first.c.is_full)
    part = select(literal_column(str(place), Integer), *found, *SHOWN[kind.name].texts(WIDTH))
    return _joined(part.join_from(first, model, model.id == first.c.record_id), kind.name)


def _first(kind: RecordKind, shape: Shape) -> Select[Any]:
    """The records of the tokens that are read, each once."""
    branches = [one.subquery() for one in _branches(kind, shape)]
    read = union_all(*(select(one) for one in branches)).subquery()
    token = type_coerce(read.c.token, Text)
    # A mark says the record is of a country, not that it is called so: it comes last.
    is_mark = token.between(literal_column("'@'", Text), literal_column(f"'@{_END}'", Text))
    spelt = case((is_mark, literal_column(f"'{_END}'", Text)), else_=token)
    rank = func.min(func.ltrim(spelt, literal_column("'='", Text)))
    told = [_fixed(0).label("found"), _fixed(0).label("is_full")]
    if shape.is_counted:
        told = [
            func.count().over().label("found"),
            case((or_(*_full(read, shape)), _fixed(1)), else_=_fixed(0)).label("is_full"),
        ]
    return (
        select(read.c.record_id, rank.label("rank"), *told)
        .group_by(read.c.record_id)
        .order_by(rank, read.c.record_id)
        .limit(_fixed(shape.shown))
    )


def _full(read: Any, shape: Shape) -> Iterator[ColumnElement[bool]]:
    """Whether a branch ended before the tokens did."""
    for branch in range(shape.first):
        own = func.sum(case((read.c.branch == _fixed(branch), _fixed(1)), else_=_fixed(0)))
        yield func.sum(own).over() >= _fixed(shape.read)


def _fixed(number: int) -> ColumnElement[int]:
    """A number in the text of the statement, which its plan may depend on."""
    return literal_column(str(number), Integer)


def _branches(kind: RecordKind, shape: Shape) -> Iterator[Select[*tuple[Any, ...]]]:
    """For each beginning the tokens in their order: it goes along the index, and ends as soon as
    it has read enough.
    """
    model: Any = kind.model
    token = SearchToken.token
    ask = _in_index if shape.are_many else _in_record
    asked = [ask(model, number, count) for number, count in enumerate(shape.others)]
    if shape.is_kept_back:
        asked.append(kind.visible_to(bindparam("reader_id", type_=Integer)))
    for branch in range(shape.first):
        yield (
            select(_fixed(branch).label("branch"), token, SearchToken.record_id)
            .join(model, model.id == SearchToken.record_id)
            .where(*_begun_with(model, str(branch)), model.archived_at.is_(None), *asked)
            .order_by(token, SearchToken.record_id)
            .limit(_fixed(shape.read))
        )


def _in_record(model: Any, number: int, count: int) -> ColumnElement[bool]:
    """Whether the record has a token that one of the beginnings of the word begins."""
    names = (f"word_{number}_{one}" for one in range(count))
    return or_(*(PlaceIn(model.search_text, bindparam(name)) > 0 for name in names))


def _in_index(model: Any, number: int, count: int) -> ColumnElement[bool]:
    """The same, where many records are asked: not each of them is looked at."""
    token = aliased(SearchToken)
    held = (
        select(token.record_id).where(*_begun_with(model, f"{one}_{number}", token))
        for one in range(count)
    )
    return SearchToken.record_id.in_(union_all(*held))
