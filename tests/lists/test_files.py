"""Lists taken away as files: what is offered, what the ledger keeps, who stands in line."""

import csv
import errno
import io
import socket
import time
from datetime import date, datetime
from functools import partial

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, text

from crm.accounts.models import User
from crm.core.database import db
from crm.core.sight import seeing_everything
from crm.follow_ups.models.follow_up import FollowUp
from crm.lists.models import FileTaken
from crm.lists.services.line import Line, Turn
from crm.lists.views import files
from tests.browser import text_of
from tests.factories import make_country, make_follow_up, make_organisation
from tests.postgres import crm
from tests.serving import Client, free_port, serving
from tests.sweep import signed_in

HOSTILE = (
    *("=1+1", "+7 705 123 45 67", "-5", "@x", "'quoted", "''two", "\tTab", "01.10", "000123"),
    *("two\nlines", 'a "quoted" word', "one; two, three", "Өңірдің ғұмыры: ₸", "«=»", "=", "'"),
)


@pytest.fixture
def reader(app):
    return signed_in(app, "officer")


def csv_of(browser, url):
    assert browser.open(url).status == 200, browser.text
    told = browser.response.get_data()
    assert told.startswith(b"\xef\xbb\xbf")  # else Excel takes Kazakh for another alphabet
    lines = io.StringIO(told.decode("utf-8-sig"), newline="")
    return list(csv.DictReader(lines, delimiter=";"))


def xlsx_of(browser, url):
    assert browser.open(url).status == 200
    return load_workbook(io.BytesIO(browser.response.get_data())).worksheets[0]


def dicts(sheet):
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def once_less(cell):
    """What importing a file does: one leading apostrophe is taken off."""
    return cell.removeprefix("'")


def taken():
    db.session.rollback()
    return [
        (one.listing, one.query, one.columns, one.format, one.row_count)
        for one in db.session.scalars(select(FileTaken).order_by(FileTaken.id))
    ]


def test_texts_come_back_as_they_were(reader):
    for one in HOSTILE:
        make_follow_up(text=one)
    rows = csv_of(reader, "/follow-ups.csv?headers=keys&sort=text")
    assert sorted(once_less(row["text"]) for row in rows) == sorted(HOSTILE)
    assert not [row["text"] for row in rows if row["text"].startswith(("=", "+", "-", "@", "\t"))]
    cells = dicts(xlsx_of(reader, "/follow-ups.xlsx?headers=keys"))
    assert sorted(once_less(row["text"]) for row in cells) == sorted(HOSTILE)


def test_a_number_that_is_a_name_keeps_its_zeros(reader):
    make_organisation(bin="000940000018", name_en="=SUM(A1)")
    (row,) = csv_of(reader, "/organisations.csv?headers=keys")
    assert (row["bin"], row["name_en"]) == ("000940000018", "'=SUM(A1)")
    (row,) = dicts(xlsx_of(reader, "/organisations.xlsx?headers=keys"))
    assert (row["bin"], row["name_en"]) == ("000940000018", "'=SUM(A1)")


def test_excel_has_real_days_a_heading_that_stays_filters_and_widths(reader):
    long = "A point that is as long as points are when somebody has thought about them"
    make_follow_up(text=long, due_on=date(2026, 12, 1), original_due_on=date(1899, 1, 1))
    sheet = xlsx_of(reader, "/follow-ups.xlsx?headers=keys&columns=id,text,due_on,original_due_on")
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:D2"
    number, point, due, original = next(sheet.iter_rows(min_row=2))
    assert (type(number.value), point.value) == (int, long)
    assert due.value == datetime(2026, 12, 1)  # noqa: DTZ001 (Excel knows no zone)
    assert due.number_format == "dd.mm.yyyy"
    assert original.value == "1899-01-01"  # Excel counts no days before 1900
    widths = [sheet.column_dimensions[name].width for name in "ABC"]
    assert widths[0] < 15 < widths[1] <= 51
    assert 10 < widths[2] < 15
    assert xlsx_of(reader, "/follow-ups.xlsx?q=nothing").max_row == 1


def test_a_text_too_long_for_a_cell_of_excel_is_cut(reader):
    make_follow_up(text="жаз " * 10_000)
    (row,) = dicts(xlsx_of(reader, "/follow-ups.xlsx?headers=keys&columns=id,text"))
    assert row["text"] == ("жаз " * 10_000)[:32_767]


def test_the_menu_offers_the_page_all_columns_and_the_reports(reader):
    make_follow_up(due_on=date(2026, 12, 1))
    menu = reader.open("/follow-ups/?kind=consultation&columns=point,due,owner").page
    menu = menu.select_one(".sk-files")
    assert "Rows: 1" in text_of(menu)
    groups = {one["aria-label"]: one.select("a") for one in menu.select("[role=group]")}
    assert list(groups) == ["As on this page", "All columns", "Report of the 1st"]
    assert all([text_of(a) for a in links] == ["Excel", "CSV"] for links in groups.values())
    for label, first in (("As on this page", "text"), ("Report of the 1st", "id")):
        (row,) = csv_of(reader, groups[label][1]["href"] + "&headers=keys")
        assert next(iter(row)) == first
    (row,) = csv_of(reader, groups["As on this page"][1]["href"] + "&headers=keys")
    assert list(row) == ["text", "kind", "due_on", "owner"]
    for wrong in ("columns=text,no_such", "set=no_such", "set=report&columns=text"):
        assert reader.open(f"/follow-ups.csv?{wrong}").status == 400, wrong


def test_who_took_what_is_written_down_and_shown_to_who_oversees(app, reader):
    make_country("DE")
    for code in ("DE", "DE", None):
        make_follow_up(country_code=code)
    reader.open("/follow-ups.csv?country=DE&status=pending&sort=-due_on&headers=keys")
    assert reader.response.headers["X-Row-Count"] == "2"
    reader.open("/follow-ups.xlsx?columns=text,due_on")
    crm(app, "export", "follow-ups")
    assert taken() == [
        ("follow-ups", "country=DE&sort=-due_on&status=pending", "", "csv", 2),
        ("follow-ups", "", "text,due_on", "xlsx", 3),
        ("follow-ups", "", "", "csv", 3),
    ]
    for role in ("head", "admin"):
        overseer = signed_in(app, role)
        rows = overseer.open("/admin/files/").rows
        assert ["nobody" in row[1] for row in rows] == [True, False, False]
        assert "Country: Germany" in rows[2][2]
        assert "Status: Pending" in rows[2][2]
        assert [row[4] for row in rows] == ["3", "3", "2"]
    reader.open("/reports/discipline.csv")
    assert "How deadlines are kept" in overseer.open("/admin/files/").rows[0][2]
    assert reader.open("/admin/files/").status == 403
    assert reader.open("/admin/files.csv").status == 403


def test_a_page_that_means_nothing_takes_no_file(app, reader):
    assert reader.open("/follow-ups.csv?colour=red").status == 400
    assert reader.client.head("/follow-ups.csv").status_code == 200
    assert taken() == []


def _no_room():
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_told_and_leaves_nothing(app, reader, monkeypatch):
    make_follow_up()
    with monkeypatch.context() as full:
        full.setattr(files.tempfile, "TemporaryFile", partial(open, "/dev/full", "wb+"))
        assert reader.open("/follow-ups.csv").status == 507
        assert reader.heading == "There is no room for the file"
        assert "Content-Disposition" not in reader.response.headers
    with monkeypatch.context() as full:
        full.setattr(files.tempfile, "TemporaryDirectory", _no_room)
        assert reader.open("/follow-ups.xlsx").status == 507
    assert [row[-1] for row in taken()] == [None, None]
    for _ in range(3):  # nobody keeps a turn
        assert reader.open("/follow-ups.csv").status == 200


def test_who_must_wait_is_told_so_and_gets_the_file_in_turn(app, reader, monkeypatch):
    make_follow_up()
    line = Line(writers=1)
    monkeypatch.setattr(files, "_line", line)
    turn = line.ask("somebody")
    assert reader.open("/follow-ups.csv?kind=consultation").status == 503
    assert reader.heading == "Your file is in line"
    assert "yours is next" in reader.text
    assert reader.page.select_one(".sk-empty a")["href"] == "/follow-ups/?kind=consultation"
    assert reader.response.headers["Retry-After"] == reader.response.headers["Refresh"] == "3"
    other = signed_in(app, "viewer").open("/follow-ups.csv")
    assert "before yours in line: 1" in other.text
    turn.end()
    assert other.open("/follow-ups.csv").status == 503  # who asked first is served first
    assert reader.open("/follow-ups.csv?kind=consultation").status == 200
    assert other.open("/follow-ups.csv").status == 200


def test_two_write_and_four_files_are_there_at_most():
    line = Line()
    first, second = line.ask("a"), line.ask("b")
    assert [type(one) for one in (first, second)] == [Turn, Turn]
    assert line.ask("c") == 0
    assert line.ask("d") == 1
    first.end_writing()
    third = line.ask("c")
    assert line.ask("d") == 0
    second.end_writing()
    fourth = line.ask("d")
    for one in (third, fourth):
        one.end_writing()
    assert line.ask("e") == 0  # four files are on their way: their readers keep four threads
    first.end()
    first.end()
    assert isinstance(line.ask("e"), Turn)
    assert line.ask("f") == 0


def test_a_reader_who_leaves_frees_the_file_and_the_database(app):
    reader = signed_in(app, "officer")
    cookie, user = reader.client.get_cookie("session").value, db.session.scalar(select(User))
    make_follow_up(text="x" * 20_000, owner=user)  # much more than waits in the line itself
    _many_points(300)
    port = free_port()
    with serving(app, port):
        client = Client(port, cookie)
        for _ in range(6):  # more than there may be at once
            with _asking(client, port, "/follow-ups.csv?headers=keys") as left:
                assert left.recv(12) == b"HTTP/1.1 200"
        for _ in range(2):  # these leave before the first byte
            _asking(client, port, "/follow-ups.csv?headers=keys").close()
        end = time.monotonic() + 30
        while client.get("/follow-ups.csv?headers=keys")[0] != 200:
            assert time.monotonic() < end
            time.sleep(0.1)
        assert client.text.count("\r\n") == 302
        if db.engine.dialect.name == "postgresql":
            busy = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            busy += " AND state <> 'idle' AND pid <> pg_backend_pid()"
            while db.session.scalar(text(busy)):
                db.session.rollback()
                assert time.monotonic() < end
                time.sleep(0.1)
        while 301 not in (counts := [row[-1] for row in taken()]):  # kept after the last byte
            assert time.monotonic() < end
            time.sleep(0.1)
    assert counts.count(None) >= 6


def _many_points(count):
    """As many points again as the first one."""
    table = FollowUp.__table__
    names = [one.name for one in table.columns if one.name != "id"]
    with seeing_everything():
        sample = db.session.execute(select(table)).mappings().one()
        db.session.execute(table.insert(), [{name: sample[name] for name in names}] * count)
    db.session.commit()


def _asking(client, port, path):
    connection = socket.create_connection(("127.0.0.1", port))
    cookie = client.headers["Cookie"]
    asked = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n"
    connection.sendall(asked.encode())
    return connection
