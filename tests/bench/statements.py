"""How many statements a page takes, whatever the number of rows and records.

Run by itself (``python -m tests.bench.statements``) it counts in one database and writes JSON.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine import Engine

from tests.bench.pages import ROWS, Page
from tests.bench.report import Line
from tests.bench.worlds import PASSWORD, ROOT, World
from tests.browser import Browser
from tests.postgres import opened_app

_NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")


def measure(worlds: list[World], pages: list[Page]) -> Iterator[Line]:
    """How many statements each of ``pages`` takes at most, in every one of ``worlds``.

    A list is asked for with 25 and with 100 rows. Where the numbers differ, all are told.
    """
    asked = {address: address for page in pages for address in _addresses(page)}
    found = [_counted(world, asked) for world in worlds]
    for page in pages:
        counts = [one[address] for one in found for address in _addresses(page)]
        known = [count for count in counts if count is not None]
        if known:
            note = "" if len(set(counts)) == 1 else f"differ: {', '.join(map(str, counts))}"
            yield Line(f"statements: {page.name}", max(known), "", limit=page.statements, note=note)


def _addresses(page: Page) -> list[str]:
    if not page.is_list:
        return [page.path]
    return [page.path, page.path.replace(f"per_page={ROWS}", "per_page=100")]


def _counted(world: World, asked: dict[str, str]) -> dict[str, int | None]:
    given = json.dumps([world.url, str(world.instance), world.reader, asked])
    command = [sys.executable, "-m", "tests.bench.statements"]
    ended = subprocess.run(
        command, input=given, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True
    )
    counted: dict[str, int | None] = json.loads(ended.stdout)
    return counted


def count(url: str, instance: str, reader: str, asked: dict[str, str]) -> dict[str, int | None]:
    """Statements of each address, asked once before; None where it answers otherwise than 200."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.lstrip().startswith(_NOT_COUNTED):
            seen.append(statement)

    found: dict[str, int | None] = {}
    with opened_app(url, Path(instance)) as app:
        browser = Browser(app).sign_in(reader, PASSWORD)
        event.listen(Engine, "before_cursor_execute", note)
        for name, path in asked.items():
            browser.client.get(path)
            seen.clear()
            answer = browser.client.get(path)
            found[name] = len(seen) if answer.status_code == 200 else None
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(count(*json.loads(sys.stdin.read()))))
