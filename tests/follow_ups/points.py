"""Points as the tests take steps of them and list them, and what is stored then."""

from datetime import date

from crm.accounts.queries import user_called
from crm.core.database import db
from crm.follow_ups import services
from crm.follow_ups.models.follow_up import FollowUp
from crm.follow_ups.queries.points import point_page
from tests.browser import text_of

TODAY = date(2026, 11, 24)


def user_named(email):
    return db.session.scalars(user_called(email)).one()


def me():
    return user_named("officer@test.example")


def stored(point):
    db.session.expire_all()
    return db.session.get(FollowUp, point.id)


def step(name):
    return f"#step-{name}"


def found(browser, query=""):
    """Texts of the points the list shows, in order."""
    browser.open(f"/follow-ups/{query}")
    assert browser.status == 200, browser.status
    return [text_of(link) for link in browser.page.select("main tbody th a")]


def named(point, lead, helpers=()):
    point = db.session.scalars(point_page(point.id)).unique().one()
    services.name_executors(point, lead, helpers)
    db.session.commit()
    return point
