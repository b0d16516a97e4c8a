"""What people type about their sign-in, and administrators about everybody's."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import BooleanField, PasswordField
from wtforms.validators import EqualTo, Length, ValidationError

from crm.accounts.models import (
    SILENT_DAYS,
    CsvDialect,
    DigestFrequency,
    Language,
    Role,
    Theme,
    User,
)
from crm.accounts.queries import user_called
from crm.accounts.services.passwords import LONGEST_PASSWORD, SHORTEST_PASSWORD, weakness_of
from crm.accounts.services.users import is_mail_address
from crm.core.database import db
from crm.core.forms import (
    TOO_LONG,
    BaseForm,
    ChoiceField,
    Choices,
    LineField,
    Optional,
    RecordForm,
    Required,
    TermField,
)
from crm.core.language import reader_language
from crm.core.teams import FlagField

_FIT_LENGTH = Length(
    SHORTEST_PASSWORD, LONGEST_PASSWORD, _l("A password has %(min)s to %(max)s characters")
)
_NOT_LONGER = Length(max=LONGEST_PASSWORD, message=TOO_LONG)
_SILENCES = (14, 30, 60, 90, 180)  # days
_ADVICE = _l("At least 8 characters; several words are best.")


class SignInForm(BaseForm):
    """Address and password."""

    email = LineField(_l("E-mail"), [Required()], length=254)
    password = PasswordField(_l("Password"), [Required(), _NOT_LONGER])


class AskForLinkForm(BaseForm):
    """The address that a link to set a new password is sent to."""

    email = LineField(_l("E-mail"), [Required()], length=254)


class PreferencesForm(RecordForm):
    """How a person wants to read and be written to."""

    language = TermField(
        _l("Language"),
        Language,
        [Required()],
        description=_l("Of the pages, of the files and of the mails"),
    )
    theme = TermField(_l("Appearance"), Theme, [Required()])
    csv_dialect = TermField(_l("CSV files"), CsvDialect, [Required()])
    digest = TermField(
        _l("Digest by mail"),
        DigestFrequency,
        [Required()],
        description=_l(
            "Every day: in the morning of each working day. Once a week: on its first working day."
        ),
    )
    silent_days = ChoiceField(
        _l("Remind me of silence"),
        description=_l(
            "The digest names your projects and the countries you keep with which there was no "
            "contact for so long."
        ),
    )
    department_digest = FlagField(
        _l("Also how the departments stand"),
        description=_l(
            "What is overdue by officer, requests for extension, points done that await removal "
            "from control, points without a deadline."
        ),
    )

    def __init__(self, record: User | None = None, **more: Any) -> None:
        super().__init__(record=record, **more)
        kept = None if record is None else record.silent_days
        days = sorted({*_SILENCES, kept or SILENT_DAYS})
        self.silent_days.offer(
            [(one, ngettext("after %(num)s day", "after %(num)s days", one)) for one in days],
            blank=_("Do not remind"),
        )
        if record is None or record.role != Role.VIEWER:
            del self.department_digest  # heads are told of it in any case, others are not


class ThemeForm(BaseForm):
    """The colours alone."""

    theme = TermField(_l("Appearance"), Theme, [Required()])


class NewPasswordForm(BaseForm):
    """A new password for ``owner``, typed twice."""

    password = PasswordField(_l("New password"), [Required(), _FIT_LENGTH], description=_ADVICE)
    again = PasswordField(
        _l("New password once more"),
        [Required(), EqualTo("password", _l("The two passwords differ"))],
    )

    def __init__(self, *, owner: Any, **more: Any) -> None:
        super().__init__(**more)
        self.owner = owner

    def validate_password(self, field: PasswordField) -> None:
        """Refuse what is easy to guess."""
        _refuse_weak(field, self.owner.email, self.owner.name)


class PasswordForm(NewPasswordForm):
    """A new password, typed twice, and the present one."""

    present = PasswordField(_l("Current password"), [Required(), _NOT_LONGER])


def _refuse_weak(field: PasswordField, email: str | None, name: str | None) -> None:
    weakness = weakness_of(field.data or "", email or "", name or "")
    if weakness is not None:
        raise ValidationError(str(weakness.label))


class TextLanguageField(TermField):
    """The language a record's texts are written in: the reader's own where nothing is said."""

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(label, Language, default=_readers_language, **more)


def _readers_language() -> Language:
    return Language(reader_language())


class AddressField(LineField):
    """An e-mail address, in one letter case."""

    def __init__(self, label: Any, validators: Iterable[Any] = (), **more: Any) -> None:
        super().__init__(label, validators, length=254, **more)
        self.filters = [*self.filters, lambda address: address and address.casefold()]


class UserForm(RecordForm):
    """A user as an administrator sees them, but for what nobody may change of themselves."""

    name = LineField(_l("Full name"), [Required()], length=200)
    email = AddressField(_l("E-mail"), [Required()], description=_l("To sign in with"))
    department_id = ChoiceField(_l("Department"))
    language = TermField(_l("Language"), Language, [Required()], absent=Language.KK)
    digest = TermField(
        _l("Digest by mail"), DigestFrequency, [Required()], absent=DigestFrequency.DAILY
    )

    def __init__(self, record: User | None = None, **more: Any) -> None:
        super().__init__(record=record, **more)
        self._known_id = None if record is None else record.id

    def offer(self, departments: Choices) -> None:
        """Take the departments one may belong to."""
        self.department_id.offer(departments, blank=_("none"))

    def validate_email(self, field: LineField) -> None:
        """Refuse what is no address, and what is somebody else's."""
        if not is_mail_address(field.data or ""):
            raise ValidationError(_("Write an e-mail address, as name@example.kz"))
        other = db.session.scalar(user_called(field.data or "").where(User.id != self._known_id))
        if other is not None:
            raise ValidationError(_("Somebody signs in with this e-mail already"))


class StandingForm(UserForm):
    """Another user: also what they may do, and whether they may sign in."""

    role = TermField(_l("Role"), Role, [Required()], blank=_l("Choose"))
    is_active = BooleanField(
        _l("May sign in"), description=_l("Without the tick every session of theirs ends.")
    )


class NewUserForm(UserForm):
    """A user to be added; without a password they are sent a link to set one."""

    role = TermField(_l("Role"), Role, [Required()], blank=_l("Choose"))
    password = PasswordField(
        _l("Password"),
        [Optional(), _FIT_LENGTH],
        description=_l("Left empty, a letter with a link to set one is sent."),
    )

    def validate_password(self, field: PasswordField) -> None:
        """Refuse what is easy to guess."""
        if field.data:
            _refuse_weak(field, self.email.data, self.name.data)
