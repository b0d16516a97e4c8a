"""What a model says of itself to the audit trail; the trail itself is the feature ``audit``."""

from typing import Any, ClassVar

from sqlalchemy import event
from sqlalchemy.orm import InstrumentedAttribute

# Derived or bookkeeping columns: they change with others and say nothing themselves.
BOOKKEEPING = frozenset({"id", "version", "created_at", "updated_at", "search_text"})


class Audited:
    """A record whose every change is written down: who, when, version, field, old, new."""

    __unaudited__: ClassVar[frozenset[str]] = frozenset()
    # Collections shown as one field: attribute -> how a link is written ([sector, weight] …).
    __audited_links__: ClassVar[dict[str, tuple[str, ...]]] = {}


class AuditedPart(Audited):
    """A row that belongs to a record; its changes stand in the record's own history."""

    __parent__: ClassVar[str]  # the relationship that leads to the record


# After a commit rows are expired, and history would lose the old value of an unloaded column.
@event.listens_for(Audited, "attribute_instrument", propagate=True)
def _remember_old_values(cls: type, key: str, attribute: InstrumentedAttribute[Any]) -> None:
    implementation = getattr(attribute, "impl", None)
    if implementation is not None and not implementation.collection:
        implementation.active_history = True
