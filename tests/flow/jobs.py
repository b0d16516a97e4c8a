"""The five commonest jobs, each from the desk of an officer who reads Kazakh.

Each ends with what proves that it was done.
"""

from tests.flow.hand import Hand

SAVE = "main .sk-bar button[type=submit]"


def prepare_a_visit(hand: Hand) -> None:
    """A delegation with its head and two points of its programme; then the note on its country."""
    page = hand.page
    hand.press("header .sk-new summary")
    hand.press("header .sk-new a[href='/delegations/new']")
    hand.write("[name=title]", "Германия елшісінің сапары")
    hand.find("#country-box", "Герм")
    hand.day("[name=arrives_on]", "2026-12-10")
    hand.day("[name=departs_on]", "2026-12-11")
    hand.write("[name=members-0-name]", "Моника Иверсен")
    hand.write("[name=members-0-position]", "Елші")
    hand.press(SAVE)
    hand.press("main a[href$='/programme/new']")
    hand.write("[name=title]", "Облыс әкімімен кездесу")
    hand.write("[name=starts_at]", "10:00")
    hand.press("main .sk-bar [name=again]")
    hand.write("[name=title]", "Зауытты аралау")
    hand.write("[name=starts_at]", "15:00")
    hand.press(SAVE)
    assert page.get_by_text("Зауытты аралау").count() == 1
    hand.press("main a[href='/countries/DE/note']")
    assert page.get_by_text("Тәжірибе алмасу").count()


def record_a_meeting(hand: Hand) -> None:
    """A meeting held today: one participant a side, a sector, two points, one with a deadline."""
    hand.press("main a[href='/meetings/new']")
    hand.write("[name=title]", "Герман бизнесімен кездесу")
    hand.find("#country-box", "Герм")
    hand.day("[name=held_on]", "2026-11-24")
    hand.write("[name=participants-0-name]", "Нұрымбет Сақтағанов")
    hand.write("[name=participants-3-name]", "Ульрих Кинне")
    hand.write("[name=points-0-text]", "Жол картасын дайындау")
    hand.day("[name=points-0-due_on]", "2026-12-15")
    hand.write("[name=points-1-text]", "Консультация өткізу")
    hand.find("#sectors-0-code-box", "Тур")
    hand.press(SAVE)
    assert hand.page.locator("main h1").inner_text().startswith("Герман бизнесімен")
    assert hand.page.get_by_text("Жол картасын дайындау").count()


def see_and_close_what_is_due(hand: Hand) -> None:
    """What is due this week: the first point is done, the second gets a line on how it stands."""
    page = hand.page
    done = page.locator("summary[aria-label^='Орындалды деп белгілеу']:visible")
    hand.press(done.first)
    hand.write("textarea[name=outcome]:visible", "Консультация өтті, хат жіберілді")
    hand.press("form:has(textarea[name=outcome]:visible) button[type=submit]")
    note = page.locator("summary[aria-label^='Орындалу барысын жазу']:visible")
    hand.press(note.first)
    hand.write("textarea[name=text]:visible", "Елшіліктен хат келді")
    hand.press("form:has(textarea[name=text]:visible) button[type=submit]")
    assert page.get_by_text("Елшіліктен хат келді").count()


def move_a_project(hand: Hand) -> None:
    """A project is found, its next step dated, and moved to the next stage."""
    page = hand.page
    hand.key("/")
    hand.write("header [name=q]", "Зайсан")
    hand.key("Enter")
    hand.press("main a[href='/projects/1']")
    hand.press("main a[href^='/projects/1/edit']")
    hand.day("[name=next_step_on]", "2026-12-20")
    hand.press(SAVE)
    hand.press("main .sk-gate .acts > form[action$='/stage'] button")
    assert page.locator("main").get_by_text("3. Инвестиция алдындағы").count()


def lists_of_the_first(hand: Hand) -> None:
    """For the 1st: points under control, projects, and the meetings of a month, as Excel."""
    hand.press(".sk-side a[href='/reports/']")
    of = "#monthly .sk-row-a a[href*='{}.xlsx']"
    for name in ("control", "projects", "meetings"):
        assert hand.take_file(of.format(name)).endswith(".xlsx")


JOBS = {
    "prepare a visit": prepare_a_visit,
    "record a meeting": record_a_meeting,
    "see and close what is due": see_and_close_what_is_due,
    "move a project": move_a_project,
    "the lists of the 1st": lists_of_the_first,
}
