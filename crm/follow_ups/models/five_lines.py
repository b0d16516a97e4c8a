"""What about a partner, in five lines: last contact, promised, done, overdue, next step."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from flask_babel import gettext as _
from flask_babel import ngettext

from crm.core.dates import imprecise_date, short_date
from crm.core.excerpts import one_line, shortened
from crm.core.spans import coming_on
from crm.delegations.models.delegation import Delegation
from crm.delegations.models.party import Party
from crm.delegations.models.terms import Direction, MemberRole
from crm.follow_ups.models.follow_up import FollowUp
from crm.follow_ups.models.terms import FollowUpKind
from crm.meetings.models import Meeting, ParticipantRole, Side

Contact = Meeting | Delegation

_TITLE = 110  # letters of a title or of what was agreed
_TEXT = 90  # of progress, of an outcome
_NAME = 60  # of a person, a body or somebody's post
_NAMED = 2  # of the partner's people


@dataclass(frozen=True)
class Tally:
    """How many points there are with a partner; ``every`` of them is pending or closed."""

    every: int = 0
    pending: int = 0
    done: int = 0
    given_up: int = 0
    overdue: int = 0
    undated: int = 0


@dataclass(frozen=True)
class Standing:
    """The facts behind the five lines about a partner, as of ``today``.

    ``filters`` make the list of points that of the partner. ``main`` are the first pending points,
    ``late`` the first overdue ones. What a line names of a record is loaded.
    """

    name: str
    today: date
    filters: Mapping[str, str]
    tally: Tally = Tally()
    undated_contacts: int = 0
    last: Contact | None = None
    last_undated: Contact | None = None
    main: Sequence[FollowUp] = ()
    last_done: FollowUp | None = None
    late: Sequence[FollowUp] = ()
    planned: Contact | None = None
    unsettled: Contact | None = None
    next_contact_on: date | None = None
    nearest: FollowUp | None = None


@dataclass(frozen=True)
class Line:
    """One line: its label, its text, and where more of it stands (not part of the text)."""

    label: str
    text: str
    url: str | None

    def __str__(self) -> str:
        return f"{self.label}: {self.text}"


@dataclass(frozen=True)
class FiveLines:
    """The five lines in the reader's language."""

    lines: tuple[Line, ...]

    @property
    def plain(self) -> str:
        """What a messenger gets: the lines exactly as they are shown."""
        return "\n".join(map(str, self.lines))


def five_lines(standing: Standing) -> FiveLines:
    """``standing`` in words; what is not known or not there is said."""
    words: tuple[tuple[str, Callable[[Standing], str], str | None], ...] = (
        (
            _("%(name)s, last contact", name=standing.name),
            _last_contact,
            _address(standing.last or standing.last_undated),
        ),
        (_("Promised"), _promised, _list_of(standing)),
        (_("Done"), _done, _list_of(standing, status="done")),
        (_("Overdue"), _overdue, _list_of(standing, status="overdue")),
        (
            _("Next step"),
            _next_step,
            _address(standing.planned or standing.nearest or standing.unsettled),
        ),
    )
    return FiveLines(
        tuple(Line(one_line(label), one_line(text(standing)), url) for label, text, url in words)
    )


def days_of(contact: Contact) -> tuple[date | None, date | None]:
    """The first day of a meeting or a visit and, where one is stored, the last."""
    if isinstance(contact, Meeting):
        return contact.held_on, contact.held_until
    return contact.arrives_on, contact.departs_on


def comes_on(contact: Contact) -> date | None:
    """The day by which it is sure to have begun: the last one of a week, month, quarter or year."""
    return coming_on(days_of(contact)[0], contact.span_ends_on, contact.date_precision)


def _address(record: Contact | FollowUp | None) -> str | None:
    return None if record is None else f"/{record.__tablename__.replace('_', '-')}/{record.id}"


def _list_of(standing: Standing, **more: str) -> str:
    return f"/follow-ups/?{urlencode({**standing.filters, **more})}"


# -- last contact ----------------------------------------------------------------------------------


def _last_contact(standing: Standing) -> str:
    contacts = [one for one in (standing.last, standing.last_undated) if one is not None]
    if not contacts:
        return str(_("no meeting or visit is recorded"))
    parts = [
        _(
            "%(contact)s (received by: %(host)s; partner side: %(guests)s)",
            contact=_dated(one),
            host=_host(one),
            guests=_guests(one),
        )
        for one in contacts
    ]
    if standing.undated_contacts > 1:
        parts.append(_("contacts without a date: %(count)s", count=standing.undated_contacts))
    return "; ".join(parts)


def _dated(contact: Contact) -> str:
    first, last = days_of(contact)
    when = imprecise_date(first, last, contact.date_precision)
    return f"{when} – {shortened(contact.title, _TITLE)}"


def _host(contact: Contact) -> str:
    hosts = []
    if isinstance(contact, Meeting):
        hosts = [
            _named(one)
            for one in contact.participants
            if one.side == Side.OURS and one.role == ParticipantRole.HOST
        ]
    return shortened(contact.received_by or ", ".join(hosts), _TEXT) or str(_("not stated"))


def _guests(contact: Contact) -> str:
    people: list[Party] = []
    if isinstance(contact, Meeting):
        people.extend(one for one in contact.participants if one.side == Side.PARTNER)
    elif contact.direction != Direction.OUTBOUND:  # whom we send are our own people
        members = sorted(contact.members, key=lambda one: one.role != MemberRole.HEAD)
        people.extend(members)
    if not people:
        return str(_("not stated"))
    named = ", ".join(_named(one) for one in people[:_NAMED])
    more = _more(len(people) - _NAMED)
    return f"{named}, {more}" if more else named


def _more(count: int) -> str:
    """How many are not named; empty for none. No part of another string: no tool finds it there."""
    return str(_("more: %(count)s", count=count)) if count > 0 else ""


def _named(party: Party) -> str:
    """A name with its post, or what stands in its place."""
    return shortened(" – ".join(filter(None, (party.name, party.post))), _TEXT)


# -- promised, done, overdue -----------------------------------------------------------------------


def _promised(standing: Standing) -> str:
    tally = standing.tally
    if not tally.every:
        return str(_("nothing is agreed yet"))
    points = ngettext("%(num)s point", "%(num)s points", tally.every)
    text = str(_("%(points)s, pending: %(count)s", points=points, count=tally.pending))
    if standing.main:
        text += f" – {'; '.join(map(_what, standing.main))}"
    more = _more(tally.pending - len(standing.main))
    return f"{text}; {more}" if more else text


def _what(point: FollowUp) -> str:
    is_consultation = point.kind == FollowUpKind.CONSULTATION
    notes = [_("consultation")] if is_consultation else []
    notes.append(str(point.responsible_side.label))
    return f"{shortened(point.text, _TITLE)} ({', '.join(notes)})"


def _done(standing: Standing) -> str:
    tally, last = standing.tally, standing.last_done
    text = str(tally.done) if tally.done else _("nothing yet")
    if last is not None:
        text += "; " + _(
            "last: %(day)s – %(point)s: %(outcome)s",
            day=short_date(last.done_on) or _("date unknown"),
            point=shortened(last.text, _TITLE),
            outcome=shortened(last.outcome or "", _TEXT) or _("not stated"),
        )
    if tally.given_up:
        text += "; " + _("no longer relevant: %(count)s", count=tally.given_up)
    return text


def _overdue(standing: Standing) -> str:
    count = standing.tally.overdue
    if not count:
        return str(_("none"))
    late = [_late(point, standing.today) for point in standing.late]
    if count > 1:
        late = [f"{place}) {text}" for place, text in enumerate(late, 1)]
    text = f"{count} – {'; '.join(late)}"
    more = _more(count - len(late))
    return f"{text}; {more}" if more else text


def _late(point: FollowUp, today: date) -> str:
    """The point, since when it is late, who carries it out, and what is known of why."""
    days = (today - point.due_on).days if point.due_on else 0
    return str(
        _(
            "%(point)s (due %(day)s, %(late)s; executor: %(executor)s; progress: %(progress)s)",
            point=shortened(point.text, _TITLE),
            day=short_date(point.due_on),
            late=ngettext("%(num)s day overdue", "%(num)s days overdue", days),
            executor=executor_name(point),
            progress=progress_text(point, _TEXT),
        )
    )


def executor_name(point: FollowUp) -> str:
    """Who answers for carrying ``point`` out; that nobody was named is said."""
    return shortened(point.executor.name, _NAME) if point.executor else str(_("not named"))


def progress_text(point: FollowUp, length: int) -> str:
    """The last line of how ``point`` stands, with its date; that there is none is said."""
    day, text = progress_of(point, length)
    return f"{day} – {text}" if text else day


def progress_of(point: FollowUp, length: int) -> tuple[str, str]:
    """Day and text of that line; in place of the day that there is none."""
    last = point.last_progress
    if last is None:
        return str(_("nothing noted")), ""
    return short_date(last.noted_on), shortened(last.text, length)


# -- next step -------------------------------------------------------------------------------------


def _next_step(standing: Standing) -> str:
    planned, nearest = standing.planned, standing.nearest
    parts = []
    if planned is not None:
        parts.append(f"{_dated(planned)} ({_status(planned)})")
    if nearest is not None:
        deadline = _(
            "nearest deadline: %(day)s – %(point)s (executor: %(executor)s)",
            day=short_date(nearest.due_on),
            point=shortened(nearest.text, _TITLE),
            executor=executor_name(nearest),
        )
        parts.insert(0 if _is_sooner(nearest, planned) else 1, deadline)
    if standing.next_contact_on is not None:
        parts.append(_("next contact on: %(day)s", day=short_date(standing.next_contact_on)))
    if planned is None:
        parts.append(_("no meeting or visit is planned"))
    if standing.unsettled is not None:
        parts.append(_unsettled(standing.unsettled))
    if standing.tally.undated:
        parts.append(_("no deadline set: %(count)s", count=standing.tally.undated))
    return "; ".join(parts)


def _unsettled(contact: Contact) -> str:
    if isinstance(contact, Meeting):
        return str(_("the day has passed, held or not? %(meeting)s", meeting=_dated(contact)))
    return str(_("the days have passed, did it take place? %(visit)s", visit=_dated(contact)))


def _status(contact: Contact) -> str:
    kind = _("meeting") if isinstance(contact, Meeting) else _("visit")
    status = str(contact.status.label).lower()
    return str(_("%(kind)s, %(status)s", kind=kind, status=status))


def _is_sooner(point: FollowUp, contact: Contact | None) -> bool:
    if contact is None:
        return True
    day = comes_on(contact)
    return day is None or (point.due_on is not None and point.due_on < day)
