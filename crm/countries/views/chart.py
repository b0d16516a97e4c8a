"""Trade by year as a drawing: full years side by side, the running year apart and outlined."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from itertools import accumulate
from typing import Any

from flask_babel import gettext as _

from crm.core.money import Money, Qualifier, plain_number, short_millions
from crm.countries.models import Indicator, TradeFact

_MOST_YEARS = 6  # the table below has all of them
_LEFT, _TOP, _BASE, _SLOT, _BAR = 34, 30, 170, 84, 52
_SPLIT = (Indicator.EXPORT, Indicator.IMPORT)
_CSS = {Indicator.TURNOVER: "a", Indicator.EXPORT: "a", Indicator.IMPORT: "b"}

Year = tuple[int, list[TradeFact], str]  # number, figures on top of each other, text over them


@dataclass(frozen=True)
class Line:
    """A value of the scale."""

    y: float
    text: str


@dataclass(frozen=True)
class Part:
    """A figure as a rectangle."""

    fact: TradeFact
    css: str
    y: float
    height: float


@dataclass(frozen=True)
class Bar:
    """A year: what stands on what, the value over it, the year under it."""

    parts: Sequence[Part]
    x: float
    text: str
    label: str
    width: int = _BAR

    @property
    def middle(self) -> float:
        """Where its texts are centred."""
        return self.x + self.width / 2

    @property
    def top(self) -> float:
        """The upper edge."""
        return min(part.y for part in self.parts)


@dataclass(frozen=True)
class Chart:
    """The whole drawing; ``legend``: class of a rectangle and what it means."""

    bars: Sequence[Bar]
    grid: Sequence[Line]
    legend: Sequence[tuple[str, Any]]
    base: int = _BASE
    height: int = _BASE + 30

    @property
    def width(self) -> int:
        """In units of the drawing."""
        return _LEFT + _SLOT * max(len(self.bars), 4)


def trade_chart(facts: Iterable[TradeFact]) -> Chart | None:
    """The drawing of one region's figures; None with fewer than two comparable years.

    Exports on imports where every year has both, else turnovers: at most two series. A figure
    since the start of a later year stands apart, for it is not comparable.
    """
    facts = [fact for fact in facts if fact.currency == "USD"]
    by_year = _by_year(fact for fact in facts if fact.is_full_year and not fact.is_year_to_date)
    is_split = all(set(_SPLIT) <= set(three) for three in by_year.values())
    stack = _SPLIT if is_split else (Indicator.TURNOVER,)
    years = [_year(number, three, stack) for number, three in sorted(by_year.items())]
    full = [year for year in years if year is not None][-_MOST_YEARS:]
    if len(full) < 2:
        return None
    running = _running(facts, after=full[-1][0], stack=stack)
    return _drawn(full, running, stack)


def _by_year(facts: Iterable[TradeFact]) -> dict[int, dict[Indicator, TradeFact]]:
    found: dict[int, dict[Indicator, TradeFact]] = {}
    for fact in facts:
        found.setdefault(fact.period_from.year, {}).setdefault(fact.indicator, fact)
    return found


def _year(
    number: int, three: dict[Indicator, TradeFact], stack: Sequence[Indicator]
) -> Year | None:
    if any(indicator not in three for indicator in stack):
        return None
    parts = [three[indicator] for indicator in stack]
    whole = three.get(Indicator.TURNOVER)
    if whole is not None:
        return number, parts, short_millions(whole.value, whole.qualifier)
    total = Money(sum(part.value_minor for part in parts), "USD")
    is_exact = all(part.qualifier == Qualifier.EXACT for part in parts)
    return number, parts, short_millions(total, Qualifier.EXACT if is_exact else Qualifier.ABOUT)


def _running(facts: Sequence[TradeFact], after: int, stack: Sequence[Indicator]) -> Year | None:
    """The newest figures since the start of a year later than ``after``."""
    to_date = [fact for fact in facts if fact.is_year_to_date and fact.period_from.year > after]
    periods = {(fact.period_from, fact.period_to) for fact in to_date}
    if not periods:
        return None
    newest = max(periods, key=lambda period: (period[0], period[1] or period[0]))
    of_newest = [fact for fact in to_date if (fact.period_from, fact.period_to) == newest]
    year, three = next(iter(_by_year(of_newest).items()))
    return _year(year, three, stack) or _year(year, three, (Indicator.TURNOVER,))


def _drawn(full: list[Year], running: Year | None, stack: Sequence[Indicator]) -> Chart | None:
    years = full if running is None else [*full, running]
    most = max(sum((fact.value.millions for fact in parts), Decimal()) for _, parts, _text in years)
    if not most:
        return None
    step = _step(most)
    top = step * (most / step).to_integral_value(ROUND_CEILING)
    scale = (_BASE - _TOP) / float(top)
    values = [step * (place + 1) for place in range(int(top / step))]
    grid = [Line(round(_BASE - float(one) * scale, 1), plain_number(one)) for one in values]
    bars = [
        Bar(list(_parts(parts, scale, year is running)), _x(place), text, str(number))
        for place, year in enumerate(years)
        for number, parts, text in [year]
    ]
    return Chart(bars, grid, _legend(stack, running is not None))


def _parts(facts: Sequence[TradeFact], scale: float, is_running: bool) -> Iterable[Part]:
    heights = [max(round(float(fact.value.millions) * scale, 1), 1.0) for fact in facts]
    for fact, height, edge in zip(facts, heights, accumulate(heights), strict=True):
        css = "y" if is_running else _CSS[fact.indicator]
        yield Part(fact, css, round(_BASE - edge, 1), height)


def _x(place: int) -> float:
    return _LEFT + place * _SLOT + (_SLOT - _BAR) / 2


def _step(most: Decimal) -> Decimal:
    """A round distance of the lines of the scale: three to six of them up to ``most``."""
    size = Decimal(10) ** (most.adjusted() - 1)
    return next(step for factor in (2, 5, 10, 20, 50) if most / (step := size * factor) <= 5)


def _legend(stack: Sequence[Indicator], has_running: bool) -> list[tuple[str, Any]]:
    named = [(_CSS[indicator], indicator.label) for indicator in stack]
    if has_running:
        named.append(("y", _("since the start of the year: not comparable with full years")))
    return named
