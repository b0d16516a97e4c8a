"""Endings of cases: a word typed as it stands in a sentence finds what it comes from."""

import re

# Kazakh, by what the stem ends in: Германия-мен, Ерлан-нын, Кытай-дан, Алмаз-бен, Сактаганов-пен.
# Those of two letters (-га, -да, -ны) end too many names: they count after countries in -ия.
_KAZAKH = re.compile(
    "(.+ия)(?:ны|га|да|лык|лар|дын)"
    "|(.{3,}[аеиоуыэюя])(?:нын|нин|мен|дан|ден|дагы|деги)"
    "|(.{3,}[мн])(?:нын|нин|мен|нан|нен|дагы|деги)"
    "|(.{3,}[лрй])(?:дын|дин|мен|дан|ден|дагы|деги)"
    "|(.{3,}[зж])(?:дын|дин|бен|дан|ден|дагы|деги)"
    "|(.{3,}[бвгдкпстфхцчшщ])(?:тын|тин|тан|тен|пен|тагы|теги)"
)
# Russian, of countries in -ия and family names in -ов, -ев, -ин: Германи-ей, Сактаганов-ым.
_RUSSIAN = re.compile("(.{3,}и)(?:и|ю|ей|ям|ях)|(.{2,}(?:[оеё]в|ин))(?:ым|у|е)")


def stem_of(word: str) -> str | None:
    """The folded Cyrillic ``word`` without the ending of a case; None if it bears none."""
    found = _KAZAKH.fullmatch(word) or _RUSSIAN.fullmatch(word)
    return found.group(found.lastindex or 0) if found else None
