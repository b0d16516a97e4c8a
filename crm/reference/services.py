"""Filling the reference lists of a new installation from the files in the package."""

import csv
from collections.abc import Iterator
from importlib.resources import files

from sqlalchemy import select

from crm.core.database import db
from crm.reference.models import District, Sector


def load_sectors_and_districts() -> int:
    """Add the sectors and districts that are missing, change nothing; how many were added."""
    present = set(db.session.scalars(select(Sector.code)))
    present |= set(db.session.scalars(select(District.code)))
    added: list[Sector | District] = [
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
    db.session.add_all(added)
    db.session.flush()
    return len(added)


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = (files("crm.reference") / "data" / name).read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines())


def _named(row: dict[str, str]) -> dict[str, str | int]:
    names = {f"name_{code}": row[code] for code in ("kk", "ru", "en")}
    return {**names, "position": int(row["position"])}
