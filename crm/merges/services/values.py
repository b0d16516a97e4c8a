"""The values of two records, one beside the other, and those of the one that stays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import selectinload

from crm.audit.services.trail import as_json, from_json
from crm.merges.models import Told
from crm.organisations.models import Organisation, Person
from crm.organisations.services import comparable, set_sectors

KEPT, OTHER, BOTH = "kept", "other", "both"
LONGEST_LIST = 100  # lines that a form takes


@dataclass(frozen=True)
class Plan:
    """The values of one kind of record: ``chosen`` each as a whole, by one column or several that
    make sense only together; ``united`` are lists.
    """

    chosen: Mapping[str, tuple[str, ...]]
    united: Sequence[str]


def _alone(*names: str) -> dict[str, tuple[str, ...]]:
    return {name: (name,) for name in names}


_NAMES = ("name_kk", "name_ru", "name_en")
_NOTE = {"note": ("note", "text_language")}
PLANS: Mapping[type[Any], Plan] = {
    Organisation: Plan(
        _alone(*_NAMES, "kind", "bin", "website") | {"country": ("country_code",)} | _NOTE,
        united=("aliases", "sectors"),
    ),
    Person: Plan(
        _alone("family_name", "given_name", "patronymic", *_NAMES, "name_latin")
        | {"consent": ("consent_basis", "consent_on", "consent_withdrawn_on")}
        | _NOTE,
        united=("phones", "emails", "languages", "aliases"),
    ),
}


@dataclass(frozen=True)
class Difference:
    """A value in which the two records differ: ``default`` is the side that is proposed."""

    name: str
    columns: tuple[str, ...]
    kept: tuple[Any, ...]
    other: tuple[Any, ...]
    default: str
    can_be_both: bool


def loaded(model: type[Any]) -> list[Any]:
    """What must be loaded with a record, so that its values can be read."""
    return [selectinload(model.sectors)] if model is Organisation else []


def differences(kept: Any, other: Any) -> list[Difference]:
    """What the head is to choose, in the order of the form."""
    plan = PLANS[type(kept)]
    found = []
    for name, columns in plan.chosen.items():
        ours, theirs = (tuple(getattr(one, each) for each in columns) for one in (kept, other))
        can_be_both = name == "note" and bool(kept.note and other.note)
        if (ours[0] or theirs[0]) and _plain(ours) != _plain(theirs):
            default = _default(name, kept, other, ours, theirs)
            found.append(Difference(name, columns, ours, theirs, default, can_be_both))
    return found


def _plain(values: tuple[Any, ...]) -> tuple[Any, ...]:
    # The language of a note that is not there tells nothing.
    return values if values[0] else ()


def _default(name: str, kept: Any, other: Any, ours: Any, theirs: Any) -> str:
    """What is filled in; of two, what the older record says.

    Whoever withdrew a consent has withdrawn it, and two notes are both kept.
    """
    if name == "consent" and (kept.consent_withdrawn_on or other.consent_withdrawn_on):
        return KEPT if kept.consent_withdrawn_on else OTHER
    if not ours[0] or not theirs[0]:
        return KEPT if ours[0] else OTHER
    if name == "note":
        return BOTH
    return KEPT if kept.id < other.id else OTHER


def united(kept: Any, other: Any) -> dict[str, list[str]]:
    """The lists of both records together, by name, as they are now."""
    plan = PLANS[type(kept)]
    return {name: _together(_lines(kept, name), _lines(other, name)) for name in plan.united}


def _lines(record: Any, name: str) -> list[str]:
    if name == "sectors":
        return [sector.code for sector in record.sectors]
    return list(getattr(record, name) or ())


def _together(*lists: Sequence[str]) -> list[str]:
    """Every line once, letter case and spelling variants apart; the first writing stays."""
    found: dict[str, str] = {}
    for line in (line for lines in lists for line in lines):
        found.setdefault(comparable(line) or line, line)
    return list(found.values())[:LONGEST_LIST]


def told_by(kept: Any, other: Any, choices: Mapping[str, str]) -> Told:
    """What a merge changes in ``kept``, by attribute, as the trail writes it: old, new.

    It gets what was chosen, the lists of both, and all other names as aliases.
    """
    before = _state(kept)
    after = before | united(kept, other)
    for one in differences(kept, other):
        side = choices.get(one.name, one.default)
        if side == OTHER:
            after |= zip(one.columns, map(as_json, one.other), strict=True)
        elif side == BOTH and one.can_be_both:
            after[one.name] = f"{one.kept[0]}\n\n{one.other[0]}"
    stands = {comparable(name) for name in _names(after)}
    spellings = _together(after["aliases"], _names(before), _names(_state(other)))
    after["aliases"] = [name for name in spellings if comparable(name) not in stands]
    changed = {name for name in after if before[name] != after[name]}
    for columns in PLANS[type(kept)].chosen.values():
        if changed & set(columns):
            changed |= set(columns)  # so that undoing sees whether any of them was edited since
    return {name: [before[name], after[name]] for name in after if name in changed}


def _state(record: Any) -> dict[str, Any]:
    """What a merge may change, as the trail writes it."""
    plan = PLANS[type(record)]
    columns = [column for columns in plan.chosen.values() for column in columns]
    found = {name: as_json(getattr(record, name)) for name in columns}
    return found | {name: _lines(record, name) for name in plan.united}


def _names(state: Mapping[str, Any]) -> list[str]:
    """Every name in ``state``; that of a person given name first."""
    whole = " ".join(filter(None, (state.get("given_name"), state.get("family_name"))))
    named = (state.get(name) for name in (*_NAMES, "name_latin"))
    return [name for name in (whole, *named) if name]


def unique_among(model: type[Any], told: Told) -> list[str]:
    """The columns of ``told`` that two records may not share."""
    columns = inspect(model).columns
    return [name for name in told if name in columns and columns[name].unique]


def put(record: Any, name: str, value: Any) -> None:
    """Write ``value``, as the trail has it, to the attribute ``name``."""
    if name == "sectors":
        if value != _lines(record, name):
            set_sectors(record, value)
    else:
        setattr(record, name, from_json(type(record), name, value))


def take_back(record: Any, told: Told) -> None:
    """Undo what a merge changed; what was changed again since stays, with what belongs to it.

    Of a list everything stays but what the merge put in.
    """
    plan, now = PLANS[type(record)], _state(record)
    for columns in plan.chosen.values():
        changed = [name for name in columns if name in told]
        if all(now[name] == told[name][1] for name in changed):
            for name in changed:
                put(record, name, told[name][0])
    for name in (one for one in plan.united if one in told):
        before, after = told[name]
        gone = set(after) - set(before)
        is_untouched = now[name] == after
        put(record, name, before if is_untouched else [one for one in now[name] if one not in gone])
