"""The five commonest jobs, each from the desk of an officer who reads Kazakh.

Each ends with what proves that it was done.
"""

from tests.flow.hand import Hand


def prepare_a_visit(hand: Hand) -> None:
    """A delegation with its head and two points of its programme; then the note on its country."""
    page = hand.page
    hand.press(".sk-side a[href='/delegations/']")
    hand.press("main a[href='/delegations/new']")
    hand.write("[name=title]", "Германия елшісінің сапары")
    hand.find("#country-box", "Герм")
    hand.day("[name=arrives_on]", "2026-12-10")
    hand.day("[name=departs_on]", "2026-12-11")
    hand.write("[name=members-0-name]", "Моника Иверсен")
    hand.write("[name=members-0-position]", "Елші")
    hand.press(_save(hand))
    for title, starts in (("Облыс әкімімен кездесу", "10:00"), ("Зауытты аралау", "15:00")):
        hand.press("main a[href$='/programme/new']")
        hand.write("[name=title]", title)
        hand.day("[name=planned_on]", "2026-12-10")
        hand.write("[name=starts_at]", starts)
        hand.press(_save(hand))
    assert page.get_by_text("Зауытты аралау").count() == 1
    hand.press(".sk-side a[href='/countries/']")
    hand.press("main a[href='/countries/DE']")
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
    hand.press(hand.page.get_by_role("button", name="Уағдаластық қосу"))
    hand.write("[name=points-1-text]", "Консультация өткізу")
    hand.find("#sectors-0-code-box", "Тур")
    hand.press(_save(hand))
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
    hand.press(_save(hand))
    hand.press("main .sk-gate summary:has-text('Кезеңін ауыстыру')")
    hand.press("#move button[type=submit], form[action$='/stage'] button[type=submit]")
    assert page.locator("main").get_by_text("3. Инвестиция алдындағы").count()


def lists_of_the_first(hand: Hand) -> None:
    """For the 1st: points under control, projects, and the meetings of the month, as Excel."""
    page = hand.page
    taken = []
    hand.press(".sk-side a[href='/reports/']")
    hand.press("main a[href='/reports/control']")
    taken.append(_excel(hand))
    hand.press(".sk-side a[href='/projects/']")
    taken.append(_excel(hand))
    hand.press(".sk-side a[href='/meetings/']")
    hand.press(page.locator("main summary", has_text="Күні").first)
    hand.press("main a[href$='=this_month']:visible")
    taken.append(_excel(hand))
    assert [name.rpartition(".")[2] for name in taken] == ["xlsx"] * 3


def _excel(hand: Hand) -> str:
    hand.press(hand.page.locator("main summary", has_text="Жүктеп алу").first)
    return hand.take_file("main a[href*='.xlsx']:visible")


def _save(hand: Hand) -> str:
    return "main .sk-bar button[type=submit]"


JOBS = {
    "prepare a visit": prepare_a_visit,
    "record a meeting": record_a_meeting,
    "see and close what is due": see_and_close_what_is_due,
    "move a project": move_a_project,
    "the lists of the 1st": lists_of_the_first,
}
