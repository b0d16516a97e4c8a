"""Requests no page of ours sends: each gets a plain answer, nothing is half done."""

import contextvars
import io
from functools import partial

from crm.core.database import db
from crm.meetings.models import Meeting, MeetingSector
from tests.factories import make_meeting, make_sector


def token(browser, url):
    return browser.open(url).page.select_one("main [name=csrf_token]")["value"]


def posted(browser, url, **request):
    """The status of a raw POST, as if from a browser of its own."""
    headers = {"X-CSRFToken": token(browser, url)}
    send = partial(browser.client.post, url, headers=headers, **request)
    return contextvars.Context().run(send).status_code


def test_json_in_place_of_a_form_is_nothing_typed(officer):
    assert posted(officer, "/meetings/new", json={"title": 1}) == 422


def test_json_in_place_of_a_sign_in_is_nothing_typed(browser):
    assert posted(browser, "/login", json={"email": 7, "password": [9]}) == 422


def test_a_file_in_place_of_a_text_is_nothing_typed(officer):
    assert posted(officer, "/meetings/new", data={"title": (io.BytesIO(b"\xff"), "\x00")}) == 422


def test_an_edit_that_names_no_sectors_does_not_take_them_away(officer):
    make_sector("MET")
    meeting = make_meeting(title="Talks", sector_links=[MeetingSector(sector_code="MET")])
    form = {"csrf_token": token(officer, f"/meetings/{meeting.id}/edit"), "version": "1"}
    given = {"title": "Negotiations", "country": "DE"}
    officer.client.post(f"/meetings/{meeting.id}/edit", data={**form, **given})
    assert sectors_of(meeting.id) == ("Negotiations", ["MET"])
    officer.client.post(
        f"/meetings/{meeting.id}/edit",
        data={**form, **given, "version": "2", "sectors-shown": "1"},
    )
    assert sectors_of(meeting.id) == ("Negotiations", [])


def sectors_of(meeting_id):
    db.session.rollback()
    meeting = db.session.get(Meeting, meeting_id)
    db.session.refresh(meeting, ["title", "sector_links"])
    return meeting.title, [link.sector_code for link in meeting.sector_links]


def test_an_address_beyond_all_bounds_is_a_bad_request_in_page_and_file(officer):
    for query in ("meeting=" + "1" * 40, "q=" + "a" * 5000, "after=zzz", "sort=;drop"):
        for address in ("/follow-ups/", "/follow-ups.csv", "/follow-ups.xlsx"):
            assert officer.open(f"{address}?{query}").status == 400, (address, query[:20])
