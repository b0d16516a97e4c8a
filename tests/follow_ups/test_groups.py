"""In which order promises are read: the one rule of desk and digest."""

from dataclasses import dataclass
from datetime import date

import pytest

from crm.core.working_days import WorkingCalendar
from crm.follow_ups.models.groups import Group, group_of
from crm.follow_ups.models.terms import FollowUpKind, FollowUpStatus
from crm.follow_ups.queries.points import grouped

TUESDAY = date(2026, 11, 24)
SUNDAY = date(2026, 11, 29)


@dataclass(frozen=True)
class Point:
    id: int
    due_on: date | None = None
    kind: FollowUpKind = FollowUpKind.PROVIDE_INFO
    status: FollowUpStatus = FollowUpStatus.AGREED


@pytest.mark.parametrize(
    ("due_on", "status", "group"),
    [
        (date(2026, 11, 23), "agreed", Group.OVERDUE),
        (date(2026, 11, 23), "awaiting_partner", Group.OVERDUE),
        (TUESDAY, "agreed", Group.THIS_WEEK),
        (SUNDAY, "in_progress", Group.THIS_WEEK),
        (SUNDAY, "awaiting_partner", Group.THIS_WEEK),
        (date(2026, 11, 30), "in_progress", Group.LATER),
        (date(2026, 11, 30), "awaiting_partner", Group.AWAITING),
        (None, "agreed", Group.NO_DEADLINE),
        (None, "awaiting_partner", Group.NO_DEADLINE),
    ],
)
def test_a_point_stands_in_the_first_group_that_fits(due_on, status, group):
    assert group_of(Point(1, due_on, status=FollowUpStatus(status)), TUESDAY, SUNDAY) == group


@pytest.mark.parametrize(
    ("today", "due_on", "group"),
    [
        (SUNDAY, SUNDAY, Group.THIS_WEEK),
        (SUNDAY, date(2026, 11, 30), Group.LATER),
        (date(2026, 11, 30), date(2026, 12, 6), Group.THIS_WEEK),
        (date(2026, 12, 31), date(2027, 1, 4), Group.THIS_WEEK),  # off for a holiday on Saturday
        (date(2026, 12, 31), date(2027, 1, 5), Group.LATER),
        (date(2027, 1, 4), date(2027, 1, 10), Group.THIS_WEEK),
    ],
)
def test_a_week_ends_before_the_first_working_day_of_the_next(today, due_on, group):
    week_end = WorkingCalendar({}).end_of_week(today)
    assert group_of(Point(1, due_on), today, week_end) == group


def test_consultations_come_first_and_every_point_once_by_date_then_by_id():
    consultation = FollowUpKind.CONSULTATION
    points = [
        Point(1, date(2026, 12, 20)),
        Point(2, date(2026, 11, 1)),
        Point(3),
        Point(4, date(2026, 12, 20), consultation),
        Point(5, date(2026, 12, 1), consultation),
        Point(6, None, consultation),
        Point(7, date(2026, 12, 1), consultation),
        Point(8, date(2026, 11, 20), consultation),
    ]
    found = [
        (one.is_consultation, one.group, [point.id for point in one.points])
        for one in grouped(points, TUESDAY, SUNDAY)
    ]
    assert found == [
        (True, Group.OVERDUE, [8]),
        (True, Group.NO_DEADLINE, [6]),
        (True, Group.LATER, [5, 7, 4]),
        (False, Group.OVERDUE, [2]),
        (False, Group.NO_DEADLINE, [3]),
        (False, Group.LATER, [1]),
    ]


def test_without_points_there_are_no_groups():
    assert grouped([], TUESDAY, SUNDAY) == []
