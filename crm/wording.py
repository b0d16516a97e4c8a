"""In which words the history speaks of every table: labels are those of the forms."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from crm.accounts.forms import PreferencesForm, StandingForm
from crm.calendar.forms import InvitationsForm
from crm.core.forms import RecordForm
from crm.core.trail import Words
from crm.countries.forms import CountryForm, TradeFactForm
from crm.delegations.forms.delegation import DelegationForm
from crm.delegations.forms.parties import MemberForm
from crm.delegations.forms.programme import ProgrammeForm
from crm.documents.forms import DocumentForm
from crm.follow_ups.forms.closing import DoneForm, OffControlForm
from crm.follow_ups.forms.point import FollowUpForm
from crm.follow_ups.forms.steps import DueForm, ProgressForm, StatusForm
from crm.interests.forms.interest import InterestForm
from crm.meetings.forms.meeting import MeetingForm
from crm.meetings.forms.parts import ParticipantForm
from crm.organisations.forms.organisations import OrganisationForm
from crm.organisations.forms.people import PersonForm
from crm.organisations.forms.posts import AppointmentForm
from crm.projects.forms.moves import MoveForm, ProjectStatusForm
from crm.projects.forms.project import ProjectForm
from crm.reference.forms.lists import (
    NewDepartmentForm,
    NewDistrictForm,
    NewSectorForm,
    WorkingDayForm,
)
from crm.reference.forms.rates import IndexForm, RateForm

_ARCHIVED = {"archived_at": _l("Archived at"), "archive_reason": _l("Reason for archiving")}
_MERGEABLE = {**_ARCHIVED, "merged_into_id": _l("Merged into")}
_PLACED = {"position": _l("Place in the list"), **_ARCHIVED}
_PARTY = {
    "person_id": _l("Person"),
    "organisation_id": _l("Organisation"),
    "group_text": _l("Group"),
    "member_count": _l("How many"),
    "position_text": _l("Position"),
    "position_number": _l("Place in the order"),
}
_WHO = ("person_id", "group_text", "position_text", "organisation_id")


def _of(*forms: type[Any], **more: Any) -> dict[str, Any]:
    """Labels by attribute: those of the fields of ``forms``, then ``more``."""
    found: dict[str, Any] = {}
    for form in forms:
        columns = getattr(form, "attributes", RecordForm.attributes)
        for name in dir(form):
            field = getattr(form, name)
            if hasattr(field, "field_class") and field.args:
                found[columns.get(name, name)] = field.args[0]
    return found | more


WORDS: Mapping[str, Words] = {
    "users": Words(
        _l("User"),
        _of(PreferencesForm, StandingForm),
        title=("name",),
    ),
    "calendars": Words(
        _l("Calendar"),
        _of(InvitationsForm, address_made_at=_l("Calendar address made")),
        title=("address_made_at",),
    ),
    "departments": Words(_l("Department"), _of(NewDepartmentForm, **_PLACED)),
    "sectors": Words(_l("Sector"), _of(NewSectorForm, **_PLACED)),
    "districts": Words(_l("District"), _of(NewDistrictForm, **_PLACED)),
    "working_days": Words(_l("Working day by decree"), _of(WorkingDayForm, **_ARCHIVED)),
    "exchange_rates": Words(_l("Exchange rate"), _of(RateForm, **_ARCHIVED)),
    "calculation_indexes": Words(
        _l("Monthly calculation index"), _of(IndexForm, value=_l("MCI, tenge"), **_ARCHIVED)
    ),
    "countries": Words(_l("Country"), _of(CountryForm, code=_l("Country code"))),
    "trade_facts": Words(
        _l("Trade figure"),
        _of(TradeFactForm, value=_l("Value"), country_code=_l("Country"), **_ARCHIVED),
    ),
    "organisations": Words(_l("Organisation"), _of(OrganisationForm, **_MERGEABLE)),
    "people": Words(_l("Person"), _of(PersonForm, **_MERGEABLE)),
    "not_the_same": Words(
        lazy_pgettext("history", "Not the same"),
        {"other_name": _l("Not the same as")},
        title=("other_name",),
    ),
    "appointments": Words(_l("Post"), _of(AppointmentForm), title=("organisation_id",)),
    "list_views": Words(_l("Saved view"), {}),  # never told of alone, only counted
    "merges": Words(
        lazy_pgettext("history", "Merge"),
        {
            "merged_name": _l("Merged record"),
            "moved": _l("What moved"),
            "undone_at": lazy_pgettext("merge", "Undone"),
        },
        title=("merged_name",),
    ),
    "delegations": Words(_l("Delegation"), _of(DelegationForm, arrives_on=_l("Date"), **_ARCHIVED)),
    "delegation_members": Words(_l("Member"), _of(MemberForm, **_PARTY), title=_WHO),
    "programme_items": Words(_l("Programme"), _of(ProgrammeForm), title=("title",)),
    "meetings": Words(_l("Meeting"), _of(MeetingForm, sector_links=_l("Sectors"), **_ARCHIVED)),
    "participants": Words(
        _l("Participant"),
        _of(
            ParticipantForm,
            organisation_text=_l("Organisation as at the meeting"),
            **_PARTY,
        ),
        title=_WHO,
    ),
    "projects": Words(
        _l("Investment project"),
        _of(
            ProjectForm,
            MoveForm,
            ProjectStatusForm,
            code=_l("Code"),
            restricted=_l("Restricted"),
            team=_l("Team"),
            **_ARCHIVED,
        ),
    ),
    "project_amounts": Words(
        _l("Amount"),
        {
            "kind": _l("Kind of amount"),
            "value": _l("Amount"),
            "qualifier": _l("How exactly"),
            "dated_on": _l("As of"),
            "source": _l("Source"),
        },
        title=("kind",),
    ),
    "project_participants": Words(
        _l("Participant"),
        {
            "organisation_id": _l("Organisation"),
            "role": _l("Role"),
            "share_basis_points": _l("Share, %"),
        },
        title=("organisation_id",),
    ),
    "project_problems": Words(
        _l("Problem"),
        {
            "text": _l("What the problem is"),
            "agency": _l("Responsible agency"),
            "decided_by": _l("Who decides"),
            "decide_by_on": _l("To be decided by"),
            "since_on": _l("Arose on"),
            "risk": _l("Sum at risk"),
            "solved_on": _l("Solved on"),
            "solution": _l("How it was solved"),
        },
        title=("text",),
    ),
    "project_meetings": Words(
        _l("Linked meeting"), {"meeting_id": _l("Meeting")}, title=("meeting_id",)
    ),
    "documents": Words(
        _l("Document"),
        _of(
            DocumentForm,
            type=_l("Kind of file"),
            size=_l("Size"),
            sha256=_l("SHA-256"),
            purpose=_l("What it is for"),
            **_ARCHIVED,
        ),
        title=("name",),
    ),
    "sector_interests": Words(
        _l("Sector interest"),
        _of(InterestForm, **_ARCHIVED),
    ),
    "follow_ups": Words(
        _l("Follow-up"),
        _of(
            *(DoneForm, OffControlForm, StatusForm, FollowUpForm),
            original_due_on=_l("Original due date"),
            status_since=_l("Status since"),
            reopened_on=_l("Reopened on"),
            reopen_reason=_l("Why it was reopened"),
            **_ARCHIVED,
        ),
    ),
    "follow_up_executors": Words(
        _l("Executor"),
        {
            "is_lead": _l("Responsible executor"),
            "user_id": _l("User"),
            "department_id": _l("Department"),
            "outsider": _l("Executor without sign-in"),
        },
        title=("user_id", "department_id", "outsider"),
    ),
    "follow_up_progress": Words(
        _l("Progress line"),
        _of(ProgressForm, author_id=_l("Who")),
        title=("noted_on",),
    ),
    "follow_up_extensions": Words(
        _l("Extension"),
        _of(
            DueForm,
            old_due_on=_l("Old deadline"),
            new_due_on=_l("New deadline"),
            extended_on=_l("Extended on"),
        ),
        title=("new_due_on",),
    ),
    "follow_up_extension_requests": Words(
        _l("Extension request"),
        {
            "asked_by_id": _l("Who asks"),
            "asked_on": _l("Asked on"),
            "old_due_on": _l("Old deadline"),
            "new_due_on": _l("New deadline"),
            "reason": _l("Reason"),
            "decision": _l("Decision"),
            "decided_by_id": _l("Who decided"),
            "decided_on": _l("Decided on"),
            "answer": _l("Why it is refused"),
        },
        title=("new_due_on",),
    ),
}
