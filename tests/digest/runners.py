"""Runners in processes of their own, begun as fast as they are killed.

Run as a program it reads the settings of the environment once, and for each line of its input
forks a runner, whose process id it prints. A runner lives in the morning of 24 November 2026.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta
from threading import Event

from sqlalchemy.orm import configure_mappers

from crm.app import create_app
from crm.core import clock
from crm.core.working_days import WorkingCalendar
from crm.digest.services.letter import Written, letter_of
from crm.digest.services.running import Pace, Runner
from tests.factories import MORNING

PACE = Pace(look=0.05, first_pause=timedelta(seconds=0.3))


@contextmanager
def nursery(settings):
    """Begins runners, each known by its process id; kills at the end whoever is left."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.digest.runners"],
        env=settings,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        begun = []

        def begin():
            process.stdin.write("\n")
            process.stdin.flush()
            begun.append(int(process.stdout.readline()))
            return begun[-1]

        try:
            yield begin
        finally:
            for pid in begun:
                end(pid, signal.SIGKILL)
            process.stdin.close()


def end(pid, how):
    """End a runner and wait until it is gone."""
    try:
        os.kill(pid, how)
    except ProcessLookupError:
        return
    until = time.monotonic() + 20
    while os.path.exists(f"/proc/{pid}"):
        assert time.monotonic() < until, f"runner {pid} does not end"
        time.sleep(0.01)


SAMPLE = Written("en", MORNING.date(), "subject", "greeting", "intro", [], "/", "/", "/")


def main():
    app = create_app()
    with app.app_context():  # what each would load by itself, before its first mail
        WorkingCalendar({}).is_working(MORNING.date())
        letter_of(SAMPLE)
    configure_mappers()
    begun = time.monotonic()
    clock.now = lambda: MORNING + timedelta(seconds=time.monotonic() - begun)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    for _line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            run_to_the_end(app)
            os._exit(0)
        print(pid, flush=True)  # noqa: T201 (read by the other end)


def run_to_the_end(app):
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    Runner(app, stop, lambda *_: None, PACE).run()


if __name__ == "__main__":
    main()
