"""Two people edit one meeting: nothing is lost, and the second says what shall stand."""

import pytest
from sqlalchemy import select

from crm.accounts.models import User
from crm.core.database import db
from crm.meetings.models import Meeting, MeetingSector, Participant
from tests.factories import (
    make_delegation,
    make_meeting,
    make_participant,
    make_person,
    make_sector,
)


@pytest.fixture(autouse=True)
def names(app, officer, head):
    for user in db.session.scalars(select(User)):
        user.name = user.role.title()
    db.session.commit()


@pytest.fixture
def meeting(app):
    make_sector("MET", "Metallurgy")
    make_sector("ENE", "Energy")
    return make_meeting(title="Talks", place="Oskemen", summary="One\n\nTwo").id


def stored(meeting_id):
    db.session.expire_all()
    return db.session.get(Meeting, meeting_id)


def edit(browser, meeting_id):
    return browser.open(f"/meetings/{meeting_id}/edit")


def cells(browser, table="Fields both of you changed"):
    found = browser.page.select_one(f"table[aria-label='{table}']")
    return (
        []
        if found is None
        else [
            [" ".join(cell.get_text(" ").split()) for cell in row.select("th, td")]
            for row in found.select("tbody tr")
        ]
    )


def test_the_second_save_shows_three_values_and_can_then_be_saved(officer, head, meeting):
    edit(officer, meeting)
    edit(head, meeting).submit("Save", place="Oskemen, akimat", outcome="They agreed")
    officer.submit("Save", place="Astana", title="Talks with Germany")
    assert officer.status == 409
    assert officer.heading == "Somebody else has changed this record"
    venue = ["Venue both changed it", "Oskemen", "Oskemen, akimat Head", "Astana"]
    assert cells(officer) == [venue]
    merged = cells(officer, "Changes only one of you made")
    assert [row[:2] for row in merged] == [
        ["Title", "Talks → Talks with Germany"],
        ["Outcome", "empty → They agreed"],
    ]
    assert merged[0][2] == "changed by you"
    assert merged[1][2] == "changed by: Head"
    assert stored(meeting).title == "Talks"
    officer.submit("Save what is chosen")
    now = stored(meeting)
    assert officer.redirects == [f"/meetings/{meeting}"]
    assert (now.title, now.place, now.outcome) == (
        "Talks with Germany",
        "Astana",
        "They agreed",
    )


def test_the_stored_value_may_be_taken(officer, head, meeting):
    edit(officer, meeting)
    edit(head, meeting).submit("Save", place="Semey")
    officer.submit("Save", place="Astana", note="Mine")
    officer.submit("Save what is chosen", **{"resolve-place": "stored"})
    assert (stored(meeting).place, stored(meeting).note) == ("Semey", "Mine")


def test_back_to_the_form_keeps_what_was_typed_and_the_choice(officer, head, meeting):
    edit(officer, meeting)
    published = {"source_published_on": "2026-02-03"}
    edit(head, meeting).submit("Save", place="Semey", outcome="They agreed", **published)
    officer.submit("Save", place="Astana", summary="Mine\n\ntoo")
    officer.submit("Back to the form")
    assert officer.status == 200
    assert officer.heading == "Edit the meeting"
    value = officer.page.select_one("[name=place]")["value"]
    assert value == "Astana"
    assert officer.page.select_one("[name=outcome]").text.strip() == "They agreed"
    assert officer.page.select_one("[name=source_published_on]")["value"] == "2026-02-03"
    officer.submit("Save", place="Almaty")
    now = stored(meeting)
    assert (now.place, now.outcome, now.summary) == ("Almaty", "They agreed", "Mine\n\ntoo")


def test_a_third_person_meanwhile_answers_once_more(officer, head, app, meeting):
    edit(officer, meeting)
    edit(head, meeting).submit("Save", place="Semey", outcome="They agreed")
    officer.submit("Save", place="Astana", note="Mine")
    edit(head, meeting).submit("Save", agenda="Later", outcome="They agreed at last")
    officer.submit("Save what is chosen", **{"resolve-place": "stored"})
    assert officer.status == 409
    assert cells(officer) == []
    merged = [row[0] for row in cells(officer, "Changes only one of you made")]
    assert merged == ["Agenda", "Note"]
    officer.submit("Save what is chosen")
    now = stored(meeting)
    assert (now.place, now.note, now.agenda, now.outcome) == (
        "Semey",
        "Mine",
        "Later",
        "They agreed at last",
    )


def test_the_same_change_by_both_is_no_question(officer, head, meeting):
    edit(officer, meeting)
    edit(head, meeting).submit("Save", place="Semey")
    officer.submit("Save", place="Semey")
    assert officer.status == 409
    assert cells(officer) == []
    assert "save once more" in officer.text
    officer.submit("Save what is chosen")
    assert officer.redirects == [f"/meetings/{meeting}"]


def test_sectors_and_choices_are_compared_in_words(officer, head, meeting):
    delegation = make_delegation(title="Spring visit")
    edit(officer, meeting)
    edit(head, meeting).submit(
        "Save",
        **{"sectors-0-code": "MET", "sectors-0-weight": "focus"},
        held_on="2026-11-10",
        starts_at="15:00",
    )
    officer.submit(
        "Save",
        **{"sectors-0-code": "ENE"},
        held_on="2026-11-11",
        starts_at="16:00",
        delegation_id=str(delegation.id),
        status="held",
    )
    assert officer.status == 409
    assert cells(officer) == [
        ["Date both changed it", "empty", "10 Nov 2026 Head", "11 Nov 2026"],
        ["Begins at both changed it", "empty", "15:00 Head", "16:00"],
        ["Sectors both changed it", "empty", "Metallurgy (in focus) Head", "Energy (discussed)"],
    ]
    officer.submit("Save what is chosen", **{"resolve-held_on": "stored"})
    now = stored(meeting)
    assert (str(now.held_on), str(now.starts_at), now.delegation_id) == (
        "2026-11-10",
        "16:00:00",
        delegation.id,
    )
    links = db.session.scalars(select(MeetingSector)).all()
    assert [(link.sector_code, link.weight) for link in links] == [("ENE", "discussed")]


def test_words_that_differ_are_marked(officer, head, meeting):
    edit(officer, meeting)
    edit(head, meeting).submit("Save", summary="One\n\nTwo and three")
    officer.submit("Save", summary="One\n\nTwo or four")
    assert [mark.text for mark in officer.page.select("ins")] == ["and three", "or four"]


def test_a_participant_added_meanwhile_is_no_conflict(officer, head, meeting):
    edit(officer, meeting)
    head.open(f"/meetings/{meeting}/participants/new").submit("Save", name="Karl May")
    officer.submit("Save", place="Astana")
    assert officer.redirects == [f"/meetings/{meeting}"]


def test_a_participant_removed_meanwhile_is_told(officer, head, meeting):
    one = make_participant(meeting=stored(meeting), group_text="Firms")
    edit(officer, meeting)
    head.open(f"/meetings/{meeting}/participants/{one.id}/edit").submit("Remove from the meeting")
    officer.submit("Save", place="Astana")
    assert officer.status == 409
    assert "Last change: Head" in officer.text
    officer.submit("Save what is chosen")
    assert stored(meeting).place == "Astana"


def participant_page(browser, meeting_id, participant_id):
    return browser.open(f"/meetings/{meeting_id}/participants/{participant_id}/edit")


def test_two_people_change_one_participant(officer, head, meeting):
    one = make_participant(meeting=stored(meeting), group_text="Firms", member_count=3).id
    participant_page(officer, meeting, one)
    participant_page(head, meeting, one).submit(
        "Save", kind="person", name="Karl May", count="", role="interpreter"
    )
    officer.submit("Save", name="Leading firms", position="Suppliers")
    assert officer.status == 409
    assert cells(officer) == [
        ["Name or description both changed it", "Firms", "Karl May Head", "Leading firms"]
    ]
    given_up = officer.page.select_one(".sk-bar a")
    assert given_up["href"] == f"/meetings/{meeting}#participants"
    merged = [row[:3] for row in cells(officer, "Changes only one of you made")]
    assert merged == [
        ["Kind", "Group → Person", "changed by: Head"],
        ["Position", "empty → Suppliers", "changed by you"],
        ["How many", "3 → empty", "changed by: Head"],
        ["Role", "Participant → Interpreter", "changed by: Head"],
    ]
    officer.submit("Save what is chosen", **{"resolve-name": "stored"})
    assert officer.redirects == [f"/meetings/{meeting}#participants"]
    now = db.session.get(Participant, one, populate_existing=True)
    assert (now.group_text, now.position_text, now.role) == (None, "Suppliers", "interpreter")
    assert now.person_id is not None


def test_another_participant_changed_meanwhile_leaves_nothing_to_choose(officer, head, meeting):
    record = stored(meeting)
    first, last = (make_participant(meeting=record, group_text=name).id for name in ("A", "B"))
    participant_page(officer, meeting, last)
    participant_page(head, meeting, first).submit("Remove from the meeting")
    officer.submit("Save", name="Leading firms")
    assert officer.status == 409
    assert cells(officer) == []
    merged = cells(officer, "Changes only one of you made")
    assert [row[:2] for row in merged] == [
        ["Name or description", "B → Leading firms"],
        ["Place in the order", "2 → 1"],
    ]
    officer.submit("Save what is chosen")
    assert db.session.get(Participant, last, populate_existing=True).group_text == "Leading firms"


def test_namesakes_are_asked_for_after_a_conflict(officer, head, meeting):
    people = [make_person(given_name="Karl", family_name="May").id for _one in range(2)]
    one = make_participant(meeting=stored(meeting), group_text="Firms").id
    participant_page(officer, meeting, one)
    participant_page(head, meeting, one).submit("Save", name="Leading firms")
    officer.submit("Save", kind="person", name="Karl May")
    assert officer.status == 409
    officer.submit("Save what is chosen")
    assert officer.status == 422
    participant_page(head, meeting, one).submit("Save", name="Small firms")
    officer.submit("Save", chosen=str(people[1]))
    assert officer.status == 409
    assert cells(officer)[0][2:] == ["Small firms Head", "Karl May"]
    officer.submit("Save what is chosen")
    assert officer.status == 200
    assert db.session.get(Participant, one, populate_existing=True).person_id == people[1]


def test_a_stale_removal_of_a_participant_says_what_changed(officer, head, meeting):
    one = make_participant(meeting=stored(meeting), group_text="Firms", member_count=3).id
    participant_page(officer, meeting, one)
    participant_page(head, meeting, one).submit("Save", name="Leading firms")
    officer.submit("Remove from the meeting")
    assert officer.status == 409
    assert "Last change: Head" in officer.text
    assert cells(officer, "Changes only one of you made") == [
        ["Name or description", "Firms → Leading firms", "changed by: Head"]
    ]
    shown = [officer.page.select_one(f"[name={name}]")["value"] for name in ("name", "count")]
    assert shown == ["Leading firms", "3"]
    officer.submit("Remove from the meeting")
    assert officer.redirects == [f"/meetings/{meeting}#participants"]
    assert db.session.scalars(select(Participant)).all() == []


def test_a_change_of_a_participant_removed_meanwhile_is_kept_to_be_added(officer, head, meeting):
    one = make_participant(meeting=stored(meeting), group_text="Firms").id
    participant_page(officer, meeting, one)
    participant_page(head, meeting, one).submit("Remove from the meeting")
    assert participant_page(head, meeting, one).redirects == [f"/meetings/{meeting}#participants"]
    officer.submit("Save", name="Leading firms")
    assert officer.status == 409
    assert "Removed meanwhile: Head" in officer.text
    officer.submit("Save")
    assert "Leading firms" in officer.text
    assert officer.redirects == [f"/meetings/{meeting}#participants"]


NO_VERSION = ["", "x", "-1", "9" * 5000, "99999999999"]


def test_a_version_that_is_none_is_400(officer, meeting):
    for version in NO_VERSION:
        edit(officer, meeting).post(
            f"/meetings/{meeting}/edit", title="x", country="DE", version=version
        )
        assert officer.status == 400
        assert stored(meeting).title == "Talks"


def test_only_the_changed_sector_is_rewritten(officer, meeting):
    edit(officer, meeting).submit("Save", **{"sectors-0-code": "MET", "sectors-1-code": "ENE"})
    version = stored(meeting).version
    edit(officer, meeting).submit("Save", **{"sectors-1-weight": "focus"})
    links = db.session.scalars(select(MeetingSector).order_by(MeetingSector.sector_code)).all()
    assert [(link.sector_code, link.weight) for link in links] == [
        ("ENE", "focus"),
        ("MET", "discussed"),
    ]
    assert stored(meeting).version == version + 1
    edit(officer, meeting).submit("Save")
    assert stored(meeting).version == version + 1


STEPS = [
    ("planned", "held", True),
    ("planned", "cancelled", True),
    ("cancelled", "planned", True),
    ("held", "planned", False),
    ("held", "cancelled", False),
    ("cancelled", "held", False),
]


def test_what_was_held_was_held(officer):
    for before, after, is_allowed in STEPS:
        one = make_meeting(status=before)
        edit(officer, one.id).submit("Save", status=after)
        assert stored(one.id).status == (after if is_allowed else before)
        if not is_allowed:
            assert officer.status == 422
            assert "It cannot become" in officer.errors[0]


def test_a_stale_plan_meets_a_held_meeting(officer, head):
    one = make_meeting(status="planned", place="A")
    edit(officer, one.id)
    edit(head, one.id).submit("Save", status="held")
    officer.submit("Save", place="B")
    assert officer.status == 409
    officer.submit("Save what is chosen")
    assert (stored(one.id).status, stored(one.id).place) == ("held", "B")
