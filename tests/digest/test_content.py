"""What stands in the digest besides one's own points: what is new, whom one meets, how the
department stands, with whom nobody was in contact for long.
"""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from crm.core import clock
from crm.core.database import db
from crm.digest.queries.reading import digests_for
from crm.digest.services.letter import letter_of, write_digest
from crm.follow_ups.models.extensions import ExtensionRequest
from crm.follow_ups.models.follow_up import Executor, follow_up_team
from crm.meetings.models import meeting_team
from tests.browser import Browser, text_of
from tests.digest.posting import TUESDAY
from tests.factories import (
    PASSWORD,
    make_country,
    make_delegation,
    make_department,
    make_follow_up,
    make_meeting,
    make_project,
    make_project_meeting,
    make_user,
    together,
)
from tests.postgres import on_sqlite
from tests.tree import Tag

LONG_AGO = datetime(2025, 1, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _a_tuesday(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TUESDAY)
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 24, 4, tzinfo=UTC))


@pytest.fixture
def anna(app):
    return make_user(name="Anna", email="anna@test.example")


def section(user, title, on=TUESDAY):
    """(label, count, lines) of each block of the section; empty without it."""
    written = write_digest(user, on)
    found = [one for one in written.sections if one.title == title] if written else []
    return [(one.label, one.count, one.lines) for part in found for one in part.blocks]


def texts(user, title, on=TUESDAY):
    return [line.text for _label, _count, lines in section(user, title, on) for line in lines]


def see(team, **of):
    """Put a user into a team."""
    db.session.execute(team.insert().values(**of))
    db.session.commit()


# -- what is new -------------------------------------------------------------------------------


def test_what_another_gave_one_since_the_last_digest_is_told_with_who_did(app, anna):
    head = Browser(app).sign_in(make_user("head", name="Boris").email, PASSWORD)
    late = {"due_on": TUESDAY - timedelta(days=1), "created_at": LONG_AGO}
    given = make_follow_up(owner=make_user(), text="given", **late)
    carried = make_follow_up(owner=make_user(), text="carried", created_at=LONG_AGO)
    make_follow_up(owner=anna, text="had before", created_at=LONG_AGO)
    for point, values in (
        (given, {"owner_id": str(anna.id)}),
        (carried, {"executor": f"user-{anna.id}"}),
    ):
        head.open(f"/follow-ups/{point.id}/edit").submit("Save", **values)
    ((label, count, lines),) = section(anna, "Newly assigned to you")
    assert (label, count) == ("Since the last digest", 2)
    assert {(line.text, line.css) for line in lines} == {
        ("given", "overdue"),
        ("carried", "no-deadline"),
    }
    assert lines[0].notes == ["Assigned by: Boris, 24 Nov 2026"]
    assert section(anna, "Newly assigned to you", date(2026, 12, 24)) == []


def test_what_one_took_oneself_is_not_new(app, anna):
    own = Browser(app).sign_in(anna.email, PASSWORD)
    own.open("/follow-ups/new").submit("Save", text="my own", kind="consultation")
    assert [line.text for line in write_digest(anna, TUESDAY).sections[0].blocks[0].lines] == [
        "my own"
    ]
    assert section(anna, "Newly assigned to you") == []


# -- coming meetings ---------------------------------------------------------------------------


def plan(days, **given):
    return make_meeting(status="planned", held_on=TUESDAY + timedelta(days=days), **given)


def test_the_meetings_of_the_next_seven_days_come_with_what_is_open_with_the_country(anna):
    make_country("DE", "Germany")
    make_country("CN", "China")
    helped = plan(7, title="helped", country_code="CN")
    see(meeting_team, meeting_id=helped.id, user_id=anna.id)
    plan(0, title="led", officer=anna, starts_at=time(10, 30), place="Oskemen")
    plan(8, title="too far", officer=anna)
    plan(1, title="another's", officer=make_user())
    make_meeting(title="called off", status="cancelled", held_on=TUESDAY, officer=anna)
    make_meeting(title="yesterday", held_on=TUESDAY - timedelta(days=1), officer=anna)
    other = make_user()
    for number in range(4):
        due_on = TUESDAY + timedelta(days=number)
        make_follow_up(owner=other, text=f"open {number}", country_code="DE", due_on=due_on)
    make_follow_up(owner=other, text="done", country_code="DE", status="done", outcome="so")
    ((label, count, (first, second)),) = section(anna, "Coming meetings")
    assert (label, count) == ("In the next seven days", 2)
    assert (first.text, first.country, first.origin) == ("led", "Germany", ["Oskemen"])
    assert (first.due, first.timing) == ("24 Nov 2026", "today, 10:30")
    assert [one.text for one in first.mentions] == ["open 0", "open 1", "open 2"]
    assert first.more == "Open points with the country: 4"
    assert (second.text, second.timing, second.mentions) == ("helped", "Tuesday", [])


def test_a_meeting_counts_the_points_its_reader_may_see(app, anna):
    boris, head = make_user(), make_user("head")
    hidden = {"country_code": "DE", "restricted": True}
    make_country("DE", "Germany")
    for officer in (anna, boris, head):
        plan(1, officer=officer)
    make_follow_up(owner=boris, text="open", country_code="DE", due_on=TUESDAY)
    make_follow_up(owner=boris, text="his", **hidden)
    make_follow_up(owner=make_user(), text="nobody's", **hidden)
    seen = {}
    for user, digest in digests_for([head, boris, anna], TUESDAY, ""):
        ((_meeting, points),) = digest.meetings
        seen[user.id] = (points.count, [one.text for one in points.first])
    assert seen == {
        anna.id: (1, ["open"]),
        boris.id: (2, ["open", "his"]),
        head.id: (3, ["open", "his", "nobody's"]),
    }


# -- the department ----------------------------------------------------------------------------


def late(owner, days, **given):
    return make_follow_up(owner=owner, due_on=TUESDAY - timedelta(days=days), **given)


def ask(point, by):
    db.session.add(
        ExtensionRequest(
            follow_up_id=point.id,
            asked_by_id=by.id,
            asked_on=date(2026, 11, 20),
            old_due_on=point.due_on,
            new_due_on=date(2026, 12, 15),
            reason="the investor\nasked",
        )
    )
    db.session.commit()


def test_a_head_reads_how_the_own_department_stands(app):
    ours, theirs = make_department(name_en="Enterprise"), make_department(name_en="Industry")
    head = make_user("head", department_id=ours.id)
    anna, boris = (make_user(name=name, department_id=ours.id) for name in ("Anna", "Boris"))
    stranger = make_user(name="Stranger", department_id=theirs.id)
    for owner in (anna, boris, boris, stranger):
        late(owner, 12 if owner is anna else 3)
    asked = late(anna, 1, text="asked", restricted=True)
    for owner, whose in ((anna, ""), (stranger, "their ")):
        make_follow_up(
            owner=owner, text=f"{whose}done", status="done", outcome="so", done_on=TUESDAY
        )
        make_follow_up(owner=owner, text=f"{whose}undated", created_at=LONG_AGO)
        make_follow_up(owner=owner, created_at=datetime(2026, 11, 20, tzinfo=UTC))
    ask(asked, anna)
    blocks = section(head, "Enterprise")
    assert [(label, count) for label, count, _lines in blocks] == [
        ("Overdue by officer", 4),
        ("Extension requests", 1),
        ("Awaiting removal from control", 1),
        ("No deadline for five working days", 1),
    ]
    assert [(one.text, one.due, one.timing) for one in blocks[0][2]] == [
        ("Anna", "overdue: 2", "the longest: 12 days"),
        ("Boris", "overdue: 2", "the longest: 3 days"),
    ]
    (request,) = blocks[1][2]
    assert (request.text, request.due) == ("asked", "23 Nov 2026")
    assert request.timing == "extension asked for: 15 Dec 2026"
    assert request.notes == [
        "Owner: Anna",
        "Asked by: Anna, 20 Nov 2026",
        "Reason: the investor asked",
    ]
    assert [one.text for _label, _count, lines in blocks[2:] for one in lines] == [
        "done",
        "undated",
    ]
    assert write_digest(head, TUESDAY).subject == "Overdue in the department: 4"


def test_a_head_without_a_department_reads_of_all(app):
    head, ours = make_user("head"), make_department()
    late(make_user(name="Anna", department_id=ours.id), 1)
    late(make_user(name="Boris"), 2)
    assert texts(head, "All departments") == ["Boris", "Anna"]


def test_a_viewer_who_asks_for_it_reads_of_what_is_theirs_to_see(app):
    anna = make_user(name="Anna")
    reader, other, uninvited = (make_user("viewer", department_digest=one) for one in (1, 1, 0))
    late(anna, 1)
    hidden = late(anna, 5, restricted=True)
    done = make_follow_up(owner=anna, text="shared", status="done", outcome="so", restricted=True)
    make_follow_up(owner=anna, text="not shared", status="done", outcome="so", restricted=True)
    for point in (hidden, done):
        see(follow_up_team, follow_up_id=point.id, user_id=reader.id)
    overdue, waiting = section(reader, "All departments")
    assert [(one.due, one.timing) for one in overdue[2]] == [("overdue: 2", "the longest: 5 days")]
    assert [one.text for one in waiting[2]] == ["shared"]
    ((_label, count, lines),) = section(other, "All departments")
    assert (count, lines[0].timing) == (1, "the longest: 1 day")
    assert write_digest(uninvited, TUESDAY) is None
    assert section(anna, "All departments") == []


# -- silence -----------------------------------------------------------------------------------


def test_projects_and_countries_without_contact_are_told_to_whose_they_are(app, anna):
    boris = make_user()
    make_country("DE", "Germany", desk_officer_id=anna.id)
    make_country("CN", "China", desk_officer_id=anna.id)
    make_country("KR", "Korea", desk_officer_id=boris.id)
    project = {"officer": anna, "created_at": LONG_AGO}
    silent = make_project(title_en="silent", **project)
    make_project_meeting(silent, make_meeting(held_on=date(2026, 8, 25), country_code="KR"))
    spoken = make_project(title_en="spoken of", **project)
    make_project_meeting(spoken, make_meeting(held_on=date(2026, 8, 26), country_code="CN"))
    make_project(title_en="never", **project)
    make_project(title_en="suspended", status="suspended", **project)
    make_project(title_en="another's", officer=boris, created_at=LONG_AGO)
    make_project(title_en="new", officer=anna)
    make_delegation(status="completed", arrives_on=date(2026, 8, 1), date_precision="day")
    projects, countries = section(anna, "No contact for long")
    assert [(one.text, one.due, one.timing) for one in projects[2]] == [
        ("never", "no contact noted", ""),
        ("silent", "25 Aug 2026", "91 days ago"),
    ]
    assert [(one.text, one.due, one.timing) for one in countries[2]] == [
        ("Germany", "1 Aug 2026", "115 days ago")
    ]
    anna.silent_days = 180
    db.session.commit()
    assert texts(anna, "No contact for long") == ["never"]
    anna.silent_days = None
    db.session.commit()
    assert write_digest(anna, TUESDAY) is None


def test_a_contact_the_reader_may_not_see_breaks_no_silence(app, anna):
    project = make_project(officer=anna, created_at=LONG_AGO)
    boris = make_user()
    secret = make_meeting(held_on=TUESDAY, restricted=True, officer=boris)
    make_project_meeting(project, secret)
    assert texts(anna, "No contact for long") == ["Gas production"]
    see(meeting_team, meeting_id=secret.id, user_id=anna.id)
    assert write_digest(anna, TUESDAY) is None


# -- who reads what ----------------------------------------------------------------------------


def test_one_run_gives_each_what_they_alone_would_read(app):
    boris = make_user(name="Boris")
    readers = [make_user(name=name) for name in ("Anna", "Clara")]
    secret = make_meeting(title="Secret talks", restricted=True, officer=boris)
    for reader in readers:
        point = make_follow_up(owner=boris, text=f"of {reader.name}", meeting=secret)
        db.session.add(Executor(follow_up_id=point.id, is_lead=True, user_id=reader.id))
    make_follow_up(owner=boris, text="his own", restricted=True)
    db.session.commit()
    together = {user.id: digest for user, digest in digests_for([*readers, boris], TUESDAY, "")}
    for reader in readers:
        (point,) = together[reader.id].parts[0].groups[0].points
        assert (point.text, point.meeting_title) == (f"of {reader.name}", None)
    assert together[boris.id].consultation_count == 3
    for user in (*readers, boris):
        alone = next(digests_for([user], TUESDAY, ""))[1]
        assert alone.parts == together[user.id].parts


def test_the_text_part_says_all_the_other_says(app):
    anna = make_user(name="Anna")
    head = make_user("head", name="Head")
    make_country("DE", "Germany", desk_officer_id=head.id, created_at=LONG_AGO)
    plan(1, title="Talks", officer=head)
    late(anna, 3, text="owed", country_code="DE")
    text = letter_of(write_digest(head, TUESDAY)).text
    for words in (
        "== Coming meetings ==",
        "* Germany: Talks",
        "  Date: 25 Nov 2026 · Wednesday",
        "  - owed · 21 Nov 2026",
        "  Open points with the country: 1",
        "== All departments ==",
        "  overdue: 1 · the longest: 3 days",
        "== No contact for long ==",
        "  Last contact: no contact noted",
    ):
        assert words in text


# -- links -------------------------------------------------------------------------------------


@on_sqlite  # what a link leads to; lists are read on both
def test_every_link_opens_for_its_reader_what_it_names(app):
    ours = make_department(name_en="Enterprise")
    head = make_user("head", department_id=ours.id)
    anna = make_user(name="Anna", department_id=ours.id)
    make_country("DE", "Germany", desk_officer_id=head.id, created_at=LONG_AGO)
    make_country("CN", "China", desk_officer_id=anna.id, created_at=LONG_AGO)
    for reader in (anna, head):
        plan(1, title="Talks", officer=reader, restricted=True)
        make_project(title_en="Quiet", officer=reader, created_at=LONG_AGO)
    with together():
        for number in range(7):
            late(anna, number + 1, text=f"late {number}", country_code="DE", restricted=True)
            make_follow_up(owner=anna, text=f"undated {number}", created_at=LONG_AGO)
            make_follow_up(owner=anna, text=f"done {number}", status="done", outcome="so")
            make_follow_up(owner=anna, text=f"later {number}", due_on=date(2027, 1, number + 1))
            make_follow_up(owner=anna, text=f"later still {number}", due_on=date(2027, 2, 1))
    for reader in (anna, head):
        browser = Browser(app).come_back(reader)
        letter = letter_of(write_digest(reader, TUESDAY))
        links = Tag.read(letter.html).select("a")
        assert {word for word in letter.text.split() if word.startswith("http")} == {
            link["href"] for link in links
        }
        for link in {link["href"]: link for link in links}.values():
            base, _slashes, path = link["href"].rpartition("http://127.0.0.1:8000")
            assert base == ""
            assert browser.open(path).status == 200, path
            assert browser.redirects == [], path
            if path.rpartition("/")[2].isdecimal() or path.startswith("/countries/"):
                assert text_of(link) in browser.heading
            if path.startswith("/follow-ups/?"):
                counted = {"Open points with the country: 7": 7, "Anna": 7, "and 2 more": 7}
                assert len(browser.rows) == counted.get(text_of(link), 14), path
