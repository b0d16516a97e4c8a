"""``crm …`` in processes of their own, begun as fast as a test wants them.

To load Python and the libraries takes longer than most commands do. So one process loads them
once, and each command is forked from it: what it opens, locks and writes, and how it dies, is its
own. ``tests/serving.py`` starts from nothing.
"""

import multiprocessing
import os
import pwd
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from flask import Flask

from crm.app import create_app
from crm.console import main
from crm.core.database import db

NOBODY = pwd.getpwnam("nobody").pw_uid
_forking = multiprocessing.get_context("forkserver")
_forking.set_forkserver_preload(["tests.processes"])


def environ_of(app: Flask) -> dict[str, str]:
    """What a process finds in its environment to work on the database of the test."""
    return os.environ | {
        "CRM_DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "CRM_INSTANCE_PATH": str(app.config["CRM"].instance_path),
        "CRM_SECRET_KEY": app.config["SECRET_KEY"],
    }


def become_nobody() -> None:
    """Be a user without any right, who may be unable to read Python itself: all is loaded first."""
    create_app()
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def write_little() -> None:
    """Be refused to write more than 4 kB into a file, as by a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))


def _nothing() -> None:
    """Be as it is."""


class Command:
    """``crm`` with ``arguments`` while it runs: what the tests use of ``subprocess.Popen``.

    ``first`` is called in the new process before all else.
    """

    def __init__(
        self, arguments: tuple[str, ...], environ: Mapping[str, str], first: Callable[[], None]
    ) -> None:
        self._arguments, self._folder = arguments, tempfile.TemporaryDirectory()
        self._told = [Path(self._folder.name, name) for name in ("stdout", "stderr")]
        given = (arguments, dict(environ), self._told, first)
        self._process = _forking.Process(target=_run, args=given)
        self._process.start()

    def poll(self) -> int | None:
        """The status it ended with, None while it runs."""
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        assert self._process.pid is not None
        os.kill(self._process.pid, number)

    def end(self, seconds: float = 60) -> subprocess.CompletedProcess[str]:
        """Wait for its end; raises TimeoutExpired."""
        self._process.join(seconds)
        status = self._process.exitcode
        if status is None:
            raise subprocess.TimeoutExpired(self._arguments, seconds)
        out, errors = (file.read_text(encoding="utf-8") for file in self._told)
        self._folder.cleanup()
        return subprocess.CompletedProcess(self._arguments, status, out, errors)

    def kill(self) -> None:
        """End it as a machine that loses its power does, and wait until it is gone."""
        self.send_signal(signal.SIGKILL)
        self.end()


def begun(
    app: Flask, *arguments: str, first: Callable[[], None] = _nothing, **environ: str
) -> Command:
    """``crm …`` on the database of the test, while the test goes on."""
    db.session.commit()  # SQLite: the other process may write only then
    return Command(arguments, environ_of(app) | environ, first)


def crm_process(app: Flask, *arguments: str, **given: Any) -> subprocess.CompletedProcess[str]:
    """Run ``crm …`` to its end."""
    return begun(app, *arguments, **given).end()


def _run(
    arguments: tuple[str, ...],
    environ: dict[str, str],
    told: list[Path],
    first: Callable[[], None],
) -> None:
    for number, path in enumerate(told, start=1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)
    os.environ.clear()
    os.environ.update(environ)
    sys.argv = ["crm", *arguments]
    first()
    main()
