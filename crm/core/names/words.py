"""The words of a text, and of a name what belongs to it and what only stands beside it."""

import itertools
import re
from dataclasses import dataclass

from crm.core.language import fold, normalise
from crm.core.names.forms import is_form, is_honorific, is_particle, is_patronymic

# A word with what holds its parts together: Tae-ick, O'Brien, IP-2026-0001, info@wilo.de.
_CHUNK = re.compile(r"[^\W_]+(?:(?:[^\w\s]|_)+[^\W_]+)*")
_PART = re.compile(r"[^\W_]+")
_SCRIPTS = re.compile("[\u0400-\u052f]+|[^\u0400-\u052f]+")
_AMBIGUOUS = re.compile("([ёЁөӨ])")
_LONGEST_WORD, _MOST_WORDS = 40, 12  # of a name; a text pasted by mistake is none
_LONGEST_CHUNK = 300
_LEAST_TOGETHER = 3  # letters of a name that another follows without a space
# Letters that look the same; B and В, H and Н and so on have been casefolded before.
_LATIN, _CYRILLIC = "abcehikmoptxyö", "авсенікмортхуӧ"
_TO_CYRILLIC = str.maketrans(_LATIN, fold(_CYRILLIC))
_TO_LATIN = str.maketrans(fold(_CYRILLIC), _LATIN)
# "A.Ş.", "S.p.A.", "Т.О.О.": a form of organisation with dots.
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.\s?){2,}|\b(?:[^\W\d_]\.)+[^\W\d_]\b")
_APOSTROPHES = re.compile("(?<=\\w)['\u2018\u2019\u02bb\u02bc`´](?=\\w)")
_NAME_WORD = re.compile(r"([^\W_]+)(\.?)")
# A Chinese given name may be one vowel: Ван И. Any other lonely letter is an initial.
_VOWELS = frozenset("аеиоуэюяё")


@dataclass(frozen=True, slots=True)
class NameWords:
    """What ``name_words`` finds in a name, folded but for ё: words that name, in their order;
    initials; patronymics, which only tell two people apart when both names have one.
    """

    words: tuple[str, ...]
    initials: tuple[str, ...] = ()
    patronymics: tuple[str, ...] = ()


def chunks(text: str) -> list[str]:
    """The words of ``text`` as they are written, in NFC; one with signs inside is one word
    ("IP-2026-0001"). What is longer than any address is cut.
    """
    return [chunk[:_LONGEST_CHUNK] for chunk in _CHUNK.findall(normalise(text))]


def parts(written: str) -> list[str]:
    """The parts of a chunk, ``folded``, each of one script: between signs, and where a name is put
    together ("TotalEnergies"). Letters of the other script that look the same are mended
    ("Cименс" with a Latin C), else the part is cut where the script changes.
    """
    pieces = [piece for part in _PART.findall(written) for piece in put_together(part)]
    return [word for piece in pieces for word in of_one_script(folded(piece))]


def put_together(written: str) -> list[str]:
    """The names ``written`` is put together from: TotalEnergies is two, GmbH and McKay are one."""
    if written[1:].islower() or written.isupper() or len(written) < 2 * _LEAST_TOGETHER:
        return [written]
    ends = [
        place
        for place in range(_LEAST_TOGETHER, len(written) - _LEAST_TOGETHER + 1)
        if written[place].isupper()
        and written[place - 2 : place].islower()
        and written[place + 1 : place + _LEAST_TOGETHER].islower()
    ]
    return [written[one:other] for one, other in itertools.pairwise((0, *ends, len(written)))]


def of_one_script(word: str) -> list[str]:
    """``word``, which is folded, mended or cut: see ``parts``."""
    if word.isascii():
        return [word]
    pieces = _SCRIPTS.findall(word)
    if len(pieces) == 1:
        return pieces
    cyrillic = sum(len(piece) for piece in pieces if "\u0400" <= piece[0] <= "\u052f")
    mended = word.translate(_TO_CYRILLIC if 2 * cyrillic >= len(word) else _TO_LATIN)
    whole = _SCRIPTS.findall(mended)
    return whole if len(whole) == 1 else pieces


def folded(text: str) -> str:
    """``text`` folded as for searches, but ё and ө stay: they are heard in other ways as well."""
    text = normalise(text)
    if _AMBIGUOUS.search(text) is None:
        return fold(text)
    pieces = _AMBIGUOUS.split(text)  # the letters themselves are every second one
    return "".join(
        piece.casefold() if place % 2 else fold(piece) for place, piece in enumerate(pieces)
    )


def person_words(text: str) -> NameWords:
    """The words of a person's name; particles (von, de) and titles (Dr.) are left out where two
    other words remain.
    """
    words: list[str] = []
    initials: list[str] = []
    for word, dot in _NAME_WORD.findall(_APOSTROPHES.sub("", folded(text))):
        is_initial = len(word) <= (2 if dot else 1) and (dot or word not in _VOWELS)
        if is_initial and not is_honorific(word):
            initials.append(word)
        else:
            words.extend(of_one_script(word[:_LONGEST_WORD]))
    words = words[:_MOST_WORDS]
    words = _unless_bare([word for word in words if not is_honorific(word)], words)
    words = _unless_bare([word for word in words if not is_particle(word)], words)
    named = [word for word in words if not is_patronymic(word)]
    if len(named) < 2 and not (named and initials):
        return NameWords(tuple(words), tuple(initials))
    fathers = (word for word in words if is_patronymic(word))
    return NameWords(tuple(named), tuple(initials), tuple(fathers))


def _unless_bare(words: list[str], otherwise: list[str]) -> list[str]:
    return words if len(words) >= 2 else otherwise


def organisation_words(text: str) -> NameWords:
    """The words of an organisation's name without its legal form, unless it is nothing else."""
    text = _DOTTED.sub(lambda dotted: re.sub(r"[.\s]", "", dotted.group()) + " ", normalise(text))
    words: list[str] = []
    kept: list[str] = []
    for written in _PART.findall(_APOSTROPHES.sub("", text)):
        for piece in put_together(written):
            found = of_one_script(folded(piece)[:_LONGEST_WORD])
            words.extend(found)
            if not is_form(piece, found[0]):
                kept.extend(found)
    return NameWords(tuple(kept or words)[:_MOST_WORDS])
