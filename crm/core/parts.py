"""The form of one part of a record: a member, a participant, an entry of a programme."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crm.core.forms import RecordForm


@dataclass(frozen=True)
class Stored:
    """What the form of a part shows, by field, and the version of the record the part is of."""

    values: Mapping[str, Any]
    version: int


class PartForm(RecordForm):
    """One part of a record by itself, added or corrected; its ``record`` is a ``Stored``."""

    @classmethod
    def values_of(cls, record: Any) -> dict[str, Any]:
        return dict(record.values)
