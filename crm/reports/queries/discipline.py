"""How deadlines are kept: points as they stood on the last day of a span, and figures of them."""

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    String,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)

from crm.accounts.models import User
from crm.audit.models import Action, AuditChange, AuditEntry
from crm.follow_ups.models.extensions import Decision, Extension, ExtensionRequest
from crm.follow_ups.models.follow_up import FollowUp
from crm.follow_ups.models.terms import PENDING, FollowUpStatus
from crm.reports.queries.past import DaysTo, Rewound, Span

_FIELDS = ("status", "due_on", "original_due_on", "done_on", "owner_id", "archived_at")
_EXECUTED = (FollowUpStatus.DONE.value, FollowUpStatus.OFF_CONTROL.value)


class PointsThen:
    """The points there were on the last day of ``span``, archived ones aside, as they stood then.

    ``table`` has one row a point: ``id``, ``owner``, ``status``, days as texts. It is made of
    points its reader may see now. What is under control is neither removed from it nor given up;
    executed points without a deadline count as on time.
    """

    def __init__(self, span: Span) -> None:
        self.span = span
        self.table = _points(span)
        status, due, done = self.table.c.status, self.table.c.due, self.table.c.done
        is_pending = status.in_([one.value for one in PENDING])
        is_executed = and_(status.in_(_EXECUTED), done.between(span.first, span.last))
        self.conditions: dict[str, ColumnElement[bool]] = {
            "under_control": or_(is_pending, status == FollowUpStatus.DONE.value),
            "awaiting_removal": status == FollowUpStatus.DONE.value,
            "on_time": and_(is_executed, or_(due.is_(None), done <= due)),
            "late": and_(is_executed, done > due),
            "extended": self.table.c.id.in_(_extended(span)),
            "refused": self.table.c.id.in_(_refused(span)),
            "overdue": and_(is_pending, due < span.last),
        }

    @property
    def days_overdue(self) -> ColumnElement[int]:
        """For how many days the deadline of an overdue point had passed; NULL for others."""
        days = DaysTo(self.table.c.due, literal(self.span.last))
        return case((self.conditions["overdue"], days))


def _points(span: Span) -> Subquery:
    was = Rewound(FollowUp.__tablename__, _FIELDS, span.until)
    return (
        select(
            FollowUp.id,
            was.text("status", FollowUp.status).label("status"),
            was.text("due_on", FollowUp.due_on).label("due"),
            was.text("original_due_on", FollowUp.original_due_on).label("original_due"),
            was.text("done_on", FollowUp.done_on).label("done"),
            was.number("owner_id", FollowUp.owner_id).label("owner"),
        )
        .outerjoin(was.table, was.key == FollowUp.id)
        .where(
            FollowUp.created_at < span.until,
            was.text("archived_at", FollowUp.archived_at).is_(None),
        )
        .subquery()
    )


def _extended(span: Span) -> CompoundSelect[int]:
    """Points whose set deadline was moved in the span, also where that was undone afterwards."""
    extensions = Extension.__table__.alias().c
    kept = select(extensions.follow_up_id).where(
        extensions.extended_on.between(span.since, span.on)
    )
    entries, changes = AuditEntry.__table__.alias(), AuditChange.__table__.alias()
    day = func.replace(cast(changes.c.old, String), '"', "")
    undone = (
        select(cast(entries.c.record_id, Integer))
        .join(changes, changes.c.entry_id == entries.c.id)
        .where(
            entries.c.kind == FollowUp.__tablename__,
            entries.c.part == Extension.__tablename__,
            entries.c.action == Action.REMOVED,
            entries.c.made_at >= span.until,
            changes.c.field == "extended_on",
            day.between(span.first, span.last),
        )
    )
    return union_all(kept, undone)


def _refused(span: Span) -> Select[int]:
    """Points for which a request for extension was refused in the span."""
    requests = ExtensionRequest.__table__.alias()
    was = Rewound(
        FollowUp.__tablename__,
        ("decision", "decided_on"),
        span.until,
        part=ExtensionRequest.__tablename__,
    )
    return (
        select(requests.c.follow_up_id)
        .outerjoin(was.table, was.key == requests.c.id)
        .where(
            was.text("decision", requests.c.decision) == Decision.REFUSED.value,
            was.text("decided_on", requests.c.decided_on).between(span.first, span.last),
        )
    )


class OfficersThen:
    """Users and the departments they were in on the last day of ``span``."""

    def __init__(self, span: Span) -> None:
        was = Rewound(User.__tablename__, ("department_id",), span.until)
        self.table = (
            select(
                User.id,
                User.name,
                User.name_key,
                was.number("department_id", User.department_id).label("department"),
            )
            .outerjoin(was.table, was.key == User.id)
            .subquery()
        )

    def of(self, department_id: int | None) -> Select[int]:
        """The ids of those who were in the department, in none for None."""
        return select(self.table.c.id).where(self.table.c.department == department_id)


def counted(then: PointsThen) -> Subquery:
    """One row for each owner of points: ``owner``, a number for each condition, by its name, and
    the days overdue added up (``days``) and at most (``days_most``).

    Owners without anything to count are left out.
    """
    numbers = [func.count(case((one, 1))).label(name) for name, one in then.conditions.items()]
    days = then.days_overdue
    return (
        select(
            then.table.c.owner,
            *numbers,
            func.coalesce(func.sum(days), 0).label("days"),
            func.coalesce(func.max(days), 0).label("days_most"),
        )
        .where(or_(*then.conditions.values()))
        .group_by(then.table.c.owner)
        .subquery()
    )
