"""Who restricts a record, to whom it is open then, and who hands it over."""

import pytest
from sqlalchemy import select

from crm.accounts.models import User
from crm.core.database import db
from crm.core.sight import seeing_everything
from crm.meetings.models import Meeting
from tests.factories import make_country, make_delegation, make_meeting, make_user
from tests.restricted.secret import back, some_id
from tests.sweep import make_world


def restricted_of(meeting_id):
    db.session.rollback()
    with seeing_everything():
        meeting = db.session.get(Meeting, meeting_id, populate_existing=True)
        db.session.refresh(meeting, ["team"])
        return meeting.restricted, sorted(one.email for one in meeting.team)


def test_an_officer_restricts_their_meeting_to_a_team_and_opens_it_again(app, officer, viewer):
    make_country()
    helper = make_user(name="Helga", email="helga@test.example")
    officer.open("/meetings/new")
    assert "named here stand in the common lists all the same" in officer.text
    officer.submit(
        "Save", title="Quiet talks", country="DE", restricted=True, team=[str(helper.id)]
    )
    address, meeting_id = officer.url, int(officer.url.rpartition("/")[2])
    assert "Restricted" in officer.text
    assert viewer.open(address).status == 404
    assert restricted_of(meeting_id) == (True, ["helga@test.example"])
    # A form that does not show the two fields leaves them as they are.
    officer.open(f"{address}/edit").post(
        f"{address}/edit",
        title="Quiet talks",
        country="DE",
        version="1",
        kind="negotiation",
        officer_id=str(some_id("officer")),
    )
    assert restricted_of(meeting_id) == (True, ["helga@test.example"])
    helga = back(app, "helga@test.example")
    helga.open(f"{address}/edit").submit("Save", restricted=False, team=[])
    assert restricted_of(meeting_id) == (False, [])
    assert viewer.open(address).status == 200


def test_another_officer_may_not_restrict_an_open_meeting(app, officer):
    meeting = make_meeting(officer=make_user())
    officer.open(f"/meetings/{meeting.id}/edit")
    assert officer.page.select_one("[name=restricted], [name=team]") is None
    officer.submit("Save", title="Changed")
    officer.open(f"/meetings/{meeting.id}/edit").post(
        f"/meetings/{meeting.id}/edit",
        title="Forged",
        country="DE",
        version="2",
        officer_id=str(some_id("officer")),
        restricted="y",
        **{"restricted-shown": "1"},
    )
    assert restricted_of(meeting.id) == (False, [])


def test_whoever_restricts_for_another_officer_stays_in_the_team(app, officer):
    other = make_user(name="Other")
    make_world()
    officer.open("/follow-ups/new").submit(
        "Save", text="Quiet", kind="other", owner_id=str(other.id), restricted=True
    )
    assert officer.status == 200
    assert "Quiet" in officer.heading


def test_whoever_carries_a_restricted_point_out_joins_its_team(app, officer):
    carrier = make_user(name="Carrier", email="carrier@test.example")
    officer.open("/follow-ups/new").submit(
        "Save", text="Quiet", kind="other", executor=f"user-{carrier.id}", restricted=True
    )
    address = officer.url
    browser = back(app, "carrier@test.example")
    assert "Quiet" in browser.open(address).heading


@pytest.fixture
def taken(app, officer):
    """An open meeting of Anna's, recorded by her, that another officer has just taken over."""
    make_country()
    make_user(name="Anna", email="anna@test.example")
    anna = back(app, "anna@test.example")
    address = anna.open("/meetings/new").submit("Save", title="Quiet talks", country="DE").url
    officer.open(f"{address}/edit").submit("Save", officer_id=str(some_id("officer")))
    return anna, address


def test_whoever_had_a_record_sees_it_after_it_was_taken_over_and_restricted(officer, head, taken):
    anna, address = taken
    officer.open(f"{address}/edit").submit("Save", restricted=True)
    assert restricted_of(int(address.rpartition("/")[2])) == (True, ["anna@test.example"])
    assert anna.open(address).status == 200
    officer.open(f"{address}/edit").submit("Save", team=[])
    assert (officer.status, "answered for it: Anna" in officer.errors[0]) == (422, True)
    officer.submit("Save", team=[str(some_id("anna"))], note="fine")
    assert officer.status == 200
    head.open(f"{address}/edit").submit("Save", team=[])
    assert anna.open(address).status == 404
    officer.open(f"{address}/edit").submit("Save", note="what a head decided stays")
    assert anna.open(address).status == 404


def test_a_colleague_of_the_team_does_not_hand_over_what_is_restricted(app, officer, taken):
    anna, address = taken
    officer.open(f"{address}/edit").submit("Save", restricted=True)
    anna.open(f"{address}/edit").submit("Save", officer_id=str(some_id("anna")))
    assert anna.status == 422
    assert "or a head hands over a restricted record" in anna.errors[0]
    officer.open(f"{address}/edit").submit("Save", officer_id=str(some_id("anna")), team=[])
    assert officer.status == 200  # its own officer may, and stays in the team
    assert restricted_of(int(address.rpartition("/")[2])) == (True, ["officer@test.example"])


def test_whoever_gives_a_meeting_of_a_hidden_visit_away_is_led_to_the_list(officer, head):
    mine = db.session.scalar(select(User).where(User.email == "officer@test.example"))
    other = make_user(name="Other")
    visit = make_delegation(title="Secret", officer=other, restricted=True)
    meeting = make_meeting(delegation=visit, officer=mine)
    url = f"/meetings/{meeting.id}"
    officer.open(f"{url}/edit").submit("Save", note="still mine")
    assert officer.redirects == [url]
    officer.open(f"{url}/edit").submit("Save", officer_id=str(other.id))
    assert (officer.status, officer.redirects) == (200, ["/meetings/"])
    assert head.open(f"{url}/edit").submit("Save", note="seen").redirects == [url]


def test_a_record_is_not_taken_along_under_a_hidden_visit(officer, taken):
    anna, address = taken
    mine = db.session.scalar(select(User).where(User.email == "officer@test.example"))
    secret = make_delegation(title="Secret", officer=mine, restricted=True)
    visit = make_delegation(title="Open", officer=mine)
    officer.open(f"{address}/edit").submit("Save", delegation_id=str(secret.id))
    assert (officer.status, "would no longer see it" in officer.errors[0]) == (422, True)
    officer.submit("Save", delegation_id=str(visit.id))
    assert (officer.status, anna.open(address).status) == (200, 200)
