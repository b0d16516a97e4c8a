"""The briefing note of a country: one printed page of what its own page says."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from markupsafe import Markup, escape
from sqlalchemy import select

from crm.core import clock
from crm.core.database import db
from crm.core.dates import as_of
from crm.core.excerpts import lines_taken, shortened
from crm.core.few import first_few
from crm.core.language import Worded, reader_language, worded
from crm.core.listing.query import count
from crm.core.money import Qualifier, millions_text
from crm.core.pages import marked
from crm.countries.models import Country, TradeFact
from crm.countries.queries import trade_facts_of
from crm.countries.views.contacts import Contact
from crm.countries.views.contacts import contacts as both_kinds
from crm.countries.views.trade import by_region, period_text
from crm.delegations.queries import completed_delegations_in, delegations_with_guests
from crm.follow_ups.models.deadline import deadline_of
from crm.follow_ups.models.five_lines import FiveLines, executor_name, five_lines, progress_of
from crm.follow_ups.models.follow_up import FollowUp
from crm.follow_ups.models.terms import ResponsibleSide
from crm.follow_ups.queries.sides import pending_with_country
from crm.follow_ups.queries.standing import standing_of
from crm.meetings.queries import held_meetings_in, meetings_with_guests
from crm.organisations.models import Person
from crm.organisations.queries import first_people, people_known
from crm.reference.queries import week_end

# What the sheet of static/css/brief.css holds: lines of 9pt, average letters to a line. Counted
# for a wide typeface, so that the page stays one page in every office.
_PAGE = 65
_ROOM = 96
_FRAME = 5  # lines of the title and of the foot
_HEAD = 1.5  # of a part: its title, which says how many more there are

_MOST = 12  # entries of a part: more do not fit on one page with the others
_TITLE, _TEXT, _SHORT, _POST, _NAME = 130, 180, 80, 100, 45  # letters


@dataclass(frozen=True)
class Entry:
    """One entry of a part: what it is, and the rest."""

    head: Worded
    rest: Markup

    @property
    def lines(self) -> int:
        """How many printed lines it takes at most."""
        return lines_taken(f"{self.head} {self.rest.striptags()}", _ROOM)


@dataclass(frozen=True)
class Part:
    """A part of the note: the entries that fit, and how many more there are."""

    title: str
    entries: tuple[Entry, ...]
    total: int

    @property
    def left_out(self) -> int:
        """How many are on the country's page alone."""
        return self.total - len(self.entries)


@dataclass(frozen=True)
class Note:
    """The note in the language it is asked for; it fits one A4 page."""

    as_of: str
    brief: FiveLines
    parts: tuple[Part, ...]


def note_of(country: Country) -> Note:
    """The note about ``country`` as of today, in the reader's language of the moment."""
    today = clock.today()
    brief = five_lines(standing_of(country, today))
    used = _FRAME + sum(lines_taken(str(line), _ROOM) for line in brief.lines)
    *points, contacts, figures, people = fitting(
        [*_points(country), _contacts(country), _figures(country), _people(country)], _PAGE - used
    )
    return Note(as_of(today), brief, (figures, contacts, *points, people))


def fitting(parts: Iterable[Part], lines: float) -> list[Part]:
    """``parts`` with the first entries that fit into ``lines``, taken from each part in turn.

    A part gives no further entry after one that does not fit: none is skipped unseen.
    """
    whole = list(parts)
    kept = [replace(part, entries=()) for part in whole]
    room = lines - _HEAD * len(whole)
    is_open = [bool(part.entries) for part in whole]
    while any(is_open):
        for place, part in enumerate(whole):
            if not is_open[place]:
                continue
            taken = kept[place].entries
            entry = part.entries[len(taken)]
            if entry.lines <= room:
                room -= entry.lines
                kept[place] = replace(kept[place], entries=(*taken, entry))
            has_more = len(kept[place].entries) < len(part.entries)
            is_open[place] = has_more and len(kept[place].entries) > len(taken)
    return kept


def _figures(country: Country) -> Part:
    ours, others = by_region(db.session.scalars(trade_facts_of(country.code)))
    facts = [*ours, *(fact for _named, found in others for fact in found)]
    return _part(_("Key figures"), facts, len(facts), _figure)


def _figure(fact: TradeFact) -> Entry:
    region = worded(fact, "region", reader_language())
    named = ", ".join(filter(None, (str(fact.indicator.label), region.text)))
    value = millions_text(fact.value, fact.qualifier)
    if fact.qualifier != Qualifier.EXACT:
        value += f" ({fact.qualifier.label})"
    source = Worded(shortened(fact.source, _TITLE), fact.text_language.value)
    words = (period_text(fact), _with(_("source: %(source)s"), source=marked(source)))
    return Entry(Worded(f"{named}: {value}", None), _joined("; ", words))


def _contacts(country: Country) -> Part:
    meetings = first_few(held_meetings_in(country.code), _MOST, meetings_with_guests)
    delegations = first_few(completed_delegations_in(country.code), _MOST, delegations_with_guests)
    found = both_kinds(meetings.rows, delegations.rows)
    return _part(_("Last contacts"), found, meetings.total + delegations.total, _contact)


def _contact(contact: Contact) -> Entry:
    sub = _joined(" · ", (marked(_cut(words, _NAME)) for words in contact.sub))
    title = Worded(shortened(contact.title, _TITLE), contact.lang)
    return Entry(title, _joined("; ", (contact.when, sub)))


def _points(country: Country) -> Iterable[Part]:
    """What is open, of our side, of the partner and of both: each side is there, though empty."""
    titles = {
        ResponsibleSide.OURS: _("Open points of our side"),
        ResponsibleSide.PARTNER: _("Open points of the partner side"),
        ResponsibleSide.BOTH: _("Open points of both sides"),
    }
    found = {one.side: one for one in pending_with_country(country.code, _MOST)}
    for side, title in titles.items():
        owed = found.get(side)
        yield _part(title, owed.points if owed else [], owed.total if owed else 0, _point)


def _point(point: FollowUp) -> Entry:
    today = clock.today()
    deadline = deadline_of(point, today, week_end(today))
    due = ", ".join(filter(None, deadline.due_and_timing))
    language = point.text_language.value
    day, text = progress_of(point, _SHORT)
    progress = _joined(" – ", filter(None, (day, marked(Worded(text, language)))))
    words = (
        _("deadline: %(due)s", due=due) if point.due_on else deadline.text,
        _("executor: %(name)s", name=executor_name(point)),
        _with(_("progress: %(text)s"), text=progress),
    )
    return Entry(Worded(shortened(point.text, _TEXT), language), _joined("; ", words))


def _people(country: Country) -> Part:
    known = count(select(people_known(country.code).subquery()))
    people = first_people(country.code, _MOST, known)
    return _part(_("People"), people, known, _person)


def _person(person: Person) -> Entry:
    posts = person.posts_on(clock.today())[:1]
    words = [
        marked(_cut(text, _POST))
        for post in posts
        for text in (worded(post, "position"), worded(post.organisation, "name"))
        if text.text
    ]
    return Entry(Worded(person.name_in(reader_language()), None), _joined(", ", words))


def _cut(words: Worded, length: int) -> Worded:
    return Worded(shortened(words.text, length), words.lang)


def _with(pattern: str, **words: Markup) -> Markup:
    """``pattern`` of the catalogue with ``words`` in its places, their marks kept."""
    return escape(pattern) % words


def _joined(between: str, words: Iterable[str]) -> Markup:
    """``words`` as one text; what is no markup is escaped."""
    return escape(between).join(words)


def _part(title: str, records: Iterable[object], total: int, entry: Callable[..., Entry]) -> Part:
    return Part(title, tuple(entry(one) for one in list(records)[:_MOST]), total)
