"""Points and desk in a real browser: without violations, with and without JavaScript."""

from datetime import timedelta

import pytest

from crm.core import clock
from crm.core.database import db
from crm.follow_ups import services
from crm.follow_ups.models.follow_up import FollowUp
from crm.follow_ups.models.terms import FollowUpKind
from crm.reference.queries import working_calendar
from tests import chromium
from tests.factories import make_follow_up, make_meeting, make_user
from tests.postgres import on_sqlite

# What Chromium shows does not hang on the database; the other tests see to both.
pytestmark = on_sqlite

SIZES = {"desktop": (1280, 900), "phone": (360, 740)}


@pytest.fixture
def officer(app):
    return make_user(role="head", email="head@test.example", name="Айгерім Сейітқали")


@pytest.fixture
def points(officer):
    """Late, awaited, undated and done points of one meeting; their ids."""
    today = clock.today()
    meeting = make_meeting(
        title="Ауыл шаруашылығы және металлургия жөніндегі кездесу", held_on=today
    )
    ids = []
    for days in (-5, 20, None, 0):
        point = services.add_point(
            meeting,
            text="Техникалық университет пен Бавария университетінің байланысын жаңғырту",
            kind=FollowUpKind.CONSULTATION if days is None else FollowUpKind.PREPARE_ROADMAP,
            owner_id=officer.id,
            due_on=None if days is None else today + timedelta(days=days),
            today=today,
        )
        services.note_progress(point, "Хат жіберілді, жауап күтіледі", today, officer.id)
        ids.append(point.id)
    db.session.get(FollowUp, ids[-1]).complete("Өткізілді", today)
    db.session.commit()
    return ids


@pytest.mark.look
@pytest.mark.parametrize(("size", "theme"), [("desktop", "dark"), ("phone", "light")])
def test_every_step_is_accessible_and_fits(page, officer, points, size, theme):
    officer.theme = theme
    db.session.commit()
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    chromium.come_back(page, officer)
    late, _awaited, _undated, done = points
    for address in (
        "/",
        "/follow-ups/?status=overdue&country=DE",
        f"/follow-ups/{late}?step=due",
        f"/follow-ups/{done}?step=off-control",
    ):
        page.goto(address)
        assert chromium.violations(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_small_forms_and_menus_open_inside_the_page(page, officer, points):
    chromium.come_back(page, officer)
    point = f"/follow-ups/{points[0]}"
    for address in ("/", "/follow-ups/", point):
        page.goto(address)
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            if address == point:
                page.locator(".sk-acts summary").click()
                assert page.locator(".sk-acts details[open]").count() == 1, size
            else:
                _open_each(page, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (address, size)
            rules = [chromium.ALL_BUT_CONTRAST] if size == "desktop" else []
            assert chromium.violations(page, *rules) == [], (address, size)
            page.keyboard.press("Escape")


def _open_each(page, width):
    row = page.locator(".sk-row, main tbody tr").filter(has=page.locator(".sk-q")).first
    for summary in row.locator("summary").all():
        summary.click()
        box = row.locator(".sk-pop:visible").bounding_box()
        assert box["x"] >= 0, page.url
        assert box["x"] + box["width"] <= width, page.url
        page.keyboard.press("Escape")


def test_a_deadline_is_set_from_the_row_by_keyboard(page, officer, points):
    chromium.come_back(page, officer)
    page.goto("/follow-ups/?no_deadline=1")
    summary = page.locator("tbody summary", has=page.locator(".bi-calendar-plus"))
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    due_on = working_calendar().after(clock.today(), 28).isoformat()  # not asked about
    page.locator("tbody input[name=due_on]:visible").fill(due_on)
    page.locator("tbody input[name=due_on]:visible").press("Enter")
    page.get_by_text("No point fits").wait_for()
    db.session.expire_all()
    assert db.session.get(FollowUp, points[2]).due_on.isoformat() == due_on


def test_on_a_phone_the_row_icons_have_words_and_a_message_covers_nothing(page, officer, points):
    page.set_viewport_size({"width": 360, "height": 740})
    chromium.come_back(page, officer)
    page.goto("/follow-ups/?no_deadline=1")
    row = page.locator("tbody tr")
    assert row.locator(".short:visible").all_inner_texts() == ["Done", "Due date", "Progress"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    row.locator("summary", has=page.locator(".bi-chat-dots")).click()
    row.locator("textarea[name=text]:visible").fill("The letter is out")
    row.get_by_role("button", name="Add a progress line").click()
    page.locator("main .sk-flash .sk-msg-done").wait_for()
    assert page.locator("#sk-toasts > *").count() == 0


def test_the_row_works_without_javascript(chromium_browser, live_server, officer, points):
    with chromium_browser.new_context(
        base_url=live_server, java_script_enabled=False, locale="en-GB"
    ) as context:
        session, page = db.session(), context.new_page()
        page.on("request", lambda request: session.commit())
        chromium.come_back(page, officer)
        page.goto("/follow-ups/?status=overdue")
        page.locator("tbody summary", has=page.locator(".bi-check2-circle")).click()
        page.locator("tbody textarea[name=outcome]").fill("Signed")
        page.get_by_role("button", name="Mark as done").click()
        assert page.url == f"{live_server}/follow-ups/?status=overdue"
        page.goto("/follow-ups/?status=done&sort=due_on")
        assert page.locator("tbody tr").count() == 2


def test_a_point_is_closed_with_one_press_words_and_enter(page, officer):
    make_follow_up(text="Exchange of experience", kind="provide_info", owner=officer)
    chromium.come_back(page, officer)
    page.goto("/")
    page.get_by_label("Mark as done: Exchange of experience").click()
    page.keyboard.type("The letter was sent")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # in the day, which is today
    page.get_by_text("Done: Exchange of experience").wait_for()
    assert page.get_by_role("button", name="Undo").is_visible()
