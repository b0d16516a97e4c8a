"""The demo world as a whole: safe to build again, it adds what is missing and changes nothing."""

from collections.abc import Callable
from pathlib import Path

from crm.accounts.models import Department, User
from crm.core import clock
from crm.core.database import db
from crm.core.sight import seeing_everything
from crm.countries.services import load_countries
from crm.demo.queries import Known, has_users, users_called
from crm.demo.services import investment, partners, sign_ins
from crm.demo.services.work import Work
from crm.reference.services.lists import load_reference_lists


class SeedError(ValueError):
    """A database the demo world does not belong into; the message is one line."""


@seeing_everything()  # what is restricted is there, too: it must not be added twice
def seed(
    folder: Path,
    password: str | None = None,
    *,
    is_forced: bool = False,
    progress: Callable[[str], None] = lambda step: None,
) -> list[sign_ins.SignIn]:
    """Add what is missing of the demo world and tell how its four people sign in. Flushes only.

    ``password`` becomes that of all four; without one, those who are added get one that is kept
    in ``folder``. Raises SeedError for a database of others, unless ``is_forced``, and AccountError
    for a password no user may have. Each step is told to ``progress``.
    """
    here = users_called(sign_ins.emails())
    if has_users() and len(here) < len(sign_ins.emails()) and not is_forced:
        raise SeedError(
            "this database has users of its own; --force adds the demo world beside them"
        )
    progress("sectors, districts, countries")
    load_reference_lists()
    load_countries()
    known = Known()
    progress("departments, users")
    chosen, certain = _add_people(partners.departments(known), folder, password)
    officer = users_called(sign_ins.emails())[sign_ins.emails()[0]]
    db.session.info["actor_id"] = officer.id
    try:
        _build(known, officer, progress)
    finally:
        db.session.info.pop("actor_id")
    return sign_ins.sign_ins(chosen, certain)


def _add_people(
    departments: dict[str, Department], folder: Path, password: str | None
) -> tuple[str | None, set[str]]:
    """The four are here after this; the password, if known, and whose it is for certain."""
    if password is not None:
        sign_ins.give_all(password)
        sign_ins.add_people(departments, password)
        return password, set(sign_ins.emails())
    kept = sign_ins.kept_password(folder)
    if len(users_called(sign_ins.emails())) == len(sign_ins.emails()):
        return kept, set()
    kept = kept or sign_ins.generated_password(folder)
    return kept, sign_ins.add_people(departments, kept)


def _build(known: Known, officer: User, progress: Callable[[str], None]) -> None:
    progress("countries and trade")
    partners.flag_partners(officer)
    partners.trade_facts(known)
    progress("organisations, people")
    organisations = partners.organisations(known)
    people = partners.people(known, organisations)
    work = Work(known, officer, organisations, people)
    progress("delegations, meetings")
    delegations = work.delegations()
    meetings = work.meetings(delegations)
    progress("projects, interests")
    today = clock.today()
    projects = investment.projects(known, officer, organisations, meetings, today)
    investment.interests(known, officer, organisations, delegations, meetings)
    progress("follow-ups")
    work.points(meetings, projects, today)
