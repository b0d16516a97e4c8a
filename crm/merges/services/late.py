"""A link that comes too late: somebody makes it while the record it leads to is merged.

It waited for the merge, which could not see it. So before each commit it is asked whether what new
links lead to was merged meanwhile; no merge comes between that and the commit.
"""

from collections.abc import Iterable
from itertools import chain
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import Session, UOWTransaction, scoped_session

from crm.core.database import MergedError
from crm.merges.services.links import LINKS, Link

_LED_TO = "links_led_to"  # ids by model


def install(session: scoped_session[Any]) -> None:
    """Let commits of ``session`` refuse new links to merged records; once is enough."""
    if event.contains(session, "after_flush", _gather):
        return
    event.listen(session, "after_flush", _gather)
    event.listen(session, "before_commit", _refuse)
    event.listen(session, "after_rollback", _forget)


def forget(session: Session, record: Any) -> None:
    """``record`` is merged by this transaction itself: it moves what it had made before."""
    session.info.get(_LED_TO, {}).get(type(record), set()).discard(record.id)


def _gather(session: Session, context: UOWTransaction) -> None:
    for record in chain(session.new, session.dirty):
        for link in _links_of(type(record)):
            key = _led_to(link, record)
            if key is not None:
                session.info.setdefault(_LED_TO, {}).setdefault(link.target, set()).add(key)


def _links_of(model: type[Any]) -> Iterable[Link]:
    return _BY_MODEL.get(model, ())


_BY_MODEL: dict[type[Any], list[Link]] = {}
for _link in LINKS:
    _BY_MODEL.setdefault(_link.model, []).append(_link)


def _led_to(link: Link, record: Any) -> int | None:
    # What the session has not loaded was not changed.
    key = vars(record).get(link.column)
    if key is None or link.kind not in (None, vars(record).get("record_kind")):
        return None
    return int(key)


def _refuse(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    for target, ids in session.info.pop(_LED_TO, {}).items():
        found = select(target).where(target.id.in_(ids), target.merged_into_id.is_not(None))
        merged = session.scalar(found.execution_options(populate_existing=True).limit(1))
        if merged is not None:
            raise MergedError(merged)


def _forget(session: Session) -> None:
    session.info.pop(_LED_TO, None)
