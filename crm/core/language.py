"""Kazakh, Russian, English: folding, sorting and values in several languages."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from babel import Locale
from flask import g
from flask_babel import get_locale

LANGUAGES = ("kk", "ru", "en")
LANGUAGE_NAMES = {"kk": "Қазақша", "ru": "Русский", "en": "English"}
# What guests speak most often stands first where a language is chosen.
_OFTEN_SPOKEN = (*LANGUAGES, "zh", "de", "tr", "ko", "fr", "ar", "ja", "uz")

# The 42 letters of the Kazakh alphabet in their order (domain rule: code points and plain UCA err).
_ALPHABET = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
_RANK = {letter: chr(0x30 + place) for place, letter in enumerate(_ALPHABET)}
_FOLDED = str.maketrans("әғқңөұүһіё", "агкноуухие")
_WORD = re.compile(r"\w+")
# Signs nobody sees. Some turn the direction of whatever follows them, on every page and in every
# mail that shows the name ("gpj.exe" as "exe.jpg"); all of them make two equal names differ, and
# searches miss. They come along when people copy from Word, a PDF or a messenger.
_UNSEEN = re.compile(
    "[\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # control characters but tab and line ends
    "\u00ad\u034f\u180e\u200b\u2060-\u2064\ufeff\u3164\uffa0"  # soft hyphen, spaces of no width
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"  # direction: marks, embeddings, isolates
    "\ufff9-\ufffb\U000e0000-\U000e0fff]"  # annotations, tags
)
# Joiners shape Arabic and Indian scripts and make one emoji of several: from Hebrew on they stay.
_IDLE_JOINER = re.compile(
    "(?<![\u0590-\U0010ffff])[\u200c\u200d]+|[\u200c\u200d]+(?![\u0590-\U0010ffff])"
)
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_LATIN_I = str.maketrans({"i": "і", "I": "І", "Ќ": "Қ", "ќ": "қ"})


@dataclass(frozen=True)
class Worded:
    """A text and the language it is written in (None when unknown or empty)."""

    text: str
    lang: str | None

    def __str__(self) -> str:
        return self.text


def reader_language() -> str:
    """The language of the current reader, one of LANGUAGES; kk outside a request."""
    language = present_language()
    return language if language in LANGUAGES else "kk"


def present_language() -> str | None:
    """What Flask-Babel has chosen, or chooses now; None outside an application context."""
    try:
        chosen = g._get_current_object().get("_flask_babel")  # where Flask-Babel 4 keeps it
    except RuntimeError:
        return None
    locale = getattr(chosen, "babel_locale", None) or get_locale()
    return str(locale.language) if locale is not None else None


def worded(record: object, attribute: str, language: str | None = None) -> Worded:
    """``attribute`` of ``record`` in the reader's language, else the first filled of kk, ru, en."""
    wanted = language or reader_language()
    for code in (wanted, *LANGUAGES):
        text = getattr(record, f"{attribute}_{code}")
        if text:
            return Worded(text, code)
    return Worded("", None)


def without_unseen(text: str) -> str:
    """``text`` without control characters, marks of direction and what has no width; joiners stay
    where a script or an emoji needs them. A NUL stays, too: it is told about, not mended.
    """
    if text.isascii() and text.isprintable():
        return text
    return _IDLE_JOINER.sub("", _UNSEEN.sub("", _LINE_ENDS.sub("\n", text)))


def normalise(text: str) -> str:
    """NFC, without unseen signs, line ends as \\n; Latin i and Macedonian Ќ become Kazakh letters
    in words that are Cyrillic otherwise.

    «Siemens-пен» and «Siemensпен» keep theirs: a word with other Latin letters is a foreign name.
    """
    text = unicodedata.normalize("NFC", without_unseen(text))
    if not any(mark in text for mark in "iIЌќ"):
        return text
    return _WORD.sub(lambda word: _as_kazakh(word.group()), text)


def _as_kazakh(word: str) -> str:
    is_cyrillic = any("\u0400" <= letter <= "\u04ff" for letter in word)
    is_latin = any(letter.isascii() and letter.isalpha() and letter not in "iI" for letter in word)
    return word.translate(_LATIN_I) if is_cyrillic and not is_latin else word


def sort_key(text: str | None, length: int = 64) -> str | None:
    """A key that orders ``text`` by the Kazakh alphabet under binary collation; None if empty.

    Digits and Latin letters come before Cyrillic ones, as in official lists; é and ü stand with
    e and u.
    """
    key: list[str] = []
    for letter in unicodedata.normalize("NFC", text or "").casefold():
        if letter in _RANK:
            key.append("~" + _RANK[letter])
        elif letter.isalnum():
            key.append(unicodedata.normalize("NFKD", letter)[0])
        elif key and key[-1] != " ":
            key.append(" ")
    return "".join(key[:length]).strip() or None


def fold(text: str) -> str:
    """``text`` for comparison in searches: casefolded, Kazakh letters as their Russian look-alikes.

    People type without a Kazakh layout: Сактаганов must find Сақтағанов. Turkish İ becomes i, not
    an i with a second dot.
    """
    folded = unicodedata.normalize("NFC", without_unseen(text)).casefold()
    return folded.replace("i\u0307", "i").translate(_FOLDED)


def spoken_language(code: str) -> str:
    """What the reader calls the language ``code`` (ISO 639-1); an unknown code stays."""
    return str(Locale.parse(reader_language()).languages.get(code, code))


def spoken_language_choices() -> list[tuple[str, str]]:
    """Code and name of every language CLDR names in kk, ru and en, often spoken ones first."""
    return list(_spoken_languages(reader_language()))


@cache
def _spoken_languages(reader: str) -> list[tuple[str, str]]:
    named = [Locale.parse(code).languages for code in LANGUAGES]
    names: dict[str, str] = dict(Locale.parse(reader).languages)
    codes = [code for code in names if len(code) == 2 and all(code in one for one in named)]
    codes.sort(key=lambda code: (code not in _OFTEN_SPOKEN, sort_key(names[code]) or ""))
    codes[: len(_OFTEN_SPOKEN)] = _OFTEN_SPOKEN
    return [(code, names[code]) for code in codes]
