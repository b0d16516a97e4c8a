"""The pages beside their floors."""

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from crm.core import clock
from crm.core.listing.window import edge_of
from tests.bench.floor import connect
from tests.bench.meter import Meter
from tests.bench.pages import Page, pages
from tests.bench.plain import Template
from tests.bench.report import Line
from tests.bench.rounds import interleaved, spent_by
from tests.bench.searches import searches
from tests.bench.servers import Asker, application, floor, worker_of
from tests.bench.sql import Asked
from tests.bench.worlds import World

# Records with something on them, seen by everybody.
_RICH = {
    "meetings": """SELECT m.id FROM meetings m JOIN delegations d ON d.id = m.delegation_id
WHERE NOT m.restricted AND NOT d.restricted AND m.archived_at IS NULL AND m.status = 'held'
AND (SELECT count(*) FROM follow_ups f WHERE f.meeting_id = m.id AND NOT f.restricted
AND f.archived_at IS NULL) = 3 ORDER BY m.id LIMIT 1""",
    "follow_ups": """SELECT f.id FROM follow_ups f JOIN meetings m ON m.id = f.meeting_id
WHERE NOT f.restricted AND NOT m.restricted AND m.delegation_id IS NULL AND f.archived_at IS NULL
AND f.status = 'in_progress' AND f.due_on IS NOT NULL AND (SELECT count(*)
FROM follow_up_progress g WHERE g.follow_up_id = f.id) = 3 ORDER BY f.id LIMIT 1""",
    "projects": """SELECT p.id FROM projects p WHERE NOT p.restricted AND p.archived_at IS NULL
AND p.status = 'active' AND p.stage = 'investment' AND (SELECT count(*) FROM project_participants x
WHERE x.project_id = p.id) = 2 AND EXISTS (SELECT 1 FROM project_problems x
WHERE x.project_id = p.id) ORDER BY p.id LIMIT 1""",
    "organisations": """SELECT o.id FROM organisations o WHERE o.archived_at IS NULL
AND o.country_code = 'DE' AND (SELECT count(*) FROM participants x WHERE x.organisation_id = o.id)
= 3 ORDER BY o.id LIMIT 1""",
}


def measure(world: World, folder: Path, rounds: int, only: str | None) -> Iterator[Line]:
    """Every page beside its floor, and the deepest pages beside the first ones."""
    with application(world) as (port, number):
        meter = Meter(worker_of(number), world.postmaster)
        reader = Asker(port).sign_in(world.reader)
        chosen = [one for one in every_page(world) if only is None or only in one.name]
        plan = folder / "floor.json"
        notes = _plan(world, reader, chosen, plan)
        with floor(plan) as (floor_port, floor_number):
            bare = Asker(floor_port)
            beneath = Meter(worker_of(floor_number), world.postmaster)
            for place, page in enumerate(chosen):
                address = f"/page{place}"
                written, least = len(reader.get(page.path)), len(bare.get(address))
                if not 0.9 * written <= least <= 1.1 * written:
                    raise RuntimeError(f"{page.name}: {written} bytes, its floor writes {least}")
                sides = (
                    spent_by(partial(reader.get, page.path), meter),
                    spent_by(partial(bare.get, address), beneath),
                )
                note = f"{written // 1000} kB, {notes[page.name]}"
                yield Line.of(page.name, *interleaved(rounds, *sides), page.times, note)
        for page in chosen:
            if page.edge is not None:
                yield _deepest(world, page, reader, meter, rounds)


def every_page(world: World) -> list[Page]:
    """The pages that are measured, of records of ``world``."""
    connection = connect(world.url)
    ids = {kind: connection.execute(sql).fetchone()[0] for kind, sql in _RICH.items()}
    connection.close()
    today = clock.today().isoformat()
    asked = Asked(world.reader_id, world.language, today, world.kind == "sqlite")
    return [*pages(asked, ids), *searches(asked)]


def _plan(world: World, reader: Asker, chosen: list[Page], path: Path) -> dict[str, str]:
    """Write what the bare server needs; how much of each page comes out of the database."""
    connection = connect(world.url)
    plan, notes = [], {}
    for number, page in enumerate(chosen):
        template = Template(page.name, reader.get(page.path).decode())
        for place, part in enumerate(page.parts):
            rows = connection.execute(part.sql).fetchall()
            template.take(place, rows, part.row)
        notes[page.name] = template.told
        statements = [part.sql for part in page.parts]
        plan.append({"name": f"page{number}", "template": template.text, "queries": statements})
    connection.close()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"database": world.url, "pages": plan}), encoding="utf-8")
    return notes


def _deepest(world: World, page: Page, reader: Asker, meter: Meter, rounds: int) -> Line:
    """A page far down, where links lead by the edge of the page before."""
    connection = connect(world.url)
    edge = connection.execute(page.edge).fetchone()
    path = f"{page.path}&page=3&after={edge_of(edge)}"
    connection.close()
    sides = [spent_by(partial(reader.get, one), meter) for one in (path, page.path)]
    name = page.name.replace("first page", "100 rows before the last, beside the first page")
    return Line.of(name, *interleaved(rounds, *sides), 1.5)
