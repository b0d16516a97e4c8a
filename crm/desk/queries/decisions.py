"""What waits for a head: requests for extension, and points that lack a deadline for long."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from crm.core.database import db
from crm.core.working_days import WorkingCalendar
from crm.desk.queries.points import SHOWN
from crm.desk.queries.scopes import Scope
from crm.follow_ups.models.extensions import ExtensionRequest
from crm.follow_ups.models.follow_up import FollowUp
from crm.follow_ups.queries.deadlines import open_requests, waits_for_deadline


@dataclass(frozen=True)
class Decisions:
    """The first of each, and how many there are in all."""

    requests: Sequence[ExtensionRequest]
    request_count: int
    undated: Sequence[FollowUp]
    undated_count: int


def decisions_of(scope: Scope, today: date, calendar: WorkingCalendar) -> Decisions:
    """What of ``scope`` waits for a head; two statements."""
    points = scope.kind.points(scope.key)
    requests, request_count = _first(open_requests().where(points))
    undated, undated_count = _first(_undated(today, calendar).where(points))
    return Decisions(requests, request_count, undated, undated_count)


def _undated(today: date, calendar: WorkingCalendar) -> Select[FollowUp]:
    """Those that wait longest first, with what a row shows."""
    return (
        select(FollowUp)
        .where(FollowUp.archived_at.is_(None), waits_for_deadline(today, calendar))
        .options(
            joinedload(FollowUp.owner),
            joinedload(FollowUp.country),
            joinedload(FollowUp.meeting),
        )
        .order_by(FollowUp.created_at, FollowUp.id)
    )


def _first(statement: Select[Any]) -> tuple[list[Any], int]:
    rows = db.session.execute(statement.add_columns(func.count().over()).limit(SHOWN)).all()
    return [row[0] for row in rows], rows[0][1] if rows else 0
