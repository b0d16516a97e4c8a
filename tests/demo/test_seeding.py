"""`crm seed demo`: safe to repeat, careful with what is not its own."""

import stat
from datetime import date

from sqlalchemy import func, select

from crm.accounts.models import User
from crm.accounts.queries import user_called
from crm.accounts.services.passwords import password_fits, set_password
from crm.core import clock
from crm.core.database import Model, db
from crm.core.sight import seeing_everything
from crm.countries.models import Country, TradeFact
from crm.delegations.models.delegation import Delegation
from crm.follow_ups.models.follow_up import FollowUp
from crm.interests.models import SectorInterest
from crm.meetings.models import Meeting
from crm.organisations.models import Organisation, Person
from crm.projects.models.project import InvestmentProject
from tests.browser import Browser
from tests.factories import make_meeting, make_organisation, make_user
from tests.postgres import crm, crm_result, on_sqlite

ADDRESSES = [f"{name}@seriktes.example" for name in ("officer", "head", "viewer", "admin")]


def seed(app, *options):
    return crm(app, "seed", "demo", *options)


def sign_ins(result):
    """Address, role and password of each line that names an address."""
    lines = [line.split(maxsplit=2) for line in result.stdout.splitlines()]
    return [tuple(line) for line in lines if "@" in line[0]]


@seeing_everything()
def everything():
    """Every row of every table, to be compared with later."""
    db.session.rollback()
    return {
        table.name: sorted(map(repr, db.session.execute(select(table))))
        for table in Model.metadata.sorted_tables
    }


def kept(app):
    return app.config["CRM"].instance_path / "demo-password"


def user(email):
    db.session.rollback()
    return db.session.scalars(user_called(email)).one()


def one(model, *conditions):
    return db.session.scalars(select(model).where(*conditions)).one()


def count(model):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model))


# -- signing in -----------------------------------------------------------------------------------


def test_the_four_sign_ins_are_printed_and_open_the_door(app):
    printed = sign_ins(seed(app))
    assert [email for email, _, _ in printed] == ADDRESSES
    assert [role for _, role, _ in printed] == ["officer", "head", "viewer", "admin"]
    for email, _, password in printed:
        Browser(app).sign_in(email, password)
    # Generated, it is kept for its owner alone, and printed again.
    assert {password for _, _, password in printed} == {kept(app).read_text().strip()}
    assert stat.S_IMODE(kept(app).stat().st_mode) == 0o600
    assert sign_ins(seed(app)) == printed


@on_sqlite
def test_a_password_somebody_changed_stays_until_another_is_given_for_all_four(app):
    generated = sign_ins(seed(app))[0][2]
    set_password(user(ADDRESSES[1]), "the head's own")
    db.session.commit()
    printed = {email: password for email, _, password in sign_ins(seed(app))}
    assert printed[ADDRESSES[0]] == generated
    assert printed[ADDRESSES[1]] == "(as set before)"
    assert password_fits(user(ADDRESSES[1]), "the head's own")
    printed = sign_ins(seed(app, "--password", "another password"))
    assert {password for _, _, password in printed} == {"another password"}
    assert all(password_fits(user(email), "another password") for email in ADDRESSES)
    assert not kept(app).exists()
    assert {password for _, _, password in sign_ins(seed(app))} == {"(as set before)"}
    assert all(password_fits(user(email), "another password") for email in ADDRESSES)


def test_an_empty_password_is_refused_in_one_line(app):
    result = crm_result(app, "seed", "demo", "--password", "")
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert count(User) == 0


# -- again ----------------------------------------------------------------------------------------


def test_a_second_time_nothing_changes_and_what_people_edited_or_archived_stays(app, monkeypatch):
    seed(app)
    make_user(email="somebody@test.example")  # a colleague makes it no foreign database
    before = everything()
    monkeypatch.setattr(clock, "today", lambda: date(2031, 1, 1))
    seed(app)
    assert everything() == before
    one(Meeting, Meeting.country_code == "KR").title = "Renamed by somebody"
    renamed = one(Organisation, Organisation.name_en == "Veolia")
    renamed.name_kk = renamed.name_en = "Veolia SE"
    fact = one(TradeFact, TradeFact.country_code == "FR")
    fact.period_from, fact.value_minor = date(2025, 4, 1), 360_000_000
    one(FollowUp, FollowUp.country_code == "TR").text = "Worded anew"
    db.session.get(Country, "BY").is_partner = False
    one(InvestmentProject, InvestmentProject.sector_code == "ENE.GAS").title_kk = "Renamed"
    one(SectorInterest, SectorInterest.sector_code == "EDU").sector_code = "HTC"
    investment = (InvestmentProject, SectorInterest)
    for model in (Delegation, Meeting, Organisation, Person, TradeFact, FollowUp, *investment):
        record = db.session.scalars(select(model).order_by(model.id).limit(1)).one()
        record.archive(clock.now(), "not needed")
    db.session.commit()
    before = everything()
    seed(app)
    assert everything() == before


@on_sqlite
def test_a_user_who_is_missing_is_added_again_only_by_force(app):
    generated = sign_ins(seed(app))[0][2]
    user(ADDRESSES[2]).email = "somebody@test.example"
    db.session.commit()
    assert crm_result(app, "seed", "demo").exit_code == 1
    printed = sign_ins(seed(app, "--force"))
    assert [email for email, _, _ in printed] == ADDRESSES
    assert password_fits(user(ADDRESSES[2]), generated)
    assert count(User) == 5


# -- databases of others --------------------------------------------------------------------------


def test_a_database_with_users_of_its_own_is_refused(app):
    make_user(email="somebody@test.example")
    before = everything()
    result = crm_result(app, "seed", "demo")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert "--force" in result.stderr
    assert everything() == before
    assert not kept(app).exists()


def test_force_adds_the_world_beside_what_is_there(app):
    make_user(email="somebody@test.example")
    mine = make_meeting(title="My own meeting")
    embassy = make_organisation(
        name_kk="Корея Республикасының Қазақстан Республикасындағы Елшілігі", country_code="KR"
    )
    embassy_id = embassy.id
    seed(app, "--force")
    assert count(User) == 5
    assert db.session.get(Meeting, mine.id).title == "My own meeting"
    named = one(Organisation, Organisation.name_kk == embassy.name_kk)
    assert named.id == embassy_id
    assert named.name_en != "Embassy of the Republic of Korea in Kazakhstan"
