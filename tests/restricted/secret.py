"""Restricted records of every kind, and how the tests look for traces of them."""

import io
import re
from datetime import date

from openpyxl import load_workbook
from sqlalchemy import func, select

from crm.accounts.models import User
from crm.core.database import db
from crm.core.sight import seeing_everything
from crm.follow_ups.models.extensions import Extension, ExtensionRequest
from crm.follow_ups.models.follow_up import Executor, Progress
from crm.meetings.models import Meeting, MeetingSector
from crm.organisations.models import Organisation, Person
from crm.projects.models.project import InvestmentProject
from tests.browser import Browser
from tests.factories import (
    make_amount,
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
from tests.sweep import addresses, make_member, url_of

WORD = "Zyxwort"  # in every text of every restricted record
DAY = date(2031, 7, 19)
TRACES = (WORD.casefold(), "2031-07-19", "19.07.2031", "19 july 2031")
LISTS = ("delegations", "meetings", "projects", "follow-ups", "interests")
NAMES = ("delegation", "meeting", "project", "follow_up", "interest")


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


def some_id(name):
    return db.session.scalar(select(User.id).where(User.email == f"{name}@test.example"))
