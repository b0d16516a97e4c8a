"""Times of day in a form: local wall time."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from wtforms import TimeField

from crm.core.faults import refuse


class ClockField(TimeField):
    """A time of day, as the browser sends it or as people write it (15:00, 15.00)."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = "".join(valuelist).strip().replace(".", ":")
        self.data = None
        for pattern in ("%H:%M", "%H:%M:%S") if text else ():
            try:
                self.data = datetime.strptime(text, pattern).time()  # noqa: DTZ007 (wall time)
                return
            except ValueError:
                continue
        if text:
            raise ValueError(_("There is no such time: write it as 15:00"))


def check_times(begins: Any, ends: Any, message: str) -> bool:
    """Whether the times of one day are in order; says ``message`` at ``ends``."""
    if begins.data and ends.data and ends.data < begins.data:
        return refuse(ends, message)
    return True
