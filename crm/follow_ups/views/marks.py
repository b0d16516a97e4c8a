"""What templates ask about a point; and the blueprint all its pages belong to."""

from flask import Blueprint
from flask_login import current_user

from crm.core import clock
from crm.follow_ups.forms.steps import not_later_words
from crm.follow_ups.models.deadline import Deadline, deadline_of, open_for
from crm.follow_ups.models.extensions import ExtensionRequest
from crm.follow_ups.models.follow_up import FollowUp
from crm.reference.queries import week_end

bp = Blueprint("follow_ups", __name__)


@bp.app_template_filter("deadline")
def deadline(point: FollowUp) -> Deadline:
    """The deadline of a point in words, as of today."""
    today = clock.today()
    return deadline_of(point, today, week_end(today))


@bp.app_template_filter("open_for")
def open_since(point: FollowUp) -> str:
    """How long a point is open, as of today."""
    return open_for(point, clock.today())


@bp.app_template_test("closable")
def closable(point: FollowUp) -> bool:
    """Whether the reader may close the point: its owner and heads do."""
    return bool(current_user.is_head or point.owner_id == current_user.id)


@bp.app_template_test("askable")
def askable(point: FollowUp) -> bool:
    """Whether the reader may ask a head for a later deadline, and has not yet."""
    is_asked = point.due_on is None or point.asked_due_on is not None
    is_own = point.owner_id == current_user.id
    return bool(is_own and not current_user.is_head and not is_asked)


@bp.app_template_test("grantable")
def grantable(asked: ExtensionRequest) -> bool:
    """Whether the wanted day is still later than the deadline and not past."""
    stands = asked.follow_up.due_on
    return bool(stands and not_later_words(stands, asked.new_due_on, clock.today()) is None)
