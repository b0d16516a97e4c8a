"""An SMTP server that takes every mail and forgets it, the same behind both sides.

``python -m tests.bench.sink`` prints the free port it listens at, and lives until it is ended.
"""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from socketserver import StreamRequestHandler, ThreadingTCPServer

from tests.bench.worlds import ROOT


class _Taker(StreamRequestHandler):
    """One connection."""

    def handle(self) -> None:
        self._say(b"220 sink")
        while line := self.rfile.readline():
            match line[:4].upper():
                case b"DATA":
                    self._say(b"354 go on")
                    while self.rfile.readline() not in (b".\r\n", b""):
                        pass
                    self._say(b"250 forgotten")
                case b"QUIT":
                    self._say(b"221 bye")
                    return
                case _:
                    self._say(b"250 ok")

    def _say(self, words: bytes) -> None:
        self.wfile.write(words + b"\r\n")


@contextlib.contextmanager
def sink() -> Iterator[int]:
    """The port of such a server in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.sink"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


if __name__ == "__main__":
    ThreadingTCPServer.daemon_threads = True
    with ThreadingTCPServer(("127.0.0.1", 0), _Taker) as server:
        print(server.server_address[1], flush=True)
        server.serve_forever()
