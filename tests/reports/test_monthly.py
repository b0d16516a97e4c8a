"""What is handed in on the 1st stands together: every list and its files one press away."""

from datetime import date

from crm.core import clock
from tests.factories import make_follow_up, make_meeting, make_project

FIRST = date(2026, 12, 1)


def files(browser):
    page = browser.open("/reports/").page
    return {
        link["aria-label"]: str(link["href"]) for link in page.select("#monthly .sk-row-a a[href]")
    }


def test_on_the_first_the_files_hold_the_month_before(officer, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: FIRST)
    make_meeting(title="Held in November", status="held", held_on=date(2026, 11, 30))
    make_meeting(title="Held today", status="held", held_on=FIRST)
    make_meeting(title="Called off", status="cancelled", held_on=date(2026, 11, 20))
    make_follow_up(text="Done in November", status="done", outcome="-", done_on=date(2026, 11, 1))
    make_follow_up(text="Done in October", status="done", outcome="-", done_on=date(2026, 10, 31))
    found = files(officer)
    meetings = officer.open(found["Meetings held: CSV"]).text
    assert "Held in November" in meetings
    assert "Held today" not in meetings
    assert "Called off" not in meetings
    points = officer.open(found["Points executed: CSV"]).text
    assert "Done in November" in points
    assert "Done in October" not in points


def test_a_project_left_out_of_the_report_is_not_in_its_file(officer):
    make_project(title_kk="Reported", in_report=True)
    make_project(title_kk="Left out", in_report=False)
    text = officer.open(files(officer)["Projects in the report: CSV"]).text
    assert "Reported" in text
    assert "Left out" not in text


def test_each_list_opens_as_a_page_and_as_a_file(viewer):
    make_project()
    links = [link["href"] for link in viewer.open("/reports/").page.select("#monthly a[href]")]
    assert len(links) == 15
    assert {viewer.open(str(link)).status for link in links} == {200}
