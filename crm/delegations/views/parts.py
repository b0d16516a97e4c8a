"""Members and programme of a recorded delegation: added, corrected, taken out."""

from collections.abc import Sequence
from typing import Any

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from crm.accounts.models import WRITERS
from crm.audit.views.parts import PartPages
from crm.core.database import db
from crm.core.dates import EXACT, DatePrecision
from crm.core.editing import one_or_404
from crm.core.permissions import requires
from crm.delegations.forms.parties import MemberForm
from crm.delegations.forms.programme import ProgrammeForm
from crm.delegations.models.delegation import Delegation, DelegationMember, ProgrammeItem
from crm.delegations.queries import delegation_by_id, delegation_page
from crm.delegations.services.members import add_member, change_member
from crm.delegations.services.programme import programme_days
from crm.delegations.views.pages import bp
from crm.delegations.views.parties import PartyPages


class _MemberPages(PartyPages):
    model = DelegationMember
    address = "members"
    form = MemberForm
    to_add, to_change = _l("Add a member"), _l("Change the member")
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


_MEMBERS = _MemberPages()


@bp.route("/delegations/<id:delegation_id>/members/new", methods=["GET", "POST"])
@requires(*WRITERS)
def new_member(delegation_id: int) -> ResponseReturnValue:
    """One more member, at the end of the list."""
    return _MEMBERS.new(delegation_id)


@bp.route("/delegations/<id:delegation_id>/members/<id:member_id>/edit", methods=["GET", "POST"])
@requires(*WRITERS)
def edit_member(delegation_id: int, member_id: int) -> ResponseReturnValue:
    """Correct one member."""
    return _MEMBERS.edit(delegation_id, member_id)


@bp.post("/delegations/<id:delegation_id>/members/<id:member_id>/remove")
@requires(*WRITERS)
def remove_member(delegation_id: int, member_id: int) -> ResponseReturnValue:
    """Take a member out of the list."""
    return _MEMBERS.remove(delegation_id, member_id)


class _ProgrammePages(PartPages):
    model = ProgrammeItem
    address = "programme"
    template = "delegations/programme_item.html"
    form = ProgrammeForm
    to_add, to_change = _l("Add to the programme"), _l("Change the programme")
    to_remove = _l("Remove from the programme")
    added, removed = _l("Added to the programme"), _l("Removed from the programme")

    def record(self, record_id: int) -> Select[Delegation]:
        return delegation_page(record_id)

    def parts_of(self, record: Delegation) -> Sequence[ProgrammeItem]:
        return record.programme

    def presets(self, record: Delegation) -> dict[str, Any]:
        """The day of the last entry, else that of the arrival when it is known to the day."""
        days = [one.planned_on for one in record.programme if one.planned_on]
        if days:
            return {"planned_on": days[-1]}
        is_known = record.date_precision in (*EXACT, DatePrecision.RANGE)
        return {"planned_on": record.arrives_on if is_known else None}

    def values_of(self, part: ProgrammeItem, parts: Sequence[ProgrammeItem]) -> dict[str, Any]:
        return {name: getattr(part, name) for name in _FIELDS}

    def add(self, record: Delegation, form: ProgrammeForm) -> None:
        item = ProgrammeItem(delegation_id=record.id)
        self.change(record, item, form)
        db.session.add(item)

    def change(self, record: Delegation, part: ProgrammeItem, form: ProgrammeForm) -> None:
        for name in _FIELDS:
            setattr(part, name, form[name].data)

    def offers(self, record: Delegation) -> dict[str, Any]:
        return {"known": sorted({one.responsible for one in record.programme if one.responsible})}


_FIELDS = ("title", "planned_on", "starts_at", "ends_at", "place", "responsible", "kind")
_PROGRAMME = _ProgrammePages()


@bp.get("/delegations/<id:delegation_id>/programme")
def programme(delegation_id: int) -> ResponseReturnValue:
    """The programme as it is printed: whole, or with ``official=1`` as the guests get it."""
    delegation = one_or_404(delegation_page(delegation_id))
    asked = request.args.get("official", "")
    if asked not in ("", "1"):
        abort(400)
    return render_template(
        "delegations/programme.html",
        delegation=delegation,
        days=programme_days(delegation, only_official=asked == "1"),
        only_official=asked == "1",
    )


@bp.route("/delegations/<id:delegation_id>/programme/new", methods=["GET", "POST"])
@requires(*WRITERS)
def new_item(delegation_id: int) -> ResponseReturnValue:
    """One more entry of the programme; it needs no version."""
    return _PROGRAMME.new(delegation_id)


@bp.route("/delegations/<id:delegation_id>/programme/<id:item_id>/edit", methods=["GET", "POST"])
@requires(*WRITERS)
def edit_item(delegation_id: int, item_id: int) -> ResponseReturnValue:
    """Correct one entry of the programme."""
    return _PROGRAMME.edit(delegation_id, item_id)


@bp.post("/delegations/<id:delegation_id>/programme/<id:item_id>/remove")
@requires(*WRITERS)
def remove_item(delegation_id: int, item_id: int) -> ResponseReturnValue:
    """Take an entry out of the programme."""
    return _PROGRAMME.remove(delegation_id, item_id)
