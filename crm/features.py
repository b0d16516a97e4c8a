"""Which features there are: their pages, commands, record kinds, and what each hears of others."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from crm.accounts import cli as accounts_cli
from crm.accounts.listing import USERS
from crm.accounts.models import Department, User
from crm.accounts.services import notices
from crm.accounts.views import own_page as accounts
from crm.accounts.views import resets, users
from crm.audit.services.undoing import take_along
from crm.audit.views import pages as audit
from crm.audit.views import undoing
from crm.calendar import views as calendar
from crm.calendar.services import changes as calendar_changes
from crm.calendar.services import invitations
from crm.core import post, records, tokens, trail
from crm.core.dates import short_date
from crm.core.language import reader_language, worded
from crm.core.ledger import Delivery
from crm.core.records import RecordKind
from crm.countries.listing import COUNTRIES
from crm.countries.models import Country, TradeFact
from crm.countries.views import countries, trade
from crm.delegations.listing.delegations import DELEGATIONS
from crm.delegations.models.delegation import Delegation
from crm.delegations.views import parts as delegations
from crm.demo import cli as demo_cli
from crm.desk import views as desk
from crm.digest import cli as digest_cli
from crm.digest.listing import DELIVERIES, title_of
from crm.digest.services.again import DIGEST
from crm.digest.views import deliveries, unsubscribing
from crm.digest.views import own_page as digest
from crm.documents.listing import DOCUMENTS
from crm.documents.models import Document
from crm.documents.views import giving as documents
from crm.duplicates import cli as duplicates_cli
from crm.duplicates import views as duplicates
from crm.follow_ups.forms import bulk as points_bulk
from crm.follow_ups.listing.points import FOLLOW_UPS
from crm.follow_ups.models.follow_up import FollowUp
from crm.follow_ups.views import held as follow_ups
from crm.interests.listing import INTERESTS
from crm.interests.models import SectorInterest
from crm.interests.views import matrix as interest_matrix
from crm.interests.views import quick as interests
from crm.lists.forms.bulk import ArchiveRecords, AssignOfficer, offer
from crm.lists.listing import FILES
from crm.lists.models import FileTaken
from crm.lists.views import bulk, files
from crm.lists.views import columns as list_columns
from crm.lists.views import saved as list_views
from crm.meetings.listing import MEETINGS
from crm.meetings.models import Meeting
from crm.meetings.views import parts as meetings
from crm.merges import views as merges
from crm.operations import views as operations
from crm.operations.cli import backups, doctor, export, serve
from crm.organisations.listing import ORGANISATIONS, PEOPLE
from crm.organisations.models import Organisation, Person
from crm.organisations.views import appointments, organisations, people
from crm.projects.listing.projects import PROJECTS
from crm.projects.models.project import InvestmentProject
from crm.projects.services import moves as stage_moves
from crm.projects.views import board as project_board
from crm.projects.views import figures as project_figures
from crm.projects.views import links as projects
from crm.projects.views import moves as project_moves
from crm.reference.listing import RATES
from crm.reference.models import CalculationIndex, District, ExchangeRate, Sector, WorkingDay
from crm.reference.views import entries as reference
from crm.reference.views import rates
from crm.reports.listing.control import CONTROL
from crm.reports.listing.discipline import TITLES
from crm.reports.views import discipline as reports
from crm.search import cli as search_cli
from crm.search import views as search
from crm.search.queries.countries import widened
from crm.wording import WORDS

_KINDS = (
    RecordKind(
        name="user",
        address="admin/users",
        model=User,
        label=_l("User"),
        title=lambda user: user.name,
        listing=USERS,
    ),
    RecordKind(
        name="sector",
        address="admin/reference/sectors",
        model=Sector,
        label=_l("Sector"),
        title=lambda sector: worded(sector, "name").text,
    ),
    RecordKind(
        name="district",
        address="admin/reference/districts",
        model=District,
        label=_l("District"),
        title=lambda district: worded(district, "name").text,
    ),
    RecordKind(
        name="department",
        address="admin/reference/departments",
        model=Department,
        label=_l("Department"),
        title=lambda department: worded(department, "name").text,
    ),
    RecordKind(
        name="working_day",
        address="admin/reference/working-days",
        model=WorkingDay,
        label=_l("Working day"),
        title=lambda moved: short_date(moved.day),
    ),
    RecordKind(
        name="exchange_rate",
        address="admin/reference/rates",
        model=ExchangeRate,
        label=_l("Exchange rate"),
        title=lambda rate: f"{rate.currency}, {short_date(rate.rated_on)}",
        listing=RATES,
    ),
    RecordKind(
        name="calculation_index",
        address="admin/reference/mci",
        model=CalculationIndex,
        label=_l("Monthly calculation index"),
        title=lambda index: " ".join((str(_l("MCI")), str(index.year))),
    ),
    RecordKind(
        name="file_taken",
        address="admin/files",
        model=FileTaken,
        label=_l("File taken"),
        title=lambda taken: f"{taken.listing}.{taken.format}",
        listing=FILES,
    ),
    RecordKind(
        name="delivery",
        address="admin/digests",
        model=Delivery,
        label=_l("Mail"),
        title=title_of,
        listing=DELIVERIES,
    ),
    RecordKind(
        name="country",
        address="countries",
        model=Country,
        label=_l("Country"),
        title=lambda country: worded(country, "name").text,
        listing=COUNTRIES,
        has_documents=True,
    ),
    RecordKind(
        name="trade_fact",
        address="countries/trade",
        model=TradeFact,
        label=_l("Trade figure"),
        title=lambda fact: str(fact.indicator.label),
    ),
    RecordKind(
        name="organisation",
        address="organisations",
        model=Organisation,
        label=_l("Organisation"),
        title=lambda organisation: worded(organisation, "name").text,
        listing=ORGANISATIONS,
        has_documents=True,
        is_indexed=True,
    ),
    RecordKind(
        name="person",
        address="people",
        model=Person,
        label=_l("Person"),
        title=lambda person: person.name_in(reader_language()),
        listing=PEOPLE,
        has_documents=True,
        is_indexed=True,
    ),
    RecordKind(
        name="delegation",
        address="delegations",
        model=Delegation,
        label=_l("Delegation"),
        title=lambda delegation: delegation.title,
        listing=DELEGATIONS,
        has_documents=True,
        is_indexed=True,
    ),
    RecordKind(
        name="meeting",
        address="meetings",
        model=Meeting,
        label=_l("Meeting"),
        title=lambda meeting: meeting.title,
        listing=MEETINGS,
        has_documents=True,
        is_indexed=True,
    ),
    RecordKind(
        name="project",
        address="projects",
        model=InvestmentProject,
        label=_l("Investment project"),
        title=lambda project: worded(project, "title").text,
        listing=PROJECTS,
        has_documents=True,
        is_indexed=True,
    ),
    RecordKind(
        name="document",
        address="documents",
        model=Document,
        label=_l("Document"),
        title=lambda document: document.name,
        listing=DOCUMENTS,
        is_indexed=True,
    ),
    RecordKind(
        name="sector_interest",
        address="interests",
        model=SectorInterest,
        label=_l("Sector interest"),
        title=lambda interest: interest.title,
        listing=INTERESTS,
        has_documents=True,
    ),
    RecordKind(
        name="follow_up",
        address="follow-ups",
        model=FollowUp,
        label=_l("Follow-up"),
        title=lambda point: point.text,
        listing=FOLLOW_UPS,
        has_documents=True,
        is_indexed=True,
    ),
)

# What can be done with many records of a list at once; none: they can be taken away as a file.
_BULK = {
    "follow-ups": (
        *(points_bulk.SetDeadlines, points_bulk.AddProgress, points_bulk.AssignOwner),
        ArchiveRecords,
    ),
    "meetings": (AssignOfficer, ArchiveRecords),
    "delegations": (AssignOfficer, ArchiveRecords),
    "projects": (AssignOfficer, ArchiveRecords),
    "interests": (AssignOfficer, ArchiveRecords),
    "organisations": (ArchiveRecords,),
    "people": (ArchiveRecords,),
}


def register(app: Flask) -> None:
    """Give ``app`` every feature."""
    records.register(*_KINDS)
    records.offer(CONTROL)
    records.call(TITLES)
    tokens.widen_by(widened)
    trail.speak(WORDS)
    post.register(*notices.PURPOSES, *invitations.PURPOSES, DIGEST)
    trail.follow(Meeting, calendar_changes.tell)
    take_along(InvestmentProject, stage_moves.forget)
    offer(_BULK)
    for views in (reference, rates, countries, trade, organisations, people, appointments):
        app.register_blueprint(views.bp)
    for views in (delegations, meetings, projects, project_moves, project_board, project_figures):
        app.register_blueprint(views.bp)
    for views in (interests, interest_matrix):
        app.register_blueprint(views.bp)
    for views in (accounts, resets, users, audit, undoing, documents, digest, follow_ups):
        app.register_blueprint(views.bp)
    for views in (desk, operations):
        app.register_blueprint(views.bp)
    for views in (list_columns, list_views, bulk, files, reports, calendar):
        app.register_blueprint(views.bp)
    for views in (deliveries, unsubscribing, duplicates, merges, search):
        app.register_blueprint(views.bp)
    app.extensions["csrf"].exempt(unsubscribing.confirm)  # mail programs post there
    for commands in (accounts_cli, digest_cli, demo_cli, duplicates_cli, search_cli):
        app.cli.add_command(commands.group)
    for command in (serve.serve, export.export, backups.backup, backups.restore, doctor.doctor):
        app.cli.add_command(command)
