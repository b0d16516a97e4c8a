"""The folder of files: each content once, named by its SHA-256, never removed from here."""

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from crm.core.whole_files import whole_file

FOLDER = "documents"  # in the instance folder
_BLOCK = 1024 * 1024
_STORED = re.compile(r"[0-9a-f]{2}/[0-9a-f]{62}")


def path_of(instance: Path, sha256: str) -> Path:
    """Where the content with this hash stands, if it does."""
    return instance / FOLDER / sha256[:2] / sha256[2:]


def digest_of(file: IO[bytes]) -> str:
    """The hash of all of ``file``."""
    file.seek(0)
    digest = hashlib.sha256()
    for block in blocks_of(file):
        digest.update(block)
    return digest.hexdigest()


def store(instance: Path, file: IO[bytes]) -> str:
    """Keep the content of ``file`` safely on the disk; its hash. Raises OSError."""
    with storing(instance, file) as digest:
        return digest


@contextmanager
def storing(instance: Path, file: IO[bytes]) -> Iterator[str]:
    """The content of ``file`` is on the disk inside; it stays, under its hash, when the block has
    ended well. Raises OSError.

    What is there already is not written again, unless it was spoilt.
    """
    digest = digest_of(file)
    path = path_of(instance, digest)
    if _is_whole(path, digest):
        yield digest
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file.seek(0)
    with whole_file(path, 0o600) as target:
        for block in blocks_of(file):
            target.write(block)
        target.flush()
        os.fsync(target.fileno())  # a full disk says so here, at the latest
        yield digest
    _settle(path.parent)


def _is_whole(path: Path, digest: str) -> bool:
    try:
        with path.open("rb") as file:
            return digest_of(file) == digest
    except FileNotFoundError:
        return False


def _settle(folder: Path) -> None:
    """Have the names in ``folder``, and its own, on the disk before a record names them."""
    for one in (folder, folder.parent):
        handle = os.open(one, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def blocks_of(file: IO[bytes], size: int = _BLOCK) -> Iterator[bytes]:
    """The rest of ``file``, piece by piece."""
    while block := file.read(size):
        yield block


def stored_files(instance: Path) -> Iterator[tuple[str, Path]]:
    """Hash and path of everything in the folder that is named like a content."""
    folder = instance / FOLDER
    for path in sorted(folder.glob("*/*")):
        name = path.relative_to(folder).as_posix()
        if _STORED.fullmatch(name):
            yield name.replace("/", ""), path
