"""How deadlines are kept: the figures of a past day are those of that day."""

from datetime import UTC, date, datetime

import pytest

from crm.core import clock
from crm.core.database import db
from crm.follow_ups.models.follow_up import FollowUp
from tests.browser import Browser, text_of
from tests.factories import make_department, make_follow_up, make_user
from tests.sweep import send, statements


class Office:
    """People who work through the pages, on whatever day it is."""

    def __init__(self, app, monkeypatch):
        self.app, self.monkeypatch = app, monkeypatch
        self.at(1)
        self.first, self.second = (
            make_department(name_en=name).id for name in ("First office", "Second office")
        )
        self.anna = make_user(name="Anna", department_id=self.first)
        self.boris = make_user(name="Boris", department_id=self.second)
        self.head = make_user("head", name="Head", department_id=self.first)
        self.people = {"anna": self.anna, "boris": self.boris, "head": self.head}
        self.points = {}

    def at(self, day, hour=12):
        """It is that day of November 2026, at an hour of Almaty."""
        now = datetime(2026, 11, day, hour - 5, tzinfo=UTC)
        self.monkeypatch.setattr(clock, "now", lambda: now)
        self.browsers = {}

    def browser(self, who):
        if who not in self.browsers:
            person = db.session.merge(self.people[who])
            self.browsers[who] = Browser(self.app).come_back(person)
        return self.browsers[who]

    def sent(self, who, url, **fields):
        """Where the form leads that ``who`` sends."""
        browser = self.browser(who)
        data = {"csrf_token": browser.token(), **fields}
        answer = send(browser, "POST", url, data=data)
        assert answer.status_code == 303, (url, fields, answer.get_data(as_text=True))
        return answer.headers["Location"]

    def agree(self, who, number, due=None):
        """A point of ``who``, called by its number."""
        fields = {"text": f"Point {number}", "kind": "other", "responsible_side": "ours"}
        fields |= {"basis": "agreement", "text_language": "en", "owner_id": self.people[who].id}
        fields["due_on"] = "" if due is None else f"2026-11-{due:02}"
        location = self.sent(who, "/follow-ups/new", **fields)
        self.points[number] = int(location.rpartition("/")[2])

    def step(self, who, number, path, **fields):
        """``who`` takes a step of a point."""
        point = self.point(number)
        self.sent(who, f"/follow-ups/{point.id}/{path}", version=point.version, **fields)

    def point(self, number):
        db.session.expire_all()
        return db.session.get(FollowUp, self.points[number])


def played(office):
    """Twelve points from 2 to 24 November."""
    office.at(2)
    for number, due in ((1, 6), (2, 6), (3, 13), (4, 13), (5, 9), (6, None), (7, 11)):
        office.agree("anna", number, due)
    for number, due in ((8, 11), (9, 10), (10, 27), (11, None)):
        office.agree("boris", number, due)
    office.at(5)
    office.step("anna", 1, "done", outcome="Held")
    office.at(9)
    office.step("anna", 2, "done", outcome="Held late")
    office.step("anna", 5, "done", outcome="Held, it seemed")
    ask = {"new_due_on": "2026-11-30", "reason": "The partner is away"}
    office.step("boris", 9, "extension-request", **ask)
    office.at(10)
    office.step("head", 1, "off-control", removal_number="12-4", removed_on="2026-11-10")
    office.step("head", 4, "due", due_on="2026-11-16", reason="Holidays there")
    office.step("head", 9, "extension-request/refuse", answer="It was agreed with the akim")
    office.at(12)
    office.step("head", 3, "due", due_on="2026-11-20", reason="Papers are on their way")
    office.step("anna", 6, "done", outcome="Sent")
    office.at(13)
    office.step("boris", 10, "cancel", reason="Agreed otherwise")
    office.at(16)
    office.step("head", 4, "due", due_on="2026-11-25", reason="Once more")
    office.step("boris", 11, "due", due_on="2026-11-18")
    office.at(17)
    office.step("head", 5, "reopen", reason="It was not held")
    office.at(18, 23)
    office.step("head", 7, "archive", reason="Entered twice")
    office.agree("boris", 12, 18)
    office.step("boris", 12, "done", outcome="Sent at once")
    office.at(19)
    office.step("anna", 3, "done", outcome="Held")
    page = office.browser("head").open(f"/follow-ups/{office.points[8]}/edit")
    page.submit("Save", owner_id=str(office.anna.id))
    office.at(20)
    db.session.merge(office.boris).department_id = office.first
    db.session.commit()
    office.at(23)
    office.step("anna", 5, "done", outcome="Held at last")
    office.at(30)
    return office


@pytest.fixture
def office(app, monkeypatch):
    return Office(app, monkeypatch)


@pytest.fixture
def small(office):
    """Four points due on the 9th: two done on the 10th, of which one was reopened on the 16th; of
    the others one was done then.
    """
    office.at(2)
    due_on = date(2026, 11, 9)
    for number, owner in enumerate((office.anna, office.anna, office.boris, office.boris), 1):
        point = make_follow_up(text=f"Point {number}", owner=owner, due_on=due_on, kind="other")
        office.points[number] = point.id
    office.at(10)
    for number in (1, 4):
        office.point(number).complete("Held", date(2026, 11, 10))
        db.session.commit()
    office.at(16)
    office.point(4).reopen("Not held", date(2026, 11, 16))
    db.session.commit()
    office.point(2).complete("Held", date(2026, 11, 16))
    db.session.commit()
    office.at(30)
    return office


def figures(browser, label="By officer"):
    """By name what a table says of each: under control, of that awaiting removal, done on time,
    done late, extended, extension refused, overdue, days overdue on average, at most.
    """
    rows = browser.page.select(f"table[aria-label='{label}'] tbody tr:has(td)")
    return {
        text_of(row.select_one("th")): " ".join(
            text_of(cell).replace("– not applicable", "–") for cell in row.select("td")
        )
        for row in rows
    }


def test_a_past_day_is_counted_as_by_hand(office):
    """1 done on time on the 5th, then removed; 2 done late; 3 extended on the 12th, done on the
    19th; 4 extended on the 10th and 16th; 5 done on the 9th, reopened on the 17th, done on the
    23rd; 6 done on the 12th without a deadline; 7 archived late on the 18th; 8 handed over to Anna
    on the 19th; 9 refused on the 10th; 10 given up on the 13th; 11 due on the 18th since the 16th;
    12 done on the day it was agreed, the 18th. Boris changed his office on the 20th.
    """
    browser = played(office).browser("head")

    def counted(since, on, label="By officer"):
        days = f"from=2026-11-{since:02}&on=2026-11-{on:02}"
        return figures(browser.open(f"/reports/discipline?{days}"), label)

    assert counted(2, 13) == {"Anna": "6 3 3 1 2 0 1 2.0 2", "Boris": "3 0 0 0 0 1 2 2.5 3"}
    assert counted(2, 17) == {"Anna": "6 2 2 1 2 0 2 7.0 8", "Boris": "3 0 0 0 0 1 2 6.5 7"}
    assert counted(2, 18) == {"Anna": "5 2 2 1 2 0 1 9.0 9", "Boris": "4 1 1 0 0 1 2 7.5 8"}
    assert counted(16, 24) == {"Anna": "6 4 1 1 1 0 1 13.0 13", "Boris": "3 1 1 0 0 0 2 10.0 14"}
    assert counted(2, 4) == {"Anna": "7 0 0 0 0 0 0 – –", "Boris": "4 0 0 0 0 0 0 – –"}
    assert counted(2, 13, "By department") == {
        "First office": "6 3 3 1 2 0 1 2.0 2",
        "Second office": "3 0 0 0 0 1 2 2.5 3",
        "Total": "9 3 3 1 2 1 3 2.3 3",
    }
    assert counted(16, 24, "By department") == {
        "First office": "9 5 2 1 1 0 3 11.0 14",
        "Total": "9 5 2 1 1 0 3 11.0 14",
    }
    assert browser.open("/reports/discipline?on=2026-11-01&from=2026-11-01").status == 200
    assert figures(browser) == {}


def test_each_number_leads_to_the_points_it_counts_as_they_were(small):
    browser = small.browser("head").open("/reports/discipline?from=2026-11-02&on=2026-11-13")
    assert figures(browser) == {"Anna": "2 1 0 1 0 0 1 4.0 4", "Boris": "2 1 0 1 0 0 1 4.0 4"}
    links = browser.page.select("table[aria-label='By officer'] tbody td a")
    assert len(links) == 8
    for link in links:
        found = browser.open(str(link["href"])).page.select("main tbody tr")
        assert len(found) == int(text_of(link)), link["href"]
    cells = [text_of(one) for one in found[0].select("th > a, td")]
    assert (cells[0], *cells[2:]) == (
        *("Point 3", "On the control list", "9 Nov 2026 4 days overdue", "Boris"),
    )
    late = "/reports/discipline/points.csv?on=2026-11-13&what=late&headers=keys"
    lines = send(browser, "GET", late).get_data(as_text=True).splitlines()[1:]
    told = sorted(line.split(";")[6:11] for line in lines)
    assert told == [["done", "", "2026-11-09", "2026-11-10", ""]] * 2


def test_a_file_has_the_officers_of_the_page(small):
    query = "from=2026-11-02&on=2026-11-13&headers=keys"
    browser = small.browser("head")
    answer = send(browser, "GET", f"/reports/discipline.csv?{query}")
    head, *lines = answer.get_data(as_text=True).splitlines()
    assert head.split(";")[4:7] == ["under_control", "awaiting_removal", "on_time"]
    assert [line.split(";")[3:] for line in lines] == [
        [name, "2", "1", "0", "1", "0", "0", "1", "4", "4.0", "4"] for name in ("Anna", "Boris")
    ]
    assert send(browser, "GET", f"/reports/discipline.xlsx?{query}").status_code == 200
    only = browser.open(f"/reports/discipline?on=2026-11-13&department={small.second}")
    assert list(figures(only)) == ["Boris"]


def test_a_point_kept_from_its_reader_counts_only_for_those_who_see_it(small, viewer):
    small.point(3).restricted = True
    db.session.commit()
    days = "from=2026-11-02&on=2026-11-13"
    assert figures(viewer.open(f"/reports/discipline?{days}"))["Boris"] == "1 1 0 1 0 0 0 – –"
    assert viewer.open(f"/reports/discipline/points?{days}&what=overdue").text.count("Point 3") == 0
    head = small.browser("head").open(f"/reports/discipline?{days}")
    assert figures(head)["Boris"] == "2 1 0 1 0 0 1 4.0 4"


def test_days_that_mean_nothing_are_refused_and_statements_do_not_grow(small, viewer):
    for query in ("on=2026-13-01", "on=tomorrow", "on=2026-12-01", "from=2026-11-20&on=2026-11-10"):
        for page in ("/reports/discipline", "/reports/discipline/points"):
            assert viewer.open(f"{page}?{query}").status == 400, query
    assert viewer.open("/reports/discipline?page=2").status == 400
    few = statements(viewer, "/reports/discipline")
    for _each in range(3):
        make_follow_up(owner=make_user(department_id=small.second), due_on=date(2026, 11, 3))
    assert statements(viewer, "/reports/discipline") == few
