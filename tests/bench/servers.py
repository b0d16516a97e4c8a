"""The application and its floor as processes, and somebody who asks them."""

import contextlib
import http.client
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

from tests.bench.meter import children_of
from tests.bench.worlds import PASSWORD, ROOT, World
from tests.serving import CRM, free_port

_TOKEN = re.compile(rb'name="csrf_token"[^>]*value="([^"]+)"')


class Asker:
    """One browser on one connection that is kept open; it takes no compressed answers."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        self._cookies: dict[str, str] = {}

    def get(self, path: str) -> bytes:
        """The answer; RuntimeError when it is none of 200."""
        status, body = self.ask("GET", path)
        if status != 200:
            raise RuntimeError(f"{path} answers {status}")
        return body

    def ask(self, method: str, path: str, sent: bytes | None = None) -> tuple[int, bytes]:
        """Status and body of an answer, cookies kept."""
        headers = {"Cookie": "; ".join(f"{one}={two}" for one, two in self._cookies.items())}
        if sent is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self._connection.request(method, path, sent, headers)
            answer = self._connection.getresponse()
        except http.client.RemoteDisconnected:  # it was idle for long
            self._connection.close()
            self._connection.request(method, path, sent, headers)
            answer = self._connection.getresponse()
        for given in answer.msg.get_all("Set-Cookie", []):
            name, _, value = given.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer.status, answer.read()

    def sign_in(self, email: str) -> "Asker":
        """Sign in with the password of all readers."""
        found = _TOKEN.search(self.get("/login"))
        token = found[1].decode() if found else ""
        fields = {"csrf_token": token, "email": email, "password": PASSWORD}
        status, _ = self.ask("POST", "/login", urlencode(fields).encode())
        if status not in (302, 303):
            raise RuntimeError(f"signing in answers {status}")
        return self


@contextlib.contextmanager
def process(command: list[str], environ: dict[str, str], port: int) -> Iterator[int]:
    """A server that answers at ``port`` and is stopped at the end; its number."""
    running = subprocess.Popen(command, env=environ, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        wait_for(port, running)
        yield running.pid
    finally:
        running.terminate()
        running.wait(timeout=30)


def wait_for(port: int, running: subprocess.Popen[bytes], path: str = "/healthz") -> None:
    """Until the server says that all is well."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if running.poll() is not None:
            raise RuntimeError(f"the server ended with {running.returncode}")
        with contextlib.suppress(OSError, http.client.HTTPException):
            if Asker(port).ask("GET", path)[0] == 200:
                return
        time.sleep(0.01)
    raise RuntimeError("the server does not answer")


@contextlib.contextmanager
def application(world: World) -> Iterator[tuple[int, int]]:
    """``crm serve`` on ``world``: its port and its number."""
    port = free_port()
    with process([*CRM, "serve", "--port", str(port)], world.environ, port) as number:
        yield port, number


@contextlib.contextmanager
def floor(plan: Path) -> Iterator[tuple[int, int]]:
    """The bare routes of ``plan`` under the same server: its port and its number."""
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.floor", str(port)]
    with process(command, os.environ | {"BENCH_FLOOR": str(plan)}, port) as number:
        yield port, number


def worker_of(number: int) -> int:
    """The process that answers for the server ``number``: its only child."""
    return (children_of(number) or [number])[-1]
