"""An archived record refuses every change until it is restored, and nothing new hangs on it."""

import pytest
from sqlalchemy import select

from crm.core import clock, records
from crm.core.database import Archivable, Model, db
from crm.follow_ups.models.follow_up import FollowUp, Progress
from crm.meetings.models import Meeting
from tests.factories import (
    make_delegation,
    make_follow_up,
    make_meeting,
    make_organisation,
    make_person,
    make_sector,
)
from tests.sweep import ROLES, addresses, contents, make_world, send, signed_in

# What may be posted though every record is archived: own affairs, what is never archived.
FREE = ("/login", "/logout", "/account", "/password", "/unsubscribe", "/countries/DE")
FREE += (
    "/admin/users",
    "/admin/digests",
    "/lists/",
    "/merges/",  # undoing brings back what was merged
    "/organisations/1/not-same",  # no change of the record: the sample is of one alone
)  # for changes of many see tests/lists/test_bulk.py


def archived(record):
    record.archive(clock.now(), "recorded twice")
    db.session.commit()
    return record


def archive_everything():
    models = {one.class_ for one in Model.registry.mappers if issubclass(one.class_, Archivable)}
    for model in models:
        for record in db.session.scalars(select(model)):
            record.archive(clock.now(), "recorded twice")
    db.session.commit()


def test_no_address_changes_an_archived_record(app):
    people = {role: signed_in(app, role) for role in ROLES}
    make_world()
    archive_everything()
    token = {role: one.token() for role, one in people.items()}
    before, faults, tried = contents(), [], 0
    for address in addresses(app):
        url = address.url
        brings_back = url.endswith(("/restore", "/undo"))  # undone is nothing but the archiving
        is_one = bool(address.rule.arguments - {"name"}) and not brings_back
        if address.is_public or not address.writes or not is_one or url.startswith(FREE):
            continue
        role = min(address.roles, key=ROLES.index)
        for method in address.methods:
            answer = send(
                people[role], method, url, data={"csrf_token": token[role], "version": "1"}
            )
            tried += 1
            if answer.status_code != 409:
                faults.append(f"{method} {url}: {answer.status}")
    assert not faults, "\n".join(faults)
    assert tried > 40
    assert contents() == before


def test_the_refusal_says_why_keeps_what_was_typed_and_takes_it_after_restoring(officer, head):
    meeting = make_meeting(title="Talks")
    officer.open(f"/meetings/{meeting.id}/edit")
    archived(meeting)
    officer.submit("Save", title="Negotiations")
    assert officer.status == 409
    assert officer.heading == "This record is archived"
    assert "recorded twice" in officer.text
    assert "The head of department can bring it back" in officer.text
    kept = officer.page.select_one("main [name=title]")
    assert kept["value"] == "Negotiations"
    refused = head.open(f"/meetings/{meeting.id}/edit")
    assert refused.status == 409
    refused.submit("Restore")
    officer.submit("Send it again")
    assert officer.status == 409
    officer.submit("Save what is chosen")
    db.session.expire_all()
    assert db.session.get(Meeting, meeting.id).title == "Negotiations"


def test_the_page_of_an_archived_record_offers_nothing_but_restoring(head, app):
    delegation, organisation, person = make_delegation(), make_organisation(), make_person()
    meeting, point = make_meeting(), make_follow_up()
    adapter = app.url_map.bind("localhost")
    for record in (delegation, organisation, person, meeting, point):
        archived(record)
        kind = records.kind_of(record)
        url = kind.url(record.id)
        main = head.open(url).page.main
        targets = [one.get("href") or one.get("action") for one in main.select("a, form")]
        own = [one for one in targets if one and one.startswith(f"{url}/")]
        assert sorted(own) == [f"{url}/{one}" for one in ("documents", "history", "restore")], own
        for target in (one for one in targets if one and "/new" in one):
            assert f"{kind.name}={record.id}" not in target
            assert f"{kind.name}_id={record.id}" not in target
        assert adapter.match(f"{url}/restore", "POST")


def test_a_point_of_an_archived_meeting_stays_under_control(officer):
    meeting = make_meeting()
    point = make_follow_up(meeting_id=meeting.id)
    archived(meeting)
    officer.open(f"/follow-ups/{point.id}").submit("Add a progress line", text="Written to them")
    assert officer.status == 200
    assert db.session.scalar(select(Progress.text)) == "Written to them"
    officer.open(f"/follow-ups/{point.id}/edit").submit("Save", note="Still owed")
    assert officer.status == 200, officer.errors
    db.session.expire_all()
    assert db.session.get(FollowUp, point.id).meeting_id == meeting.id


def test_a_point_typed_for_a_meeting_archived_meanwhile_is_kept(officer, head):
    meeting = make_meeting(title="Talks")
    officer.open(f"/meetings/{meeting.id}")
    archived(meeting)
    officer.submit("Save the point", text="Send the plan")
    assert (officer.status, officer.heading) == (409, "This record is archived")
    assert "Nothing was saved: restore the record first." in officer.text
    head.open(f"/meetings/{meeting.id}").submit("Restore", within="main")
    officer.submit("Send it again")
    assert officer.redirects == [f"/meetings/{meeting.id}"]
    assert "Send the plan" in officer.text


@pytest.mark.parametrize("field", ["meeting_id", "delegation_id", "partner_organisation_id"])
def test_no_new_point_is_attached_to_what_is_archived(officer, field):
    make = {"meeting_id": make_meeting, "delegation_id": make_delegation}
    record = make.get(field, make_organisation)()
    near = make.get(field, make_organisation)()
    archived(record)
    officer.open("/follow-ups/new")
    token = officer.page.select_one("[name=csrf_token]")["value"]
    given = {"text": "A promise", "kind": "other", "responsible_side": "ours", "basis": "agreement"}
    given |= {"owner_id": officer.page.select_one("[name=owner_id] [selected]")["value"]}
    given |= {"text_language": "en", "csrf_token": token}
    officer.post("/follow-ups/new", **given, **{field: str(record.id)})
    assert officer.status == 422
    assert db.session.scalar(select(FollowUp.id)) is None
    officer.post("/follow-ups/new", **given, **{field: str(near.id)})
    assert officer.status == 200, officer.errors
    assert db.session.scalar(select(getattr(FollowUp, field))) == near.id


def test_a_form_that_begins_from_an_archived_record_is_refused(officer):
    meeting, delegation = archived(make_meeting()), archived(make_delegation())
    organisation = archived(make_organisation())
    for url in (
        f"/follow-ups/new?meeting={meeting.id}",
        f"/follow-ups/new?delegation={delegation.id}",
        f"/follow-ups/new?organisation={organisation.id}",
        f"/meetings/new?delegation={delegation.id}",
    ):
        assert officer.open(url).status == 409, url


def test_a_retired_entry_of_a_list_is_not_renamed_until_it_is_back(admin):
    archived(make_sector("MET", "Metallurgy"))
    assert admin.open("/admin/reference/sectors/MET/edit").status == 409
    admin.submit("Restore")
    assert admin.open("/admin/reference/sectors/MET/edit").status == 200
