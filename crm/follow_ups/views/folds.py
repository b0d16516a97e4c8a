"""The forms of a point's page, drawn once for all points on which they look alike."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from markupsafe import Markup

from crm.core import clock
from crm.core.drawn import drawn_once, place
from crm.core.forms import Choices
from crm.follow_ups.forms.steps import ProgressForm, Situation, StepForm
from crm.follow_ups.models.follow_up import FollowUp

_TEMPLATE = "follow_ups/_steps.html"


@dataclass(frozen=True)
class Fold:
    """A step that can be taken: ``drawn`` is its form, which is sent to ``url``."""

    step: str
    title: Any
    url: str
    drawn: Markup
    is_refused: bool = False


def empty_fold(
    kind: type[StepForm], now: Situation, url: str, offered: Choices, make: Callable[[], StepForm]
) -> Fold:
    """The step with nothing typed; ``make`` gives its form, which offers the meetings ``offered``.

    They are those the reader sees, and among what forms are told apart by.
    """
    meetings = tuple((value, str(label)) for value, label in offered)
    title = str(kind.title_in(now))
    values = (kind.step, title, now.actor.is_head, now.today, meetings, *kind.shown_of(now))
    return Fold(kind.step, title, url, _drawn(make, now, url, values))


def refused_fold(form: StepForm, url: str) -> Fold:
    """The step as it was typed."""
    drawn = _drawn(lambda: form, form.situation, url, (), is_refused=True)
    return Fold(form.step, form.title, url, drawn, is_refused=True)


def _drawn(
    make: Callable[[], StepForm],
    now: Situation,
    url: str,
    values: tuple[object, ...],
    is_refused: bool = False,
) -> Markup:
    next_url = request.form.get("next", "")
    places = ("url", "version", "held")
    return drawn_once(
        _TEMPLATE,
        "step_form",
        lambda: (make(), *map(place, places), now.actor.is_head, is_refused, next_url),
        values,
        url=url,
        version=now.point.version,
        held=url_for("follow_ups.held", follow_up_id=now.point.id),
    )


def drawn_line(point: FollowUp, refused: Any) -> Markup:
    """The form of a line of how ``point`` stands: the ``refused`` one, if it is that, or empty."""

    def given() -> tuple[object, ...]:
        is_back = isinstance(refused, ProgressForm)
        form = refused if is_back else ProgressForm(today=clock.today(), formdata=None)
        return form, place("url"), request.form.get("next", "")

    url = url_for("follow_ups.add_progress", follow_up_id=point.id)
    return drawn_once(_TEMPLATE, "line_form", given, clock.today(), url=url)
