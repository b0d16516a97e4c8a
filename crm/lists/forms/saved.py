"""What a person may type about a view of a list."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from crm.accounts.models import User
from crm.core.faults import refuse
from crm.core.forms import BaseForm, LineField, Required
from crm.lists.models import ListView


class ViewForm(BaseForm):
    """The name of a view, and whether the department uses it, too."""

    name = LineField(_l("Name of the view"), [Required()], length=100)
    for_department = BooleanField(_l("For my whole department"))

    def __init__(self, user: User, view: ListView | None = None, is_sent: bool = True) -> None:
        super().__init__()
        self.user = user
        is_shared = view is not None and view.department_id is not None
        if not is_sent:  # another form of the page was
            self.process(None, name=view.name if view else "", for_department=is_shared)
        if user.department_id is None:
            del self.for_department
        if view is not None:  # several forms stand on one page
            for field in self:
                field.id = field.label.field_id = f"{field.id}-{view.id}"

    def fill(self, view: ListView) -> None:
        """Write the name, and whose it is, to ``view``."""
        view.name = self.name.data or ""
        if "for_department" in self:
            shared = view.department_id or self.user.department_id
            view.department_id = shared if self.for_department.data else None

    def refuse_name(self) -> None:
        """Say that the name is taken."""
        refuse(self.name, _("There is a view with this name: choose another"))
