"""One run of the digest: 2,000 officers, 100,000 points.

Run by itself (``python -m tests.bench.digests``) it measures in one database and writes JSON.
"""

import gc
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

from flask import Flask
from sqlalchemy import delete, event, update
from sqlalchemy.engine import Engine

from crm.accounts.models import DigestFrequency, Role, User
from crm.core.database import db
from crm.core.garbage import look_seldom
from crm.core.ledger import Delivery
from crm.digest.models import DigestRun
from crm.digest.queries.people import subscribers
from crm.digest.services.letter import letter_of, write_digests
from crm.digest.services.sending import send_digests
from tests.bench.mails import Mail, hand_over
from tests.bench.meter import Meter
from tests.bench.report import Line
from tests.bench.rounds import Spent, interleaved, spent_by
from tests.bench.sink import sink
from tests.bench.worlds import ROOT, World
from tests.postgres import opened_app

OFFICE = {"users": 2_500, "organisations": 2_000, "people": 2_000, "meetings": 20_000}
OFFICE |= {"projects": 5_000, "follow-ups": 100_000}
SMALL_OFFICE = {name: count // 20 for name, count in OFFICE.items()}
FEW = 20  # readers; what they take is compared with what all take
_ON = date(2026, 11, 24)  # a working day
_NOT_READING = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "INSERT", "UPDATE", "DELETE", "SAVEPOINT")


def measure(world: World, rounds: int) -> Iterator[Line]:
    """The whole run beside its floor; how many statements read for few and for all."""
    with sink() as port:
        given = json.dumps([world.url, str(world.instance), world.postmaster, port, rounds])
        command = [sys.executable, "-m", "tests.bench.digests"]
        ended = subprocess.run(
            command, input=given, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True
        )
    found = json.loads(ended.stdout.splitlines()[-1])
    note = f"{found['mails']:,} mails of {found['bytes'] // 1000} kB"
    run, composed, beneath = (Spent(*found[one]) for one in ("run", "composed", "floor"))
    yield Line.of("digest, one run", run, beneath, 2, note)
    yield Line.of("digest, composing alone", composed, beneath, None)
    few, everybody = found["statements"]
    note = "" if few == everybody else f"differ: {few} for {FEW} readers"
    yield Line("statements: digest, reading", everybody, "", limit=16, note=note)
    yield Line("peak of composing", found["peak"], "MB", limit=60)


def _measured(url: str, instance: str, postmaster: int | None, port: int, rounds: int) -> str:
    with opened_app(url, Path(instance)) as app, app.app_context():
        config = replace(app.config["CRM"], smtp_url=f"smtp://127.0.0.1:{port}")
        app.config["CRM"] = config
        _subscribe()
        few, everybody = _statements(FEW), _statements(None)
        before = _memory("VmRSS")
        size = sum(len(mail.source) for mail in _mails())
        peak = _memory("VmHWM") - before
        mails, meter = list(_mails()), Meter(os.getpid(), postmaster)
        gc.collect()
        look_seldom()  # as the command does; and no run has the floor's mails to look through

        def run() -> Spent:
            _forget()
            return spent_by(lambda: _run(app, len(mails)), meter)()

        sides = (
            run,
            spent_by(lambda: [letter_of(one) for one in _written()], meter),
            spent_by(lambda: hand_over(url, port, mails), meter),
        )
        spent = interleaved(rounds, *sides, warm=1)
        _forget()
    return json.dumps(
        {
            "mails": len(mails),
            "bytes": size // len(mails),
            "statements": [few, everybody],
            "peak": peak,
            **dict(zip(("run", "composed", "floor"), spent, strict=True)),
        }
    )


def _subscribe() -> None:
    who = User.role.in_((Role.OFFICER, Role.HEAD))
    db.session.connection().execute(
        update(User.__table__).where(who).values(digest=DigestFrequency.DAILY)
    )
    db.session.commit()


def _forget() -> None:
    for model in (Delivery, DigestRun):
        db.session.execute(delete(model))
    db.session.commit()


def _run(app: Flask, mails: int) -> None:
    with app.app_context():
        run = send_digests(_ON)
    assert (len(run.receipts), run.fault, run.failed) == (mails, "", []), run.fault


def _readers(count: int | None) -> list[User]:
    found = list(db.session.scalars(subscribers().limit(count)))
    db.session.expunge_all()
    db.session.rollback()
    return found


def _written(count: int | None = None):
    with closing(write_digests(_readers(count), _ON)) as found:
        for _user, one in found:
            if one is not None:
                yield one


def _mails() -> Iterator[Mail]:
    for one in _written():
        yield Mail.of("officer@crm.example", letter_of(one))


def _statements(count: int | None) -> int:
    """How many statements read for so many readers, the one that finds them aside."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.lstrip().startswith(_NOT_READING):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        for _one in _written(count):
            pass
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return len(seen) - 1


def _memory(name: str) -> float:
    """What the kernel tells of this process, in MB."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


if __name__ == "__main__":
    sys.stdout.write(_measured(*json.loads(sys.stdin.read())))
