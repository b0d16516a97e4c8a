"""The control list: by executor, and below that as it presses; on the page and in files alike."""

import csv
import io
from datetime import date

import pytest

from crm.core import clock
from crm.core.database import db
from crm.follow_ups.models.follow_up import Executor, Progress
from tests.browser import text_of
from tests.factories import make_department, make_follow_up, make_meeting, make_user
from tests.sweep import send, statements

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def carried_out_by(point, **who):
    db.session.add(Executor(follow_up_id=point.id, is_lead=True, **who))
    db.session.commit()
    return point


def groups(page):
    return [
        (text_of(body.select_one("tr th")), [text_of(a) for a in body.select("th > a")])
        for body in page.page.select("main tbody")
    ]


@pytest.fixture
def points(app):
    aset, beibit = make_user(name="Әсет Ермеков"), make_user(name="Бейбіт Сапаров")
    office = make_department(name_en="Office", name_ru="Отдел", name_kk="Бөлім")
    later = make_follow_up(text="Later", due_on=date(2026, 12, 1))
    late = make_follow_up(text="Overdue one", due_on=date(2026, 11, 20), owner=beibit)
    carried_out_by(later, user_id=beibit.id)
    carried_out_by(late, user_id=beibit.id)
    carried_out_by(make_follow_up(text="Undated"), user_id=beibit.id)
    carried_out_by(make_follow_up(text="Of Aset"), user_id=aset.id)
    carried_out_by(make_follow_up(text="Of a firm"), outsider="«Қазмыс» ЖШС")
    carried_out_by(make_follow_up(text="Of another firm"), outsider="«Кендір» ЖШС")
    carried_out_by(make_follow_up(text="Of the office"), department_id=office.id)
    make_follow_up(text="Nobody's")
    done = make_follow_up(text="Done", status="done", outcome="Held", due_on=date(2026, 11, 3))
    carried_out_by(done, user_id=beibit.id)
    make_follow_up(text="Removed", status="off_control", outcome="Held")
    make_follow_up(text="Given up", status="cancelled")
    make_follow_up(text="Archived", archived_at=clock.now())
    return late


def test_points_stand_by_executor_in_the_order_of_the_alphabet_as_they_press(viewer, points):
    page = viewer.open("/reports/control")
    assert groups(page) == [
        ("Office 1", ["Of the office"]),
        ("Әсет Ермеков 1", ["Of Aset"]),
        ("Бейбіт Сапаров 4", ["Overdue one", "Later", "Undated", "Done"]),
        ("«Кендір» ЖШС 1", ["Of another firm"]),
        ("«Қазмыс» ЖШС 1", ["Of a firm"]),
        ("No executor named 1", ["Nobody's"]),
    ]
    numbers = [text_of(one) for one in page.page.select("main td.no")]
    assert numbers == [str(number) for number in range(1, 10)]
    assert viewer.open("/").click("Reports").click("Control list").status == 200


def test_a_row_says_basis_deadlines_and_the_last_progress(viewer, points):
    points.original_due_on, points.basis = date(2026, 11, 1), "akim_instruction"
    points.basis_number, points.basis_date, points.basis_point = "12-5", date(2026, 10, 1), "3.1"
    meeting = make_meeting(title="Talks")
    points.meeting_id, points.number = meeting.id, 2
    for day, text in ((10, "Old"), (20, "Asked again")):
        line = Progress(follow_up_id=points.id, noted_on=date(2026, 11, day), text=text)
        db.session.add(line)
    db.session.commit()
    (row,) = viewer.open("/reports/control?status=overdue").page.select(
        "main tbody tr:not(.sk-control-g)"
    )
    said = text_of(row)
    for words in (
        "Instruction of the akim № 12-5 of 1 Oct 2026, point 3.1",
        "Talks , № 2",
        "20 Nov 2026 4 days overdue originally 1 Nov 2026",
        "20 Nov 2026 Asked again",
    ):
        assert words in said


def test_files_hold_the_rows_of_the_page_in_their_order(viewer, points):
    shown = [one for _name, texts in groups(viewer.open("/reports/control")) for one in texts]
    answer = send(viewer, "GET", "/reports/control.csv?headers=keys&dialect=rfc4180")
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    assert [row["text"] for row in rows] == shown
    late = next(row for row in rows if row["text"] == "Overdue one")
    assert (late["days_overdue"], late["executor"]) == ("4", "Бейбіт Сапаров")
    others = [row["days_overdue"] for row in rows if row["text"] in ("Later", "Done")]
    assert others == ["", ""]
    answer = send(viewer, "GET", "/reports/control.csv?due_to=2026-11-30&headers=keys")
    found = [line.split(";")[4] for line in answer.get_data(as_text=True).splitlines()[1:]]
    assert found == ["Overdue one", "Done"]
    assert send(viewer, "GET", "/reports/control.xlsx").status_code == 200
    assert viewer.open("/reports/control?status=cancelled").status == 400


def test_nobody_reads_of_what_is_kept_from_them(viewer, head, points):
    points.restricted = True
    db.session.commit()
    assert "Overdue one" not in viewer.open("/reports/control").text
    assert "Overdue one" not in send(viewer, "GET", "/reports/control.csv").get_data(as_text=True)
    assert "Overdue one" in head.open("/reports/control").text


def test_the_list_takes_the_same_number_of_statements_whatever_its_length(viewer, points):
    few = statements(viewer, "/reports/control")
    for _each in range(5):
        carried_out_by(make_follow_up(meeting_id=make_meeting().id), user_id=make_user().id)
    assert statements(viewer, "/reports/control") == few


def test_what_the_partner_owes_is_listed_as_theirs(viewer, app):
    make_follow_up(text="Theirs", responsible_side="partner")
    make_follow_up(text="Ours", responsible_side="ours")
    rows = viewer.open("/reports/control").page.select("main tbody td[data-l^=Executor]")
    assert sorted(text_of(one) for one in rows) == ["not named", "not named partner side"]
