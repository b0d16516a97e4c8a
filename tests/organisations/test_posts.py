"""The posts people hold for a time."""

from datetime import date

from crm.core import clock
from tests.browser import Browser
from tests.factories import (
    PASSWORD,
    make_appointment,
    make_meeting,
    make_organisation,
    make_participant,
    make_person,
    make_user,
)


def post_links(browser, label):
    """Addresses of the quick actions called ``label``, in the order of the page."""
    return [a["href"] for a in browser.page.select(f'main a[aria-label^="{label}"]')]


def test_a_post_is_added_changed_ended_and_taken_out(officer):
    embassy = make_organisation(name_en="Embassy")
    person = make_person(given_name="Ulrich", family_name="Kinne")
    officer.open(f"/people/{person.id}")
    officer.click("Add a post")
    officer.submit(
        "Save",
        organisation_id=embassy.id,
        position_en="Third secretary",
        rank="third_secretary",
        valid_from="2020-09-01",
    )
    assert "Third secretary" in officer.text
    assert "since 1 Sept 2020" in officer.text
    officer.open(post_links(officer, "Edit the post")[0])
    officer.submit("Save", position_en="Second secretary", rank="second_secretary")
    assert "Third secretary" not in officer.text
    officer.open(post_links(officer, "End the post")[0])
    officer.submit("End the post", within="main form", valid_to="2021-03-31")
    assert "1 Sept 2020 – 31 Mar 2021" in officer.text
    assert "no current post" in officer.text
    officer.open(post_links(officer, "Edit the post")[0])
    officer.submit("Take out: it was a mistake")
    assert "Second secretary" not in officer.text


def test_a_post_cannot_end_before_it_began(officer):
    post = make_appointment(valid_from=date(2024, 5, 1))
    officer.open(f"/people/{post.person_id}/appointments/{post.id}/end")
    officer.submit("End the post", within="main form", valid_to="2024-04-30")
    assert officer.status == 422
    assert "before the first one" in str(officer.errors)
    officer.open(f"/people/{post.person_id}/appointments/{post.id}/edit")
    officer.submit("Save", valid_from="2024-05-02", valid_to="2024-05-01")
    assert officer.status == 422
    officer.submit("Save", valid_from="2024-05-01", valid_to="2024-05-01")
    assert officer.status == 200


def test_posts_of_one_organisation_at_one_time_are_refused_when_equal_and_told_of_else(officer):
    post = make_appointment(position_en="Consul", valid_from=date(2024, 5, 1))
    new = f"/people/{post.person_id}/appointments/new"
    typed = {"organisation_id": post.organisation_id, "valid_from": "2025-01-01"}
    officer.open(new).submit("Save", position_en="consul", **typed)
    assert officer.status == 422
    assert "This post is recorded already" in str(officer.errors)
    officer.submit("Save", position_en="Consul general")
    flashed = officer.page.select_one(".sk-flash").get_text(" ")
    assert "another post there: Consul, since 1 May 2024" in flashed
    assert "Several posts at one organisation" in officer.text
    for span in ({"valid_to": "2024-04-30", "valid_from": ""}, {"organisation_id": "other"}):
        elsewhere = {"organisation_id": make_organisation().id} if "valid_to" not in span else span
        officer.open(new).submit("Save", **{**typed, "position_en": "Consul", **elsewhere})
        assert officer.status == 200, officer.errors
        assert "another post there" not in officer.page.select_one(".sk-flash").get_text(" ")


def test_what_a_meeting_shows_of_a_post_stays_when_the_post_changes(officer):
    embassy = make_organisation(name_en="Embassy")
    post = make_appointment(organisation=embassy, position_en="Attaché")
    meeting = make_meeting(title="Talks")
    make_participant(
        meeting=meeting, group_text=None, person_id=post.person_id, position_text="Attaché"
    )
    officer.open(f"/people/{post.person_id}/appointments/{post.id}/edit")
    officer.submit("Save", position_en="Counsellor")
    shown = officer.open(f"/meetings/{meeting.id}").text
    assert "Attaché" in shown
    assert "Counsellor" not in shown


def test_the_last_day_of_a_post_still_counts_as_held(officer, monkeypatch):
    post = make_appointment(position_en="Consul", valid_to=date(2026, 3, 31))
    monkeypatch.setattr(clock, "today", lambda: date(2026, 3, 31))
    assert "no current post" not in officer.open(f"/people/{post.person_id}").text
    monkeypatch.setattr(clock, "today", lambda: date(2026, 4, 1))
    assert "no current post" in officer.open(f"/people/{post.person_id}").text


def test_changing_a_post_checks_and_bumps_the_persons_version(app, officer):
    post = make_appointment(position_en="Consul")
    colleague = Browser(app).sign_in(make_user(name="Bota").email, PASSWORD)
    officer.open(f"/people/{post.person_id}/appointments/{post.id}/edit")
    colleague.open(f"/people/{post.person_id}/appointments/{post.id}/edit")
    colleague.submit("Save", position_en="Consul general", valid_from="2024-01-01")
    officer.submit("Save", position_en="Vice consul")
    assert officer.status == 409
    assert officer.rows[0][1:] == ["Consul", "Consul general Bota", "Vice consul"]
    officer.submit("Save what is chosen")
    assert officer.status == 200
    assert "Vice consul" in officer.text
    assert "since 1 Jan 2024" in officer.text


def test_a_stale_removal_of_a_post_says_what_changed(app, officer):
    post = make_appointment(position_en="Consul", valid_from=date(2024, 5, 1))
    colleague = Browser(app).sign_in(make_user(name="Bota").email, PASSWORD)
    home, page = f"/people/{post.person_id}", f"/people/{post.person_id}/appointments/{post.id}"
    officer.open(f"{page}/edit")
    colleague.open(f"{page}/edit").submit("Save", position_en="Consul general")
    officer.submit("Take out: it was a mistake")
    assert officer.status == 409
    assert "Last change: Bota" in officer.text
    assert officer.rows == [["Position (English)", "Consul → Consul general", "changed by: Bota"]]
    assert officer.page.select_one("[name=position_en]")["value"] == "Consul general"
    assert "Consul general" in colleague.open(home).text
    officer.submit("Take out: it was a mistake")
    assert officer.redirects == [f"{home}#appointments"]
    assert "no current post" in officer.text


def test_a_stale_end_of_a_post_shows_three_values(app, officer):
    post = make_appointment(position_en="Consul", valid_from=date(2024, 5, 1))
    section = f"/people/{post.person_id}#appointments"
    page = f"/people/{post.person_id}/appointments/{post.id}"
    colleague = Browser(app).sign_in(make_user(name="Bota").email, PASSWORD)
    officer.open(f"{page}/end")
    colleague.open(f"{page}/edit").submit("Save", valid_to="2026-03-31")
    officer.submit("End the post", within="main form", valid_to="2026-04-30")
    assert officer.status == 409
    assert officer.rows[0][1:] == ["empty", "31 Mar 2026 Bota", "30 Apr 2026"]
    assert officer.page.select_one(".sk-bar a")["href"] == section
    officer.submit("Save what is chosen")
    assert officer.redirects == [section]
    assert "1 May 2024 – 30 Apr 2026" in officer.text
    officer.open(f"{page}/end")
    colleague.open(f"{page}/edit").submit("Save", position_en="Consul general")
    officer.submit("End the post", within="main form", valid_to="2026-05-31")
    assert officer.rows == [
        ["Last day in this post", "30 Apr 2026 → 31 May 2026", "changed by you"]
    ]
    colleague.open(f"{page}/edit").submit("Take out: it was a mistake")
    officer.submit("Save what is chosen")
    assert officer.redirects == [section]
    assert "Post taken out" in officer.text
