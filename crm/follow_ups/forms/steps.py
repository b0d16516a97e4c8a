"""The steps of a point: each one a small form that says why it is refused."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from crm.accounts.models import WRITERS, Role, User
from crm.core.dates import short_date
from crm.core.forms import (
    BaseForm,
    DayField,
    LineField,
    Optional,
    RecordForm,
    Required,
    TermField,
    TextField,
)
from crm.core.spans import check_agreed
from crm.follow_ups.models.extensions import ExtensionRequest
from crm.follow_ups.models.follow_up import FollowUp
from crm.follow_ups.models.terms import PENDING, FollowUpStatus
from crm.reference.forms.due import DueField

_BACK_YEARS = 5  # nobody records an execution so late


class ProgressForm(BaseForm):
    """A dated line of how a point stands; adding one needs no version."""

    text = TextField(_l("How it stands"), [Required()])
    noted_on = DayField(_l("As of"), [Optional()])

    def __init__(self, *, today: date, **more: Any) -> None:
        super().__init__(**more)
        self.today = today
        if self.noted_on.data is None and not self.noted_on.raw_data:
            self.noted_on.data = today

    @property
    def day(self) -> date:
        """The day of the line; today when none was named."""
        return self.noted_on.data or self.today

    def validate_noted_on(self, field: DayField) -> None:
        not_ahead(field, self.today)


@dataclass(frozen=True)
class Situation:
    """In which a step is taken, by ``actor``; ``request``: the one for a later deadline that nobody
    has decided yet.
    """

    point: FollowUp
    actor: User
    today: date
    request: ExtensionRequest | None


class StepForm(RecordForm):
    """One step of a point. A step that cannot be taken says why at ``says_at``, a button alone
    above the form.
    """

    step: ClassVar[str]
    label: ClassVar[Any]
    says_at: ClassVar[str]
    roles: ClassVar[tuple[Role, ...]] = WRITERS

    def __init__(
        self,
        point: FollowUp,
        actor: User,
        *,
        today: date,
        request: ExtensionRequest | None = None,
        **more: Any,
    ) -> None:
        super().__init__(record=point, **more)
        self.situation = Situation(point, actor, today, request)
        self.point, self.actor, self.today, self.request = point, actor, today, request
        for field in self:  # several steps stand on one page
            field.id = f"{self.step}-{field.name}"
            field.label.field_id = field.id

    @property
    def title(self) -> Any:
        """What the step is called in the present state of the point."""
        return self.title_in(self.situation)

    @classmethod
    def title_in(cls, now: Situation) -> Any:
        """What the step is called ``now``."""
        return cls.label

    @classmethod
    def refused(cls, now: Situation) -> str | None:
        """Why the step cannot be taken by this person in this state; None when it can."""
        return closed_words(now.point)

    @classmethod
    def shown_of(cls, now: Situation) -> tuple[object, ...]:
        """What the empty form shows of the point."""
        return tuple(map(str, cls.values_of(now.point).values()))

    def validate(self, extra_validators: Any = None) -> bool:
        is_fine = bool(super().validate(extra_validators))
        refusal = self.refused(self.situation)
        if refusal is None:
            return is_fine
        if self.says_at:
            self[self.says_at].errors = [refusal]
        else:
            self.form_errors = [refusal]
        return False


class StatusForm(StepForm):
    """Where a pending point is: on the list, in progress, awaiting the partner."""

    step, label, says_at = "status", _l("Change the status"), "status"
    status = TermField(_l("Status"), FollowUpStatus, [Required()])
    progress = TextField(_l("How it stands"), [Optional()])

    def __init__(self, point: FollowUp, actor: User, **more: Any) -> None:
        super().__init__(point, actor, **more)
        self.status.choices = [(one.value, one.label) for one in PENDING]

    def validate_status(self, field: TermField) -> None:
        if field.data not in PENDING:
            text = _("A point is closed by its own form, with the outcome or the reason")
            raise ValidationError(text)


class DueForm(StepForm):
    """The first deadline is set freely; a set one moves with a reason and on an authority."""

    step, label, says_at = "due", _l("Extend the deadline"), "due_on"
    due_on = DueField(_l("New deadline"), [Required()])
    reason = TextField(_l("Reason"), [Optional()])
    authority = LineField(_l("Who authorised it"), [Optional()], length=300)

    def __init__(self, point: FollowUp, actor: User, **more: Any) -> None:
        super().__init__(point, actor, **more)
        if point.due_on is None:
            self.due_on.label.text = _l("Due date")
        elif not self.due_on.raw_data:
            self.due_on.data = None  # the old day is no new one

    @classmethod
    def title_in(cls, now: Situation) -> Any:
        return _l("Set a deadline") if now.point.due_on is None else cls.label

    @classmethod
    def shown_of(cls, now: Situation) -> tuple[object, ...]:
        return (now.point.due_on is None,)

    @property
    def is_extension(self) -> bool:
        """Whether a deadline stands already."""
        return self.point.due_on is not None

    @property
    def changes_nothing(self) -> bool:
        """Whether the stored day was chosen over one's own after a conflict."""
        return "due_on" in self.taken_fields()

    @property
    def authorised_by(self) -> str | None:
        """Who authorised the extension; a head needs nobody else."""
        typed: str | None = self.authority.data
        return typed or (self.actor.name if self.actor.is_head else None)

    def validate_due_on(self, field: DayField) -> None:
        stands = self.point.due_on
        if field.data is None or self.changes_nothing:
            return
        if stands is None:
            check_agreed(field, self.point.agreed_on)
            return
        words = not_later_words(stands, field.data, self.today)
        if words is not None:
            raise ValidationError(words)

    def validate(self, extra_validators: Any = None) -> bool:
        is_fine = super().validate(extra_validators)
        if not self.is_extension or self.changes_nothing:
            return is_fine
        return extension_is_grounded(self) and is_fine


def closed_words(point: FollowUp) -> str | None:
    """Why ``point``, which is closed, takes no step; None for a pending one."""
    if point.is_pending:
        return None
    label = point.status.label
    return str(_("The point is closed: %(status)s. A head can reopen it.", status=label))


def not_owner_words(point: FollowUp, actor: User) -> str | None:
    """Why ``actor`` does not close ``point``; None for its owner and for heads."""
    if actor.is_head or point.owner_id == actor.id:
        return None
    name = point.owner.name
    return str(_("Only the owner or a head can do this. Owner: %(name)s", name=name))


def not_later_words(stands: date, due_on: date, today: date) -> str | None:
    """Why a deadline that ``stands`` does not move to ``due_on``; None when it does."""
    if due_on < today:
        return str(_("The new deadline is already past"))
    if due_on > stands:
        return None
    day = short_date(stands)
    return str(_("Due on %(day)s already: name a later day, or edit it to be due earlier", day=day))


def extension_is_grounded(form: Any) -> bool:
    """Whether ``form`` says why a set deadline moves and on whose authority; else says so there."""
    missing = _("A set deadline moves only with a reason and the name of who authorised it")
    if not form.reason.data:
        form.reason.errors = [missing]
    if not form.authorised_by:
        form.authority.errors = [missing]
    return not form.reason.errors and not form.authority.errors


def not_long_ago(field: DayField, today: date) -> None:
    """Raise ValidationError for a day so long ago that it is a slip of the year."""
    if field.data is not None and field.data.year < today.year - _BACK_YEARS:
        raise ValidationError(_("This is very long ago: check the year"))


def not_ahead(field: DayField, today: date) -> None:
    """Raise ValidationError for a day after ``today``: what happened is past."""
    if field.data is not None and field.data > today:
        raise ValidationError(_("This day is still ahead"))
