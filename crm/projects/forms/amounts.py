"""Amounts and participants of a project as people type them: in a row of a form, or alone."""

from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from crm.core.dates import DatePrecision
from crm.core.faults import refuse
from crm.core.forms import DayField, LineField, TermField
from crm.core.money import Qualifier
from crm.core.money_field import MoneyField
from crm.core.numbers import ExactField
from crm.core.rows import RowForm, RowsField
from crm.core.spans import PrecisionField, settle_span
from crm.projects.models.project import FULL_SHARE
from crm.projects.models.terms import AmountKind, ProjectRole
from crm.projects.services.parts import GivenAmount, GivenParticipant, same_participants
from crm.reference.models import LIMIT_ABROAD, LIMIT_HERE, TENGE

_PRECISIONS = (
    DatePrecision.DAY,
    DatePrecision.PUBLICATION_DAY,
    DatePrecision.MONTH,
    DatePrecision.QUARTER,
    DatePrecision.YEAR,
    DatePrecision.UNKNOWN,
)


class ProjectMoneyField(MoneyField):
    """An amount small enough to be converted exactly."""

    def limit_of(self, currency: str) -> int:
        return LIMIT_HERE if currency == TENGE else LIMIT_ABROAD


class AmountFields:
    """The fields of an amount: how much, as of when, who says so."""

    kind = TermField(_l("Kind of amount"), AmountKind, default=AmountKind.ANNOUNCED)
    value = ProjectMoneyField(_l("Amount"))
    qualifier = TermField(
        _l("How exactly"), Qualifier, default=Qualifier.EXACT, absent=Qualifier.EXACT
    )
    date_precision = PrecisionField(
        _l("Date precision"),
        DatePrecision,
        among=_PRECISIONS,
        default=DatePrecision.UNKNOWN,
        absent=DatePrecision.UNKNOWN,
    )
    dated_on = DayField(_l("As of"))
    source = LineField(_l("Source"), length=1000)

    def check_amount(self: Any) -> bool:
        """Whether there is an amount and its date is one; says so at the field."""
        is_dated = settle_span(self.date_precision, self.dated_on)
        if self.value.data is None and not self.value.errors:
            return refuse(self.value, _("Write how much it is"))
        return is_dated

    @property
    def given(self: Any) -> GivenAmount:
        """What was typed, as the services take it."""
        return GivenAmount(
            self.kind.data,
            self.value.data,
            self.qualifier.data,
            self.dated_on.data,
            self.date_precision.data,
            self.source.data,
        )


class AmountRow(AmountFields, RowForm):
    """An amount in the form of a new project."""

    typed: ClassVar[tuple[str, ...]] = ("value", "dated_on", "source")

    def validate(self, extra_validators: Any = None) -> bool:
        return super().validate(extra_validators) and (self.is_blank or self.check_amount())


class AmountsField(RowsField):
    """Amounts of a new project, a row each."""

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(AmountRow, label, **more)

    @property
    def given(self) -> list[GivenAmount]:
        """The rows that count, as the services take them."""
        return [row.given for row in self.filled]


class ShareField(ExactField):
    """A share from 0 to 100 per cent, kept in hundredths of one."""

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(label, places=2, **more)

    def _fits(self, form: Any, field: Any) -> None:
        if field.data is not None and field.data > FULL_SHARE * 100:
            raise ValidationError(_("A share is at most 100"))


def role_is_taken() -> str:
    """What is said of an organisation that stands twice in one role."""
    return str(_("It takes part in this role already: choose another role, or change that entry"))


class ParticipantFields:
    """The fields of a participant; an unknown organisation is made in the project's country."""

    organisation = LineField(_l("Organisation"))
    role = TermField(
        _l("Role"), ProjectRole, default=ProjectRole.INVESTOR, absent=ProjectRole.INVESTOR
    )
    share_percent = ShareField(_l("Share, %"))

    def check_participant(self: Any) -> bool:
        """Whether it is said who takes part; says so at the field."""
        if self.organisation.data or self.organisation.errors:
            return True
        return refuse(self.organisation, _("Name the organisation"))

    @property
    def given(self: Any) -> GivenParticipant:
        """What was typed, as the services take it."""
        return GivenParticipant(self.organisation.data, self.role.data, self.share_percent.data)


class ParticipantRow(ParticipantFields, RowForm):
    """A participant in the form of a new project."""

    typed: ClassVar[tuple[str, ...]] = ("organisation", "share_percent")

    def validate(self, extra_validators: Any = None) -> bool:
        return super().validate(extra_validators) and (self.is_blank or self.check_participant())


class ParticipantsField(RowsField):
    """Participants of a new project, a row each; none of them twice in one role."""

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(ParticipantRow, label, **more)

    @property
    def given(self) -> list[GivenParticipant]:
        """The rows that count, as the services take them."""
        return [row.given for row in self.filled]

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        """Check every row, and that nobody stands twice in one role."""
        is_valid = super().validate(form, extra_validators)
        rows = [row for row in self.filled if not row.errors]
        twice = [rows[place] for place in same_participants([row.given for row in rows])]
        for row in twice:
            refuse(row.organisation, role_is_taken())
        if twice:
            self.errors = [entry.errors for entry in self.entries]
        return is_valid and not twice
