"""Names of files as they are kept: what a computer may have sent is no name yet."""

import re

from crm.core.language import normalise

_MOST_BYTES = 240  # file systems take 255 of a name
_LONGEST_ENDING = 20
_NOT_IN_NAMES = re.compile(r'[<>:"|?*\x00-\x1f\x7f-\x9f]')  # on Windows
# Of Windows' devices, whatever follows the dot: opening «con.pdf» there opens the console.
_DEVICES = re.compile(r"(con|prn|aux|nul|(com|lpt)[0-9¹²³])(\.|$)", re.I)


def clean_name(sent: str) -> str:
    """The name of a file out of what was ``sent``, letters of any script kept; "" when none is.

    Folders before it, control characters and marks of direction are cut, it fits any file system.
    """
    last = re.split(r"[/\\]", sent.replace("\x00", ""))[-1]
    text = " ".join(normalise(last).split())
    text = _NOT_IN_NAMES.sub("_", text).strip(". ")
    if _DEVICES.match(text):
        text = f"_{text}"
    return _shortened(text)


def ending_of(name: str) -> str:
    """What stands after the last dot, in small letters; "" without a dot."""
    return name.rpartition(".")[2].casefold() if "." in name else ""


def _shortened(name: str) -> str:
    if len(name.encode()) <= _MOST_BYTES:
        return name
    ending = f".{ending_of(name)}"
    if len(ending) > _LONGEST_ENDING or ending == ".":
        ending = ""
    stem = name.encode()[: _MOST_BYTES - len(ending.encode())].decode(errors="ignore")
    return stem.rstrip(". ") + ending
