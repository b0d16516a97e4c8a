"""Who may write a file now, and who stands in line for it."""

import sys
from collections.abc import Hashable
from threading import Condition
from time import monotonic

_MOMENT = 0.7  # seconds somebody waits for an answer before being told to stand in line
_STANDING = 2  # at once: the others' requests must find a thread
_USUAL_TURNS, _SHORT_TURNS = sys.getswitchinterval(), 0.0005  # seconds a thread keeps Python
_FORGOTTEN_AFTER = 15  # seconds without asking again; the page that waits asks every few


class Line:
    """At most ``writers`` files are being written by this process; no more than ``files`` are
    there, those on their way to a slow reader included: each of them keeps a thread busy.

    The others come in the order they first asked; a ticket is whatever tells two of them apart.
    """

    def __init__(self, writers: int = 2, files: int = 4) -> None:
        self._writers, self._files = writers, files
        self._writing = self._there = self._standing = 0
        self._tickets: dict[Hashable, float] = {}
        self._changed = Condition()

    def ask(self, ticket: Hashable) -> "Turn | int":
        """A turn, or how many others are to come before."""
        with self._changed:
            self._tickets[ticket] = now = monotonic()
            for one, asked_at in list(self._tickets.items()):
                if asked_at < now - _FORGOTTEN_AFTER:
                    del self._tickets[one]
            if not self._is_free_for(ticket) and self._standing < _STANDING:
                self._standing += 1
                self._changed.wait_for(lambda: self._is_free_for(ticket), _MOMENT)
                self._standing -= 1
            if not self._is_free_for(ticket):
                return self._before(ticket)
            self._tickets.pop(ticket, None)
            self._count(writing=1, there=1)
            return Turn(self)

    def _before(self, ticket: Hashable) -> int:
        tickets = list(self._tickets)
        return tickets.index(ticket) if ticket in self._tickets else len(tickets)

    def _is_free_for(self, ticket: Hashable) -> bool:
        free = min(self._writers - self._writing, self._files - self._there)
        return free > self._before(ticket)

    def count_down(self, writing: int, there: int) -> None:
        """So many files fewer are being written, or there at all."""
        with self._changed:
            self._count(-writing, -there)
            self._changed.notify_all()

    def _count(self, writing: int, there: int) -> None:
        self._writing += writing
        self._there += there
        # Who writes a file lets the pages of others come between more often.
        sys.setswitchinterval(_SHORT_TURNS if self._writing else _USUAL_TURNS)


class Turn:
    """The leave to write one file."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._is_writing = self._is_there = True

    def end_writing(self) -> None:
        """Let the next one write; the file itself stays for a while."""
        self._line.count_down(int(self._is_writing), 0)
        self._is_writing = False

    def end(self) -> None:
        """The file is gone; ending twice is as ending once."""
        self._line.count_down(int(self._is_writing), int(self._is_there))
        self._is_writing = self._is_there = False
