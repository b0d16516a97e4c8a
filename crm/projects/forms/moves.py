"""Moving a project along its stages, and saying whether work on it goes on."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField

from crm.core.dates import short_date
from crm.core.faults import refuse
from crm.core.forms import BaseForm, DayField, Optional, Required, TermField, TextField
from crm.projects.models.gates import Rule
from crm.projects.models.project import InvestmentProject
from crm.projects.models.terms import ProjectStatus, Stage
from crm.projects.services.moves import MoveRefusedError


class WayForm(BaseForm):
    """A step on the way of a project; both stand on its page, so their ids differ.

    ``overtaken`` says what was changed meanwhile, when it was: then nothing was looked at yet.
    """

    step: ClassVar[str]
    about: ClassVar[str]  # the field it sets, as the project's own column is called
    version = HiddenField()

    def __init__(self, project: InvestmentProject, *, today: date, is_sent: bool = False) -> None:
        super().__init__(formdata=None if is_sent else MultiDict())
        self.project, self.today = project, today
        self.overtaken: str | None = None
        self.faster: str | None = None  # who it was
        if not is_sent:
            self.version.data = str(project.version)
        for field in self:
            field.id = f"{self.step}-{field.name}"
            field.label.field_id = field.id

    def note_overtaken(self, faster: str, words: str) -> None:
        """``faster`` has changed the project: what was typed is shown, to be confirmed once."""
        self.faster, self.overtaken = faster, words
        self.version.data = str(self.project.version)

    @property
    def answer_status(self) -> int:
        """409 when somebody was faster, 422 when what was typed was refused, else 200."""
        return 409 if self.overtaken else super().answer_status

    @property
    def messages(self) -> list[str]:
        """What is wrong, without the names of the fields."""
        return [str(error) for errors in self.errors.values() for error in errors]


class MoveForm(WayForm):
    """To which stage, and why. ``gaps``: the needed fields that kept the project back."""

    step, about = "move", "stage"
    stage = TermField(_l("Stage"), Stage, [Required()])
    reason = TextField(_l("Reason"), [Optional()])

    def __init__(self, project: InvestmentProject, *, today: date, is_sent: bool = False) -> None:
        super().__init__(project, today=today, is_sent=is_sent)
        self.stage.choices = [
            (one.value, f"{one.number}. {one.label}") for one in Stage if one != project.stage
        ]
        self.gaps: Sequence[Rule] = ()
        self.refusal: MoveRefusedError | None = None
        if not is_sent:
            self.stage.data = _proposed(project.stage)

    def note_overtaken(self, faster: str, words: str) -> None:
        super().note_overtaken(faster, words)
        if self.stage.data == self.project.stage:
            self.stage.data = _proposed(self.project.stage)

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        if self.stage.data == self.project.stage:
            return refuse(self.stage, _("The project is at this stage already"))
        return True

    def refuse(self, refusal: MoveRefusedError) -> None:
        """Say at the fields why the move may not be."""
        self.refusal, self.gaps = refusal, refusal.gaps
        fields = ", ".join(str(rule.label) for rule in refusal.gaps)
        if refusal.needs_active:
            text = _("Only an active project moves. Take it up again first: change its status.")
            refuse(self.stage, text)
        elif refusal.needs_reason and refusal.gaps:
            text = _("Say why the project passes with open fields: %(fields)s", fields=fields)
            refuse(self.reason, text)
        elif refusal.needs_reason:
            text = _("Say why the project skips a stage or goes back: the reason stays in the log")
            refuse(self.reason, text)
        elif refusal.needs_head:
            text = _("Only a head skips a stage or takes a project back, with a reason.")
            refuse(self.stage, text)
        else:
            refuse(self.stage, f"{self.headline} {fields}")

    @property
    def headline(self) -> str:
        """What the list of ``gaps`` is."""
        stage = Stage(self.stage.data).label
        return str(_("Needed for «%(stage)s» and still empty:", stage=stage))

    @property
    def way_out(self) -> str:
        """What can be done about the ``gaps``."""
        if self.refusal is not None and self.refusal.needs_head:
            return self.messages[0]
        if self.refusal is not None and self.refusal.needs_reason:
            return str(_("Fill them in, or say why the project passes without them."))
        return str(_("Fill them in. A head can let the project pass without them, with a reason."))


class ProjectStatusForm(WayForm):
    """Suspended, taken up again, withdrawn or completed: as of when, and why."""

    step, about = "status", "status"
    status = TermField(_l("Status"), ProjectStatus, [Required()])
    changed_on = DayField(_l("Status since"), [Optional()])
    reason = TextField(_l("Reason"), [Optional()])

    def __init__(self, project: InvestmentProject, *, today: date, is_sent: bool = False) -> None:
        super().__init__(project, today=today, is_sent=is_sent)
        self.status.choices = [
            choice for choice in ProjectStatus.choices() if choice[0] != project.status
        ]
        if not is_sent:
            self.status.data = ProjectStatus(self.status.choices[0][0])
            self.changed_on.data = today

    @property
    def day(self) -> date:
        """As of when; today when taking up or completing names no day."""
        return self.changed_on.data or self.today

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        if self.status.data == self.project.status:
            return refuse(self.status, _("The project has this status already"))
        fits = [self._is_explained(), self._is_in_order()]
        return all(fits)

    def _is_explained(self) -> bool:
        if self.status.data not in (ProjectStatus.SUSPENDED, ProjectStatus.WITHDRAWN):
            return True
        empty = [field for field in (self.changed_on, self.reason) if not field.data]
        for field in empty:
            refuse(field, _("Suspending and withdrawing need a date and a reason"))
        return not empty

    def _is_in_order(self) -> bool:
        if self.day > self.today:
            return refuse(self.changed_on, _("This day is still ahead"))
        # The first line says when the project was recorded: what happened may be older.
        changes = [one for one in self.project.status_changes if one.from_status is not None]
        if changes and self.day < changes[-1].changed_on:
            since = short_date(changes[-1].changed_on)
            text = _("The current status has stood since %(day)s: name that day or a later one")
            return refuse(self.changed_on, text % {"day": since})
        return True


def _proposed(stage: Stage) -> Stage:
    """The stage that is most likely meant: the next one, from the last one back."""
    return stage.following or list(Stage)[stage.number - 2]
