"""The document a point stands under control by."""

from dataclasses import dataclass
from datetime import date

from crm.follow_ups.models.follow_up import FollowUp


@dataclass(frozen=True)
class Document:
    """Number and day of a document, and the point of it; ``is_minutes``: of the point's meeting."""

    number: str | None
    day: date | None
    point: str | None
    is_minutes: bool = False


def document_of(point: FollowUp) -> Document | None:
    """What was typed about the basis, else the registered minutes of the meeting, else None.

    The meeting of ``point`` must be loaded; minutes of one the reader does not see are left out.
    """
    if point.basis_number or point.basis_date or point.basis_point:
        return Document(point.basis_number, point.basis_date, point.basis_point)
    meeting = point.meeting
    if meeting is None or not meeting.has_minutes:
        return None
    number = None if point.number is None else str(point.number)
    return Document(meeting.minutes_number, meeting.minutes_on, number, is_minutes=True)
