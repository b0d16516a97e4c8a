"""Runners that are killed: nobody's mail is lost, and none is repeated without need."""

import random
import signal
import time
from collections import Counter

import pytest
from sqlalchemy import select, text

from crm.core.database import db
from crm.core.ledger import Delivery, DeliveryStatus
from tests.digest.posting import make_owners, told
from tests.digest.runners import end, nursery
from tests.postgres import on_postgresql
from tests.processes import environ_of

KILLS = 10
PEOPLE = [f"officer{number}" for number in range(20)]


def wait_until(is_so, what):
    until = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < until, what
        time.sleep(0.02)


def connected():
    """Who is connected to the database; of the test itself maybe more than one."""
    asked = text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
    found = set(db.session.scalars(asked))
    db.session.commit()
    return found


def sent():
    """Addresses of the mails that the ledger knows were taken."""
    is_sent = Delivery.status == DeliveryStatus.SENT
    found = db.session.scalars(select(Delivery.address).where(is_sent)).all()
    db.session.commit()
    return Counter(found)


def is_over():
    """Whether everybody was sent theirs, as the ledger says."""
    return len(sent()) == len(PEOPLE)


@pytest.mark.long
@on_postgresql
def test_killed_ten_times_with_two_runners_at_once_everybody_has_one_mail(app, mailbox):
    make_owners(*PEOPLE)
    own = connected()
    mailbox.slowness = 0.015
    chance, repeated = random.Random(), Counter()
    with nursery(environ_of(app) | {"CRM_SMTP_URL": mailbox.url}) as begin:
        for _kill in range(KILLS):
            runners = [begin(), begin()]
            wait_until(lambda: mailbox.open or is_over(), "no runner begins")
            time.sleep(chance.uniform(0, 0.2))
            for pid in chance.sample(runners, 2):
                end(pid, signal.SIGKILL)
            # Neither the database nor the mail server has anything of the dead to finish.
            wait_until(lambda: connected() <= own and not mailbox.open, "what was killed goes on")
            # In doubt: the server took it, and the ledger was not told any more. The second runner
            # may have sent once more, before its own end, what the first one died over.
            in_doubt = Counter(told(mailbox)) - sent()
            assert (in_doubt - repeated).total() <= 2
            repeated = in_doubt
        runners = [begin(), begin()]
        wait_until(is_over, "not everybody was sent theirs")
        time.sleep(0.3)  # time for a mail too many
        for pid in runners:
            end(pid, signal.SIGTERM)
    everybody = [f"{name}@test.example" for name in PEOPLE]
    assert Counter(told(mailbox)) == Counter(everybody) + repeated
    ids = {(mail["To"], mail["Message-ID"]) for mail in mailbox.messages}
    assert len(ids) == len(PEOPLE)
