"""What a person chooses about their calendar."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from crm.core.forms import BaseForm


class InvitationsForm(BaseForm):
    """Whether invitations come by mail."""

    has_invitations = BooleanField(
        _l("Invitations to meetings by mail"),
        description=_l(
            "When somebody else plans, moves or cancels a meeting of yours; one letter a change."
        ),
    )
