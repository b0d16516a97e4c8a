"""What countries are called in the languages of the world, by CLDR."""

from functools import cache

from babel import Locale
from babel.core import UnknownLocaleError
from babel.languages import get_official_languages

# What guests write in, beside the languages of the country itself.
_WRITTEN = (
    *("kk", "ru", "en", "zh", "de", "tr", "ko", "fr", "ar", "ja", "uz", "es", "it", "pl", "uk"),
    *("ky", "az", "be", "cs", "nl", "fa", "hi", "pt", "mn", "hu", "vi", "id"),
)


def names_abroad(code: str) -> tuple[str, ...]:
    """What the country ``code`` (ISO 3166 alpha-2) is called in many languages; each name once."""
    named = (_territories(language).get(code) for language in (*_WRITTEN, *_spoken_in(code)))
    return tuple(dict.fromkeys(name for name in named if name))


def names_at_home(code: str) -> tuple[str, ...]:
    """What those who live there call the country ``code``, in its official languages."""
    named = (_territories(language).get(code) for language in _spoken_in(code))
    return tuple(dict.fromkeys(name for name in named if name))


def _spoken_in(code: str) -> tuple[str, ...]:
    return get_official_languages(code, de_facto=True)


@cache
def _territories(language: str) -> dict[str, str]:
    try:
        return dict(Locale.parse(language, sep="_").territories)
    except (UnknownLocaleError, ValueError):
        return {}
