"""What the doctor says: all is well, or what is wrong and how to mend it."""

import os
import pwd
from dataclasses import dataclass


class FaultError(Exception):
    """Something wrong, and how it is mended."""

    def __init__(self, words: str, mend: str) -> None:
        super().__init__(words)
        self.mend = mend


@dataclass(frozen=True)
class Finding:
    """What came of one check; ``mend`` is None when all is well."""

    name: str
    words: str
    mend: str | None = None

    def __str__(self) -> str:
        words = " ".join(f"{self.name}: {self.words}".split())
        return f"ok     {words}" if self.mend is None else f"WRONG  {words} - to mend: {self.mend}"


def own_name() -> str:
    """Who runs this; the number of a user without a name."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())
