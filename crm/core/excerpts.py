"""Texts of any length in places that have little room."""

import unicodedata

_PLACEHOLDER = "…"
_WIDE = set("шщжюмфыъдцШЩЖЮМФЫЪДЦWMm@%—")


def one_line(text: str) -> str:
    """``text`` without its line breaks, single-spaced."""
    return " ".join(text.split())


def shortened(text: str, length: int) -> str:
    """``text`` on one line and within ``length`` characters; «…» says that there was more.

    Words stay whole where that costs less than half of the room.
    """
    text = one_line(text)
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    words = cut.rpartition(" ")[0]
    kept = words if len(words) * 2 > length and text[length - 1] != " " else cut
    return kept.rstrip(" ,;:.–-") + _PLACEHOLDER


def lines_taken(text: str, room: float) -> int:
    """How many printed lines ``text`` takes at most, ``room`` average letters to a line.

    Capitals and wide letters count for more, a line break ends a line; an empty text takes one.
    """
    return sum(_wrapped(line, room) for line in text.split("\n"))


def _wrapped(line: str, room: float) -> int:
    count, filled = 1, 0.0
    for word in line.split():
        width = sum(map(_width, word))
        if filled and filled + 0.5 + width > room:
            count, filled = count + 1, 0.0
        over, width = divmod(width, room)  # a word longer than a line is broken
        count, filled = count + int(over), filled + 0.5 + width
    return count


def _width(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.9
    return (1.2 if letter.isupper() else 1.0) * (1.35 if letter in _WIDE else 1.0)
