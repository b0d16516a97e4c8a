"""Restricted records: nothing of them shows to others, in any output there is; theirs see all.

The world is looked at twice, before the restricted records are there and after: to those who are
kept from them nothing may have changed, by a word, a number or a date.
"""

import io
import re
from datetime import date
from itertools import cycle

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from crm.accounts.models import User
from crm.core import records
from crm.core.database import db
from crm.core.sight import seeing_everything
from crm.follow_ups.models.extensions import Extension, ExtensionRequest
from crm.follow_ups.models.follow_up import Executor, FollowUp, Progress
from crm.meetings.models import Meeting, MeetingSector
from crm.organisations.models import Organisation, Person
from crm.projects.models.project import InvestmentProject
from tests.browser import Browser
from tests.digest.posting import TUESDAY, outbox
from tests.digest.posting import send as send_digests
from tests.factories import (
    make_amount,
    make_country,
    make_delegation,
    make_document,
    make_follow_up,
    make_interest,
    make_meeting,
    make_participant,
    make_problem,
    make_programme_item,
    make_project,
    make_project_meeting,
    make_project_participant,
    make_user,
)
from tests.postgres import crm, crm_result, on_sqlite
from tests.sweep import ROLES, addresses, contents, make_member, make_world, send, signed_in, url_of

WORD = "Zyxwort"  # in every text of every restricted record
DAY = date(2031, 7, 19)
TRACES = (WORD.casefold(), "2031-07-19", "19.07.2031", "19 july 2031")
LISTS = ("delegations", "meetings", "projects", "follow-ups", "interests")
NAMES = ("delegation", "meeting", "project", "follow_up", "interest")
KEPT_FROM = ("officer", "viewer", "admin")


def make_people():
    return {name: make_user(name=name) for name in ("keeper", "helper", "owner")}


def back(app, email):
    """A browser of somebody who was here before: a password is checked elsewhere."""
    return Browser(app).come_back(db.session.scalar(select(User).where(User.email == email)))


class Secret:
    """Restricted records of every kind that may be restricted: ids, and who is who."""

    def __init__(self, people=None):
        people = people or make_people()
        keeper, team = people["keeper"], [people["helper"]]
        self.people = {name: user.email for name, user in people.items()}
        with seeing_everything():
            delegation = make_delegation(
                title=f"{WORD} visit",
                purpose=WORD,
                note=WORD,
                received_by=WORD,
                arrives_on=DAY,
                date_precision="day",
                officer=keeper,
                team=team,
                restricted=True,
            )
            make_member(delegation)
            entry = make_programme_item(delegation, title=WORD)
            meeting = make_meeting(
                title=f"{WORD} talks",
                place=WORD,
                agenda=WORD,
                summary=WORD,
                outcome=WORD,
                source_name=WORD,
                held_on=DAY,
                starts_at=None,
                delegation_id=delegation.id,
                officer=keeper,
                team=team,
                restricted=True,
                sector_links=[MeetingSector(sector_code="MET")],
            )
            someone = db.session.scalar(select(Person).where(Person.archived_at.is_(None)))
            participant = make_participant(meeting=meeting, group_text=f"{WORD} firms")
            make_participant(meeting=meeting, group_text=None, person=someone)
            point = make_follow_up(
                text=f"{WORD} point",
                meeting_id=meeting.id,
                delegation_id=delegation.id,
                country_code="DE",
                owner=keeper,
                due_on=date(2020, 1, 1),
                original_due_on=DAY,
                note=WORD,
                executors=[Executor(is_lead=True, outsider=WORD)],
            )
            db.session.add_all(
                [
                    Progress(follow_up_id=point.id, noted_on=DAY, text=WORD),
                    Extension(
                        follow_up_id=point.id,
                        old_due_on=DAY,
                        new_due_on=DAY,
                        reason=WORD,
                        authority=WORD,
                        extended_on=DAY,
                    ),
                    ExtensionRequest(
                        follow_up_id=point.id,
                        asked_by_id=keeper.id,
                        asked_on=DAY,
                        old_due_on=DAY,
                        new_due_on=DAY,
                        reason=WORD,
                    ),
                ]
            )
            alone = make_follow_up(
                text=f"{WORD} alone", owner=keeper, team=team, restricted=True, country_code="DE"
            )
            project = make_project(
                title_en=f"{WORD} plant",
                oked="06.20.0",
                next_step=WORD,
                next_step_on=DAY,
                memorandum_on=DAY,
                note=WORD,
                commissioning_actual_year=2031,
                officer=keeper,
                team=team,
                restricted=True,
            )
            amount = make_amount(project, 77_777, "USD", source=WORD, dated_on=DAY)
            make_amount(project, 77_778, "KZT", kind="contracted")
            in_use = select(Organisation).where(Organisation.archived_at.is_(None))
            bank = db.session.scalar(in_use)
            partner = make_project_participant(project, organisation=bank)
            problem = make_problem(project, text=WORD, agency=WORD, decided_by=WORD)
            link = make_project_meeting(project, meeting)
            make_project_meeting(project, db.session.get(Meeting, 1))
            make_project_meeting(db.session.get(InvestmentProject, 1), meeting)
            make_follow_up(
                text=f"{WORD} duty", project_id=project.id, owner=keeper, country_code="DE"
            )
            noted = make_interest(
                delegation_id=delegation.id,
                meeting_id=meeting.id,
                note=WORD,
                noted_on=DAY,
                officer=keeper,
            )
            told = {"country_code": "DE", "note": WORD, "officer": keeper}
            heard = make_interest(**told, meeting_id=meeting.id)
            kept = make_interest(**told, restricted=True, team=team)
            paper = make_document(meeting, name=f"{WORD}.pdf", added_by=keeper)
            shut = make_document(
                db.session.get(Meeting, 1),
                name=f"{WORD} of an open meeting.pdf",
                added_by=keeper,
                restricted=True,
                team=team,
            )
            meeting.title = f"{WORD} talks anew"  # history
            db.session.commit()
            self.ids = {
                "delegation_id": delegation.id,
                "member_id": db.session.scalar(
                    select(func.max(type(delegation).members.property.mapper.class_.id))
                ),
                "meeting_id": meeting.id,
                "participant_id": participant.id,
                "item_id": entry.id,
                "follow_up_id": point.id,
                "project_id": project.id,
                "amount_id": amount.id,
                "partner_id": partner.id,
                "problem_id": problem.id,
                "link_id": link.id,
                "interest_id": noted.id,
                "document_id": paper.id,
            }
            self.more = {
                "follow-ups": [alone.id],
                "interests": [heard.id, kept.id],
                "documents": [shut.id],
            }

    def addresses(self, app):
        """(address, url) of everything that names one of the restricted records."""
        for address in addresses(app):
            if self.ids.keys() & address.rule.arguments:
                yield address, url_of(address.rule, **self.ids)
            if {"address", "record_id"} <= address.rule.arguments:
                for folder, name in zip(LISTS, NAMES, strict=True):
                    given = {"address": folder, "record_id": self.ids[f"{name}_id"]}
                    yield address, url_of(address.rule, **given)
        for address in addresses(app):
            for folder, ids in self.more.items():
                if address.url in (f"/{folder}/1", f"/{folder}/1/edit"):
                    for one in ids:
                        yield address, address.url.replace("/1", f"/{one}", 1)


def words_of(answer):
    """Everything a reader gets, whatever its form, folded; tokens and the like left out."""
    if answer.mimetype.endswith("sheet"):
        book = load_workbook(io.BytesIO(answer.data))
        rows = [row for sheet in book for row in sheet.iter_rows(values_only=True)]
        return "\n".join(map(repr, rows)).casefold()
    text = answer.get_data(as_text=True).casefold()
    return re.sub(r'name="csrf_token"[^>]*>', "", text)


def traces_in(answer):
    text = words_of(answer) + str(answer.headers).casefold()
    return [trace for trace in TRACES if trace in text]


# Where it is said that something restricted was changed, by whom and when; nothing else of it.
SAID = {"/admin/audit"}
# Which files were taken, and what they were searched for in the words of who took them.
FILES_TAKEN = "/admin/files"


def outputs(app, role):
    """Addresses of everything an officer may read, filters and searches among them.

    What shuts a record away is one condition whoever asks: for the others, what only they may
    open, and the lists. PostgreSQL reads it for an officer.
    """
    found = [one for one in addresses(app) if "GET" in one.methods and role in one.roles]
    if role != "officer":
        own = [one.url for one in found if "officer" not in one.roles]
        return [*own, "/", f"/search?q={WORD}", *(f"/{name}/" for name in LISTS)]
    found = [one.url for one in found]
    is_first = db.engine.name == "sqlite"
    endings = ("csv", "xlsx", "csv?headers=keys") if is_first else ("csv?headers=keys",)
    lists = [kind.listing.name for kind in records.kinds() if kind.listing]
    found += [f"/{name}.{ending}" for name in lists for ending in endings]
    for name in LISTS:
        found += [f"/{name}/?q={WORD}", f"/{name}.csv?q={WORD}", f"/{name}/?restricted=1"]
        found += [f"/{name}/?country=DE&sort=-country"]
    found += ["/meetings/?held_from=2031-01-01", "/delegations/?arrives_from=2031-01-01"]
    found += [f"/documents/?q={WORD}", "/meetings/1/documents", "/meetings/1/history"]
    found += ["/follow-ups/?status=overdue", "/follow-ups/?sector=MET", "/meetings/?sector=MET"]
    found += ["/projects/?sector=MET", "/projects/board?country=DE", "/follow-ups/?project=1"]
    found += ["/interests/matrix?sector=MET", "/interests/?noted_from=2031-01-01", "/projects/1"]
    found += [f"/search?q={WORD}", f"/search/suggestions?q={WORD}"]
    found += ["/digest/?part=text", "/meetings/?undated=1", "/people/1", "/organisations/1"]
    return [url for url in dict.fromkeys(found) if not url.startswith(("/static", "/bootstrap"))]


def test_to_those_kept_from_them_restricted_records_do_not_exist(app):
    browsers = {role: signed_in(app, role) for role in ROLES}
    make_world()
    readers = KEPT_FROM if db.engine.name == "sqlite" else ("officer",)
    urls = {role: outputs(app, role) for role in readers}
    people = make_people()  # users are everybody's to see
    before = {
        (role, url): words_of(send(browsers[role], "GET", url))
        for role in readers
        for url in urls[role]
    }
    Secret(people)
    faults = []
    for (role, url), text in before.items():
        if url.startswith(FILES_TAKEN):
            continue
        answer = send(browsers[role], "GET", url)
        if traces_in(answer) and "q=" not in url:  # a search says what was searched for
            faults.append(f"{role} {url}: {traces_in(answer)}")
        elif words_of(answer) != text and url not in SAID:
            faults.append(f"{role} {url}: differs")
    assert not faults, "\n".join(faults)
    assert len(before) > 100


def test_every_address_of_theirs_is_not_found(app):
    browsers = {role: signed_in(app, role) for role in ROLES}
    make_world()
    secret = Secret()
    tokens = {role: browser.token() for role, browser in browsers.items()}
    readers = KEPT_FROM if db.engine.name == "sqlite" else ("officer",)
    before, faults, tried = contents(), [], 0
    for address, url in secret.addresses(app):
        for role in readers:
            sent = {"csrf_token": tokens[role], "version": "1", "text": "x", "outcome": "x"}
            for method in address.methods:
                answer = send(browsers[role], method, url, data=sent)
                tried += 1
                expected = 404 if role in address.roles else 403
                if answer.status_code != expected or traces_in(answer):
                    faults.append(f"{role}: {method} {url}: {answer.status} {traces_in(answer)}")
    assert not faults, "\n".join(faults)
    assert tried > 40 * len(readers)
    assert contents() == before


@on_sqlite
def test_heads_officer_and_team_see_all(app):
    head = signed_in(app, "head")
    make_world()
    secret = Secret()
    keeper, helper = (back(app, secret.people[name]) for name in ("keeper", "helper"))
    officers = cycle((keeper, helper))
    for address, url in secret.addresses(app):
        if "GET" in address.methods:
            browser = next(officers) if "officer" in address.roles else head
            answer = send(browser, "GET", url)
            assert answer.status_code == 200, url
            assert traces_in(answer), url
    for browser in (head, keeper, helper):
        for name in LISTS:
            for ending in ("/", ".csv", ".xlsx"):
                assert traces_in(send(browser, "GET", f"/{name}{ending}")), (name, ending)
            record = send(browser, "GET", f"/{name}/{secret.ids[NAMES[LISTS.index(name)] + '_id']}")
            assert traces_in(record), name
        assert "Restricted" in browser.open("/meetings/?restricted=1").rows[0][1]
        assert len(browser.open("/follow-ups/?restricted=1").rows) == 1
        for url in ("/countries/DE", "/people/1"):
            assert traces_in(send(browser, "GET", url)), url


# -- the owner of a point under a restricted meeting --------------------------------------------


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
    browser.submit("Save the point", text="Send the plan soon")
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


def some_id(name):
    return db.session.scalar(select(User.id).where(User.email == f"{name}@test.example"))


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


# -- what may be sent ---------------------------------------------------------------------------


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


# -- who restricts ------------------------------------------------------------------------------


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
        "Save the point", text="Quiet", kind="other", owner_id=str(other.id), restricted=True
    )
    assert officer.status == 200
    assert "Quiet" in officer.heading


def test_whoever_carries_a_restricted_point_out_joins_its_team(app, officer):
    carrier = make_user(name="Carrier", email="carrier@test.example")
    officer.open("/follow-ups/new").submit(
        "Save the point", text="Quiet", kind="other", executor=f"user-{carrier.id}", restricted=True
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


def test_an_executor_does_not_take_a_point_of_a_hidden_meeting_from_its_owner(app, owned):
    ivan = make_user(name="Ivan", email="ivan@test.example")
    db.session.add(Executor(follow_up_id=owned.ids["point"], is_lead=False, user_id=ivan.id))
    db.session.commit()
    browser = back(app, "ivan@test.example")
    url = f"/follow-ups/{owned.ids['point']}/edit"
    browser.open(url).submit("Save the point", owner_id=str(some_id("ivan")))
    assert (browser.status, "Only Olga or a head" in browser.errors[0]) == (422, True)
    olga = back(app, "olga@test.example")
    olga.open(url).submit("Save the point", owner_id=str(some_id("ivan")))
    assert (olga.status, olga.redirects) == (200, ["/follow-ups/"])
    assert "You no longer see it" in olga.text
    assert browser.open(url).status == 200
    assert olga.open(url).status == 404


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
