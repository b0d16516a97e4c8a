"""What is hidden is no choice, no suggestion and no number, and is in no file of others."""

from sqlalchemy import select

from crm.core.database import db
from crm.core.sight import seeing_everything
from crm.follow_ups.models.follow_up import FollowUp
from crm.meetings.models import Meeting
from crm.organisations.models import Person
from tests.factories import make_follow_up, make_meeting, make_participant, make_user
from tests.postgres import crm, crm_result
from tests.restricted.secret import LISTS, WORD, Secret, traces_in
from tests.sweep import contents, make_world


def test_the_id_of_a_hidden_record_is_no_choice(app, officer):
    make_world()
    secret = Secret()
    before = contents()
    for address, field, button in (
        ("/follow-ups/new", "meeting_id", {"text": "x", "kind": "other"}),
        ("/follow-ups/new", "delegation_id", {"text": "x", "kind": "other"}),
        ("/meetings/new", "delegation_id", {"title": "x", "country": "DE"}),
        ("/follow-ups/1/done", "closing_meeting_id", {"outcome": "x", "version": "1"}),
    ):
        officer.open("/follow-ups/new" if address.endswith("done") else address)
        fields = {
            "owner_id": "1",
            "officer_id": "1",
            "responsible_side": "ours",
            "basis": "agreement",
            "text_language": "kk",
            "kind": "other",
        }
        officer.post(
            address, **fields | button | {field: str(secret.ids[field.replace("closing_", "")])}
        )
        assert officer.status in (422,), address
        assert not traces_in(officer.response)
    for url in (
        f"/follow-ups/new?meeting={secret.ids['meeting_id']}",
        f"/follow-ups/new?delegation={secret.ids['delegation_id']}",
        f"/meetings/new?delegation={secret.ids['delegation_id']}",
    ):
        assert officer.open(url).status == 404, url
    assert contents() == before


def test_a_hidden_point_keeps_its_number_in_the_meeting(app, officer):
    meeting = make_meeting()
    with seeing_everything():
        make_follow_up(meeting_id=meeting.id, number=1, restricted=True, owner=make_user())
    officer.open(f"/meetings/{meeting.id}").submit("Save the point", text="next", kind="other")
    with seeing_everything():
        assert sorted(db.session.scalars(select(FollowUp.number))) == [1, 2]


def test_the_export_command_leaves_restricted_ones_out_unless_somebody_may_see_them(app):
    make_world()
    secret = Secret()
    for name in LISTS:
        assert WORD not in crm(app, "export", name).output
        assert WORD in crm(app, "export", name, "--as", secret.people["helper"]).output
        assert WORD not in crm(app, "export", name, "--as", secret.people["owner"]).output
    result = crm_result(app, "export", "meetings", "--as", "nobody@test.example")
    assert (result.exit_code, "no user nobody@test.example" in result.output) == (1, True)


def test_names_met_in_secret_are_not_suggested_to_others(app, officer):
    make_world()
    Secret()
    with seeing_everything():
        secret = db.session.scalar(select(Meeting).where(Meeting.restricted))
        person = Person(family_name="Hidden", given_name="Zoe")
        db.session.add(person)
        make_participant(meeting=secret, group_text=None, person=person)
    assert "Hidden Zoe" not in officer.open("/meetings/new").response.get_data(as_text=True)
    make_participant(meeting=db.session.get(Meeting, 1), group_text=None, person=person)
    page = officer.open("/meetings/new").response.get_data(as_text=True)
    assert "Hidden" in page
