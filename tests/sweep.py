"""Every address of the app, for the rules that hold for all of them."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import event, select
from werkzeug.routing import AnyConverter, Rule

from crm.accounts.models import Role, User
from crm.accounts.services.sessions import hash_of
from crm.calendar.models import Calendar
from crm.core import clock, permissions, records
from crm.core.database import Model, db
from crm.core.editing import IdConverter
from crm.core.sight import seeing_everything
from crm.delegations.models.delegation import DelegationMember
from tests.browser import Browser, apart
from tests.factories import (
    make_amount,
    make_appointment,
    make_bulk_change,
    make_delegation,
    make_delivery,
    make_department,
    make_district,
    make_document,
    make_extension_request,
    make_follow_up,
    make_interest,
    make_meeting,
    make_merge,
    make_participant,
    make_person,
    make_problem,
    make_programme_item,
    make_project,
    make_project_meeting,
    make_project_participant,
    make_sector,
    make_trade_fact,
    make_user,
    together,
)

# What stands in an address in place of an argument; ids are 1, and so is whatever is not named.
SAMPLES = {
    "address": "meetings",
    "code": "DE",
    "filename": "css/bootstrap.min.css",
    "key": "1",
    "name": "departments",
    "token": "of-the-first-officer",
}
PARTS = ("/likely", "/suggestions")  # a script puts these into a page
ROLES = ("officer", "head", "viewer", "admin")


class Address(NamedTuple):
    rule: Rule
    url: str
    roles: frozenset[str]  # who may enter when signed in
    is_public: bool

    @property
    def methods(self):
        return sorted(self.rule.methods & {"GET", "POST", "PUT", "PATCH", "DELETE"})

    @property
    def method(self):
        return "GET" if "GET" in self.methods else self.methods[0]

    @property
    def writes(self):
        """Whether it is for changing something: it takes a POST, or shows the form of one."""
        return self.methods != ["GET"]


def listings():
    """Every list that is open to all roles."""
    found = [kind.listing for kind in records.kinds() if kind.listing]
    return [one for one in found if not one.name.startswith("admin/")]


def addresses(app):
    """Every route with a working address."""
    found = []
    for rule in sorted(app.url_map.iter_rules(), key=str):
        view = app.view_functions[rule.endpoint]
        roles = permissions.roles_of(view)
        found.append(
            Address(
                rule,
                url_of(rule),
                frozenset(ROLES if roles is None else map(str, roles)),
                permissions.is_public(view),
            )
        )
    return found


def url_of(rule, **given):
    """An address of ``rule`` with samples for its arguments, but for those ``given`` as text."""
    parts = []
    for is_dynamic, part in rule._trace:
        if not is_dynamic:
            parts.append(part)
        else:
            parts.append(str(given.get(part, sample(rule, part))))
    return "".join(parts).removeprefix("|")


def sample(rule, argument):
    if rule.endpoint == "static":
        return "css/tokens.css"
    converter = rule._converters[argument]
    if isinstance(converter, AnyConverter):
        return SAMPLES.get(argument) or sorted(converter.items)[0]
    return "1" if isinstance(converter, IdConverter) else SAMPLES.get(argument, "1")


@together()
def make_world():
    """One record of every kind, so that each sample address leads to something."""
    make_department()
    make_sector()
    make_district()
    make_trade_fact(is_year_to_date=True)
    for year in (2023, 2024, 2024):  # a chart, and a figure told of twice
        make_trade_fact(period_from=date(year, 1, 1), period_to=date(year, 12, 31))
    make_appointment(person=make_guest())
    delegation = make_delegation()
    make_member(delegation)
    make_programme_item(delegation)
    meeting = make_meeting(delegation_id=delegation.id)
    make_participant(meeting=meeting)
    make_document(meeting)
    dated = make_follow_up(meeting_id=meeting.id, country_code="DE", due_on=date(2026, 12, 1))
    make_extension_request(dated, new_due_on=date(2026, 12, 20))
    project = make_project()
    make_amount(project)
    make_project_participant(project)
    make_problem(project)
    make_project_meeting(project, meeting)
    make_interest(meeting_id=meeting.id)
    point = make_follow_up(project_id=project.id, country_code="DE")
    make_bulk_change(point)
    make_delivery(point.owner)
    make_merge()
    make_feed()


def make_feed():
    """The calendar of the first officer, at the address with the sample token."""
    officers = select(User).where(User.role == Role.OFFICER).order_by(User.id)
    owner = db.session.scalar(officers.limit(1)) or make_user()
    token_hash = hash_of(SAMPLES["token"])
    db.session.add(Calendar(user_id=owner.id, token_hash=token_hash, address_made_at=clock.now()))
    db.session.flush()


def make_guest():
    return make_person(
        emails=["u@example.org"],
        phones=["+49301234567"],
        languages=["de"],
        consent_withdrawn_on=date(2026, 1, 2),
    )


def make_member(delegation):
    db.session.add(DelegationMember(delegation_id=delegation.id, group_text="Firms"))
    db.session.commit()


def signed_in(app, role):
    """A browser of somebody with ``role``."""
    return Browser(app).come_back(make_user(role=role, email=f"{role}@test.example"))


def send(browser, method, url, **request):
    """The answer itself; redirects are not followed, and files are read to their end."""
    return apart(browser.client.open, url, method=method, buffered=True, **request)


def statements(browser, url):
    """How many SQL statements a page takes, once choices are known: they are kept until they
    change.
    """
    send(browser, "GET", url)
    return statements_now(browser, url)


def statements_now(browser, url):
    """How many SQL statements a page takes when it is asked for once."""
    seen = []

    def note(_connection, _cursor, statement, *_more):
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    status = send(browser, "GET", url).status_code
    event.remove(db.engine, "before_cursor_execute", note)
    assert status < 500, url
    return len(seen)


def contents():
    """Everything the database holds, by table: to see that nothing has changed."""
    db.session.rollback()
    with seeing_everything():
        return _contents()


def _contents():
    return {
        name: sorted(map(repr, db.session.execute(select(table)).all()))
        for name, table in Model.metadata.tables.items()
    }
