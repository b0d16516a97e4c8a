"""The manuals: a button is called what the screen calls it, and every picture is shown."""

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]
MANUALS = sorted((ROOT / "docs" / "manual").glob("*.*.md"))
_SHOWN = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_PLACE = re.compile(r"%\(\w+\)s|\{\w+\}")  # of a number or a day, in a text of the screen


def one_line(text: str) -> str:
    """The words, however their line is broken; a space that does not break is a space."""
    return " ".join(text.split())


@cache
def texts_of(language: str) -> list[str]:
    """What the screen says in ``language``, every form of it; English is what the code holds."""
    name = "ru" if language == "en" else language
    with (ROOT / f"crm/translations/{name}/LC_MESSAGES/messages.po").open("rb") as file:
        catalogue = read_po(file, locale=name)
    found: list[str] = []
    for message in catalogue:
        said = message.id if language == "en" else message.string
        found += [said] if isinstance(said, str) else said
    return [one_line(text) for text in found]


@cache
def words_with_places(language: str) -> re.Pattern[str]:
    """The texts that name a number or a day, as one pattern; those of nothing else say nothing."""
    said = [text for text in texts_of(language) if re.search(r"\w", _PLACE.sub("", text))]
    parts = [[re.escape(part) for part in _PLACE.split(text)] for text in said]
    return re.compile("|".join(r"[\d.,:\s–]+".join(part) for part in parts if len(part) > 1))


def is_said(text: str, language: str) -> bool:
    return text in texts_of(language) or bool(words_with_places(language).fullmatch(text))


def outline(manual: Path) -> list[str]:
    """What the manual is made of, whatever its language: headings, steps, rows, pictures."""
    marks = (re.match(r"#+ \d*|\d+\.|- |\||!", line) for line in manual.read_text().splitlines())
    return [mark[0] for mark in marks if mark]


@pytest.mark.parametrize("manual", MANUALS, ids=lambda manual: manual.stem)
def test_a_bold_word_stands_on_the_screen(manual):
    bold = [one_line(words) for words in _SHOWN.findall(manual.read_text())]
    assert bold
    assert [words for words in bold if not is_said(words, manual.suffixes[0][1:])] == []


def test_every_picture_of_the_manuals_is_shown():
    shown = "".join(manual.read_text() for manual in MANUALS)
    pictures = (ROOT / "docs" / "manual" / "pictures").iterdir()
    assert [one.name for one in pictures if f"(pictures/{one.name})" not in shown] == []


@pytest.mark.parametrize(("one", "other"), [("officer.kk", "officer.ru"), ("admin.ru", "admin.en")])
def test_a_manual_has_the_same_steps_in_both_languages(one, other):
    folder = ROOT / "docs" / "manual"
    assert outline(folder / f"{one}.md") == outline(folder / f"{other}.md")


def test_a_word_of_another_text_is_not_taken_for_one_of_the_screen():
    assert is_said("Grant to 20.12.2026", "en")
    assert not is_said("Grant to the akim", "en")
    assert not is_said("20.12.2026", "en")
