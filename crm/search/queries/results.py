"""What the page of the search shows, finished: groups of hits, and names that are only similar."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask_babel.speaklater import LazyString
from markupsafe import Markup

from crm.core import records
from crm.core.language import Worded
from crm.core.records import RecordKind
from crm.core.tokens import Asked, asked
from crm.search.queries.countries import countries_found
from crm.search.queries.hits import COUNTED, Hits, hits_of
from crm.search.queries.lines import Line, lines_of
from crm.search.queries.marks import Marker

SHOWN = 10  # of a kind; the list of the kind shows all
SUGGESTED = 3
_COUNTRIES = "country"


@dataclass(frozen=True)
class Hit:
    """A record found: its page, its title and facts with the words marked, and, where these do not
    say why it was found, the text that does.
    """

    url: str
    title: Markup
    lang: str | None
    facts: list[Markup]
    reason: Markup | None


@dataclass(frozen=True)
class Group:
    """Hits of one kind, how many there are in all, «100+» where more, and the list of all."""

    label: LazyString
    count: str
    hits: list[Hit]
    list_url: str


@dataclass(frozen=True)
class Results:
    """Everything found, kind by kind, and names that are alike but do not match."""

    groups: list[Group]
    similar: list[Hit]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found, not even by likeness."""
        return not (self.groups or self.similar)


def results_of(typed: str, alike: Mapping[str, Sequence[int]]) -> Results:
    """What the reader finds by ``typed``; a constant number of statements.

    ``alike``: ids of records, by kind, whose names are like it; those found are left out.
    """
    words = asked(typed)
    if not words:
        return Results([], [])
    marker = Marker(words)
    by_kind = {hits.kind.name: hits for hits in hits_of(words)}
    groups = list(_countries(typed, words, marker, SHOWN))
    similar: list[Hit] = []
    for kind in records.kinds():
        hits = by_kind.get(kind.name)
        first, known = (hits.ids[:SHOWN], hits.ids) if hits else ([], [])
        others = [one for one in alike.get(kind.name, ()) if one not in known]
        lines = lines_of(kind.name, [*first, *others]) if first or others else []
        drawn = {line.id: _hit(kind, line, marker) for line in lines}
        if hits:
            shown = [drawn[one] for one in first if one in drawn]
            groups.append(Group(_title(kind), _count(hits), shown, _list_url(kind, typed)))
        similar += [drawn[one] for one in others if one in drawn]
    return Results(groups, similar)


def suggestions_of(typed: str) -> list[Group]:
    """A few hits of each kind, for a list that opens while one types."""
    words = asked(typed)
    marker = Marker(words)
    groups = list(_countries(typed, words, marker, SUGGESTED)) if words else []
    for hits in hits_of(words, SUGGESTED):
        lines = lines_of(hits.kind.name, hits.ids)
        shown = [_hit(hits.kind, line, marker) for line in lines]
        url = _list_url(hits.kind, typed)
        groups.append(Group(_title(hits.kind), _count(hits), shown, url))
    return groups


def _countries(typed: str, words: Asked, marker: Marker, most: int) -> Iterator[Group]:
    kind, found = records.kind_named(_COUNTRIES), countries_found(words)
    if found:
        lines = [Line(one.code, Worded(one.name, None), one.other_names) for one in found[:most]]
        shown = [_hit(kind, line, marker) for line in lines]
        yield Group(_title(kind), _counted(len(found)), shown, f"{_list_url(kind, typed)}&all=1")


def _title(kind: RecordKind) -> LazyString:
    return kind.label if kind.listing is None else kind.listing.title


def _list_url(kind: RecordKind, typed: str) -> str:
    return f"/{kind.address}/?{urlencode({'q': typed})}"


def _count(hits: Hits) -> str:
    return f"{len(hits.ids)}+" if hits.is_more else str(len(hits.ids))


def _counted(number: int) -> str:
    return f"{COUNTED}+" if number > COUNTED else str(number)


def _hit(kind: RecordKind, line: Line, marker: Marker) -> Hit:
    said = marker.found_in(" ".join([line.title.text, *line.facts]))
    return Hit(
        url=kind.url(line.id),
        title=marker.marked(line.title.text),
        lang=line.title.lang,
        facts=[marker.marked(fact) for fact in line.facts],
        reason=_reason(line.others, said, marker),
    )


def _reason(others: Sequence[str], said: set[int], marker: Marker) -> Markup | None:
    """The text that has most of the words that are not ``said`` yet; None when all are."""
    added = [len(marker.found_in(text) - said) for text in others]
    if not any(added):
        return None
    return marker.marked(marker.excerpt(others[added.index(max(added))]))
