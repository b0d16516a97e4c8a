"""Exchange rates out of a file: nothing is saved before it was shown, and nothing twice."""

import io
from datetime import date

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from crm.audit.models import AuditEntry
from crm.core import clock
from crm.core.database import db
from crm.reference.models import ExchangeRate
from crm.reference.services.rate_files import RateFileError, text_of
from crm.reference.services.rate_plans import plan_of
from tests.factories import make_rate
from tests.postgres import on_sqlite

URL = "/admin/reference/rates/import"
HEADING = "currency;date;rate;units;source"
TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _present(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def read(admin, *lines, heading=HEADING, **fields):
    return admin.open(URL).submit("Read and show", text="\n".join([heading, *lines]), **fields)


def upload(admin, content):
    return admin.open(URL).submit("Read and show", file=(io.BytesIO(content), "rates.csv"))


def stored():
    db.session.expire_all()
    found = db.session.scalars(select(ExchangeRate).order_by(ExchangeRate.id))
    return [(one.currency, one.rated_on.isoformat(), one.tenge_micro, one.source) for one in found]


def save(admin):
    button = admin.page.select_one("button[value=save]")
    return admin.submit(button.get_text())


def test_a_file_is_shown_first_and_saved_when_confirmed(admin):
    make_rate("USD", 500, date(2026, 11, 20))
    make_rate("EUR", 600, date(2026, 11, 20))
    upload(
        admin,
        "\ufeffВалюта;Күні;Бағам;Бірлік;Дереккөз\r\n"
        "USD;20.11.2026;520,15;;НБ РК\r\n"
        "eur;2026-11-20;600;;\r\n"
        "KRW;20.11.2026;35,51;100;'=НБ РК\r\n"
        "KZT;20.11.2026;1;;\r\n".encode(),
    )
    assert admin.status == 200
    assert [row[0:4] for row in admin.rows] == [
        ["5", "KZT", "20.11.2026", "1"],
        ["2", "USD", "20 Nov 2026", "500.00 → 520.15"],
        ["4", "KRW", "20 Nov 2026", "0.3551"],
        ["3", "EUR", "20 Nov 2026", "600.00"],
    ]
    assert "Write the currency by its three letters" in admin.rows[0][4]
    assert [row[4].split()[0] for row in admin.rows] == ["wrong", "differs", "new", "no"]
    assert stored()[0][2] == 500_000_000, "nothing is saved yet"

    save(admin)
    assert "Rates saved: 2" in admin.text
    assert stored() == [
        ("USD", "2026-11-20", 520_150_000, "НБ РК"),
        ("EUR", "2026-11-20", 600_000_000, None),
        ("KRW", "2026-11-20", 355_100, "=НБ РК"),
    ]


def test_reading_the_same_twice_changes_nothing(admin):
    read(admin, "USD;2026-11-20;520,15", source="NB")
    save(admin)
    before = stored(), db.session.scalars(select(AuditEntry.id)).all()
    assert before[0] == [("USD", "2026-11-20", 520_150_000, "NB")]
    read(admin, "USD;2026-11-20;520.15", source="Other")
    assert admin.rows[0][4] == "no change"
    assert "There is nothing to save" in admin.text
    assert admin.page.select_one("button[value=save]") is None
    assert (stored(), db.session.scalars(select(AuditEntry.id)).all()) == before


def test_every_saved_rate_is_in_its_history(admin):
    read(admin, "USD;2026-11-20;520", "EUR;2026-11-20;600")
    save(admin)
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.kind == "exchange_rates"))
    assert [entry.record_id for entry in entries] == ["1", "2"]


def test_our_own_file_is_read_again(admin):
    make_rate("USD", "520.15", date(2026, 9, 20), source="=NB")
    for query in ("?headers=keys", "?dialect=rfc4180", "?dialect=excel"):
        text = admin.open(f"/admin/reference/rates.csv{query}").text
        admin.open(URL).submit("Read and show", text=text)
        assert [row[4] for row in admin.rows] == ["no change"], query


def test_rows_pasted_from_a_spreadsheet_are_read(admin):
    read(admin, "USD\t20.11.2026\t520,15", heading="Валюта\tДата\tКурс")
    assert admin.rows[0][3:] == ["520.15", "new"]


@on_sqlite
def test_each_wrong_row_says_why(admin):
    retired = make_rate("GBP", 650, date(2026, 11, 20))
    retired.archive(clock.now(), "wrong")
    db.session.commit()
    wrong = {
        "DOLLAR;2026-11-20;520": "three letters",
        ";2026-11-20;520": "The currency is missing",
        "USD;;520": "The date is missing",
        "USD;31.02.2026;520": "There is no such date",
        "USD;25.11.2026;520": "known until 24 Nov 2026",
        "USD;01.01.0001;520": "before 15 Nov 1993",
        "USD;2026-11-01;": "The rate is missing",
        "USD;2026-11-02;-5": "Write the rate as a number",
        "USD;2026-11-03;1,234.5": "Write the rate as a number",
        "USD;2026-11-04;0": "One unit costs more than 0",
        "USD;2026-11-05;=1+1": "A cell holds a formula",
        "USD;2026-11-06;520;7": "Units are 1, 10, 100 or 1000",
        f"USD;2026-11-07;520;;{'x' * 501}": "The source is longer",
        f"USD;2026-11-08;520;;{'x' * 100_000}": "A cell is far too long",
        "USD": "The date is missing",
        "GBP;2026-11-20;650": "is retired",
    }
    read(admin, *wrong)
    assert admin.status == 200
    assert [row[0] for row in admin.rows] == [str(line) for line in range(2, len(wrong) + 2)]
    for row, words in zip(admin.rows, wrong.values(), strict=True):
        assert words in row[4], row
    assert admin.page.select_one("button[value=save]") is None


def test_rows_that_contradict_are_both_left_out(admin):
    read(
        admin,
        *("USD;2026-11-20;520", "USD;2026-11-20;521", "EUR;2026-11-20;600", "EUR;2026-11-20;600"),
    )
    assert [(row[0], row[4]) for row in admin.rows] == [
        ("2", "wrong Line 3 has another rate for this day"),
        ("3", "wrong Line 2 has another rate for this day"),
        ("4", "new"),
        ("5", "no change The same stands in line 4"),
    ]
    save(admin)
    assert [one[:3] for one in stored()] == [("EUR", "2026-11-20", 600_000_000)]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b"\xef\xbb\xbf \r\n", "The file is empty"),
        (HEADING.encode(), "There is no row under the heading"),
        (b"USD;2026-11-20;520", "The first line must name the columns"),
        (b"currency;rate;rate;date\nUSD;1;2;3", "Two columns have the same name"),
        ("валюта;дата;курс".encode("cp1251"), "save it as CSV UTF-8"),
        (b"PK\x03\x04rest of a workbook", "This is an Excel workbook"),
        (b"\x89PNG\x00\x00", "This is no text"),
        (f"{HEADING}\n".encode() + b"a;b;c\n" * 10_001, "more than 10,000 lines"),
        (f'{HEADING}\n"'.encode() + b"x" * 140_000, "Line 2 cannot be read"),
    ],
)
@on_sqlite
def test_a_file_that_cannot_be_read_is_refused_with_what_to_do(admin, content, words):
    upload(admin, content)
    assert admin.status == 422
    assert words in str(admin.errors)
    assert stored() == []


@on_sqlite
def test_a_megabyte_is_the_most(app):
    with force_locale("en"):
        text_of(b"x" * 1_000_000)
        with pytest.raises(RateFileError, match="larger than 1 MB"):
            text_of(b"x" * 1_000_001)
        with pytest.raises(RateFileError, match="more than 1 MB"):
            plan_of("€" * 333_334, None, TODAY)


@on_sqlite
def test_what_is_confirmed_is_checked_once_more(admin):
    read(admin, "USD;2026-11-20;520")
    admin.submit("Save rates: 1", text=f"{HEADING}\nUSD;2026-11-20;999\nKZT;2026-11-20;1")
    assert admin.status == 409
    assert "look at them once more" in admin.text
    assert [row[4].split()[0] for row in admin.rows] == ["wrong", "new"]
    assert stored() == []

    make_rate("USD", 500, date(2026, 11, 20))  # somebody else, meanwhile
    admin.submit("Save rates: 1")
    assert admin.status == 409
    assert admin.rows[1][3] == "500.00 → 999.00"
    save(admin)
    assert stored()[0][2] == 999_000_000


@on_sqlite
def test_a_large_file_shows_what_to_look_at_and_is_saved_whole(admin):
    codes = ("USD", "EUR", "CNY", "RUB")
    days = [date.fromordinal(TODAY.toordinal() - back) for back in range(100)]
    rows = [f"{code};{day};{500 + place}" for place, day in enumerate(days) for code in codes]
    read(admin, *rows, "KZT;2026-11-20;1")
    assert len(admin.rows) == 300
    assert admin.rows[0][1] == "KZT"
    assert "Shown: 300 of 401 rows" in admin.text
    save(admin)
    assert len(stored()) == 400


def test_a_decimal_comma_in_a_file_divided_by_commas_does_not_cut_the_rate(admin):
    heading = "currency,date,rate"
    read(admin, "USD,2026-11-20,520,15", 'EUR,2026-11-20,"600,15",,', heading=heading)
    assert [row[1:4] for row in admin.rows] == [
        ["USD", "2026-11-20", "520"],
        ["EUR", "20 Nov 2026", "600.15"],
    ]
    assert "wrong There are more cells than in the first line" in admin.rows[0][4]
    assert admin.rows[1][4] == "new"
