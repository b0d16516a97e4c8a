"""The owner of a point under a restricted meeting sees the point, and nothing of the meeting."""

import re
from datetime import date

import pytest

from crm.core.database import db
from crm.core.sight import seeing_everything
from crm.follow_ups.models.follow_up import Executor, FollowUp
from tests.digest.posting import TUESDAY, outbox
from tests.digest.posting import send as send_digests
from tests.factories import make_follow_up, make_user
from tests.postgres import crm
from tests.restricted.secret import DAY, WORD, Secret, back, some_id, traces_in, words_of
from tests.sweep import make_world, send


@pytest.fixture
def owned(app):
    """A point of a restricted meeting that belongs to an officer who is not let in."""
    make_world()
    secret = Secret()
    owner = make_user(name="Olga", email="olga@test.example")
    with seeing_everything():
        point = make_follow_up(
            text="Send the plan",
            meeting_id=secret.ids["meeting_id"],
            owner=owner,
            number=7,
            delegation_id=secret.ids["delegation_id"],
            country_code="DE",
            agreed_on=DAY,
            due_on=TUESDAY,
        )
        point.agreed_on = date(2031, 7, 20)  # history
        db.session.commit()
        point.agreed_on = DAY
        db.session.commit()
        secret.ids["point"] = point.id
    return secret


def stored(point_id):
    db.session.rollback()
    with seeing_everything():
        point = db.session.get(FollowUp, point_id, populate_existing=True)
        return point.text, point.meeting_id, point.delegation_id, point.number


def test_the_owner_sees_the_point_with_the_meeting_unnamed(app, owned):
    browser = back(app, "olga@test.example")
    point_id, meeting_id = owned.ids["point"], owned.ids["meeting_id"]
    outputs = [f"/follow-ups/{point_id}", f"/follow-ups/{point_id}/edit", "/", "/follow-ups/"]
    outputs += ["/follow-ups.csv?headers=keys", "/follow-ups.xlsx", "/digest/", "/countries/DE"]
    outputs += ["/digest/?part=text", f"/follow-ups/{point_id}/history"]
    for url in outputs:
        answer = send(browser, "GET", url)
        assert "send the plan" in words_of(answer), url
        assert not traces_in(answer), url
        for parent in ("meetings", "delegations"):
            assert f"/{parent}/{owned.ids[parent[:-1] + '_id']}" not in words_of(answer), url
        assert "20.07.2031" not in words_of(answer), url
    keeper = back(app, owned.people["keeper"])
    for url in (f"/follow-ups/{point_id}", f"/follow-ups/{point_id}/history", "/follow-ups.csv"):
        assert traces_in(send(keeper, "GET", url)), url
    row = next(
        line
        for line in browser.open("/follow-ups.csv?headers=keys&dialect=rfc4180")
        .response.get_data(as_text=True)
        .splitlines()
        if "Send the plan" in line
    )
    assert str(meeting_id) not in row.split("Send the plan")[1].split(",")[5:12]
    assert browser.open(f"/meetings/{meeting_id}").status == 404
    found = [browser.open(f"/follow-ups/?meeting={one}") for one in (meeting_id, 999999)]
    assert found[0].rows == []


def test_the_owner_edits_the_point_and_its_link_stays(app, owned):
    browser = back(app, "olga@test.example")
    point_id = owned.ids["point"]
    before = stored(point_id)
    browser.open(f"/follow-ups/{point_id}/edit")
    assert browser.page.select_one("[name=meeting_id], [name=delegation_id]") is None
    browser.submit("Save", text="Send the plan soon")
    assert stored(point_id) == ("Send the plan soon", *before[1:])
    forged = {
        "text": "Again",
        "kind": "consultation",
        "owner_id": str(some_id("olga")),
        "meeting_id": "1",
        "delegation_id": "",
        "version": "2",
        "responsible_side": "ours",
        "basis": "agreement",
        "text_language": "kk",
    }
    browser.open(f"/follow-ups/{point_id}/edit").post(f"/follow-ups/{point_id}/edit", **forged)
    assert stored(point_id)[1:] == before[1:]


def test_an_executor_by_name_sees_it_too_and_a_stranger_does_not(app, owned):
    ivan = make_user(name="Ivan", email="ivan@test.example")
    make_user(name="Pavel", email="pavel@test.example")
    db.session.add(Executor(follow_up_id=owned.ids["point"], is_lead=False, user_id=ivan.id))
    db.session.commit()
    for email, status in (("ivan@test.example", 200), ("pavel@test.example", 404)):
        browser = back(app, email)
        assert browser.open(f"/follow-ups/{owned.ids['point']}").status == status
        assert not traces_in(browser.response)


def test_the_digest_of_each_is_written_with_their_own_sight(app, owned):
    keepers = owned.people["keeper"]
    texts = {
        email: crm(app, "digest", "preview", "--user", email).output
        for email in ("olga@test.example", keepers)
    }
    assert "Send the plan" in texts["olga@test.example"]
    assert WORD not in texts["olga@test.example"]
    assert f"{WORD} talks" in texts[keepers]
    assert send_digests(app).exit_code == 0
    mails = {mail.name: mail.read_text() for mail in outbox(app)}
    olgas = [text for text in mails.values() if "<olga@test.example>" in text]
    assert len(mails) > 1
    assert len(olgas) == 1
    assert not set(re.findall(f"{WORD}|2031", olgas[0]))


def test_an_executor_does_not_take_a_point_of_a_hidden_meeting_from_its_owner(app, owned):
    ivan = make_user(name="Ivan", email="ivan@test.example")
    db.session.add(Executor(follow_up_id=owned.ids["point"], is_lead=False, user_id=ivan.id))
    db.session.commit()
    browser = back(app, "ivan@test.example")
    url = f"/follow-ups/{owned.ids['point']}/edit"
    browser.open(url).submit("Save", owner_id=str(some_id("ivan")))
    assert (browser.status, "Only Olga or a head" in browser.errors[0]) == (422, True)
    olga = back(app, "olga@test.example")
    olga.open(url).submit("Save", owner_id=str(some_id("ivan")))
    assert (olga.status, olga.redirects) == (200, ["/follow-ups/"])
    assert "You no longer see it" in olga.text
    assert browser.open(url).status == 200
    assert olga.open(url).status == 404
