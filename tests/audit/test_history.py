"""The history of a record: who, when, what, field by field, in the reader's words."""

import re
from datetime import date

import pytest
from sqlalchemy import inspect, text

from crm.core import clock, records
from crm.core.database import db
from crm.core.editing import differing
from crm.core.trail import AuditedPart, audited_models, spoken_fields, words_of
from crm.follow_ups.models.follow_up import Executor, Progress
from crm.meetings.models import Meeting, MeetingSector, Weight
from tests.factories import (
    make_appointment,
    make_country,
    make_delegation,
    make_department,
    make_follow_up,
    make_meeting,
    make_organisation,
    make_participant,
    make_person,
    make_sector,
    make_trade_fact,
    make_user,
)
from tests.postgres import on_sqlite
from tests.sweep import statements


def history(browser, record):
    """Every field of the newest entries first: label, old, new as a person reads them."""
    url = f"{records.kind_of(record).url(records.identity(record))}/history"
    found = []
    for line in browser.open(url).page.select(".sk-changes > div"):
        was, now = line.select_one(".was"), line.select_one(".now")
        old = " ".join(was.get_text(" ").split()).removeprefix("was: ") if was else None
        new = " ".join((now or line.dd).get_text(" ").split()).removeprefix("now: ")
        found.append((line.dt.text, old, new))
    return found


def changed(record, **values):
    for name, value in values.items():
        setattr(record, name, value)
    db.session.commit()


@on_sqlite
@pytest.mark.usefixtures("app")
def test_every_audited_column_of_every_model_has_words():
    models = list(audited_models())
    assert len(models) >= 14
    silent = []
    for model in models:
        words = words_of(inspect(model).local_table.name)
        known = {name for name, label in words.fields.items() if str(label)}
        silent += [f"{model.__name__}.{one}" for one in spoken_fields(model) if one not in known]
        if issubclass(model, AuditedPart):
            assert words.title, f"{model.__name__}: by what is the part called?"
            assert set(words.title) <= set(spoken_fields(model))
    assert silent == [], "say in crm/wording.py what these are"


def test_a_change_shows_the_old_and_the_new_value_in_words(officer):
    make_country("CN", "China")
    meeting = make_meeting(title="Talks", held_on=clock.today().replace(year=2026, month=3, day=5))
    other = make_user(name="Aigerim")
    changed(meeting, country_code="CN", kind="consultation", officer_id=other.id, place="Oskemen")
    lines = history(officer, meeting)
    assert lines[:3] == [
        ("Kind", "Working meeting", "Consultation"),
        ("Country", "Germany", "China"),
        ("Venue", "empty", "Oskemen"),
    ]
    assert (lines[3][0], lines[3][2]) == ("Responsible officer", "Aigerim")
    assert ("Date", None, "5 Mar 2026") in lines


def test_nothing_shows_a_raw_name_or_code(admin):
    make_sector("MET", "Metallurgy")
    meeting = make_meeting(
        delegation_id=make_delegation().id,
        sector_links=[MeetingSector(sector_code="MET", weight=Weight.FOCUS)],
    )
    make_participant(meeting=meeting, person_id=make_person().id, role="host")
    point = make_follow_up(meeting_id=meeting.id, country_code="DE", status="awaiting_partner")
    department = make_department()
    db.session.add(Executor(follow_up_id=point.id, is_lead=True, department_id=department.id))
    db.session.commit()
    for record in (meeting, point, department):
        text = " ".join(" ".join(filter(None, line)) for line in history(admin, record))
        assert text
        assert not re.search(r"\b[a-z]+_[a-z_]+\b|\bMET\b|\bDE\b|20\d\d-\d\d|\bNone\b", text), text


def test_sectors_are_named_with_their_weight_and_the_difference_is_marked(officer):
    make_sector("MET", "Metallurgy")
    make_sector("TUR", "Tourism")
    meeting = make_meeting(sector_links=[MeetingSector(sector_code="MET", weight=Weight.FOCUS)])
    db.session.refresh(meeting, ["sector_links"])
    meeting.sector_links = [
        *meeting.sector_links,
        MeetingSector(sector_code="TUR", weight=Weight.DISCUSSED),
    ]
    db.session.commit()
    line = ("Sectors", "Metallurgy (in focus)", "Metallurgy (in focus), Tourism (discussed)")
    assert history(officer, meeting)[0] == line
    assert [one.text for one in officer.page.select(".now ins")] == ["Tourism (discussed)"]


def test_an_instant_is_told_by_the_clock_of_the_office(officer):
    organisation = make_organisation()
    changed(organisation, archived_at=clock.now(), archive_reason="Recorded twice")
    label, _old, new = history(officer, organisation)[0]
    local = clock.to_local(organisation.archived_at)
    assert (label, new) == ("Archived at", f"{local.day} {local:%b %Y %H:%M}")


def test_a_reference_leads_to_the_record_where_the_reader_may_open_it(officer):
    make_sector("MET", "Metallurgy")
    delegation = make_delegation(title="Visit of Bavaria")
    meeting = make_meeting(sector_links=[MeetingSector(sector_code="MET")])
    changed(meeting, delegation_id=delegation.id)
    assert history(officer, meeting)[0] == ("Delegation", "empty", "Visit of Bavaria")
    links = [one["href"] for one in officer.page.select(".sk-changes a")]
    assert f"/delegations/{delegation.id}" in links
    assert not [link for link in links if link.startswith("/admin/")]


def test_a_reference_to_what_is_not_there_is_said_to_be_so(officer):
    meeting = make_meeting()
    entry = "INSERT INTO audit_entries (made_at, kind, record_id, action) VALUES (:at, :k, :i, :a)"
    at = "2026-01-01 10:00:00+00:00" if db.engine.name == "postgresql" else "2026-01-01 10:00:00"
    given = {"at": at, "k": "meetings", "i": str(meeting.id), "a": "changed"}
    db.session.execute(text(entry), given)
    db.session.execute(
        text(
            "INSERT INTO audit_changes (entry_id, field, old, new)"
            " SELECT max(id), 'delegation_id', '99999', 'null' FROM audit_entries"
        )
    )
    db.session.commit()
    assert history(officer, meeting)[0] == ("Delegation", "a record you do not see", "empty")


def test_differing_words_of_a_long_text_are_marked_and_the_rest_is_cut_short(officer):
    words = [f"word{number}" for number in range(60)]
    meeting = make_meeting(summary=" ".join(words))
    changed(meeting, summary=" ".join([*words[:30], "NEW", *words[31:]]))
    label, old, _new = history(officer, meeting)[0]
    assert label == "Topics discussed"
    assert old.startswith("… word24")
    assert old.endswith("word36 …")
    assert [one.text for one in officer.page.select(".was del")] == ["word30"]
    assert [one.text for one in officer.page.select(".now ins")] == ["NEW"]


def test_a_part_is_named_also_when_it_is_gone(officer):
    meeting = make_meeting()
    person = make_person(family_name="Merz", given_name="Anna")
    participant = make_participant(meeting=meeting, group_text=None, person_id=person.id)
    changed(participant, role="interpreter")
    db.session.delete(participant)
    db.session.commit()
    history(officer, meeting)
    told = [" ".join(one.get_text(" ").split()) for one in officer.page.select(".entry")]
    assert told[0].startswith("Removed Participant: Anna Merz")
    assert told[1].startswith("Changed Participant: Anna Merz")
    assert "Interpreter" in told[1]
    assert told[2].startswith("Added Participant: Anna Merz")


def test_a_figure_is_shown_with_its_currency(officer):
    fact = make_trade_fact()
    changed(fact, value_minor=4_000_000_000)
    assert history(officer, fact)[0] == ("Value", "USD 39.5 mn", "USD 40 mn")


def test_who_did_it_is_named_and_a_command_is_said_to_be_one(officer):
    organisation = make_organisation(name_en="Iwersen")
    officer.open(f"/organisations/{organisation.id}/edit").submit("Save", note="Met in Berlin")
    officer.open(f"/organisations/{organisation.id}/history")
    who = [one.text for one in officer.page.select(".sk-history .when b")]
    assert len(who) == 2
    assert who[0].startswith("User ")
    assert who[1] == "a command, without a person signed in"


def test_the_tab_of_every_kind_leads_to_its_history_and_counts_it(head, admin):
    person, organisation = make_person(), make_organisation()
    make_appointment(person=person, organisation=organisation)
    delegation = make_delegation()
    meeting = make_meeting()
    point = make_follow_up()
    db.session.add(Progress(follow_up_id=point.id, noted_on=clock.today(), text="Written to them"))
    db.session.commit()
    country = make_country()
    for record in (person, organisation, delegation, meeting, point, country):
        url = records.kind_of(record).url(records.identity(record))
        tab = head.open(url).page.select(".sk-tabs a")[-1]
        assert tab["href"] == f"{url}/history"
        shown = head.open(tab["href"])
        assert shown.status == 200
        assert str(len(shown.page.select(".entry"))) == tab.select_one(".num").text
        assert shown.page.select_one(".sk-tabs [aria-current]")["href"] == f"{url}/history"
    sector = make_sector()
    assert admin.open("/admin/reference/sectors/MET/edit").page.select(".sk-tabs a")
    assert admin.open("/admin/reference/sectors/MET/history").heading == "Metallurgy"
    assert head.open("/admin/reference/sectors/MET/history").status == 403, sector


def test_a_history_that_is_none_is_not_found(officer):
    meeting = make_meeting()
    for url in ("/meetings/999/history", "/meetings/x/history", "/nothing/1/history"):
        assert officer.open(url).status == 404
    assert officer.open(f"/meetings/{meeting.id}/history?page=2").status == 404
    assert officer.open(f"/meetings/{meeting.id}/history?page=x").status == 400
    assert officer.open(f"/meetings/{meeting.id}/history?q=x").status == 400


def test_a_long_history_is_paged_and_takes_a_constant_number_of_statements(officer):
    meeting = make_meeting()
    make_participant(meeting=meeting, person_id=make_person().id, group_text=None)
    changed(meeting, officer_id=make_user().id, place="Place")
    url = f"/meetings/{meeting.id}/history"
    few = statements(officer, url)
    meeting = db.session.get(Meeting, meeting.id)
    for number in range(55):
        changed(meeting, officer_id=make_user().id, place=f"Place {number}")
        if number % 5 == 0:
            make_participant(meeting=meeting, person_id=make_person().id, group_text=None)
    assert statements(officer, url) <= few
    assert len(officer.open(url).page.select(".entry")) == 50
    following = officer.page.select_one("a[rel=next]")["href"]
    assert officer.open(following).status == 200
    assert "Created" in officer.text


@pytest.mark.parametrize(
    ("old", "new", "before", "after"),
    [
        (
            "a b c",
            "a x c",
            [("a", False), ("b", True), ("c", False)],
            [("a", False), ("x", True), ("c", False)],
        ),
        ("a a", "a a a", [("a a", False)], [("a a", False), ("a", True)]),
        ("same", "same", [("same", False)], [("same", False)]),
        ("", "new words", [], [("new words", True)]),
    ],
)
def test_texts_are_compared_word_by_word(old, new, before, after):
    assert differing(old, new) == (before, after)


def test_a_date_is_shown_as_precisely_as_it_was_known(officer):
    meeting = make_meeting()
    changed(meeting, held_on=date(2025, 9, 1), date_precision="month")
    changed(meeting, held_on=date(2025, 10, 1))
    lines = [one for one in history(officer, meeting) if one[0].startswith("Date")]
    assert lines == [
        ("Date", "September 2025", "October 2025"),
        ("Date", "date unknown", "September 2025"),
        ("Date", None, "date unknown"),
    ]
