"""Whether the folder holds what the records name, and nothing else."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from crm.core.database import db
from crm.documents.models import Document
from crm.documents.services.store import digest_of, path_of, stored_files

_ON_ITS_WAY = 15 * 60  # seconds: a file stands there before its record is committed
_NAMED = 3


@dataclass
class Checked:
    """What came of a check: how many contents are named, and paths of what is wrong."""

    count: int = 0
    missing: list[Path] = field(default_factory=list)
    altered: list[Path] = field(default_factory=list)
    unreferenced: list[Path] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """What is wrong, one line each."""
        kinds = ("missing", "altered", "unreferenced")
        found = ((kind, getattr(self, kind)) for kind in kinds)
        return [f"{len(paths)} {kind} ({_some(paths)})" for kind, paths in found if paths]


def _some(paths: list[Path]) -> str:
    named = ", ".join(str(path) for path in paths[:_NAMED])
    return f"{named}, …" if len(paths) > _NAMED else named


def check_documents(instance: Path, progress: Callable[[str], None]) -> Checked:
    """Read every file that a record names and look for those that none names.

    The folder is listed first: whatever comes meanwhile has its file before its record.
    """
    present = dict(stored_files(instance))
    with db.engine.connect().execution_options(is_reading=True) as connection:
        # By the engine: the check of an installation is kept from nothing.
        found = connection.execute(select(Document.sha256, Document.size).distinct())
        wanted: dict[str, int] = {row[0]: row[1] for row in found}
    checked = Checked(len(wanted))
    for number, (sha256, size) in enumerate(sorted(wanted.items()), 1):
        progress(f"documents {number} of {len(wanted)}")
        _check(path_of(instance, sha256), sha256, size, checked)
    youngest = time.time() - _ON_ITS_WAY
    for sha256, path in present.items():
        if sha256 not in wanted and _changed_at(path) < youngest:
            checked.unreferenced.append(path)
    return checked


def _check(path: Path, sha256: str, size: int, checked: Checked) -> None:
    try:
        with path.open("rb") as file:
            is_whole = path.stat().st_size == size and digest_of(file) == sha256
    except FileNotFoundError:
        checked.missing.append(path)
        return
    if not is_whole:
        checked.altered.append(path)


def _changed_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return time.time()  # somebody has removed it meanwhile
