"""The one file of a backup: a ZIP with a manifest, sealed by a hash over everything.

Each member's SHA-256 stands in the manifest; the seal at the end (the ZIP's comment) covers every
byte before it, headers too, so that no flipped one goes unseen.
"""

import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, fields, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, Any, Self
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

PRODUCT, FORMAT = "seriktes", 1
DATABASE, FILES = "database", "files/"
_MANIFEST = "manifest.json"
_SEAL = b"seriktes sha256 "
_SEAL_SIZE = len(_SEAL) + 64
_CHUNK = 1024 * 1024
Progress = Callable[[str], None]


class BackupError(Exception):
    """Why a backup cannot be made or restored; the message is one line."""


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself: ``rows`` by table, ``members`` with their SHA-256."""

    version: str
    database: str  # "sqlite" or "postgresql"
    schema: str  # the revision of its tables
    created_at: str
    rows: dict[str, int]
    members: dict[str, str] = field(default_factory=dict)
    product: str = PRODUCT
    format: int = FORMAT

    @classmethod
    def read(cls, content: bytes) -> Self:
        """The manifest in ``content``; raises BackupError for another product's or a newer one."""
        try:
            given = json.loads(content)
            product, form = given["product"], given["format"]
        except (ValueError, TypeError, KeyError):
            raise BackupError("its manifest cannot be read") from None
        if product != PRODUCT:
            raise BackupError(f"it is a backup of {product!r}, not of Seriktes")
        known = {one.name for one in fields(cls)}
        if form != FORMAT or set(given) != known:
            raise BackupError(f"its format {form} is not known here: it needs a newer version")
        return cls(**given)

    @property
    def files(self) -> list[PurePosixPath]:
        """The paths of its files within the instance folder."""
        return [
            PurePosixPath(name.removeprefix(FILES)) for name in self.members if name != DATABASE
        ]


class ArchiveWriter:
    """Writes the members of a backup, then the manifest and the seal."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target, self._members = target, dict[str, str]()
        self._zip = ZipFile(target, "w", ZIP_DEFLATED)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_failure: object) -> None:
        """Let go of the file; where writing failed, the rest cannot be written either."""
        with suppress(OSError, ValueError):
            self._zip.close()

    def add(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write one member."""
        digest = hashlib.sha256()
        with self._zip.open(_member(name), "w", force_zip64=True) as member:
            for chunk in chunks:
                digest.update(chunk)
                member.write(chunk)
        self._members[name] = digest.hexdigest()

    def finish(self, manifest: Manifest) -> Manifest:
        """Write ``manifest``, completed by the members' hashes, and seal the file."""
        manifest = replace(manifest, members=self._members)
        content = json.dumps(asdict(manifest), indent=1, sort_keys=True)
        self._zip.writestr(_member(_MANIFEST), content)
        self._zip.comment = _SEAL + b"0" * 64
        self._zip.close()
        seal = _digest_before_seal(self._target)
        self._target.seek(-64, 2)
        self._target.write(seal)
        return manifest


def _member(name: str) -> ZipInfo:
    member = ZipInfo(name)  # without a date: the manifest has it
    member.compress_type = ZIP_DEFLATED
    member.external_attr = 0o600 << 16
    return member


def _digest_before_seal(file: IO[bytes]) -> bytes:
    left = file.seek(0, 2) - 64
    file.seek(0)
    digest = hashlib.sha256()
    while left and (chunk := file.read(min(_CHUNK, left))):
        digest.update(chunk)
        left -= len(chunk)
    return digest.hexdigest().encode()


class Archive:
    """A backup that was checked byte by byte."""

    def __init__(self, opened: ZipFile, manifest: Manifest) -> None:
        self._zip, self.manifest = opened, manifest

    def chunks(self, name: str) -> Iterator[bytes]:
        """The content of one member."""
        with self._zip.open(name) as member:
            yield from iter(partial(member.read, _CHUNK), b"")


@contextmanager
def open_archive(path: Path, progress: Progress) -> Iterator[Archive]:
    """The backup at ``path``; raises BackupError for a damaged file and for no backup."""
    progress("checking")
    with path.open("rb") as file:
        _check_seal(file)
        try:
            with ZipFile(file) as opened:
                manifest = Manifest.read(opened.read(_MANIFEST))
                archive = Archive(opened, manifest)
                _check_members(opened, archive)
                yield archive
        except (BadZipFile, zlib.error, KeyError) as error:
            raise BackupError(f"it is damaged: {error}") from error


def _check_seal(file: IO[bytes]) -> None:
    size = file.seek(0, 2)
    file.seek(max(0, size - _SEAL_SIZE))
    seal = file.read()
    if not seal.startswith(_SEAL):
        raise BackupError("it is no backup of Seriktes, or its end is missing")
    if seal.removeprefix(_SEAL) != _digest_before_seal(file):
        raise BackupError("it is damaged: its bytes are not those that were written")


def _check_members(opened: ZipFile, archive: Archive) -> None:
    names = set(opened.namelist()) - {_MANIFEST}
    manifest = archive.manifest
    if names != set(manifest.members) or DATABASE not in names:
        raise BackupError("it is damaged: its members are not those of its manifest")
    for path in manifest.files:
        if path.is_absolute() or ".." in path.parts or not path.parts:
            raise BackupError(f"it names a file outside the instance folder: {path}")
    for name, wanted in manifest.members.items():
        digest = hashlib.sha256()
        for chunk in archive.chunks(name):
            digest.update(chunk)
        if digest.hexdigest() != wanted:
            raise BackupError(f"it is damaged: the hash of {name} is wrong")


def digest_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def chunks_of(file: IO[Any]) -> Iterator[bytes]:
    """The rest of ``file``, piece by piece."""
    return iter(partial(file.read, _CHUNK), b"")
