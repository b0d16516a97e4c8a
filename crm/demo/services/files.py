"""The facts of the demo world as they lie in the package (taken from published sources)."""

import json
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

Facts = dict[str, Any]


@cache
def world(name: str) -> list[Facts]:
    """Everything in ``world/<name>.json``, in the order of the file; not to be changed.

    Or in the folder ``world/<name>``, where each file tells one, in the order of their names.
    """
    folder = files("crm.demo") / "world"
    if (folder / name).is_dir():
        each = sorted((folder / name).iterdir(), key=lambda file: file.name)
        return [json.loads(file.read_text(encoding="utf-8")) for file in each]
    found: list[Facts] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return found


def day(text: str | None) -> date | None:
    """A date of the files; None when the source gives none."""
    return date.fromisoformat(text) if text else None
