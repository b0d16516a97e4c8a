"""What a page costs at least: a bare route, prepared statements of the driver, one plain template.

The routes are those of the plan that ``BENCH_FLOOR`` names, as ``plain.py`` writes it.
"""

import json
import os
import sqlite3
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from threading import local
from typing import Any

import psycopg
from flask import Flask
from granian.server import Server

from crm.operations.cli.serve import SETTINGS

Rows = list[tuple[Any, ...]]
_kept = local()


def create_app() -> Flask:
    """The bare application."""
    plan = json.loads(Path(os.environ["BENCH_FLOOR"]).read_text(encoding="utf-8"))
    app = Flask("floor")
    app.jinja_env.filters["day"] = day
    app.jinja_env.filters["clock_time"] = clock_time
    app.add_url_rule("/healthz", "healthz", lambda: "ok")
    run = _runner(plan["database"])
    for page in plan["pages"]:
        app.add_url_rule(f"/{page['name']}", page["name"], _view(app, page, run))
    return app


def day(value: date | str) -> str:
    """A date as tables show it."""
    if isinstance(value, str):
        return f"{value[8:10]}.{value[5:7]}.{value[:4]}"
    return value.strftime("%d.%m.%Y")


def clock_time(value: Any) -> str:
    """A time of day as tables show it."""
    return str(value)[:5]


def _view(app: Flask, page: dict[str, Any], run: Callable[..., Rows]) -> Callable[[], str]:
    template = app.jinja_env.from_string(page["template"])
    queries = page["queries"]

    def view() -> str:
        return template.render(q=[run(sql) for sql in queries])

    return view


def _runner(database: str) -> Callable[..., Rows]:
    """Runs a statement on the connection of the thread, prepared once."""

    def connection() -> Any:
        if not hasattr(_kept, "connection"):
            _kept.connection = connect(database)
        return _kept.connection

    if database.startswith("postgresql"):
        return lambda sql: connection().execute(sql, prepare=True).fetchall()
    return lambda sql: connection().execute(sql).fetchall()


def connect(database: str) -> Any:
    """The driver's own connection to what a URL of SQLAlchemy names."""
    if database.startswith("sqlite:///"):
        return sqlite3.connect(database.removeprefix("sqlite:///"), isolation_level=None)
    address = database.replace("postgresql+psycopg://", "postgresql://")
    return psycopg.connect(address, autocommit=True)


if __name__ == "__main__":
    Server(
        "tests.bench.floor:create_app", address="127.0.0.1", port=int(sys.argv[1]), **SETTINGS
    ).serve()
