"""The pictures of README and the manuals: `make shots` takes them anew from a demo world."""

import logging
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select
from werkzeug.serving import make_server

from crm.core import clock
from crm.core.database import db
from crm.meetings.models import Meeting
from crm.projects.models.project import InvestmentProject
from tests import chromium
from tests.manual_world import WORDS, make_the_week_busy, prepare
from tests.postgres import crm, opened_app

DOCS = Path(__file__).parents[1] / "docs"
FOLDER, MANUAL_FOLDER = DOCS / "pictures", DOCS / "manual" / "pictures"
NOW = datetime(2026, 11, 24, 4, 5, tzinfo=UTC)  # the same day in every picture, whenever taken
EMAIL, PASSWORD = "officer@seriktes.example", "a world to look at"
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
LOW = {"width": 1280, "height": 680}


@contextmanager
def demo_world() -> Iterator[tuple[Flask, str, dict[str, str]]]:
    """The demo world, its running server, and the addresses of the pages to take."""
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
                app,
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


def fill_in(page: Page, language: str = "kk") -> None:
    """Begin to record the German meeting, as far as the window shows the form."""
    page.set_viewport_size({**WIDE, "height": 1220})
    title, others, point = MEETING[language]
    page.locator("[name=title]").fill(title)
    for side, people in enumerate(others):
        fieldset = page.locator(".sk-sides fieldset").nth(side)
        for field, text in zip(("name", "position", "organisation"), people, strict=True):
            fieldset.locator(f"[name$=-{field}]").first.fill(text)
    page.locator("[name^=points-][name$=-text]").first.fill(point)
    page.locator("[data-likely-take]").nth(1).wait_for()  # both organisations are there already


MEETING = {
    "kk": (
        "Германия делегациясымен жұмыс кездесуі",
        (
            ("Нұрымбет Сақтағанов", "Облыс әкімі", "ШҚО әкімдігі"),
            ("Ульрих Кинне", "Екінші хатшы", "Германия елшілігі"),
        ),
        "Тәжірибе алмасу",
    ),
    "ru": (
        "Рабочая встреча с делегацией Германии",
        (
            ("Нурымбет Сактаганов", "Аким области", "Акимат ВКО"),
            ("Ульрих Кинне", "Второй секретарь", "Посольство Германии"),
        ),
        "Обмен опытом",
    ),
}


def as_it_is(page: Page, language: str) -> None:
    """Nothing more is to be done before the picture."""


def open_downloads(page: Page, language: str) -> None:
    page.locator(".sk-files").locator("xpath=..").locator("summary").click()


def save_after_another(page: Page, language: str) -> None:
    """Save what somebody else has saved in the meantime, too."""
    other = page.context.new_page()
    for one, words in ((other, "stored"), (page, "mine")):
        one.goto(page.url)
        one.locator("[name=place]").fill(WORDS[language][words])
    for one in (other, page):
        one.locator("[name=place]").press("Enter")
        one.wait_for_load_state()
    other.close()


# name → (address, what is done before the picture); taken in each language of the officers' manual
MANUAL: dict[str, tuple[str, Callable[[Page, str], None]]] = {
    "desk": ("/", as_it_is),
    "delegation": ("/delegations/{visit}", as_it_is),
    "programme": ("/delegations/{visit}/programme", as_it_is),
    "country": ("/countries/DE", as_it_is),
    "meeting-form": ("/meetings/new?country=DE", fill_in),
    "point": ("/follow-ups/{point}", as_it_is),
    "project": ("/projects/{project}", as_it_is),
    "list": ("/follow-ups/", open_downloads),
    "conflict": ("/meetings/{meeting}/edit", save_after_another),
}


def take(page: Page, path: Path, address: str) -> None:
    """One picture: what the window shows of the page."""
    page.goto(address)
    if path.stem == "meeting-form":
        fill_in(page)
    picture(page, path)
    page.set_viewport_size(WIDE)


def picture(page: Page, path: Path) -> None:
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=path, animations="disabled", caret="hide")
    sys.stdout.write(f"{path.relative_to(DOCS)}\n")


def take_for_manual(page: Page, language: str, ids: dict[str, int]) -> None:
    """The pictures of the officers' manual in ``language``, which show the records ``ids``."""
    page.goto(f"/language?to={language}")
    for name, (address, act) in MANUAL.items():
        page.set_viewport_size(LOW)
        page.goto(address.format(**ids))
        act(page, language)
        picture(page, MANUAL_FOLDER / f"{name}.{language}.png")


def main() -> None:
    if chromium.find() is None:
        sys.exit(chromium.MISSING)
    clock.now = lambda: NOW
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    for folder in (FOLDER, MANUAL_FOLDER):
        folder.mkdir(parents=True, exist_ok=True)
    with (
        demo_world() as (app, server, pages),
        chromium.running() as browser,
        browser.new_context(base_url=server, viewport=WIDE, locale="kk-KZ") as context,
    ):
        page = context.new_page()
        chromium.sign_in(page, EMAIL, PASSWORD)
        for name, address in pages.items():
            take(page, FOLDER / f"{name}.png", address)
        page.emulate_media(color_scheme="dark")
        take(page, FOLDER / "meeting-dark.png", pages["meeting"])
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(PHONE)
        take(page, FOLDER / "desk-360.png", pages["desk"])
        with app.app_context():
            make_the_week_busy()
            found = {language: prepare(language) for language in WORDS}
        project = int(pages["project"].rpartition("/")[2])
        for language, ids in found.items():
            take_for_manual(page, language, {**ids, "project": project})


if __name__ == "__main__":
    main()
