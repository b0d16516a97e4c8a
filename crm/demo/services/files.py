"""The facts of the demo world as they lie in the package (taken from published sources)."""

import json
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

Facts = dict[str, Any]


@cache
def world(name: str) -> list[Facts]:
    """Everything in ``world/<name>.json``, in the order of the file; not to be changed."""
    text = (files("crm.demo") / "world" / f"{name}.json").read_text(encoding="utf-8")
    found: list[Facts] = json.loads(text)
    return found


def day(text: str | None) -> date | None:
    """A date of the files; None when the source gives none."""
    return date.fromisoformat(text) if text else None
