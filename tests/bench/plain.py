"""One plain template out of a page: what the statements fetched is looked up, the rest is text."""

import re
from datetime import date, datetime, time
from typing import Any

from markupsafe import escape

_MARK = 0xF0000  # private characters stand for the places of values meanwhile
_TALLEST = 60_000
_CODE = re.compile(r"[a-z_]*|[A-Z]{3}|.{1,3}")  # statuses and kinds are shown in words


class Template:
    """The template of ``html``, for the rows of several statements in the order of the page."""

    def __init__(self, name: str, html: str) -> None:
        self._name, self._html = name, html
        self._places: list[str] = []
        self.wanted = self.found = 0

    def take(self, query: int, rows: list[tuple[Any, ...]], row_mark: str | None) -> None:
        """Look up what ``rows`` of statement ``query`` hold, where the page shows it.

        ``row_mark`` with the first value of a row in it tells in which row of the table that is.
        """
        for number, row in enumerate(rows):
            start, end = self._span(None if row_mark is None else row_mark.format(row[0]))
            part = self._html[start:end]
            for column, value in enumerate(row):
                part = self._looked_up(f"q[{query}][{number}][{column}]", value, part)
            self._html = f"{self._html[:start]}{part}{self._html[end:]}"

    def _span(self, mark: str | None) -> tuple[int, int]:
        if mark is None:
            return 0, len(self._html)
        place = self._html.find(mark)
        if place < 0:
            raise RuntimeError(f"{self._name} has no {mark}")
        return self._html.rfind("<tr", 0, place), self._html.find("</tr>", place)

    def _looked_up(self, name: str, value: Any, part: str) -> str:
        for pattern, expression in _shown(value, name):
            is_text = isinstance(value, str) and not _CODE.fullmatch(value)
            self.wanted += is_text
            match = pattern.search(part)
            if match is None:
                break
            self.found += is_text
            if len(self._places) >= _TALLEST:
                raise RuntimeError("too many values in one page")
            sign = chr(_MARK + len(self._places))
            self._places.append(expression)
            return f"{part[: match.start()]}{sign}{part[match.end() :]}"
        return part

    @property
    def told(self) -> str:
        """How many values the template looks up; warns where the page shows few."""
        if self.found < self.wanted * 0.6:
            print(f"  ! {self._name} shows {self.found} of {self.wanted} texts its floor fetches")
        return f"{len(self._places)} values"

    @property
    def text(self) -> str:
        """For Jinja."""
        text = re.sub(r"(\{[{%#])", r"{{ '\1' }}", self._html)
        return re.sub(
            "[\U000f0000-\U000fffff]",
            lambda mark: f"{{{{ {self._places[ord(mark.group()) - _MARK]} }}}}",
            text,
        )


def _shown(value: Any, name: str) -> list[tuple[re.Pattern[str], str]]:
    """How the page may show ``value``, and how the template writes it there."""
    if isinstance(value, bool | datetime) or not isinstance(value, int | str | time | date):
        return []
    if isinstance(value, int):
        return [(re.compile(rf'(?<=/){value}(?=["/?&#])'), name)]
    if isinstance(value, time):
        return [(re.compile(re.escape(str(value)[:5])), f"{name} | clock_time")]
    text = value.isoformat() if isinstance(value, date) else value
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        shown = f"{text[8:]}.{text[5:7]}.{text[:4]}"
        return [(re.compile(re.escape(shown)), f"{name} | day")]
    if re.fullmatch(r"\d\d:\d\d:\d\d(\.\d+)?", text):
        return [(re.compile(re.escape(text[:5])), f"{name} | clock_time")]
    if len(text) < 3:
        return []
    return [(re.compile(re.escape(str(escape(text)))), name)]
