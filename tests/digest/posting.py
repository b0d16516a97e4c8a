"""How the tests send: in this process or in one of its own, with or without a mail server."""

from dataclasses import replace
from datetime import date

from sqlalchemy import select

from crm.core.database import db
from crm.core.ledger import Delivery
from tests.factories import make_follow_up, make_user
from tests.postgres import crm_result
from tests.processes import begun

TUESDAY = date(2026, 11, 24)


def use(app, mailbox):
    """Let ``app`` hand its mails to the server."""
    app.config["CRM"] = replace(app.config["CRM"], smtp_url=mailbox.url)


def send(app, *options, on=TUESDAY):
    return crm_result(app, "digest", "send", "--date", on.isoformat(), *options)


def started(app, mailbox, on=TUESDAY):
    """``crm digest send`` as a process of its own."""
    date = on.isoformat()
    return begun(app, "digest", "send", "--date", date, CRM_SMTP_URL=mailbox.url)


def make_owners(*names, **given):
    """Users ``<name>@test.example`` who each owe one consultation."""
    owners = [make_user(name=name, email=f"{name}@test.example", **given) for name in names]
    for owner in owners:
        make_follow_up(owner=owner)
    return owners


def told(mailbox):
    """Who got a mail, in order."""
    return [recipient for mail in mailbox.recipients for recipient in mail]


def ledger():
    """(recipient, status) of every entry, as it is stored."""
    db.session.commit()
    rows = select(Delivery.address, Delivery.status).order_by(Delivery.id)
    found = db.session.execute(rows).all()
    db.session.commit()
    return [(address.partition("@")[0], status.value) for address, status in found]


def outbox(app):
    return sorted((app.config["CRM"].instance_path / "outbox").glob("*"))
