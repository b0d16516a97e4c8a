"""Kazakh, Russian and English texts: order, folding, normalising, and the reader's language."""

import unicodedata
from dataclasses import dataclass

import pytest
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from crm.core.database import db
from crm.core.language import fold, normalise, sort_key, without_unseen, worded
from crm.reference.models import District
from tests.factories import make_district
from tests.postgres import on_sqlite

ALPHABET = "АӘБВГҒДЕЁЖЗИЙКҚЛМНҢОӨПРСТУҰҮФХҺЦЧШЩЪЫІЬЭЮЯ"
# domain.md C5: the order of an official list.
DISTRICTS = [
    *("Глубокое", "Зайсан", "Катонқарағай", "Күршім", "Марқакөл", "Өскемен", "Риддер"),
    *("Самар", "Тарбағатай", "Ұлан", "Үлкен Нарын", "Шемонаиха"),
]


@dataclass
class Named:
    name_kk: str | None = None
    name_ru: str | None = None
    name_en: str | None = None


def test_the_database_orders_districts_as_an_official_list_does(app):
    for place, name in enumerate(sorted(DISTRICTS, key=lambda name: name[::-1])):
        make_district(code=f"63{place:07}", name_kk=name, name_en=None)
    in_order = select(District.name_kk).order_by(District.name_key_kk)
    assert list(db.session.scalars(in_order)) == DISTRICTS
    backwards = in_order.order_by(None).order_by(District.name_key_kk.desc())
    assert list(db.session.scalars(backwards)) == DISTRICTS[::-1]


def test_the_database_orders_the_whole_alphabet(app):
    for place, letter in enumerate(reversed(ALPHABET)):
        make_district(code=f"63{place:07}", name_kk=f"{letter}а", name_en=None)
    in_order = select(District.name_kk).order_by(District.name_key_kk)
    assert "".join(name[0] for name in db.session.scalars(in_order)) == ALPHABET


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("Алма", "алмас"),
        ("алма", "Алмас"),
        ("Ала тау", "Алау"),  # a space comes before a letter
        ("Ертіс", "Ёлка"),
        ("Ёлка", "Жарма"),
        ("Ұлан", "Үлкен"),
        ("Иртыш", "Йод"),
        ("Ыстық", "Іле"),
        ("Іле", "Ь"),
        ("9 ауыл", "Adal"),
        ("Zenith", "Абай"),
        ("Österreich", "Poland"),
        ("München", "Muscat"),
        ("Nuß", "Nut"),
    ],
)
def test_what_comes_first_in_a_list(earlier, later):
    assert sort_key(earlier) < sort_key(later)


@pytest.mark.parametrize("empty", [None, "", "   ", "–", "«»"])
def test_a_text_without_letters_has_no_place(empty):
    assert sort_key(empty) is None


@given(st.text())
def test_any_text_has_a_key_that_fits_its_column(text):
    key = sort_key(text)
    assert key is None or 0 < len(key) <= 160
    assert key == sort_key(unicodedata.normalize("NFC", text))


@given(st.lists(st.text(ALPHABET + ALPHABET.lower() + " ", max_size=20)))
def test_keys_order_kazakh_words_letter_by_letter(words):
    def place(word):
        parts = " ".join(word.split()).lower()
        return [(" " + ALPHABET.lower()).index(letter) for letter in parts]

    assert [place(word) for word in sorted(words, key=lambda word: sort_key(word) or "")] == sorted(
        map(place, words)
    )


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Сактаганов", "Сақтағанов"),
        ("оскемен", "Өскемен"),
        ("УЛКЕН НАРЫН", "Үлкен Нарын"),
        ("хак", "Һақ"),
        ("Семен", "Семён"),
        ("кішкентай", "КІШКЕНТАЙ"),
        ("strasse", "Straße"),
    ],
)
def test_a_russian_layout_finds_a_kazakh_word(typed, stored):
    assert fold(typed) == fold(stored)


@pytest.mark.parametrize(("one", "other"), [("йод", "иод"), ("шал", "щал"), ("кум", "қым")])
def test_letters_that_differ_stay_different(one, other):
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Үкiметi", "Үкіметі"),  # Latin i, as in older official texts
        ("IЛГЕРI", "ІЛГЕРІ"),
        ("Ќабырғатал", "Қабырғатал"),  # Macedonian, as in the classifier of territories
        ("Kiesler", "Kiesler"),
        ("Siemens және Iле", "Siemens және Іле"),
        ("И\u0306", "Й"),  # one letter, one sign
        ("i", "i"),
        ("", ""),
    ],
)
def test_letters_of_another_alphabet_are_set_right_in_cyrillic_words(typed, kept):
    assert normalise(typed) == kept
    assert normalise(kept) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Сақ\u00adта\u00adғанов", "Сақтағанов"),  # soft hyphens of a Word file
        ("\ufeffКездесу\u200b", "Кездесу"),
        ("photo\u202egpj.exe", "photogpj.exe"),  # would read photoexe.jpg
        ("\u2067a\u2069 \u200eb\u061c", "a b"),
        ("Үкi\u200bметi", "Үкіметі"),  # one word again, so its Latin letters are seen
        ("a\x07\x1b[31mb\x9f", "a[31mb"),
        ("one\r\ntwo\x0bthree\u2028four\rfive\tsix", "one\ntwo\nthree\nfour\nfive\tsix"),
        ("hid\U000e0068\U000e0069den", "hidden"),
        # What must stay: emoji made of several, Persian and Hindi spelling, a no-break space.
        ("👩\u200d👩\u200d👧 ❤️", "👩\u200d👩\u200d👧 ❤️"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
        ("39,5\xa0млн", "39,5\xa0млн"),
        ("שלום", "שלום"),
        ("ab\u200dc\u200c \u200d", "abc "),  # nothing to join
        ("a\x00b", "a\x00b"),  # told at the field, see test_forms
    ],
)
def test_signs_nobody_sees_are_taken_out(typed, kept):
    assert normalise(typed) == kept
    assert normalise(kept) == kept
    assert fold(typed) == fold(without_unseen(typed))


@given(st.text())
def test_what_is_normalised_once_stays(text):
    assert normalise(normalise(text)) == normalise(text)


@pytest.mark.parametrize(
    ("named", "language", "text", "lang"),
    [
        (Named("а", "б", "c"), "kk", "а", "kk"),
        (Named("а", "б", "c"), "ru", "б", "ru"),
        (Named("а", "б", "c"), "en", "c", "en"),
        (Named("а", "б"), "en", "а", "kk"),
        (Named(None, "б", "c"), "kk", "б", "ru"),
        (Named("", None, "c"), "ru", "c", "en"),
        (Named(), "ru", "", None),
    ],
)
def test_a_text_is_shown_in_the_reader_s_language_or_the_first_there_is(
    named, language, text, lang
):
    found = worded(named, "name", language)
    assert (found.text, found.lang, str(found)) == (text, lang, text)


@on_sqlite
def test_another_language_than_the_reader_s_is_marked(app):
    with app.test_request_context(), force_locale("en"):
        show = app.jinja_env.filters["ml"]
        assert show(Named("Үлкен")) == '<span lang="kk">Үлкен</span>'
        assert show(Named("Үлкен", None, "Great <b>")) == "Great &lt;b&gt;"
        assert show(Named()) == ""
