"""What a file really is: its kind by its content, and whether it does no harm to who opens it.

Nothing is ever unpacked to the disk.
"""

import codecs
import io
import re
import zlib
from collections.abc import Callable, Mapping
from lzma import LZMAError
from typing import IO, cast
from zipfile import BadZipFile, ZipFile, ZipInfo

from flask_babel import gettext as _

from crm.documents.models import FileType
from crm.documents.services.names import ending_of

_BY_ENDING = {ending: one for one in FileType for ending in one.facts.endings}
_BLOCK = 1024 * 1024
_TAIL = 64 * 1024
_MOST_ENTRIES = 10_000
_LARGEST_DIRECTORY = 4 * 1024 * 1024
_LARGEST_CONTENTS = 4 * 1024 * 1024  # of [Content_Types].xml
_MOST_UNPACKED = 1024 * 1024 * 1024
_ANY_RATIO_UP_TO = 50 * 1024 * 1024
_MOST_RATIO = 150  # a sheet of equal rows comes to a hundred
_MACROS = re.compile(r"vbaproject\.bin$|^xl/macrosheets/", re.I)


class RefusedFileError(Exception):
    """Why a file is not taken; the message is for people."""


def taken_types() -> str:
    """The kinds of files that are taken, in words."""
    return ", ".join(dict.fromkeys(str(one.label) for one in FileType))


def type_of(name: str, file: IO[bytes]) -> FileType:
    """The kind of ``file``, which is not empty; raises RefusedFileError.

    The ending of its ``name`` must say the same as its content.
    """
    kind = _BY_ENDING.get(ending_of(name))
    if kind is None:
        raise RefusedFileError(
            _(
                "Files of this kind are not accepted. Save it as one of: %(types)s",
                types=taken_types(),
            )
        )
    file.seek(0)
    if not _begins_as(kind, file) or not _CHECKS[kind](kind, file):
        raise RefusedFileError(
            _(
                "The content is not that of a %(type)s file, or the file is damaged: "
                "open it and save it once more",
                type=kind.label,
            )
        )
    file.seek(0)
    return kind


def _begins_as(kind: FileType, file: IO[bytes]) -> bool:
    if kind in (FileType.TXT, FileType.CSV):
        return True  # a text has no signature; its check reads it all
    # Whoever sends no file does not wait for its long table.
    import puremagic

    try:
        found = {one.extension for one in puremagic.magic_stream(file)}
    except puremagic.PureError:
        return False
    packed = kind in _MAIN_PARTS or kind in _ODF
    return bool(found & ({".docx"} if packed else {f".{end}" for end in kind.facts.endings}))


def _tail(file: IO[bytes]) -> bytes:
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - _TAIL))
    return file.read()


def _is_pdf(_kind: FileType, file: IO[bytes]) -> bool:
    file.seek(0)
    return file.read(5) == b"%PDF-" and b"%%EOF" in _tail(file)


def _is_picture(kind: FileType, file: IO[bytes]) -> bool:
    if kind == FileType.PNG:
        return b"IEND" in _tail(file)
    if kind == FileType.WEBP:
        file.seek(4)
        told = int.from_bytes(file.read(4), "little") + 8
        return told <= file.seek(0, io.SEEK_END)
    return True  # phones write more behind the end of a JPEG


# -- text ----------------------------------------------------------------------------------------

_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1b\x7f]")


def _is_text(_kind: FileType, file: IO[bytes]) -> bool:
    return any(_reads_as(encoding, file) for encoding in ("utf-8-sig", "cp1251"))


def _reads_as(encoding: str, file: IO[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while block := file.read(_BLOCK):
            if _NO_TEXT.search(decoder.decode(block)):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


# -- packed --------------------------------------------------------------------------------------

_OOXML = b"application/vnd.openxmlformats-officedocument"
# What [Content_Types].xml says of the main part; one with macros says another thing.
_MAIN_PARTS: Mapping[FileType, bytes] = {
    FileType.DOCX: _OOXML + b".wordprocessingml.document.main+xml",
    FileType.XLSX: _OOXML + b".spreadsheetml.sheet.main+xml",
    FileType.PPTX: _OOXML + b".presentationml.presentation.main+xml",
}
_ODF = {FileType.ODT, FileType.ODS}


def _is_packed(kind: FileType, file: IO[bytes]) -> bool:
    """Whether the archive holds what its kind must; raises RefusedFileError for a bomb."""
    size = file.seek(0, io.SEEK_END)
    try:
        with ZipFile(cast(IO[bytes], _Sips(file))) as opened:
            entries = opened.infolist()
            _refuse_bomb(entries, size)
            _refuse_locked(entries)
            return _holds(kind, opened, entries)
    except _DAMAGED:
        return False


_DAMAGED = (
    *(BadZipFile, KeyError, NotImplementedError, EOFError, OSError, ValueError),
    *(zlib.error, LZMAError),  # what does not unpack
)


class _Sips:
    """A file of which nobody takes much at once, as the list of entries would be taken: wherever
    the archive says that it is and however long. Reading a very long one takes memory.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        most = _LARGEST_DIRECTORY + 1
        found = self._file.read(most if size < 0 else min(size, most))
        if len(found) == most:
            raise _bomb()
        return found


def _refuse_bomb(entries: list[ZipInfo], size: int) -> None:
    unpacked = sum(one.file_size for one in entries)
    is_dense = unpacked > _ANY_RATIO_UP_TO and unpacked > size * _MOST_RATIO
    if len(entries) > _MOST_ENTRIES or unpacked > _MOST_UNPACKED or is_dense:
        raise _bomb()


def _bomb() -> RefusedFileError:
    return RefusedFileError(
        _("Unpacked it would be far larger than it looks: such files break the programs they meet")
    )


def _refuse_locked(entries: list[ZipInfo]) -> None:
    if any(one.flag_bits & 1 for one in entries):
        raise RefusedFileError(_("It is locked by a password: save it without one"))
    if any(_MACROS.search(one.filename) for one in entries):
        raise RefusedFileError(_("It holds macros: save it without them"))


def _holds(kind: FileType, opened: ZipFile, entries: list[ZipInfo]) -> bool:
    if kind in _ODF:
        first = entries[0] if entries else None
        if first is None or first.filename != "mimetype":
            return False
        with opened.open(first) as part:
            return part.read(200).strip() == kind.facts.media_type.encode()
    with opened.open("[Content_Types].xml") as part:
        return _MAIN_PARTS[kind] in part.read(_LARGEST_CONTENTS)


_CHECKS: Mapping[FileType, Callable[[FileType, IO[bytes]], bool]] = {
    FileType.PDF: _is_pdf,
    **dict.fromkeys((FileType.PNG, FileType.JPEG, FileType.WEBP), _is_picture),
    **dict.fromkeys((FileType.TXT, FileType.CSV), _is_text),
    **dict.fromkeys((*_MAIN_PARTS, *_ODF), _is_packed),
}
