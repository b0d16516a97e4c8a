"""Putting points under control and moving them on; flushed, never committed."""

from collections.abc import Iterable
from datetime import date
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm.exc import StaleDataError

from crm.accounts.models import Language, User
from crm.core.database import db, id_of
from crm.core.dates import DatePrecision
from crm.core.sight import seeing_everything
from crm.countries.services import make_partner
from crm.delegations.models.delegation import Delegation
from crm.follow_ups.models.extensions import Decision, Extension, ExtensionRequest
from crm.follow_ups.models.follow_up import Executor, FollowUp, Progress
from crm.follow_ups.models.terms import FollowUpKind, ResponsibleSide
from crm.meetings.models import Meeting, MeetingStatus
from crm.organisations.models import Organisation
from crm.projects.models.project import InvestmentProject

Record = TypeVar("Record")


def add_point(
    source: Meeting | InvestmentProject,
    *,
    text: str,
    kind: FollowUpKind,
    responsible_side: ResponsibleSide = ResponsibleSide.OURS,
    owner_id: int,
    due_on: date | None = None,
    today: date,
    language: Language = Language.KK,
) -> FollowUp:
    """A new point agreed in a meeting, numbered after its highest, or one of a project; flushed.

    Country and delegation are the meeting's; the day of agreement too, once it is held, where the
    day is an exact one. A project says nothing but the country.
    """
    db.session.flush()  # a meeting of this same form gets its id
    meeting = source if isinstance(source, Meeting) else None
    project = source if isinstance(source, InvestmentProject) else None
    point = FollowUp(
        text=text,
        text_language=language,
        kind=kind,
        meeting_id=meeting and meeting.id,
        delegation_id=meeting and meeting.delegation_id,
        project_id=project and project.id,
        country_code=source.country_code,
        responsible_side=responsible_side,
        owner_id=owner_id,
        agreed_on=meeting and agreed_on_of(meeting, today),
        status_since=today,
    )
    point.set_due(due_on)
    point.number = None if meeting is None else next_number(meeting.id)
    db.session.add(point)
    db.session.flush()
    return point


def next_number(meeting_id: int) -> int:
    """The number after the highest one in the meeting, which stays locked until the commit.

    PostgreSQL makes the second writer wait at the lock; SQLite's writers queue at BEGIN already.
    """
    db.session.execute(select(Meeting.id).where(Meeting.id == meeting_id).with_for_update())
    highest = select(func.max(FollowUp.number)).where(FollowUp.meeting_id == meeting_id)
    with seeing_everything():  # a number a hidden point bears is taken, too
        return (db.session.scalar(highest) or 0) + 1


def number_points(meeting: Meeting) -> None:
    """Give the points of ``meeting`` that have no number one, in the order they were recorded."""
    without = select(FollowUp).where(FollowUp.meeting_id == meeting.id, FollowUp.number.is_(None))
    with seeing_everything():  # minutes number also the points hidden from whoever registers them
        points = db.session.scalars(without.order_by(FollowUp.id)).all()
    first = next_number(meeting.id) if points else 0
    for number, point in enumerate(points, start=first):
        point.number = number


def renumber(point: FollowUp, number: int) -> None:
    """Give ``point`` another free number in its meeting, whose minutes are not registered yet.

    Raises StaleDataError when they were registered, or the number was taken, this very moment.
    """
    if point.number == number or point.meeting_id is None:
        return
    _unregistered(point.meeting_id)
    if not number_is_free(number, point):
        raise StaleDataError("the number is taken")
    point.number = number


def _unregistered(meeting_id: int) -> None:
    """Lock the meeting until the commit; raises StaleDataError when its minutes are registered."""
    locked = select(Meeting).where(Meeting.id == meeting_id).with_for_update()
    with seeing_everything(), db.session.no_autoflush:
        meeting = db.session.scalars(locked.execution_options(populate_existing=True)).one()
    if meeting.has_minutes:
        raise StaleDataError("the minutes are registered")


def number_is_free(number: int, point: FollowUp) -> bool:
    """Whether no other point of the same meeting, hidden or archived ones too, bears it."""
    bearers = select(FollowUp.id).where(
        FollowUp.meeting_id == point.meeting_id, FollowUp.number == number, FollowUp.id != point.id
    )
    with seeing_everything(), db.session.no_autoflush:
        return db.session.scalar(bearers) is None


def agreed_on_of(meeting: Meeting, today: date) -> date | None:
    """The day of the meeting when it is held and its day known exactly: none is invented."""
    is_exact = meeting.date_precision == DatePrecision.DAY
    if meeting.status != MeetingStatus.HELD or not is_exact or meeting.held_on is None:
        return None
    return meeting.held_on if meeting.held_on <= today else None


def date_points(meeting: Meeting, today: date) -> None:
    """Give the points of ``meeting``, which was held by now, its day where they have none."""
    agreed_on = agreed_on_of(meeting, today)
    if agreed_on is None:
        return
    undated = select(FollowUp).where(
        FollowUp.meeting_id == meeting.id,
        FollowUp.agreed_on.is_(None),
        FollowUp.archived_at.is_(None),
    )
    with seeing_everything():  # also the points hidden from whoever saves the meeting
        for point in db.session.scalars(undated):
            point.agreed_on = agreed_on


def settle(point: FollowUp, came_from: int | None, today: date) -> None:
    """Give ``point`` what its parents know, once its form is filled in.

    The country is the meeting's, else the delegation's, else what was typed, else the project's,
    else the partner organisation's. In a meeting other than ``came_from`` (the id of the one
    before) the point gets a new number there, and its delegation and day of agreement where none
    was typed. Raises StaleDataError when the minutes it leaves were registered this very moment.
    """
    if point.meeting_id != came_from:
        point.number = None  # first of all: the old one may be taken in the new meeting
    with seeing_everything():  # also what is unnamed to whoever saves the point
        if came_from is not None and point.meeting_id != came_from:
            _unregistered(came_from)
        meeting = _found(Meeting, point.meeting_id)
        if meeting is not None and meeting.id != came_from:
            point.number = next_number(meeting.id)
            point.delegation_id = point.delegation_id or meeting.delegation_id
            point.agreed_on = point.agreed_on or agreed_on_of(meeting, today)
        delegation = _found(Delegation, point.delegation_id)
        project = _found(InvestmentProject, point.project_id)
    partner = _found(Organisation, point.partner_organisation_id)
    known = next((one.country_code for one in (meeting, delegation) if one is not None), None)
    told = next((one.country_code for one in (project, partner) if one is not None), None)
    point.country_code = known or point.country_code or told
    parents = (meeting, delegation, project)
    is_restricted = any(one is not None and one.restricted for one in (point, *parents))
    if point.country_code is not None and not is_restricted:
        make_partner(point.country_code)  # the list of partners is for all eyes


def _found(model: type[Record], record_id: int | None) -> Record | None:
    return None if record_id is None else db.session.get(model, record_id)


def note_progress(point: FollowUp, text: str, noted_on: date, author_id: int) -> Progress:
    """A dated line of how ``point`` stands, added but not flushed: many may be written at once.

    Lines are never changed.
    """
    line = Progress(follow_up_id=point.id, text=text, noted_on=noted_on, author_id=author_id)
    db.session.add(line)
    return line


def move_deadline(
    point: FollowUp, due_on: date, *, reason: str | None, authority: str | None, today: date
) -> Extension | None:
    """Set the first deadline, which is free, or extend a set one; the original day stays.

    The extension, not flushed, or None for a first deadline. Raises ValueError when a set deadline
    is to move without a reason or an authority.
    """
    old = point.due_on
    point.set_due(due_on)
    if old is None:
        return None
    if not reason or not authority:
        raise ValueError("a set deadline moves only with a reason and an authority")
    extension = Extension(
        follow_up_id=point.id,
        old_due_on=old,
        new_due_on=due_on,
        reason=reason,
        authority=authority,
        extended_on=today,
    )
    db.session.add(extension)
    return extension


def ask_extension(
    point: FollowUp, new_due_on: date, *, reason: str, user_id: int, today: date
) -> ExtensionRequest:
    """A request to move the deadline of ``point``, which has one, to ``new_due_on``; not flushed.

    Raises ValueError for a point without a deadline.
    """
    if point.due_on is None:
        raise ValueError("what is not set is not extended")
    request = ExtensionRequest(
        follow_up_id=point.id,
        asked_by_id=user_id,
        asked_on=today,
        old_due_on=point.due_on,
        new_due_on=new_due_on,
        reason=reason,
    )
    db.session.add(request)
    return request


def grant(request: ExtensionRequest, point: FollowUp, head: User, today: date) -> Extension | None:
    """Move the deadline of ``point`` as asked, on the authority of ``head``; not flushed."""
    extension = move_deadline(
        point, request.new_due_on, reason=request.reason, authority=head.name, today=today
    )
    answer_by(extension, request, head.id, today)
    return extension


def answer_by(
    extension: Extension | None, request: ExtensionRequest | None, user_id: int, today: date
) -> None:
    """An open request is granted by whatever extension was made meanwhile."""
    if extension is not None and request is not None:
        request.decide(Decision.GRANTED, user_id, today)
        request.extension = extension


def close_by(point: FollowUp, meeting: Meeting, today: date) -> None:
    """Executed in ``meeting``, which was held, with its outcome; raises ValueError for none."""
    if not meeting.outcome:
        raise ValueError("a point is closed with an outcome")
    point.closing_meeting_id = meeting.id
    point.complete(meeting.outcome, agreed_on_of(meeting, today) or today)


def settle_request(request: ExtensionRequest | None, user_id: int, today: date) -> None:
    """A closed point needs no later deadline; not flushed."""
    if request is not None:
        request.decide(Decision.SETTLED, user_id, today)


def name_executors(point: FollowUp, lead: str | None, helpers: Iterable[str]) -> None:
    """Make ``lead`` the executor of ``point`` and ``helpers`` its co-executors.

    Each is written as ``Executor.code`` writes it. Those who stay keep their row; a change
    counts the point's version up.
    """
    wanted = ([(True, lead)] if lead else []) + [(False, code) for code in helpers if code != lead]
    wanted = list(dict.fromkeys(wanted))
    present = {(one.is_lead, one.code): one for one in point.executors}
    if list(present) == wanted:
        return
    for key, executor in present.items():
        if key not in wanted:
            point.executors.remove(executor)
    point.executors.extend(_executor(*key) for key in wanted if key not in present)
    if point.id is not None:
        point.touch()


def _executor(is_lead: bool, code: str) -> Executor:
    kind, _dash, identity = code.partition("-")
    if kind in ("user", "department") and (number := id_of(identity)) is not None:
        return Executor(is_lead=is_lead, **{f"{kind}_id": number})
    return Executor(is_lead=is_lead, outsider=code)
