"""What the page of the search shows, finished: groups of hits, and names that are only similar."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask_babel.speaklater import LazyString
from markupsafe import Markup

from crm.core import records
from crm.core.language import Worded, reader_language
from crm.core.records import RecordKind
from crm.core.tokens import Asked, asked
from crm.search.queries.countries import CountryFound, countries_found, country_names
from crm.search.queries.hits import COUNTED, Hits, hits_of, lines_of
from crm.search.queries.lines import Line, Tongue
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
    marker, tongue = Marker(words), _tongue()
    groups = list(_countries(typed, words, marker, SHOWN))
    for hits in hits_of(words, tongue, SHOWN):
        shown = [_hit(hits.kind, line, marker) for line in hits.lines]
        groups.append(Group(_title(hits.kind), _count(hits), shown, _list_url(hits.kind, typed)))
    similar = [
        _hit(records.kind_named(name), line, marker)
        for name, lines in lines_of(alike, words, tongue).items()
        for line in lines
    ]
    return Results(groups, similar)


def suggestions_of(typed: str) -> list[Group]:
    """A few hits of each kind, for a list that opens while one types; they are not counted."""
    words = asked(typed)
    marker, tongue = Marker(words), _tongue()
    groups = list(_countries(typed, words, marker, SUGGESTED)) if words else []
    for hits in hits_of(words, tongue, SUGGESTED, is_counted=False):
        shown = [_hit(hits.kind, line, marker) for line in hits.lines]
        groups.append(Group(_title(hits.kind), "", shown, _list_url(hits.kind, typed)))
    return groups


def _tongue() -> Tongue:
    return Tongue(reader_language(), country_names())


def _countries(typed: str, words: Asked, marker: Marker, most: int) -> Iterator[Group]:
    kind, found = records.kind_named(_COUNTRIES), countries_found(words)
    if found:
        shown = [_hit(kind, _country(one), marker) for one in found[:most]]
        yield Group(_title(kind), _counted(len(found)), shown, f"{_list_url(kind, typed)}&all=1")


def _country(found: CountryFound) -> Line:
    return Line(found.code, Worded(found.name, None), [], lambda: found.other_names)


def _title(kind: RecordKind) -> LazyString:
    return kind.label if kind.listing is None else kind.listing.title


def _list_url(kind: RecordKind, typed: str) -> str:
    return f"/{kind.address}/?{urlencode({'q': typed})}"


def _count(hits: Hits) -> str:
    return f"{hits.count}+" if hits.is_more else str(hits.count)


def _counted(number: int) -> str:
    return f"{COUNTED}+" if number > COUNTED else str(number)


def _hit(kind: RecordKind, line: Line, marker: Marker) -> Hit:
    shown = (line.title.text, *line.facts)
    said = frozenset[int]().union(*map(marker.found_in, shown))
    title, *facts = map(marker.marked, shown)
    # What has been said already needs no other text that says it.
    reason = None if len(said) == marker.count else _reason(line.others(), said, marker)
    return Hit(kind.url(line.id), title, line.title.lang, facts, reason)


def _reason(others: Sequence[str], said: frozenset[int], marker: Marker) -> Markup | None:
    """The text that has most of the words that are not ``said`` yet; None when all are."""
    added = [len(marker.found_in(text) - said) for text in others]
    if not any(added):
        return None
    return marker.marked(marker.excerpt(others[added.index(max(added))]))
