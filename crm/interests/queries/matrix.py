"""Interests counted by country or organisation, sector and strength; the same number of statements
for any number of interests.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from crm.core.database import db
from crm.core.language import Worded, worded
from crm.countries.models import Country
from crm.countries.queries import all_countries
from crm.delegations.models.delegation import Delegation
from crm.interests.models import SectorInterest, Strength
from crm.organisations.models import Organisation
from crm.organisations.queries import organisation_name_key
from crm.reference.models import Sector
from crm.reference.queries import every_sector

MOST_ORGANISATIONS = 200  # a table of more is no overview

Counts = list[tuple[Strength, int]]  # strongest first, none that is zero


@dataclass(frozen=True)
class MatrixColumn:
    """A sector; ``is_part`` of the sector in the first column, which counts it, too."""

    code: str
    name: Worded
    is_part: bool
    has_parts: bool
    counts: Counts


@dataclass(frozen=True)
class MatrixRow:
    """A country or an organisation with its counts, one for each column, and over all of them."""

    key: str
    name: Worded
    cells: list[Counts]
    counts: Counts


@dataclass(frozen=True)
class Matrix:
    """The table; ``row_count`` is more than the rows when those with few interests are left out."""

    columns: list[MatrixColumn]
    rows: list[MatrixRow]
    counts: Counts
    row_count: int


class _Tally:
    """Numbers by strength."""

    def __init__(self) -> None:
        self._counts: dict[Strength, int] = defaultdict(int)

    def add(self, strength: Strength, count: int) -> None:
        self._counts[strength] += count

    @property
    def total(self) -> int:
        return sum(self._counts.values())

    @property
    def counts(self) -> Counts:
        return [(one, self._counts[one]) for one in reversed(Strength) if self._counts[one]]


def matrix_by_country(interests: Select[SectorInterest], sector: str | None) -> Matrix:
    """The matrix of ``interests`` with a row for each country, by name.

    ``sector`` is what they are narrowed to: its parts are the columns then, else whole sectors.
    """
    key = func.coalesce(
        SectorInterest.country_code, Organisation.country_code, Delegation.country_code
    )
    counted = _counted(interests, key)
    counted = counted.outerjoin(SectorInterest.organisation).outerjoin(SectorInterest.delegation)
    found = db.session.execute(counted).all()
    codes = {str(one[0]) for one in found}
    countries = db.session.scalars(all_countries().where(Country.code.in_(codes)))
    return _matrix(found, {one.code: worded(one, "name") for one in countries}, sector, None)


def matrix_by_organisation(interests: Select[SectorInterest], sector: str | None) -> Matrix:
    """The same with a row for each organisation that has interests of its own, by name.

    At most ``MOST_ORGANISATIONS``, those with the most interests.
    """
    key = SectorInterest.organisation_id
    found = db.session.execute(_counted(interests, key).where(key.is_not(None))).all()
    statement = select(Organisation).where(Organisation.id.in_({one[0] for one in found}))
    named = db.session.scalars(
        statement.order_by(organisation_name_key().nulls_last(), Organisation.id)
    )
    names = {str(one.id): worded(one, "name") for one in named}
    return _matrix(found, names, sector, MOST_ORGANISATIONS)


def _counted(interests: Select[SectorInterest], key: Any) -> Select[Any]:
    ids = interests.with_only_columns(SectorInterest.id).order_by(None)
    return (
        select(key, SectorInterest.sector_code, SectorInterest.strength, func.count())
        .select_from(SectorInterest)
        .where(SectorInterest.id.in_(ids))
        .group_by(key, SectorInterest.sector_code, SectorInterest.strength)
    )


def _matrix(
    found: Iterable[Any], names: dict[str, Worded], sector: str | None, most: int | None
) -> Matrix:
    sectors = {one.code: one for one in db.session.scalars(every_sector())}
    cells: dict[tuple[str, str], _Tally] = defaultdict(_Tally)
    by_row: dict[str, _Tally] = defaultdict(_Tally)
    by_column: dict[str, _Tally] = defaultdict(_Tally)
    whole = _Tally()
    for key, code, strength, count in found:
        row = str(key)
        for column in {code, sectors[code].parent_code or code}:
            cells[row, column].add(strength, count)
            by_column[column].add(strength, count)
        by_row[row].add(strength, count)
        whole.add(strength, count)
    columns = [
        _column(one, sectors, sector, by_column[one.code].counts)
        for one in _shown(sectors, sector, set(by_column))
    ]
    kept = sorted(names, key=lambda row: -by_row[row].total)[:most]
    rows = [
        MatrixRow(row, name, [cells[row, one.code].counts for one in columns], by_row[row].counts)
        for row, name in names.items()
        if row in set(kept)
    ]
    return Matrix(columns, rows, whole.counts, len(names))


def _shown(sectors: dict[str, Sector], asked: str | None, used: set[str]) -> list[Sector]:
    """Whole sectors somebody is interested in; of an ``asked`` one itself and its parts."""
    if asked is None:
        return [one for one in sectors.values() if one.parent_code is None and one.code in used]
    parts = [one for one in sectors.values() if one.parent_code == asked and one.code in used]
    return [*([sectors[asked]] if asked in used else []), *parts]


def _column(
    sector: Sector, sectors: dict[str, Sector], asked: str | None, counts: Counts
) -> MatrixColumn:
    return MatrixColumn(
        code=sector.code,
        name=worded(sector, "name"),
        is_part=asked is not None and sector.code != asked,
        has_parts=asked is None and any(one.parent_code == sector.code for one in sectors.values()),
        counts=counts,
    )
