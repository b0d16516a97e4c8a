"""Files that are whole or not there."""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NAMELESS = getattr(os, "O_TMPFILE", 0)  # Linux; elsewhere opening a folder fails with EISDIR


def is_full(error: BaseException) -> bool:
    """Whether ``error`` says that the disk, or what one may take of it, is used up."""
    return isinstance(error, OSError) and error.errno in _NO_ROOM


@contextmanager
def whole_file(path: Path, mode: int = 0o666, *, replaces: bool = True) -> Iterator[IO[bytes]]:
    """A file to write that stands at ``path``, safely stored, only when the block has ended well.

    Before that it has no name, where the file system can do so: even a killed process leaves
    nothing. Raises FileExistsError for a ``path`` that is taken, unless it ``replaces`` what is
    there.
    """
    if path.exists() and not path.is_file():  # a pipe or a device takes what comes
        with path.open("wb") as target:
            yield target
        return
    path = path.resolve()
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with open_draft(draft, mode) as target:
            yield target
            target.flush()
            os.fsync(target.fileno())
            give_name(target, draft, draft if replaces else path)
            if replaces:
                draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def open_draft(draft: Path, mode: int) -> IO[bytes]:
    """A new file in the folder of ``draft``, nameless where that can be, else called so."""
    flags = os.O_RDWR | os.O_CLOEXEC
    try:
        handle = os.open(draft.parent, flags | _NAMELESS, mode)
    except OSError as error:
        if error.errno not in (errno.EOPNOTSUPP, errno.EISDIR):
            raise
        handle = os.open(draft, flags | os.O_CREAT | os.O_EXCL, mode)
    return os.fdopen(handle, "w+b")


def give_name(file: IO[bytes], draft: Path, name: Path) -> None:
    """Let a ``file`` of ``open_draft`` be called ``name``; raises FileExistsError when taken."""
    if draft.exists():
        if draft != name:
            os.link(draft, name)
        return
    # A descriptor of a folder, though unused, is what makes Python call linkat().
    here = os.open("/", os.O_RDONLY)
    try:
        os.link(f"/proc/self/fd/{file.fileno()}", name, src_dir_fd=here, follow_symlinks=True)
    finally:
        os.close(here)
