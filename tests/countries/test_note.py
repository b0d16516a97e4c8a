"""The briefing note of a country: one A4 page in Kazakh, Russian or English."""

import re
from datetime import date, timedelta

import pytest
from markupsafe import Markup

from crm.core import clock
from crm.core.dates import as_of
from crm.core.excerpts import lines_taken, shortened
from crm.core.language import Worded
from crm.countries.views.note import Entry, Part, fitting
from crm.follow_ups.models.follow_up import Executor, Progress
from tests import chromium
from tests.browser import text_of
from tests.factories import (
    db,
    make_appointment,
    make_country,
    make_delegation,
    make_follow_up,
    make_meeting,
    make_participant,
    make_person,
    make_trade_fact,
    make_user,
    together,
)
from tests.postgres import on_sqlite

TODAY = date(2026, 11, 24)
LONG = "Өндірісті цифрландыру және ТЕХНИКАЛЫҚ ШАРТТАРДЫ алу мәселесі бойынша жұмыс тобын құру "


@pytest.fixture
def tuesday(app, monkeypatch):
    make_country(name_ru="Германия")
    monkeypatch.setattr(clock, "today", lambda: TODAY)


@together()
def crowded(executor="Кәсіпкерлік басқармасы", widest=LONG):
    """A country with very much, all of it long."""
    for number in range(40):
        day = TODAY - timedelta(days=number)
        meeting = make_meeting(title=f"{number} {LONG * 4}", held_on=day, received_by=LONG * 3)
        person = make_person(given_name=f"Ұ{number}", family_name="Иманғалиева")
        make_participant(
            meeting=meeting, group_text=None, person_id=person.id, position_text=widest * 3
        )
        make_delegation(title=LONG * 5, arrives_on=day, date_precision="day", status="completed")
    for number in range(60):
        point = make_follow_up(
            text=f"{number} {(widest if number % 2 else LONG) * 6}",
            country_code="DE",
            kind="prepare_roadmap",
            responsible_side=("ours", "partner", "both")[number % 3],
            due_on=TODAY + timedelta(days=number - 30),
        )
        db.session.add(Executor(follow_up_id=point.id, is_lead=True, outsider=executor))
        db.session.add(Progress(follow_up_id=point.id, noted_on=TODAY, text=LONG * 9))
    for number in range(15):
        make_trade_fact(
            source=LONG * 9, qualifier="more_than", period_from=date(2000 + number, 1, 1)
        )
    db.session.commit()


def parts(browser):
    """The parts of the note: how many entries each shows, and what a person reads of it."""
    return {
        text_of(part.select_one("h2")).partition(":")[0]: (
            len(part.select("ol > li")),
            text_of(part),
        )
        for part in browser.page.select(".sk-paper section")
    }


def test_the_note_says_what_the_page_says(officer, tuesday):
    kinne = make_person(given_name="Ulrich", family_name="Kinne")
    make_appointment(person=kinne, position_en="Second secretary")
    make_trade_fact(qualifier="more_than", source="Akimat", period_from=date(2026, 1, 1))
    make_meeting(title="Talks", held_on=date(2026, 11, 12))
    make_follow_up(text="Exchange", country_code="DE", responsible_side="both")
    late = make_follow_up(text="Plan", country_code="DE", due_on=date(2026, 11, 12))
    db.session.add(Executor(follow_up_id=late.id, is_lead=True, outsider="SPK Ertis"))
    db.session.add(Progress(follow_up_id=late.id, noted_on=date(2026, 11, 3), text="Sent"))
    make_follow_up(text="Done", country_code="DE", status="done", outcome="Held")
    lines = officer.open("/countries/DE").page.select("#five-lines > li")
    officer.click("Briefing note")
    assert [text_of(one) for one in officer.page.select(".five li")] == [
        " ".join(one.get_text().split()) for one in lines
    ]
    assert "as of 24 November 2026" in officer.text
    read = {title: text for title, (_count, text) in parts(officer).items()}
    assert "> USD 39.5 mn (more than)" in read["Key figures"].replace("\xa0", " ")
    assert "source: Akimat" in read["Key figures"]
    assert "Talks 12 Nov 2026; Working meeting" in read["Last contacts"]
    assert (
        "Plan deadline: 12 Nov 2026, 12 days overdue; executor: SPK Ertis;"
        " progress: 3 Nov 2026 – Sent"
    ) in read["Open points of our side"]
    assert read["Open points of the partner side"].endswith(": none")
    assert "Exchange No deadline set; executor: not named" in read["Open points of both sides"]
    assert "Ulrich Kinne Second secretary" in read["People"]
    assert "more" not in " ".join(text for title, text in read.items() if title != "Key figures")
    assert "Done" not in " ".join(read.values())


def test_what_is_said_in_another_language_is_marked_in_the_note(officer, tuesday):
    point = make_follow_up(text="План", country_code="DE", text_language="ru")
    db.session.add(Progress(follow_up_id=point.id, noted_on=TODAY, text="Отправлен"))
    meeting = make_meeting(title="Встреча", held_on=TODAY, text_language="ru")
    make_participant(meeting=meeting, group_text="Немецкие <фирмы>")
    make_trade_fact(source="Акимат", text_language="ru")
    make_follow_up(text="Без хода", country_code="DE", text_language="ru", agreed_on=TODAY)
    make_appointment(person=make_person(), position_en=None, position_ru="Консул")
    for address in ("/countries/DE", "/countries/DE/note"):
        marked = {text_of(one) for one in officer.open(address).page.select("main [lang=ru]")}
        assert {"План", "Отправлен", "Встреча", "Немецкие <фирмы>", "Акимат", "Консул"} <= marked
    assert "progress: 24 Nov 2026 – Отправлен" in officer.text
    assert "–" not in officer.text.partition("progress: nothing noted")[2].partition("Open")[0]
    assert "Working meeting · Немецкие <фирмы>" in officer.text


def test_the_note_is_in_the_language_asked_for(officer, tuesday):
    titles = {"kk": "Анықтама", "ru": "Справка", "en": "Briefing note"}
    dates = {
        "kk": "2026 жылғы 24 қарашадағы жағдай бойынша",
        "ru": "по состоянию на 24 ноября 2026 года",
        "en": "as of 24 November 2026",
    }
    for language, title in titles.items():
        officer.open(f"/countries/DE/note?language={language}")
        assert officer.page.html["lang"] == language
        head = text_of(officer.page.select_one(".sk-paper header"))
        assert head.startswith(title)
        assert dates[language] in head
    assert officer.open("/countries/DE/note").page.html["lang"] == "en"
    assert officer.open("/countries/DE").page.html["lang"] == "en"
    assert officer.open("/countries/DE/note?language=de").status == 400
    assert officer.open("/countries/XX/note").status == 404


def test_what_does_not_fit_is_counted(officer, tuesday):
    crowded()
    shown = parts(officer.open("/countries/DE/note"))
    totals = {
        "Key figures": 15,
        "Last contacts": 80,
        "Open points of our side": 20,
        "Open points of the partner side": 20,
        "Open points of both sides": 20,
        "People": 40,
    }
    assert list(shown) == list(totals)
    for title, total in totals.items():
        count, text = shown[title]
        assert count >= 1, title
        assert f": {total} , on the page of the country {total - count} more" in text


@on_sqlite
def test_it_is_printed_on_one_page_however_much_there_is(app, page, tuesday):
    user = make_user(email="officer@test.example", name="Айгерім " + "Ж" * 60)
    chromium.come_back(page, user)
    fills = (
        (lambda: make_follow_up(country_code="DE"), ["kk"]),
        (crowded, ["kk", "ru", "en"]),
        (lambda: crowded("Ж" * 290, "Щ" * 90), ["kk", "ru"]),
    )
    for fill, languages in fills:
        fill()
        for language in languages:
            page.goto(f"/countries/DE/note?language={language}")
            printed = page.pdf(prefer_css_page_size=True)
            assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1, language
            box = re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", printed)
            assert [round(float(side)) for side in box.groups()] == [595, 842]
        assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 1


def test_entries_are_taken_from_each_part_in_turn_until_the_page_is_full():
    def part(*heads):
        entries = tuple(Entry(Worded(head, None), Markup()) for head in heads)
        return Part("Part", entries, len(heads) + 10)

    long = "word " * 80  # four lines
    kept = fitting([part("a", "b", "c"), part(), part("d", long, "e")], 3 * 1.5 + 6)
    heads = [[str(entry.head) for entry in one.entries] for one in kept]
    assert heads == [["a", "b", "c"], [], ["d"]]
    assert [one.left_out for one in kept] == [10, 10, 12]


@pytest.mark.parametrize(
    ("text", "length", "short"),
    [
        ("two words", 9, "two words"),
        ("two  words\nand more", 9, "two word…"),
        ("unbreakable", 6, "unbre…"),
        ("one, two three", 6, "one…"),
        ("", 6, ""),
    ],
)
def test_a_shortened_text_says_that_there_was_more(text, length, short):
    assert shortened(text, length) == short
    assert len(short) <= max(length, len(short))


def test_printed_lines_are_counted_for_the_widest_letters():
    assert lines_taken("", 10) == 1
    assert lines_taken("aaaa aaaa", 10) == 1
    assert lines_taken("aaaa aaaa a", 10) == 2
    assert lines_taken("a\na", 10) == 2
    assert lines_taken("a" * 25, 10) == 3
    assert lines_taken("Щ" * 25, 10) > lines_taken("ш" * 25, 10) > 3
    assert lines_taken("汉" * 10, 10) == 2


@pytest.mark.parametrize(
    ("day", "kazakh"),
    [
        (date(2026, 1, 1), "2026 жылғы 1 қаңтардағы жағдай бойынша"),
        (date(2026, 9, 30), "2026 жылғы 30 қыркүйектегі жағдай бойынша"),
    ],
)
def test_the_month_of_a_report_stands_in_its_kazakh_case(day, kazakh):
    assert as_of(day) == kazakh


def test_only_what_took_place_is_a_last_contact(officer, tuesday):
    for status in ("held", "planned", "cancelled"):
        make_meeting(title=f"Talks {status}", held_on=TODAY - timedelta(days=1), status=status)
    for status in ("completed", "confirmed"):
        make_delegation(
            title=f"Visit {status}", arrives_on=TODAY, date_precision="day", status=status
        )
    count, text = parts(officer.open("/countries/DE/note"))["Last contacts"]
    assert count == 2
    assert "Talks held" in text
    assert "Visit completed" in text


def test_who_is_tied_to_the_country_twice_is_one_person(officer, tuesday):
    person = make_person(given_name="Ульрих", family_name="Кинне")
    for day in (1, 2):
        meeting = make_meeting(held_on=TODAY - timedelta(days=day))
        make_participant(meeting=meeting, group_text=None, person_id=person.id)
    assert parts(officer.open("/countries/DE/note"))["People"][0] == 1
