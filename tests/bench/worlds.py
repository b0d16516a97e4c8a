"""Databases with a made-up world, kept from one run to the next."""

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests import postgres
from tests.bench.floor import connect
from tests.serving import CRM

ROOT = Path(__file__).parents[2]
CACHE = Path(os.environ.get("CRM_BENCH_CACHE", ROOT / ".bench"))
PASSWORD = "bench: one two three"
BIG = {
    "users": 200,
    "organisations": 100_000,
    "people": 200_000,
    "meetings": 100_000,
    "projects": 50_000,
    "follow-ups": 100_000,
}
SMALL = {name: max(20, count // 100) for name, count in BIG.items()}
_SETTINGS = {"listen_addresses": "", "fsync": "off", "autovacuum": "off", "jit": "on"}
_SETTINGS |= {"shared_buffers": "256MB", "max_wal_size": "4GB", "max_connections": "50"}


@dataclass(frozen=True)
class World:
    """A built database: where it is, and who reads it."""

    kind: str  # sqlite, postgresql
    size: int  # meetings
    url: str
    instance: Path
    reader: str  # an officer's address
    reader_id: int
    language: str
    postmaster: int | None  # the process that starts those of PostgreSQL

    @property
    def environ(self) -> dict[str, str]:
        """What ``crm`` needs to work on it."""
        return environ(self.url, self.instance)


def environ(url: str, instance: Path) -> dict[str, str]:
    """The settings of an installation at ``url``, besides those of this process."""
    settings = {"CRM_DATABASE_URL": url, "CRM_INSTANCE_PATH": str(instance)}
    return os.environ | settings | {"CRM_SECRET_KEY": "only-for-measuring-this"}


@contextlib.contextmanager
def world(kind: str, counts: dict[str, int]) -> Iterator[World]:
    """The world of ``counts`` on ``kind``, built when the cache has none of this code."""
    folder = CACHE / f"{kind}-{counts['meetings']}-{_key(counts)}"
    if not (folder / "built").exists():
        shutil.rmtree(folder, ignore_errors=True)  # half of one, perhaps
    folder.mkdir(parents=True, exist_ok=True)
    instance = folder / "instance"
    instance.mkdir(mode=0o700, exist_ok=True)
    with _database(kind, folder) as url:
        if not (folder / "built").exists():
            _build(url, instance, counts)
            (folder / "built").touch()
        else:
            _crm(url, instance, "db", "upgrade")
        running = folder / "cluster" / "postmaster.pid"
        postmaster = int(running.read_text().split()[0]) if running.exists() else None
        yield _opened(kind, counts["meetings"], url, instance, postmaster)


def _key(counts: dict[str, int]) -> str:
    """What the rows depend on; to newer tables a world is brought by the migrations."""
    sources = (ROOT / "crm/demo/services/volume").glob("*.py")
    found = hashlib.sha256(json.dumps(counts).encode())
    for path in sorted(sources):
        found.update(path.read_bytes())
    return found.hexdigest()[:12]


@contextlib.contextmanager
def _database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'crm.db'}"
        return
    socket = Path(tempfile.mkdtemp(prefix="crm-bench-", dir="/tmp"))  # short: a socket lies there
    try:
        with postgres.running(socket, _SETTINGS, folder / "cluster", stop="fast"):
            server = f"postgresql+psycopg://postgres@/postgres?host={socket}"
            connection = connect(server)
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'crm'").fetchone():
                connection.execute("CREATE DATABASE crm TEMPLATE template0")
            connection.close()
            yield f"postgresql+psycopg://postgres@/crm?host={socket}"
    finally:
        shutil.rmtree(socket, ignore_errors=True)


def _build(url: str, instance: Path, counts: dict[str, int]) -> None:
    begun = time.monotonic()
    given = [f"--{name}={count}" for name, count in counts.items()]
    print(f"  building {' '.join(given)} …", flush=True)
    _crm(url, instance, "db", "upgrade")
    _crm(url, instance, "seed", "volume", *given)
    print(f"  built in {time.monotonic() - begun:.0f} s", flush=True)
    _settle(url)


def _settle(url: str) -> None:
    """What the database does by itself in a quiet hour."""
    connection = connect(url)
    steps = ["VACUUM ANALYZE", "CHECKPOINT"]
    for step in steps if url.startswith("postgresql") else ["PRAGMA wal_checkpoint(TRUNCATE)"]:
        connection.execute(step)
    connection.close()


def _opened(kind: str, size: int, url: str, instance: Path, postmaster: int | None) -> World:
    connection = connect(url)
    reader_id, reader, language = connection.execute(
        "SELECT id, email, language FROM users WHERE role = 'officer' ORDER BY id LIMIT 1"
    ).fetchone()
    connection.close()
    _crm(url, instance, "users", "password", reader, "--password-stdin", typed=PASSWORD)
    return World(kind, size, url, instance, reader, reader_id, language, postmaster)


def _crm(url: str, instance: Path, *arguments: str, typed: str = "") -> None:
    subprocess.run(
        [*CRM, *arguments],
        env=environ(url, instance),
        cwd=ROOT,
        input=f"{typed}\n".encode(),
        stdout=subprocess.DEVNULL,
        check=True,
    )
