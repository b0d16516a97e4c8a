"""The list of meetings, a meeting's page, its participants and points."""

import csv
import io
from datetime import date, time
from urllib.parse import quote

import pytest
from flask_babel import refresh
from sqlalchemy import event, select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import joinedload

from crm.accounts.models import User
from crm.audit.models import AuditEntry
from crm.core import clock
from crm.core.database import db
from crm.follow_ups.models.follow_up import FollowUp
from crm.meetings.models import Meeting, MeetingSector, Participant
from crm.meetings.queries import meeting_choices, meetings_between
from tests.factories import (
    make_country,
    make_delegation,
    make_district,
    make_follow_up,
    make_meeting,
    make_organisation,
    make_participant,
    make_person,
    make_sector,
    make_trade_fact,
    make_user,
)

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def titles(browser, address):
    browser.open(address)
    assert browser.status == 200, browser.text
    return [link.text for link in browser.page.select("main tbody th a")]


def link_sector(meeting, code, weight="discussed", place=0):
    db.session.add(
        MeetingSector(meeting_id=meeting.id, sector_code=code, weight=weight, position_number=place)
    )
    db.session.commit()


# -- the list ----------------------------------------------------------------------------------


def test_a_row_says_when_who_what_and_how_much_is_pending(officer):
    make_sector("MET", "Metallurgy")
    make_sector("ENE", "Energy")
    meeting = make_meeting(title="Talks", held_on=TODAY, starts_at=time(15), kind="negotiation")
    person = make_person(family_name="Kinne")
    make_participant(
        meeting=meeting, person=person, group_text=None, position_text="second secretary"
    )
    make_participant(meeting=meeting, side="ours", group_text="Our people")
    make_participant(meeting=meeting)
    link_sector(meeting, "ENE")
    link_sector(meeting, "MET", "focus")
    make_follow_up(meeting=meeting, number=1)
    make_follow_up(meeting=meeting, number=2, status="cancelled")
    officer.open("/meetings/")
    assert officer.rows == [
        [
            "24 Nov 2026 15:00",
            "Talks Negotiation",
            "DE Ulrich Kinne +1 second secretary",
            "Metallurgy +1",
            "1",
            "Held",
        ]
    ]


def test_the_list_counts_overdue_points_in_place_of_pending_ones(officer):
    meeting = make_meeting()
    make_follow_up(meeting=meeting, number=1, due_on=date(2026, 11, 23))
    make_follow_up(meeting=meeting, number=2, due_on=TODAY)
    make_meeting(title="Planned", status="planned")
    officer.open("/meetings/?sort=title")
    assert [row[4] for row in officer.rows] == ["not applicable", "overdue: 1"] or [
        row[4] for row in officer.rows
    ] == ["– not applicable", "overdue: 1"]


def test_undated_meetings_come_last_both_ways(officer):
    make_meeting(title="Undated")
    make_meeting(title="Old", held_on=date(2025, 1, 1))
    make_meeting(title="New", held_on=date(2026, 1, 1))
    assert titles(officer, "/meetings/") == ["New", "Old", "Undated"]
    assert titles(officer, "/meetings/?sort=held_on") == ["Old", "New", "Undated"]
    assert titles(officer, "/meetings/?undated=1") == ["Undated"]
    assert "date unknown" in officer.rows[0][0]


def test_titles_sort_by_the_kazakh_alphabet(officer):
    for title in ("Ұлан", "Үлкен", "Зайсан", "Өскемен", "Алтай"):
        make_meeting(title=title)
    assert titles(officer, "/meetings/?sort=title") == [
        "Алтай",
        "Зайсан",
        "Өскемен",
        "Ұлан",
        "Үлкен",
    ]


def test_countries_sort_by_name_not_by_code(officer):
    make_country("CN", "China")
    make_country("DE", "Germany")
    make_country("AT", "Österreich")
    for code in ("AT", "CN", "DE"):
        make_meeting(title=code, country_code=code)
    assert titles(officer, "/meetings/?sort=country") == ["CN", "DE", "AT"]


def test_filters_find_the_hit_and_leave_the_near_miss(officer):
    other = make_user(name="Other")
    make_country("CN", "China")
    for code, name in (("MET", "Metallurgy"), ("MET.NFM", "Non-ferrous"), ("ENE", "Energy")):
        make_sector(code, name)
    hit = make_meeting(
        title="Hit", held_on=date(2026, 5, 5), kind="call", officer=other, status="planned"
    )
    link_sector(hit, "MET.NFM")
    miss = make_meeting(title="Miss", country_code="CN", held_on=date(2026, 5, 6))
    link_sector(miss, "ENE")
    for query in (
        "country=DE",
        "sector=MET",
        "sector=MET.NFM",
        "status=planned",
        "kind=call",
        f"officer={other.id}",
        "held_from=2026-05-05&held_to=2026-05-05",
        "held_to=2026-05-05",
        "q=hit",
    ):
        assert titles(officer, f"/meetings/?{query}") == ["Hit"], query


MEANINGLESS = [
    *("country=XX", "sector=NO", "status=lost", "kind=x", "officer=x", "officer=999"),
    *("held_from=yesterday", "held_from=20260101", "held_to=2026-W01-1", "sort=nothing"),
    *("page=x", "colour=red", "delegation=x"),
    *("undated=2", "q=%00"),
]


def test_an_address_that_means_nothing_is_400(officer):
    for query in MEANINGLESS:
        make_meeting()
        assert officer.open(f"/meetings/?{query}").status == 400


def test_archived_meetings_leave_the_list_but_their_page_opens(officer):
    meeting = make_meeting(title="Gone")
    make_meeting(title="Here")
    officer.open(f"/meetings/{meeting.id}").click("Archive").submit("Archive", reason="Duplicate")
    assert "Archived: Gone" in officer.text
    assert titles(officer, "/meetings/") == ["Here"]
    officer.open(f"/meetings/{meeting.id}")
    assert "Duplicate" in officer.text
    assert "Edit the meeting" not in officer.text
    assert "Restore" not in officer.text


def test_a_head_restores_an_archived_meeting(head):
    meeting = make_meeting(title="Gone")
    head.open(f"/meetings/{meeting.id}").click("Archive").submit("Archive", reason="Duplicate")
    head.open(f"/meetings/{meeting.id}").submit("Restore")
    assert titles(head, "/meetings/") == ["Gone"]


def test_an_archiving_needs_a_reason_and_the_present_version(officer):
    meeting = make_meeting(title="Talks")
    officer.open(f"/meetings/{meeting.id}/archive").submit("Archive", reason=" ")
    assert officer.status == 422
    other = make_meeting(title="Other")
    officer.open(f"/meetings/{other.id}/archive")
    other.place = "Elsewhere"
    db.session.commit()
    officer.submit("Archive", reason="Duplicate")
    assert officer.status == 409
    assert "Duplicate" in officer.page.select_one("[name=reason]").text
    officer.submit("Archive")
    assert "Archived: Other" in officer.text


def exported(browser, query=""):
    browser.open(f"/meetings.csv?headers=keys&dialect=rfc4180{query}")
    assert browser.status == 200
    return list(csv.DictReader(io.StringIO(browser.text.removeprefix("\ufeff"))))


def test_the_file_has_the_rows_of_the_page_in_its_order(officer):
    make_country("CN", "China")
    for title, code in (("A", "DE"), ("B", "CN"), ("C", "DE"), ("=D", "DE")):
        make_meeting(title=title, country_code=code)
    shown = titles(officer, "/meetings/?country=DE&sort=-title")
    rows = exported(officer, "&country=DE&sort=-title")
    assert [row["title"].removeprefix("'") for row in rows] == shown == ["=D", "C", "A"]
    assert rows[0]["title"] == "'=D"


def test_the_file_tells_participants_sectors_and_the_date_as_known(officer):
    make_sector("MET", "Metallurgy")
    delegation = make_delegation(title="Visit")
    meeting = make_meeting(
        title="Talks",
        held_on=date(2025, 9, 1),
        date_precision="month",
        delegation=delegation,
        starts_at=time(9, 30),
    )
    make_participant(meeting=meeting, side="ours", group_text="Our people")
    make_participant(
        meeting=meeting,
        person=make_person(family_name="Kinne"),
        group_text=None,
        position_text="second secretary",
        organisation_text="Embassy",
    )
    link_sector(meeting, "MET", "focus")
    row = exported(officer)[0]
    assert next(iter(row)) == "id"
    assert row["held_on"] == "2025-09-01"
    assert row["date_precision"] == "month"
    assert (row["country"], row["kind"], row["starts_at"]) == ("DE", "working_meeting", "09:30:00")
    assert (row["delegation_id"], row["delegation"]) == (str(delegation.id), "Visit")
    assert row["participants_ours"] == "Our people"
    assert row["participants_partner"] == "Ulrich Kinne (second secretary, Embassy)"
    assert row["sectors"] == "MET:focus"
    assert row["sector_names"] == "Metallurgy (in focus)"


class Counter:
    """Counts statements while it is open."""

    def __enter__(self):
        self.count = 0
        event.listen(Engine, "before_cursor_execute", self._add)
        return self

    def __exit__(self, *problem):
        event.remove(Engine, "before_cursor_execute", self._add)

    def _add(self, *arguments):
        self.count += 1


def crowd(number):
    make_sector(f"S{number}", "Sector")
    meeting = make_meeting(title=f"Meeting {number}", held_on=TODAY)
    for _place in range(3):
        make_participant(
            meeting=meeting,
            person=make_person(),
            group_text=None,
            organisation=make_organisation(),
            organisation_text="x",
        )
    link_sector(meeting, f"S{number}")
    make_follow_up(meeting=meeting, number=1)
    return meeting


def test_statements_do_not_grow_with_rows(officer):
    first = crowd(1)
    urls = ("/meetings/", f"/meetings/{first.id}", f"/meetings/{first.id}/edit")
    few = {}
    for url in urls:
        officer.open(url)
        with Counter() as counter:
            officer.open(url)
        few[url] = counter.count
    for number in range(2, 7):
        crowd(number)
    for number in range(2, 6):
        make_follow_up(meeting_id=first.id, number=number)
        make_participant(meeting=db.session.get(Meeting, first.id), person=make_person())
    for url in urls:
        officer.open(url)  # choices that have changed are read again, once
        with Counter() as many:
            officer.open(url)
        assert officer.status == 200
        assert many.count == few[url], url


# -- one meeting -------------------------------------------------------------------------------


def test_the_page_shows_figure_contacts_and_place(officer):
    make_trade_fact(is_year_to_date=True)
    make_district("631010000", "Oskemen")
    meeting = make_meeting(title="Talks", place="Akimat", district_code="631010000")
    make_delegation(
        title="Visit of the ambassador", arrives_on=date(2025, 9, 1), date_precision="month"
    )
    make_country("CN", "China")
    make_delegation(title="Chinese visit", country_code="CN")
    make_participant(
        meeting=meeting, side="ours", role="host", group_text=None, position_text="Akim"
    )
    officer.open(f"/meetings/{meeting.id}")
    text = officer.text
    assert "39.5" in text
    assert "Visit of the ambassador September 2025" in text
    assert "Chinese visit" not in text
    assert "Venue Akimat Oskemen" in text
    assert "Received by Akim" in text


def test_contacts_after_a_dated_meeting_are_not_earlier(officer):
    meeting = make_meeting(title="Talks", held_on=date(2026, 1, 1))
    make_meeting(title="Before", held_on=date(2025, 12, 31))
    make_meeting(title="After", held_on=date(2026, 1, 2))
    make_meeting(title="Planned", status="planned")
    make_delegation(title="Visit without a day")
    make_meeting(title="Sometime")
    officer.open(f"/meetings/{meeting.id}")
    assert panels(officer) == {
        "Earlier contacts": ["Before"],
        "Other contacts, order not known": ["Sometime"],
    }


def panels(officer):
    found = {}
    for box in officer.page.select("aside .sk-sec:has(h2)"):
        found[box.select_one("h2").text] = [link.text for link in box.select(".sk-list a")]
    return found


def test_of_no_contact_it_is_said_that_it_was_earlier_when_nobody_knows(officer):
    in_spring = make_meeting(title="Talks", held_on=date(2026, 4, 1), date_precision="month")
    make_meeting(title="In March", held_on=date(2026, 3, 31))
    make_meeting(title="In April", held_on=date(2026, 4, 10))
    make_meeting(title="That year", held_on=date(2026, 1, 1), date_precision="year")
    officer.open(f"/meetings/{in_spring.id}")
    assert panels(officer) == {
        "Earlier contacts": ["In March"],
        "Other contacts, order not known": ["In April", "That year"],
    }
    undated = make_meeting(title="Sometime")
    officer.open(f"/meetings/{undated.id}")
    assert list(panels(officer)) == ["Other contacts, order not known"]


def test_an_undated_meeting_has_no_contacts_in_the_future(officer):
    meeting = make_meeting(title="Talks")
    make_meeting(title="Tomorrow", held_on=date(2026, 11, 25))
    make_delegation(title="Coming", arrives_on=date(2026, 11, 30), date_precision="day")
    make_delegation(title="Been here", status="completed")
    officer.open(f"/meetings/{meeting.id}")
    assert [link.text for link in officer.page.select("aside .sk-list a")] == ["Been here"]


def test_the_next_step_is_what_is_late_then_what_has_no_deadline(officer):
    meeting = make_meeting()
    make_follow_up(meeting=meeting, number=1)
    officer.open(f"/meetings/{meeting.id}")
    assert "Next step: one point has no deadline" in officer.text
    make_follow_up(meeting_id=meeting.id, number=2, due_on=date(2026, 11, 1))
    officer.open(f"/meetings/{meeting.id}")
    assert "Next step: one point is overdue" in officer.text


def test_a_meeting_without_anything_due_has_no_next_step(officer):
    meeting = make_meeting()
    make_follow_up(meeting=meeting, number=1, due_on=TODAY)
    make_follow_up(meeting=meeting, number=2, status="done", outcome="Held")
    officer.open(f"/meetings/{meeting.id}")
    assert "Next step" not in officer.text


NO_MEETING = ["0", "abc", "2147483648", "99999999999999999999", "-1", "77"]


def test_a_meeting_that_is_none_is_404(officer):
    for address in NO_MEETING:
        for page in ("", "/edit", "/participants/new", "/participants/1/edit", "/archive"):
            assert officer.open(f"/meetings/{quote(address)}{page}").status == 404


def test_a_point_is_added_on_the_page(officer):
    meeting = make_meeting()
    make_follow_up(meeting=meeting, number=1)
    version = meeting.version
    officer.open(f"/meetings/{meeting.id}").submit(
        "Save the point", text="Send the plan", kind="provide_info", due_on="2026-12-01"
    )
    assert "№ 2 Send the plan" in officer.text
    point = db.session.scalars(select(FollowUp).order_by(FollowUp.id.desc())).first()
    assert (point.number, point.due_on, point.country_code) == (2, date(2026, 12, 1), "DE")
    assert db.session.get(Meeting, meeting.id).version == version


def test_a_point_without_words_is_refused_and_kept(officer):
    meeting = make_meeting()
    officer.open(f"/meetings/{meeting.id}").submit("Save the point", due_on="2026-12-01", text=" ")
    assert officer.status == 422
    assert "What was agreed: Write what was agreed" in officer.errors
    assert officer.page.select_one("#new-point[open] [name=due_on]")["value"] == "2026-12-01"
    assert db.session.scalars(select(FollowUp)).all() == []


def test_a_participant_is_added_without_a_version(officer):
    meeting = make_meeting()
    version = meeting.version
    officer.open(f"/meetings/{meeting.id}").click(
        "Add a participant", within="#participants"
    ).submit("Save", name="Karl May", position="Director", organisation="Siemens")
    assert "Karl May Director Siemens" in officer.text
    assert officer.redirects == [f"/meetings/{meeting.id}#participants"]
    meeting = db.session.get(Meeting, meeting.id)
    assert meeting.version == version


def test_a_participant_is_corrected_and_the_version_moves(officer):
    meeting = make_meeting()
    one = make_participant(meeting=meeting, group_text="Firms", position_text=None)
    version = meeting.version
    officer.open(f"/meetings/{meeting.id}").click("Change the participant: Firms").submit(
        "Save", name="Leading firms", count="12", side="ours"
    )
    assert "Leading firms" in officer.text
    assert "Number: 12" in officer.text
    db.session.expire_all()
    stored = db.session.get(Participant, one.id)
    assert (stored.group_text, stored.member_count, stored.side) == ("Leading firms", 12, "ours")
    assert db.session.get(Meeting, meeting.id).version == version + 1


def test_a_correction_leaves_person_and_post_as_they_were(officer):
    meeting = make_meeting(held_on=date(2020, 5, 5))
    officer.open(f"/meetings/{meeting.id}/participants/new").submit(
        "Save", name="Karl May", position="Consul", organisation="Consulate"
    )
    one = db.session.scalars(select(Participant)).one()
    officer.open(f"/meetings/{meeting.id}/participants/{one.id}/edit").submit("Save", role="head")
    db.session.expire_all()
    changed = db.session.get(Participant, one.id)
    assert (changed.position_text, changed.organisation_text, changed.role) == (
        "Consul",
        "Consulate",
        "head",
    )
    assert changed.person_id == one.person_id


def test_participants_stand_in_order_of_precedence_on_each_side(officer):
    meeting = make_meeting()
    for name, side in (("A", "ours"), ("B", "partner"), ("C", "ours"), ("D", "partner")):
        last = make_participant(meeting=meeting, group_text=name, side=side)
    url = f"/meetings/{meeting.id}/participants/{last.id}/edit"
    officer.open(url).submit("Save", place="1")
    names = [link.text for link in officer.page.select(".sk-who b")]
    assert names == ["A", "C", "D", "B"]


def test_a_removal_stands_in_the_history(officer):
    meeting = make_meeting()
    one = make_participant(meeting=meeting, group_text="Firms")
    officer.open(f"/meetings/{meeting.id}/participants/{one.id}/edit")
    officer.submit("Remove from the meeting")
    assert db.session.scalars(select(Participant)).all() == []
    entries = select(AuditEntry.action).where(AuditEntry.part == "participants")
    actions = db.session.scalars(entries.order_by(AuditEntry.id)).all()
    assert actions == ["created", "removed"]


def test_a_participant_of_another_meeting_is_404(officer):
    one = make_participant()
    other = make_meeting()
    assert officer.open(f"/meetings/{other.id}/participants/{one.id}/edit").status == 404


def test_a_viewer_reads_and_changes_nothing(viewer):
    meeting = make_meeting()
    one = make_participant(meeting=meeting)
    viewer.open(f"/meetings/{meeting.id}")
    assert viewer.status == 200
    for word in ("Edit the meeting", "Add a participant", "Add a point", "Archive"):
        assert word not in viewer.text
    for address in ("edit", "participants/new", f"participants/{one.id}/edit", "archive"):
        assert viewer.open(f"/meetings/{meeting.id}/{address}").status == 403
    for address in ("edit", "points", f"participants/{one.id}/remove", "restore"):
        viewer.open(f"/meetings/{meeting.id}").post(f"/meetings/{meeting.id}/{address}")
        assert viewer.status == 403


def test_a_snapshot_is_read_in_the_reader_s_language_until_the_name_changes(app):
    place = make_organisation(name_en="Embassy", name_kk="Елшілік")
    make_participant(
        person=make_person(), group_text=None, organisation=place, organisation_text="Елшілік"
    )
    statement = select(Participant).options(
        joinedload(Participant.person), joinedload(Participant.organisation)
    )
    one = db.session.scalars(statement).one()
    with app.test_request_context(headers={"Cookie": "language=en"}):
        refresh()  # it stands in the context of the test, where a language is known already
        assert one.organisation_name == "Embassy"
        place.name_kk = "Германия елшілігі"
        assert one.organisation_name == "Елшілік"


# -- queries -----------------------------------------------------------------------------------


def test_the_week_holds_what_is_known_to_the_day(app):
    monday, sunday = clock.week_of(TODAY)
    hits = [
        make_meeting(title="Day", held_on=TODAY, starts_at=time(9)),
        make_meeting(
            title="Range",
            held_on=date(2026, 11, 20),
            held_until=monday,
            date_precision="range",
        ),
        make_meeting(title="Week", held_on=monday, date_precision="week"),
    ]
    make_meeting(title="Month", held_on=monday, date_precision="month")
    make_meeting(title="Undated")
    make_meeting(title="Cancelled", held_on=TODAY, status="cancelled")
    make_meeting(title="Before", held_on=date(2026, 11, 22))
    make_meeting(title="After", held_on=date(2026, 11, 30))
    found = db.session.scalars(meetings_between(monday, sunday)).unique().all()
    assert {one.title for one in found} == {one.title for one in hits}


def test_choices_keep_an_archived_one_only_where_it_is_stored(app):
    old = make_meeting(title="Old")
    old.archive(clock.now(), "x")
    new = make_meeting(title="New")
    db.session.commit()
    assert [key for key, _text in meeting_choices()] == [new.id]
    assert [key for key, _text in meeting_choices(old.id)] == [new.id]
    assert [key for key, _text in meeting_choices(stored=old.id)] == [new.id, old.id]
    assert meeting_choices(2**31 - 1) == meeting_choices()


def test_what_lasts_is_found_by_any_of_its_days(officer):
    spans = {
        "Week": (date(2026, 3, 2), None, "week"),
        "Month": (date(2026, 3, 1), None, "month"),
        "Quarter": (date(2026, 1, 1), None, "quarter"),
        "Year": (date(2026, 1, 1), None, "year"),
        "Range": (date(2026, 2, 20), date(2026, 3, 8), "range"),
        "Day": (date(2026, 3, 8), None, "day"),
    }
    misses = {
        "Week before": (date(2026, 2, 23), None, "week"),
        "Day before": (date(2026, 3, 7), None, "day"),
        "Range before": (date(2026, 3, 5), date(2026, 3, 7), "range"),
        "Year before": (date(2025, 1, 1), None, "year"),
        "Day after": (date(2026, 3, 9), None, "day"),
    }
    for title, (held_on, held_until, precision) in (spans | misses).items():
        make_meeting(title=title, held_on=held_on, held_until=held_until, date_precision=precision)
    officer.open("/meetings/?held_from=2026-03-08&held_to=2026-03-08&sort=held_on")
    assert [row[1].removesuffix(" Working meeting") for row in officer.rows] == [
        *("Quarter", "Year", "Range", "Month", "Week", "Day")
    ]


SPANS = {
    "kk": ("23.11.2026 күнгі апта", "17.02.2026 – 19.02.2026"),
    "ru": ("неделя с 23.11.2026", "17.02.2026 – 19.02.2026"),
    "en": ("week of 23 Nov 2026", "17 Feb 2026 – 19 Feb 2026"),
}


def test_a_week_and_a_range_are_typed_and_told_in_three_languages(officer):
    make_country("DE", "Germany")
    for span in (
        {"held_on": "26.11.2026", "held_until": "2026-11-27", "date_precision": "week"},
        {"held_on": "2026-02-17", "held_until": "2026-02-19", "date_precision": "range"},
    ):
        officer.open("/meetings/new?country=DE").submit("Save", title="Talks", **span)
    days = select(Meeting.held_on, Meeting.held_until, Meeting.span_ends_on).order_by(Meeting.id)
    assert db.session.execute(days).all() == [
        (date(2026, 11, 23), None, date(2026, 11, 29)),
        (date(2026, 2, 17), date(2026, 2, 19), date(2026, 2, 19)),
    ]
    for language, texts in SPANS.items():
        db.session.scalars(select(User)).one().language = language
        db.session.commit()
        officer.open("/meetings/?sort=-held_on")
        assert tuple(row[0] for row in officer.rows) == texts


def test_a_week_ends_within_itself(officer):
    make_country("DE", "Germany")
    officer.open("/meetings/new?country=DE").submit(
        "Save", title="No", held_on="2026-11-26", held_until="2026-12-01", date_precision="week"
    )
    assert officer.status == 422
    assert any("Only a range of days has a last day" in error for error in officer.errors)
    assert officer.page.select_one("[name=held_until]")["value"] == "2026-12-01"


def test_a_step_s_address_leads_to_its_meeting(officer):
    meeting = make_meeting()
    url = f"/meetings/{meeting.id}"
    officer.open(url).submit("Save the point", text="")
    assert officer.status == 422
    assert officer.open(officer.url).redirects == [url]


def test_the_form_of_a_new_point_is_drawn_for_each_reader_and_meeting(officer, head):
    first, second = make_meeting(), make_meeting()
    for reader, meeting in ((officer, first), (head, first), (officer, second)):
        page = reader.open(f"/meetings/{meeting.id}").page
        form, name = page.select_one("#new-point form"), page.select_one(".sk-user .name").text
        assert form["action"] == f"/meetings/{meeting.id}/points"
        assert form.select_one("select[name=owner_id] option[selected]").text == name
        assert "\x00" not in str(page)
