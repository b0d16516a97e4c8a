"""Members of a recorded delegation: added, corrected, taken out."""

from collections.abc import Sequence
from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from crm.accounts.models import WRITERS
from crm.core.parts import PartPages
from crm.core.permissions import requires
from crm.delegations.forms.parties import MemberForm, PartyForm
from crm.delegations.models import Delegation, DelegationMember
from crm.delegations.queries import delegation_by_id, known_organisations, known_people
from crm.delegations.services.members import add_member, change_member
from crm.delegations.services.parties import named_of, namesakes, put_at
from crm.delegations.views.pages import bp
from crm.organisations.services import AmbiguousName


class PartyPages(PartPages):
    """Members or participants: among namesakes the person is asked for, and they have an order."""

    template = "delegations/party.html"
    refusals = (AmbiguousName,)

    def refuse(self, form: PartyForm, error: AmbiguousName) -> None:
        form.offer_namesakes(namesakes(error))

    def offers(self, record: Any) -> dict[str, Any]:
        return {"people": known_people(), "organisations": known_organisations()}

    def peers_of(self, record: Any, party: Any) -> Sequence[Any]:
        """Among whom ``party`` has its place, in their order."""
        return self.parts_of(record)

    def values_of(self, record: Any, part: Any) -> dict[str, Any]:
        place = self.peers_of(record, part).index(part) + 1
        return {**vars(named_of(part)), "role": part.role, "place": place}

    def put_at_place(self, record: Any, party: Any, form: PartyForm) -> None:
        """Bring ``party`` to the place that was typed, if one was."""
        if form.place.data:
            put_at(self.peers_of(record, party), party, form.place.data)


class _MemberPages(PartyPages):
    address = "members"
    form = MemberForm
    to_add, to_change = _l("Add member"), _l("Change the member")
    to_remove = _l("Remove from the delegation")
    added, removed = _l("Member added"), _l("Member removed")

    def record(self, record_id: int) -> Select[Delegation]:
        return delegation_by_id(record_id)

    def parts_of(self, record: Delegation) -> Sequence[DelegationMember]:
        return record.members

    def add(self, record: Delegation, form: MemberForm) -> None:
        add_member(record, form.named, form.role.data)

    def change(self, record: Delegation, part: DelegationMember, form: MemberForm) -> None:
        change_member(record, part, form.named, form.role.data)
        self.put_at_place(record, part, form)


_PAGES = _MemberPages()


@bp.route("/delegations/<id:delegation_id>/members/new", methods=["GET", "POST"])
@requires(*WRITERS)
def new_member(delegation_id: int) -> ResponseReturnValue:
    """One more member, at the end of the list."""
    return _PAGES.new(delegation_id)


@bp.route("/delegations/<id:delegation_id>/members/<id:member_id>/edit", methods=["GET", "POST"])
@requires(*WRITERS)
def edit_member(delegation_id: int, member_id: int) -> ResponseReturnValue:
    """Correct one member."""
    return _PAGES.edit(delegation_id, member_id)


@bp.post("/delegations/<id:delegation_id>/members/<id:member_id>/remove")
@requires(*WRITERS)
def remove_member(delegation_id: int, member_id: int) -> ResponseReturnValue:
    """Take a member out of the list."""
    return _PAGES.remove(delegation_id, member_id)
