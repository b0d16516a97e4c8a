"""What the pages of members and of participants have in common."""

from collections.abc import Sequence
from typing import Any

from crm.audit.views.parts import PartPages
from crm.delegations.forms.parties import PartyForm
from crm.delegations.queries import known_organisations, known_people
from crm.delegations.services.parties import named_of, namesakes, put_at
from crm.organisations.services import AmbiguousName


class PartyPages(PartPages):
    """Members or participants: among namesakes the person is asked for, and they have an order."""

    template = "delegations/party.html"
    refusals = (AmbiguousName,)

    def refuse(self, form: PartyForm, error: AmbiguousName) -> None:
        form.offer_namesakes(namesakes(error))

    def offers(self, record: Any) -> dict[str, Any]:
        return {"people": known_people(), "organisations": known_organisations()}

    def peers_of(self, party: Any, parties: Sequence[Any]) -> Sequence[Any]:
        """Those of ``parties`` among whom ``party`` has its place, in their order."""
        return sorted(parties, key=lambda one: (one.position_number or 0, one.id))

    def values_of(self, part: Any, parts: Sequence[Any]) -> dict[str, Any]:
        place = self.peers_of(part, parts).index(part) + 1
        named = {name: value for name, value in vars(named_of(part)).items() if name != "chosen"}
        return {**named, "role": part.role, "place": place}

    def put_at_place(self, record: Any, party: Any, form: PartyForm) -> None:
        """Bring ``party`` to the place that was typed, if one was."""
        if form.place.data:
            put_at(self.peers_of(party, self.parts_of(record)), party, form.place.data)
