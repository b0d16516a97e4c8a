"""Filling the reference lists of a new installation, and the order of their entries."""

import csv
from collections.abc import Iterator, Sequence
from decimal import Decimal
from importlib.resources import files
from itertools import pairwise
from typing import Any

from sqlalchemy import select

from crm.core.database import db
from crm.core.money import Money
from crm.reference.models import TENGE, CalculationIndex, District, Sector


def load_reference_lists() -> int:
    """Add the sectors, districts and calculation indexes that are missing, change nothing.

    How many were added.
    """
    present = set(db.session.scalars(select(Sector.code)))
    present |= set(db.session.scalars(select(District.code)))
    years = set(db.session.scalars(select(CalculationIndex.year)))
    added: list[Sector | District | CalculationIndex] = [
        Sector(code=row["code"], parent_code=row["parent"] or None, **_named(row))
        for row in _rows("sectors.csv")
        if row["code"] not in present
    ]
    # Parents first: the tree points at itself.
    added.sort(key=lambda sector: isinstance(sector, Sector) and sector.parent_code is not None)
    added += [
        District(code=row["kato"], **_named(row))
        for row in _rows("districts.csv")
        if row["kato"] not in present
    ]
    added += [
        _index(row) for row in _rows("calculation_indexes.csv") if int(row["year"]) not in years
    ]
    db.session.add_all(added)
    db.session.flush()
    return len(added)


def _index(row: dict[str, str]) -> CalculationIndex:
    """Of its year; from when the national pool begins: order of MFA 11-1-4/746 of 31 Dec 2024."""
    return CalculationIndex(
        year=int(row["year"]),
        value_minor=Money.of(Decimal(row["tenge"]), TENGE).minor,
        national_pool_from=int(row["national_pool_from"]),
    )


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = (files("crm.reference") / "data" / name).read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines())


def _named(row: dict[str, str]) -> dict[str, str | int]:
    names = {f"name_{code}": row[code] for code in ("kk", "ru", "en")}
    return {**names, "position": int(row["position"])}


def place_last(entry: Any, siblings: Sequence[Any]) -> None:
    """Put a new ``entry`` behind its ``siblings``."""
    entry.position = max((one.position for one in siblings), default=0) + 1


def move(entry: Any, siblings: Sequence[Any], step: int) -> None:
    """Move ``entry`` one place up (-1) or down (1) among ``siblings``, which stand in order.

    At the end of the list it stays. Its neighbour's place changes too, and those of others only
    where two shared one.
    """
    order = list(siblings)
    here = order.index(entry)
    there = here + step
    if not 0 <= there < len(order):
        return
    places = [one.position for one in order]
    if any(low >= high for low, high in pairwise(places)):
        places = list(range(1, len(order) + 1))
    order[here], order[there] = order[there], order[here]
    for one, place in zip(order, places, strict=True):
        one.position = place
