"""The forms of a point's page, drawn once for all points on which they look alike."""

from typing import Any

from flask import request, url_for
from flask_login import current_user
from markupsafe import Markup

from crm.core import clock
from crm.core.drawn import drawn_once, place
from crm.follow_ups.forms.closing import DoneForm
from crm.follow_ups.forms.steps import ProgressForm, StepForm
from crm.follow_ups.models.follow_up import FollowUp

_TEMPLATE = "follow_ups/_steps.html"
_OWN = ("csrf_token", "version")  # fields that differ from page to page


def drawn_step(form: StepForm, point: FollowUp, url: str, is_refused: bool) -> Markup:
    """The form of a step of ``point`` that is sent to ``url``; a refused one as it was typed."""
    next_url = request.form.get("next", "")
    return drawn_once(
        _TEMPLATE,
        "step_form",
        lambda: (
            form,
            place("url"),
            place("version"),
            place("held"),
            current_user.is_head,
            is_refused,
            next_url,
        ),
        (form.step, str(form.title), current_user.is_head, _shown(form)),
        url=url,
        version=point.version,
        held=url_for("follow_ups.held", follow_up_id=point.id),
    )


def drawn_line(point: FollowUp, refused: Any) -> Markup:
    """The form of a line of how ``point`` stands: the ``refused`` one, if it is that, or empty."""
    is_back = isinstance(refused, ProgressForm)
    form = refused if is_back else ProgressForm(today=clock.today(), formdata=None)
    return drawn_once(
        _TEMPLATE,
        "line_form",
        lambda: (form, place("url"), request.form.get("next", "")),
        _shown(form),
        url=url_for("follow_ups.add_progress", follow_up_id=point.id),
    )


def _shown(form: Any) -> tuple[object, ...]:
    """What the fields hold, and the meetings to choose from: they are those the reader sees."""
    held = tuple((one.name, str(one.data)) for one in form if one.name not in _OWN)
    if not isinstance(form, DoneForm):
        return held
    offered = form.closing_meeting_id.iter_choices()
    meetings = tuple((str(one.value), str(one.label)) for one in offered)
    return (*held, form.asks_for_meeting, meetings)
