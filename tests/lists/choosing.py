"""How a test chooses records of the list of points and changes them together."""

from datetime import date

from sqlalchemy import select

from crm.accounts.queries import user_called
from crm.audit.models import AuditEntry
from crm.core.database import db
from crm.core.sight import seeing_everything
from crm.follow_ups.models.follow_up import FollowUp
from tests.browser import text_of

TODAY = date(2026, 11, 24)
BAR = ".sk-choose"
LIST = "/follow-ups/"


def user_named(role):
    return db.session.scalars(user_called(f"{role}@test.example")).one()


def stored(point):
    db.session.rollback()
    db.session.expire_all()
    with seeing_everything():
        return db.session.get(FollowUp, point.id)


def boxes(points):
    return [f"{point.id}:{stored(point).version}" for point in points]


def chosen(browser, points, button, url=LIST):
    """The page that shows what will become of ``points``."""
    browser.open(url).submit(button, within=BAR, ids=boxes(points))
    assert browser.heading  # it is open from now on, whatever changes meanwhile
    return browser


def change_button(browser):
    return text_of(browser.page.select_one(".sk-bar button"))


def done(browser, **typed):
    return browser.submit(change_button(browser), within="main", **typed)


def trail(point):
    found = select(AuditEntry).where(
        AuditEntry.kind == "follow_ups", AuditEntry.record_id == str(point.id)
    )
    return db.session.scalars(found.order_by(AuditEntry.id)).all()


def faults(browser):
    return [text_of(one) for one in browser.page.select("main [role=alert] li")]
