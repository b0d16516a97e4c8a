"""Files beside what the database and the library take for the same cells; and clicking meanwhile.

The floor of a CSV file is COPY of the same rows (on SQLite: one cursor and csv.writer), that of an
Excel file XlsxWriter alone with the same cells.
"""

import csv
import io
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from threading import Event, Thread
from typing import Any

import xlsxwriter

from crm.core import clock
from tests.bench.columns import points_file
from tests.bench.floor import connect
from tests.bench.meter import Meter
from tests.bench.report import Line
from tests.bench.rounds import interleaved, spent_by
from tests.bench.servers import Asker, application, worker_of
from tests.bench.sql import Asked
from tests.bench.worlds import ROOT, World
from tests.serving import CRM

_LIST = "/follow-ups"
_TENTH = "country=DE"  # about a tenth of the points
_CLICK = "/follow-ups/?status=pending&country=DE"
_MEGABYTE = 1_000_000


def measure(world: World, rounds: int) -> Iterator[Line]:
    """CSV with keys and in words, Excel, of a tenth of the points and of all; memory; clicking."""
    with application(world) as (port, number):
        reader = Asker(port).sign_in(world.reader)
        meter = Meter(worker_of(number), world.postmaster)
        for name, query, where in (
            ("a tenth", f"{_TENTH}&", "f.country_code = 'DE'"),
            ("all", "", "true"),
        ):
            yield from _files(world, reader, meter, name, query, where, rounds if query else 1)
        yield from _server_memory(reader, worker_of(number))
        yield from _clicking(world, port, reader)
    yield from _memory(world)


def _files(
    world: World, reader: Asker, meter: Meter, name: str, query: str, where: str, rounds: int
) -> Iterator[Line]:
    own = Meter(os.getpid(), world.postmaster)
    is_goal = world.kind == "postgresql"
    first = reader.get(f"{_LIST}.csv?{query}headers=keys&dialect=rfc4180").partition(b"\r\n")[0]
    names = first.decode("utf-8-sig").split(",")
    asked = Asked(world.reader_id, world.language, clock.today().isoformat(), not is_goal)
    sql = points_file(asked, names, where)
    connection = connect(world.url)
    plain = _copy(connection, sql) if is_goal else _cursor(connection, sql)
    keys = f"{_LIST}.csv?{query}headers=keys&dialect=rfc4180"
    words = f"{_LIST}.csv?{query}dialect=rfc4180"
    size, least = len(reader.get(keys)), plain()
    told = f"{name}, {size / _MEGABYTE:.1f} MB, its floor {least / _MEGABYTE:.1f} MB"
    keyed, read, beneath = interleaved(
        rounds,
        spent_by(lambda: reader.get(keys), meter),
        spent_by(lambda: reader.get(words), meter),
        spent_by(plain, own),
        warm=0,
    )
    yield Line.of("CSV with keys", keyed, beneath, 5 if is_goal else None, told)
    yield Line.of("CSV in words", read, beneath, 9 if is_goal else None, name)
    cells = _cells(connection, sql, names)
    sheet, alone = interleaved(
        rounds,
        spent_by(lambda: reader.get(f"{_LIST}.xlsx?{query}".rstrip("?&")), meter),
        spent_by(lambda: write_sheet(cells), own),
        warm=0,
    )
    yield Line.of("Excel file", sheet, alone, 1.5, f"{name}, {len(cells):,} rows")
    connection.close()


def _copy(connection: Any, sql: str) -> Callable[[], int]:
    def run() -> int:
        with connection.cursor().copy(f"COPY ({sql}) TO STDOUT (FORMAT csv, HEADER)") as blocks:
            return sum(len(block) for block in blocks)

    return run


def _cursor(connection: Any, sql: str) -> Callable[[], int]:
    def run() -> int:
        size, buffer = 0, io.StringIO()
        writer = csv.writer(buffer)
        for row in connection.execute(sql):
            writer.writerow(row)
            if buffer.tell() > 65536:
                size += len(buffer.getvalue().encode())
                buffer.seek(0)
                buffer.truncate()
        return size + len(buffer.getvalue().encode())

    return run


def _cells(connection: Any, sql: str, names: list[str]) -> list[tuple[Any, ...]]:
    """The cells, dates as dates."""
    days = [place for place, name in enumerate(names) if name.endswith(("_on", "_since", "_date"))]

    def typed(row: tuple[Any, ...]) -> tuple[Any, ...]:
        values = list(row)
        for place in days:
            if isinstance(values[place], str):
                values[place] = date.fromisoformat(values[place])
        return tuple(values)

    return [typed(row) for row in connection.execute(sql)]


def write_sheet(cells: list[tuple[Any, ...]]) -> None:
    """What the library takes for these cells."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(io.BytesIO(), options) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "dd.mm.yyyy"})
        for number, row in enumerate(cells, 1):
            for place, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, place, value)
                elif isinstance(value, date):
                    sheet.write_datetime(number, place, value, day)
                elif value is not None:
                    sheet.write_number(number, place, value)


# -- memory ----------------------------------------------------------------------------------------


def _memory(world: World) -> Iterator[Line]:
    """How much more ``crm export`` holds than for a file without rows."""
    for extension, most in (("csv", 20), ("xlsx", 60)):
        nothing, tenth, everything = (
            _peak(world, extension, given) for given in (["country=AQ"], [_TENTH], [])
        )
        yield Line(f"peak of {extension}, a tenth", tenth - nothing, "MB", limit=most)
        yield Line(f"peak of {extension}, all", everything - nothing, "MB", limit=most)


def _peak(world: World, extension: str, filters: list[str]) -> float:
    given = [part for one in filters for part in ("--filter", one)]
    command = [*CRM, "export", "follow-ups", "--format", extension, "--as", world.reader, *given]
    running = subprocess.Popen(
        command, cwd=ROOT, env=world.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _pid, status, used = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {running.returncode}")
    return used.ru_maxrss * 1024 / _MEGABYTE


def _server_memory(reader: Asker, worker: int) -> Iterator[Line]:
    """How much more the server holds at most while it writes all points."""
    for extension, most in (("csv", 20), ("xlsx", 60)):
        Path(f"/proc/{worker}/clear_refs").write_text("5")  # the peak begins anew
        before = _resident(worker, "VmRSS")
        _read_away(reader, f"{_LIST}.{extension}")
        grown = _resident(worker, "VmHWM") - before
        yield Line(f"peak of the server, {extension}, all", grown, "MB", limit=most)


def _read_away(reader: Asker, path: str) -> None:
    reader.get(path)


def _resident(worker: int, name: str) -> float:
    lines = Path(f"/proc/{worker}/status").read_text().splitlines()
    line = next(one for one in lines if one.startswith(f"{name}:"))
    return int(line.split()[1]) * 1024 / _MEGABYTE


# -- clicking --------------------------------------------------------------------------------------


def _clicking(world: World, port: int, reader: Asker) -> Iterator[Line]:
    """A list page while two files are being made, beside the same page in quiet."""
    click = spent_by(lambda: reader.get(_CLICK))
    (quiet,) = interleaved(15, click)
    enough = Event()
    makers = [Thread(target=_keep_exporting, args=(world, port, enough, one)) for one in _FILES]
    for maker in makers:
        maker.start()
    time.sleep(1)
    (busy,) = interleaved(15, click)
    enough.set()
    for maker in makers:
        maker.join()
    yield Line.of("a list page while two files are made", busy, quiet, 4)


_FILES = (f"{_LIST}.csv", f"{_LIST}.xlsx")


def _keep_exporting(world: World, port: int, enough: Event, path: str) -> None:
    asker = Asker(port).sign_in(world.reader)
    while not enough.is_set():
        asker.get(f"{path}?{_TENTH}")
