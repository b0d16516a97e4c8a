"""Sending a mail once more."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from crm.core.forms import BaseForm


class SendAgainForm(BaseForm):
    """For a mail the server took: twice is asked for, not slipped into."""

    is_wanted = BooleanField(_l("Send it a second time, though it was sent"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check that a second mail is meant."""
        is_fit: bool = super().validate(extra_validators)
        if not self.is_wanted.data:
            self.is_wanted.errors = [
                _("The server accepted this mail. Mark that it is to be sent again.")
            ]
            return False
        return is_fit
