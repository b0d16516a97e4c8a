"""Dates as sources give them: a day, a month, a range, or unknown. A date is never invented."""

from datetime import date, timedelta
from functools import lru_cache

from babel.dates import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.core.language import reader_language
from crm.core.words import Term


class DatePrecision(Term):
    """How exactly a source names a date; the stored day is the first of the span."""

    DAY = "day", _l("Exact day")
    PUBLICATION_DAY = "publication_day", _l("Day of publication")
    WEEK = "week", _l("Week")
    MONTH = "month", _l("Month")
    QUARTER = "quarter", _l("Quarter")
    YEAR = "year", _l("Year")
    RANGE = "range", _l("Range of days")
    UNKNOWN = "unknown", _l("Unknown")


YEARS = range(1900, 2201)  # of days that people write; beyond them instants cannot be reckoned
EXACT = (DatePrecision.DAY, DatePrecision.PUBLICATION_DAY)


def first_of(day: date, precision: DatePrecision) -> date:
    """The first day of the week, month, quarter or year that holds ``day``; else ``day``."""
    match precision:
        case DatePrecision.WEEK:
            return day - timedelta(days=day.weekday())
        case DatePrecision.MONTH:
            return day.replace(day=1)
        case DatePrecision.QUARTER:
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case DatePrecision.YEAR:
            return day.replace(month=1, day=1)
        case _:
            return day


_LONGEST = {DatePrecision.MONTH: 31, DatePrecision.QUARTER: 92, DatePrecision.YEAR: 366}


def last_of(day: date | None, until: date | None, precision: DatePrecision) -> date | None:
    """The last day of the span that begins on ``day``, None for an unknown date."""
    if day is None:
        return None
    if precision == DatePrecision.WEEK:
        return first_of(day, precision) + timedelta(days=6)
    if precision in _LONGEST:
        behind = first_of(day, precision) + timedelta(days=_LONGEST[precision])
        return first_of(behind, precision) - timedelta(days=1)
    return until or day


# Official Kazakh and Russian running text; CLDR's short forms are ambiguous (domain C8).
_LONG = {"kk": "y 'жылғы' d MMMM", "ru": "d MMMM y 'года'", "en": "d MMMM y"}
_MONTH = {"kk": "y 'жылғы' MMMM", "ru": "LLLL y 'года'", "en": "LLLL y"}


def short_date(day: date | None) -> str:
    """``day`` for tables: 24.11.2026 (24 Nov 2026 in English); empty for None."""
    return "" if day is None else _short(day, reader_language() == "en")


@lru_cache(maxsize=5000)
def _short(day: date, is_english: bool) -> str:
    if is_english:
        return str(format_date(day, "d MMM y", locale="en_GB"))
    return day.strftime("%d.%m.%Y")


def long_date(day: date) -> str:
    """``day`` for running text: 2026 жылғы 24 қараша."""
    return _long(day, reader_language())


@lru_cache(maxsize=5000)
def _long(day: date, language: str) -> str:
    return str(format_date(day, _LONG[language], locale=language))


# Adjectival locative of the months (domain C4): «2026 жылғы 22 қарашадағы жағдай бойынша».
_KAZAKH_LOCATIVE = (
    *("қаңтардағы", "ақпандағы", "наурыздағы", "сәуірдегі", "мамырдағы", "маусымдағы"),
    *("шілдедегі", "тамыздағы", "қыркүйектегі", "қазандағы", "қарашадағы", "желтоқсандағы"),
)


def as_of(day: date) -> str:
    """What heads a report: «2026 жылғы 22 қарашадағы жағдай бойынша», «as of 22 November 2026»."""
    if reader_language() == "kk":
        month = _KAZAKH_LOCATIVE[day.month - 1]
        return f"{day.year} жылғы {day.day} {month} жағдай бойынша"
    return str(_("as of %(day)s", day=long_date(day)))


def weekday_name(day: date) -> str:
    """The full name of the day of the week."""
    return _weekday(day, reader_language())


@lru_cache(maxsize=5000)
def _weekday(day: date, language: str) -> str:
    return str(format_date(day, "EEEE", locale=language))


def imprecise_date(day: date | None, until: date | None, precision: DatePrecision) -> str:
    """The date as precisely as it is known, for a table; «date unknown» when it is not."""
    if day is None or precision == DatePrecision.UNKNOWN:
        return str(_("date unknown"))
    match precision:
        case DatePrecision.MONTH:
            language = reader_language()
            return str(format_date(day, _MONTH[language], locale=language))
        case DatePrecision.QUARTER:
            quarter = (day.month + 2) // 3
            return str(_("quarter %(number)s of %(year)s", number=quarter, year=day.year))
        case DatePrecision.YEAR:
            return str(_("year %(year)s", year=day.year))
        case DatePrecision.WEEK:
            return str(_("week of %(day)s", day=short_date(day)))
        case DatePrecision.RANGE if until is not None and until != day:
            return f"{short_date(day)} – {short_date(until)}"
        case _:
            return short_date(day)
