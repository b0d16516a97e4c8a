"""``crm`` started from nothing on the database of the test, and a client of its server."""

import re
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from http.client import HTTPException
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, build_opener

from crm.core.database import db
from tests.processes import environ_of

CRM = [sys.executable, "-c", "from crm.console import main; main()"]
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def crm_from_nothing(app, *arguments, **environ):
    """Run ``crm …`` to its end, as a shell would."""
    db.session.rollback()
    return subprocess.run(
        [*CRM, *arguments],
        env=environ_of(app) | environ,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def free_port():
    with socket.socket() as attempt:
        attempt.bind(("127.0.0.1", 0))
        return attempt.getsockname()[1]


@contextmanager
def serving(app, port, errors=subprocess.DEVNULL):
    """``crm serve`` that answers; killed at the end if the test has not stopped it."""
    db.session.rollback()
    process = subprocess.Popen(
        [*CRM, "serve", "--port", str(port)],
        env=environ_of(app),
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
    )
    try:
        wait_for(port, process)
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=30)


def wait_for(port, process, seconds=40):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert process.poll() is None, f"crm serve ended with {process.returncode}"
        try:
            if Client(port).get("/healthz")[0] == 200:
                return
        except (OSError, HTTPException):
            time.sleep(0.05)
    raise AssertionError("crm serve does not answer")


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_given):
        return None


class Client:
    """One browser over real HTTP; redirects are answers like others."""

    def __init__(self, port, cookie=None):
        self.base = f"http://127.0.0.1:{port}"
        self.headers = {"Cookie": f"session={cookie}"} if cookie else {}
        self.jar = CookieJar()
        self.opener = build_opener(HTTPCookieProcessor(self.jar), _Stay)
        self.text = ""

    def get(self, path):
        return self._open(path, None)

    def post(self, path, **fields):
        """With the token of the page that was read last."""
        token = _TOKEN.search(self.text)
        sent = {"csrf_token": token[1]} if token else {}
        return self._open(path, urlencode(sent | fields).encode())

    def _open(self, path, data):
        self.opener.addheaders = list(() if self.jar else self.headers.items())
        try:
            answer = self.opener.open(self.base + path, data, timeout=60)
        except HTTPError as error:
            answer = error
        with answer:
            self.text = answer.read().decode("utf-8", "replace")
            return answer.status, answer.headers
