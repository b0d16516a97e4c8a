"""Which records satisfy what was typed: their ids, kind by kind, in one statement."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from crm.core import records
from crm.core.database import db
from crm.core.kept import Kept
from crm.core.prepared import planned_once
from crm.core.records import RecordKind
from crm.core.search_tokens import PlaceIn, SearchToken
from crm.core.tokens import Asked

COUNTED = 100  # hits of a kind beyond are told as «100+»
_MOST_COUNTED = 40  # beginnings: SQLite unites no more than 500 selects, one for each and each kind
_MANY = 2000  # tokens of a word; which of two such words has fewer does not matter
_MOST_READ = 160  # tokens read for so many hits: some records have several
_END = "\U0010ffff"  # after every token with a beginning

Shape = tuple[int, int, tuple[int, ...], bool]
_STATEMENTS: Kept[Any] = Kept(100)
_COUNTS: Kept[Any] = Kept(100)


@dataclass(frozen=True)
class Hits:
    """Ids of the records of a kind, those with the very words first; whether there are more."""

    kind: RecordKind
    ids: list[int]
    is_more: bool


def hits_of(words: Asked, most: int = COUNTED) -> list[Hits]:
    """What satisfies every one of ``words``, for each kind of the index that has any: no more than
    ``most`` of it, archived records left out.
    """
    if not words:
        return []
    with planned_once():
        rows, read = _read(words, most)
    found: dict[int, list[tuple[bool, str, int]]] = defaultdict(list)
    read_of: dict[tuple[int, int], int] = defaultdict(int)
    for place, branch, token, record_id in rows:
        # A mark says the record is of a country, not that it is called so.
        found[place].append((token.startswith("@"), token.lstrip("="), record_id))
        read_of[place, branch] += 1
    full = {place for (place, _branch), count in read_of.items() if count == read}
    return [
        _hits(kind, found[place], most, place in full)
        for place, kind in enumerate(_kinds())
        if place in found
    ]


def _read(words: Asked, most: int) -> tuple[Sequence[Any], int]:
    """Rows of ``_statement``, and how many at most each branch of it gives."""
    first, others, are_many = _leading(words)
    read = most * _MOST_READ // COUNTED + 1
    shape = (read, len(first), tuple(map(len, others)), are_many)
    statement = _STATEMENTS.get(shape, lambda: _statement(shape))
    values = _ranges_of(others) if are_many else _patterns(others)
    return db.session.execute(statement, {**_ranges(first), **values}).all(), read


def _hits(kind: RecordKind, found: list[tuple[bool, str, int]], most: int, is_full: bool) -> Hits:
    ids = list(dict.fromkeys(record_id for *_rank, record_id in sorted(found)))
    return Hits(kind, ids[:most], is_full or len(ids) > most)


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


def _statement(shape: Shape) -> Select[Any]:
    """Places of kind and branch, token and record: each branch goes along the index and ends as
    soon as it has read enough.
    """
    branches = [one.subquery() for one in _branches(shape)]
    return select(union_all(*(select(one) for one in branches)).subquery())


def _branches(shape: Shape) -> Iterator[Select[*tuple[Any, ...]]]:
    read, first, others, are_many = shape
    token = SearchToken.token
    for place, kind in enumerate(_kinds()):
        model: Any = kind.model
        ask = _in_index if are_many else _in_record
        asked = [ask(model, number, count) for number, count in enumerate(others)]
        for branch in range(first):
            yield (
                select(
                    literal(place).label("place"),
                    literal(branch).label("branch"),
                    token,
                    SearchToken.record_id,
                )
                .join(model, model.id == SearchToken.record_id)
                .where(*_begun_with(model, str(branch)), model.archived_at.is_(None), *asked)
                .order_by(token, SearchToken.record_id)
                .limit(read)
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
