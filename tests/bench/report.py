"""The table: what was measured beside its floor, its goal, and whether it holds."""

import os
import platform
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.rounds import Spent

HEADINGS = ("", "measured", "floor", "times", "processor", "goal", "")


@dataclass(frozen=True)
class Line:
    """One measurement; ``floor`` and ``limit`` are None where there is none."""

    name: str
    measured: float
    unit: str
    floor: float | None = None
    limit: float | None = None  # in times of the floor where there is one, else in ``unit``
    note: str = ""
    processor: float | None = None  # times the floor on a processor

    @classmethod
    def of(
        cls, name: str, spent: Spent, beneath: Spent, limit: float | None, note: str = ""
    ) -> "Line":
        """A time in milliseconds beside its floor."""
        on_it = spent.processor / beneath.processor if beneath.processor else None
        return cls(name, spent.wall, "ms", beneath.wall, limit, note, on_it)

    @property
    def times(self) -> float | None:
        """How many times its floor."""
        return None if not self.floor else self.measured / self.floor

    @property
    def holds(self) -> bool | None:
        """Whether the goal is reached; None without one."""
        if self.limit is None:
            return None
        return (self.measured if self.floor is None else self.times or 0) <= self.limit

    def cells(self) -> tuple[str, ...]:
        """For a row of the table."""
        mark = {None: "", True: "✓", False: "✗"}[self.holds]
        goal = "" if self.limit is None else f"≤ {_short(self.limit)}"
        if self.limit is not None:
            goal += " ×" if self.floor is not None else f" {self.unit}".rstrip()
        return (
            f"{self.name}{f' ({self.note})' if self.note else ''}",
            f"{_short(self.measured)} {self.unit}".rstrip(),
            "" if self.floor is None else f"{_short(self.floor)} {self.unit}".rstrip(),
            "" if self.times is None else f"{self.times:.2f}",
            "" if self.processor is None else f"{self.processor:.2f}",
            goal,
            mark,
        )


def _short(number: float) -> str:
    return f"{number:.0f}" if number >= 100 or number == int(number) else f"{number:.2f}"


@dataclass(frozen=True)
class Section:
    """The lines of one database."""

    title: str
    lines: list[Line]


def show(line: Line) -> None:
    """Print one line as soon as it is known."""
    name, *others, mark = line.cells()
    print(f"  {name:<52} {' '.join(f'{one:>12}' for one in others)}  {mark}", flush=True)


def write(path: Path, command: str, sections: list[Section]) -> None:
    """Put the tables between the marks of the page at ``path``; the text around them stays."""
    before, start, rest = path.read_text(encoding="utf-8").partition("<!-- bench -->\n")
    _old, end, after = rest.partition("<!-- /bench -->")
    made = "\n".join(_told(command, sections))
    path.write_text(f"{before}{start}{made}\n{end}{after}", encoding="utf-8")


def _told(command: str, sections: list[Section]) -> list[str]:
    now = datetime.now(UTC).strftime("%d %B %Y, %H:%M UTC")
    told = [f"`{command}`, {now}, {machine()}.", ""]
    told += [
        f"Load average {os.getloadavg()[1]:.1f} at the end: 1 means one busy processor.",
        "",
    ]
    for section in sections:
        told += [f"### {section.title}", ""]
        told += [f"| {' | '.join(HEADINGS)} |", "|---|---:|---:|---:|---:|---:|---|"]
        told += [f"| {' | '.join(line.cells())} |" for line in section.lines]
        told.append("")
    return told


def machine() -> str:
    """What it ran on."""
    model = "unknown processor"
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
        model = named[0] if named else model
    return (
        f"{os.cpu_count()} × {model}, Python {platform.python_version()},"
        f" SQLite {sqlite3.sqlite_version}"
    )
