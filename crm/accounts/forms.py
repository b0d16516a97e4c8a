"""What people type about their sign-in."""

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField
from wtforms.validators import EqualTo, Length

from crm.accounts.models import CsvDialect, DigestFrequency, Language, Theme
from crm.accounts.services import LONGEST_PASSWORD, SHORTEST_PASSWORD
from crm.core.forms import BaseForm, LineField, RecordForm, Required, TermField


class SignInForm(BaseForm):
    """Address and password."""

    email = LineField(_l("E-mail"), [Required()], length=254)
    password = PasswordField(_l("Password"), [Required(), Length(max=LONGEST_PASSWORD)])


class PreferencesForm(RecordForm):
    """How a person wants to read and be written to."""

    language = TermField(
        _l("Language"),
        Language,
        [Required()],
        description=_l("Of the pages, of the files and of the mails"),
    )
    theme = TermField(_l("Colours"), Theme, [Required()])
    digest = TermField(_l("Digest by mail"), DigestFrequency, [Required()])
    csv_dialect = TermField(_l("CSV files"), CsvDialect, [Required()])


class ThemeForm(BaseForm):
    """The colours alone."""

    theme = TermField(_l("Colours"), Theme, [Required()])


class PasswordForm(BaseForm):
    """A new password, typed twice, and the present one."""

    present = PasswordField(_l("Present password"), [Required(), Length(max=LONGEST_PASSWORD)])
    password = PasswordField(
        _l("New password"),
        [Required(), Length(min=SHORTEST_PASSWORD, max=LONGEST_PASSWORD)],
        description=_l("At least 8 characters; several words are best."),
    )
    again = PasswordField(
        _l("New password once more"),
        [Required(), EqualTo("password", _l("The two passwords differ"))],
    )
