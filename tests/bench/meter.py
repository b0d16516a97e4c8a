"""How long processes were on a processor: a busy machine makes waiting longer, not working."""

import os
from pathlib import Path

_TICK = 1000 / os.sysconf("SC_CLK_TCK")


class Meter:
    """Milliseconds on a processor, of a server's worker and of all that serves its database."""

    def __init__(self, worker: int, postmaster: int | None) -> None:
        self._worker, self._postmaster = worker, postmaster

    def read(self) -> float:
        """So far; only differences mean anything, 0 where the system does not tell."""
        spent = _spent(self._worker)
        if self._postmaster is not None:
            spent += _ended_children(self._postmaster)
            spent += sum(map(_spent, children_of(self._postmaster)))
        return spent


def children_of(process: int) -> list[int]:
    """The processes that ``process`` started and that run still."""
    path = Path(f"/proc/{process}/task/{process}/children")
    return [int(one) for one in path.read_text().split()] if path.exists() else []


def _spent(process: int) -> float:
    total = 0
    for path in Path(f"/proc/{process}/task").glob("*/schedstat"):
        try:
            total += int(path.read_text().split()[0])
        except OSError:  # the thread has ended
            continue
    return total / 1_000_000


def _ended_children(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) * _TICK
