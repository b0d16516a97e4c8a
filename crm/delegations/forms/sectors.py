"""Sectors in a form, a row each."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.core.forms import ChoiceField, Choices
from crm.core.rows import RowForm, RowsField


class SectorRow(RowForm):
    """One sector of a record."""

    typed = ("code",)
    code = ChoiceField(_l("Sector"), kind=str)


class SectorsField(RowsField):
    """Sectors of a record, a row each; ``sectors=MET&sectors=ENE`` is understood as well."""

    def __init__(self, label: Any, row: type[RowForm] = SectorRow, **more: Any) -> None:
        super().__init__(row, label, **more)
        self.choices: Choices = ()

    def process(self, formdata: Any, data: Any = (), extra_filters: Any = None) -> None:
        """Take the posted rows, else the stored codes."""
        super().process(formdata, [self.row_values(one) for one in data or ()])
        for code in formdata.getlist(self.name) if formdata else ():
            self._append(data=self.row_values(code))

    @staticmethod
    def row_values(stored: Any) -> dict[str, Any]:
        """The fields of a row for one stored sector."""
        return {"code": stored}

    def offer(self, choices: Choices) -> None:
        """Take the sectors to choose from, as (code, text)."""
        self.choices = choices
        for row in self.forms:
            row.code.offer(choices, blank=_("Choose a sector"))

    def _append(self, **how: Any) -> Any:
        entry = super()._append(**how)
        entry.form.code.offer(self.choices, blank=_("Choose a sector"))
        return entry

    @property
    def data(self) -> list[Any]:
        """The codes in the order of the rows, each once."""
        return list(dict.fromkeys(row.code.data for row in self.filled if row.code.data))
