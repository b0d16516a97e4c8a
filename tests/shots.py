"""The pictures of README: `make shots` takes them anew from a demo world of its own."""

import logging
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

from playwright.sync_api import Page
from sqlalchemy import select
from werkzeug.serving import make_server

from crm.core import clock
from crm.core.database import db
from crm.meetings.models import Meeting
from crm.projects.models.project import InvestmentProject
from tests import chromium
from tests.postgres import crm, opened_app

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
NOW = datetime(2026, 11, 24, 4, 5, tzinfo=UTC)  # the same day in every picture, whenever taken
EMAIL, PASSWORD = "officer@seriktes.example", "a world to look at"
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}


@contextmanager
def demo_world() -> Iterator[tuple[str, dict[str, str]]]:
    """A running server with the demo world, and the addresses of the pages to take."""
    with (
        tempfile.TemporaryDirectory() as folder,
        opened_app(f"sqlite:///{folder}/shots.db", Path(folder)) as app,
    ):
        crm(app, "db", "upgrade")
        crm(app, "seed", "demo", "--password", PASSWORD)
        with app.app_context():
            german = select(Meeting.id).where(Meeting.country_code == "DE")
            meeting_id = db.session.scalars(german.order_by(Meeting.id)).first()
            gas = select(InvestmentProject.id).where(InvestmentProject.sector_code == "ENE.GAS")
            project_id = db.session.scalars(gas).one()
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield (
                f"http://127.0.0.1:{server.server_port}",
                {
                    "desk": "/",
                    "meeting": f"/meetings/{meeting_id}",
                    "meeting-form": "/meetings/new?country=DE",
                    "follow-ups": "/follow-ups/",
                    "country": "/countries/DE",
                    "project": f"/projects/{project_id}",
                    "board": "/projects/board",
                    "interests": "/interests/matrix",
                },
            )
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def fill_in(page: Page) -> None:
    """Begin to record the German meeting, as far as the window shows the form."""
    page.set_viewport_size({**WIDE, "height": 1220})
    page.locator("[name=title]").fill("Германия делегациясымен жұмыс кездесуі")
    ours, partners = (page.locator(".sk-sides fieldset").nth(side) for side in (0, 1))
    for side, name, position, place in (
        (ours, "Нұрымбет Сақтағанов", "Облыс әкімі", "ШҚО әкімдігі"),
        (partners, "Ульрих Кинне", "Екінші хатшы", "Германия елшілігі"),
    ):
        side.locator("[name$=-name]").first.fill(name)
        side.locator("[name$=-position]").first.fill(position)
        side.locator("[name$=-organisation]").first.fill(place)
    page.locator("[name^=points-][name$=-text]").first.fill("Тәжірибе алмасу")


def take(page: Page, name: str, address: str) -> None:
    """One picture: what the window shows of the page."""
    page.goto(address)
    if name == "meeting-form":
        fill_in(page)
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=FOLDER / f"{name}.png", animations="disabled", caret="hide")
    page.set_viewport_size(WIDE)
    sys.stdout.write(f"{name}.png\n")


def main() -> None:
    if chromium.find() is None:
        sys.exit(chromium.MISSING)
    clock.now = lambda: NOW
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        demo_world() as (server, pages),
        chromium.running() as browser,
        browser.new_context(base_url=server, viewport=WIDE, locale="kk-KZ") as context,
    ):
        page = context.new_page()
        chromium.sign_in(page, EMAIL, PASSWORD)
        for name, address in pages.items():
            take(page, name, address)
        page.emulate_media(color_scheme="dark")
        take(page, "meeting-dark", pages["meeting"])
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(PHONE)
        take(page, "desk-360", pages["desk"])


if __name__ == "__main__":
    main()
