"""How a department stands, or all of them: what heads are told, and viewers who ask for it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from crm.accounts.models import Language, User
from crm.core.working_days import WorkingCalendar
from crm.digest.queries.eyes import kept_back, seen_by_all, seen_by_reader
from crm.digest.queries.people import Reader
from crm.follow_ups.models.extensions import ExtensionRequest
from crm.follow_ups.models.follow_up import FollowUp
from crm.follow_ups.models.terms import FollowUpStatus
from crm.follow_ups.queries.deadlines import waits_for_deadline
from crm.follow_ups.queries.points import overdue, pending

MOST_WAITING = 5  # of each kind
REQUESTS, DONE, UNDATED = "requests", "done", "undated"  # what waits for a head
KINDS = (REQUESTS, DONE, UNDATED)


@dataclass(frozen=True)
class Late:
    """What one officer owes past its deadline; ``oldest`` is the earliest of these deadlines."""

    owner_id: int
    name: str
    count: int
    oldest: date


class Waiting(NamedTuple):
    """A point that waits for a head; the last three speak of a request for extension."""

    id: int
    text: str
    text_language: Language
    owner_name: str
    country_code: str | None
    due_on: date | None
    since: date | None  # asked, executed or agreed
    created_at: datetime
    asked_by: str | None
    new_due_on: date | None
    reason: str | None


@dataclass(frozen=True)
class Queue:
    """How many points wait, and the first of them."""

    count: int = 0
    first: tuple[Waiting, ...] = ()

    def beside(self, other: "Queue") -> "Queue":
        """Both together."""
        first = sorted((*self.first, *other.first), key=_by_age)[:MOST_WAITING]
        return Queue(self.count + other.count, tuple(first))


@dataclass(frozen=True)
class Standing:
    """How one department stands, or all when ``department_id`` is None."""

    department_id: int | None
    late: list[Late]  # the longest delay first
    queues: dict[str, Queue]  # by kind; none is empty

    @cached_property
    def late_count(self) -> int:
        """How many points are overdue."""
        return sum(one.count for one in self.late)

    @property
    def waiting_count(self) -> int:
        """How many points wait for a head."""
        return sum(one.count for one in self.queues.values())

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not self.late and not self.queues


@dataclass
class Facts:
    """What is known of the departments, by department: of points that some readers see alike."""

    late: dict[int | None, dict[int, Late]] = field(default_factory=lambda: defaultdict(dict))
    queues: dict[tuple[str, int | None], Queue] = field(default_factory=dict)

    def add_late(self, department_id: int | None, late: Late) -> None:
        """Count ``late`` to what is known of its owner."""
        known = self.late[department_id].get(late.owner_id)
        if known is not None:
            late = replace(
                late, count=known.count + late.count, oldest=min(known.oldest, late.oldest)
            )
        self.late[department_id][late.owner_id] = late

    def add_queue(self, kind: str, department_id: int | None, queue: Queue) -> None:
        """Add what waits for a decision."""
        known = self.queues.get((kind, department_id), Queue())
        self.queues[kind, department_id] = known.beside(queue)


@dataclass(frozen=True)
class Departments:
    """What everybody may see of the departments, what is kept from some, and who sees which of
    that besides.
    """

    for_all: Facts
    kept_back: Facts
    own: dict[int, Facts]  # by reader
    of_heads: dict[int | None, Standing] = field(default_factory=dict)  # made once for each

    def standing(self, reader: Reader) -> Standing:
        """That of the head's department; of all for a head without one and for those who read."""
        if not reader.is_head:
            return _standing(None, self.for_all, self.own.get(reader.id, Facts()))
        wanted = reader.department_id
        if wanted not in self.of_heads:
            self.of_heads[wanted] = _standing(wanted, self.for_all, self.kept_back)
        return self.of_heads[wanted]


def _standing(wanted: int | None, *known: Facts) -> Standing:
    facts = Facts()
    for one in known:
        for department_id, by_owner in one.late.items():
            if wanted in (None, department_id):
                for late in by_owner.values():
                    facts.add_late(None, late)
        for (kind, department_id), queue in one.queues.items():
            if wanted in (None, department_id):
                facts.add_queue(kind, None, queue)
    ordered = sorted(facts.late[None].values(), key=lambda one: (one.oldest, -one.count, one.name))
    queues = {kind: facts.queues[kind, None] for kind in KINDS if (kind, None) in facts.queues}
    return Standing(wanted, ordered, queues)


def departments(
    connection: Connection, readers: Iterable[Reader], on: date, calendar: WorkingCalendar
) -> Departments:
    """How every department stands on ``on``; two statements, and two more when some who are no
    heads are among ``readers``.
    """
    readers = list(readers)
    ids = [one.id for one in readers if not one.is_head]
    # Heads see everything: for them alone nobody need look at what is kept from whom.
    for_all: ColumnElement[bool] = seen_by_all(FollowUp) if ids else literal(True)
    wanted = {one.department_id for one in readers}
    late, waiting = _late(for_all, on), _waiting(for_all, FollowUp.agreed_on, on, calendar)
    if not ids and None not in wanted:  # nobody asks for the others
        late = late.where(_owner.department_id.in_(wanted))
        # Of several departments SQLite must not read all points of each owner: hence the sum.
        theirs = _owner.department_id + 0 if len(wanted) > 1 else _owner.department_id
        waiting = [one.where(theirs.in_(wanted)) for one in waiting]
    common, own = _read(connection, late, waiting), {}
    if ids:
        late, waiting = _late(User.id, on), _waiting(User.id, null(), on, calendar)
        # Whoever is no head sees besides what is kept from somebody, but not from them.
        hidden = kept_back(FollowUp.status != FollowUpStatus.OFF_CONTROL)

        def own_of(statement: Select[Any]) -> Select[Any]:
            joined = statement.join(hidden, hidden.c.id == FollowUp.id)
            return joined.join(User, User.id.in_(ids)).where(seen_by_reader(FollowUp))

        own = _read(connection, own_of(late), [own_of(one) for one in waiting])
    return Departments(common.get(True, Facts()), common.get(False, Facts()), own)


_owner, _asker = aliased(User), aliased(User)


def _late(who: Any, on: date) -> Select[Any]:
    """By ``who``, department and owner: how many points are overdue, and since when."""
    owner = (_owner.department_id, FollowUp.owner_id, _owner.name)
    return (
        select(who, *owner, func.count(), func.min(FollowUp.due_on))
        .select_from(FollowUp)
        .join(_owner, _owner.id == FollowUp.owner_id)
        .where(FollowUp.archived_at.is_(None), overdue(on))
        .group_by(who, *owner)
    )


def _waiting(who: Any, agreed_on: Any, on: date, calendar: WorkingCalendar) -> list[Select[Any]]:
    """Every point that waits: by ``who``, kind and department, since when, its request. A kind
    each, for each has an index of its own.
    """
    request = aliased(ExtensionRequest)
    is_asked = and_(request.follow_up_id == FollowUp.id, request.decision.is_(None))

    def found(kind: str, since: Any, *conditions: ColumnElement[bool]) -> Select[Any]:
        return (
            select(
                *(who.label("who"), literal(kind).label("kind"), _owner.department_id),
                *(since.label("since"), FollowUp.id.label("point_id")),
            )
            .select_from(FollowUp)
            .join(_owner, _owner.id == FollowUp.owner_id)
            .where(FollowUp.archived_at.is_(None), *conditions)
        )

    asked = found(REQUESTS, request.asked_on, pending()).join(request, is_asked)
    done = found(DONE, FollowUp.done_on, FollowUp.status == FollowUpStatus.DONE)
    is_late = waits_for_deadline(on, calendar)
    undated = found(UNDATED, agreed_on, is_late, ~select(request.id).where(is_asked).exists())
    none = null().label("request_id")
    return [
        asked.add_columns(request.id.label("request_id")),
        *(one.add_columns(none) for one in (done, undated)),
    ]


def _first_of(waiting: list[Select[Any]]) -> Select[Any]:
    """How many of ``waiting`` there are of each who, kind and department, and the columns of
    Waiting of the first. Their texts are read when it is known which those are.
    """
    found = union_all(*waiting).cte("waiting").prefix_with("MATERIALIZED").c
    alike = (found.who, found.kind, found.department_id)
    order = (found.since.asc().nulls_last(), found.point_id)
    placed = select(
        *(*alike, found.since, found.point_id, found.request_id),
        func.row_number().over(partition_by=alike, order_by=order).label("place"),
    ).subquery("placed")
    # Not beside the places: a window of its own, it would go through all that waits once more.
    counted = select(*alike, func.count().label("count")).group_by(*alike).subquery("counted")
    first, request = placed.c, aliased(ExtensionRequest)
    return (
        select(
            *(first.who, first.kind, first.department_id, counted.c.count),
            *(FollowUp.id, FollowUp.text, FollowUp.text_language, _owner.name),
            *(FollowUp.country_code, FollowUp.due_on, first.since, FollowUp.created_at),
            *(_asker.name, request.new_due_on, request.reason),
        )
        .select_from(placed)
        .join(counted, and_(*(first[one.name].is_not_distinct_from(one) for one in counted.c[:3])))
        .join(FollowUp, FollowUp.id == first.point_id)
        .join(_owner, _owner.id == FollowUp.owner_id)
        .outerjoin(request, request.id == first.request_id)
        .outerjoin(_asker, _asker.id == request.asked_by_id)
        .where(first.place <= MOST_WAITING)
        .order_by(first.place)
    )


def _read(
    connection: Connection, late: Select[Any], waiting: list[Select[Any]]
) -> dict[Any, Facts]:
    """What both statements find, by ``who``."""
    found: dict[Any, Facts] = defaultdict(Facts)
    for who, department_id, *one in connection.execute(late):
        found[who].add_late(department_id, Late(*one))
    queues: dict[tuple[Any, ...], list[Waiting]] = defaultdict(list)
    for row in connection.execute(_first_of(waiting)):
        queues[tuple(row[:4])].append(Waiting(*row[4:]))
    for (who, kind, department_id, count), points in queues.items():
        found[who].add_queue(kind, department_id, Queue(count, tuple(points)))
    return found


def _by_age(point: Waiting) -> tuple[date, int]:
    return point.since or date.max, point.id
