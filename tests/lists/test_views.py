"""Views of a list: filters and columns saved under a name, one's own or the department's."""

from sqlalchemy import select, update

from crm.core.database import db
from crm.lists.models import ListView
from tests.browser import Browser, text_of
from tests.factories import make_department, make_follow_up, make_user
from tests.lists.test_columns import heads

OVERDUE = "/follow-ups/?sort=-due_on&status=overdue"


def chips(browser):
    return [text_of(chip) for chip in browser.page.select(".sk-views > a.sk-chip")]


def current(browser):
    return [text_of(chip) for chip in browser.page.select(".sk-views a[aria-current]")]


def save(browser, url, name, **more):
    return browser.open(url).click("Save this view").submit("Save this view", name=name, **more)


def person(app, department=None, role="officer"):
    given = {} if department is None else {"department_id": department.id}
    return Browser(app).come_back(make_user(role, **given))


def test_a_view_is_saved_opened_and_marked(officer):
    make_follow_up(text="Open")
    save(officer, OVERDUE, "  What is  late ")
    assert officer.url == OVERDUE
    assert (chips(officer), current(officer)) == (["What is late"], ["What is late"])
    officer.open("/follow-ups/")
    assert current(officer) == []
    assert current(officer.click("What is late")) == ["What is late"]
    assert officer.url == OVERDUE


def test_a_view_keeps_its_columns_whatever_the_own_ones_are(officer):
    make_follow_up()
    save(officer, "/follow-ups/?columns=point,kind", "Kinds")
    save(officer, "/follow-ups/?sort=text", "As delivered")
    officer.open("/lists/follow-ups/columns").submit("Save", columns=["status"])
    assert heads(officer.open("/follow-ups/").click("Kinds")) == ["What was agreed", "Kind"]
    assert current(officer) == ["Kinds"]
    assert len(heads(officer.open("/follow-ups/").click("As delivered"))) == 5
    assert current(officer) == ["As delivered"]


def test_a_view_is_renamed_overwritten_removed_and_brought_back(officer):
    save(officer, OVERDUE, "Late")
    officer.open("/lists/follow-ups/views").submit(
        "Rename", within=".sk-view-list", name="Late ones"
    )
    assert chips(officer) == ["Late ones"]
    officer.open("/follow-ups/?kind=consultation").click("Save this view")
    officer.submit("Take over what is shown")
    assert current(officer) == ["Late ones"]
    officer.click("Save this view").submit("Remove")
    assert chips(officer) == []
    officer.submit("Undo")
    assert (chips(officer), officer.url) == (["Late ones"], "/follow-ups/?kind=consultation")


def test_a_name_that_will_not_do_is_told_and_kept(officer):
    save(officer, OVERDUE, "Late")
    for name, words in (
        ("Late", "There is a view with this name: choose another"),
        ("x" * 101, "At most 100 characters: shorten the text"),
        ("   ", "This field is required"),
    ):
        page = save(officer, "/follow-ups/?kind=consultation", name)
        assert (page.status, page.errors[0].split(": ", 1)[-1]) == (422, words)
        assert page.page.select_one("#name")["value"] == name.strip()
        assert page.page.select_one("[name=state]")["value"] == "kind=consultation"
    assert len(db.session.scalars(select(ListView)).all()) == 1


def test_a_name_is_free_in_another_list_and_once_its_view_is_removed(officer):
    save(officer, OVERDUE, "Late")
    officer.open("/lists/follow-ups/views").submit("Remove")
    save(officer, "/follow-ups/?kind=consultation", "Late")
    assert current(officer) == ["Late"]
    (old,) = db.session.scalars(select(ListView).where(ListView.removed_at.is_not(None)))
    page = officer.post(f"/lists/follow-ups/views/{old.id}/restore")
    assert "There is a view with this name" in page.text
    assert officer.open("/lists/delegations/views").submit("Save this view", name="Late").url


def test_a_view_of_a_department_is_used_by_all_of_it_and_changed_by_few(app):
    ours, theirs = make_department(), make_department(name_en="Another")
    keeper, colleague, head = person(app, ours), person(app, ours), person(app, ours, "head")
    stranger, lone = person(app, theirs, "head"), person(app)
    save(keeper, OVERDUE, "Late", for_department=True)
    save(keeper, "/follow-ups/?kind=consultation", "Mine")
    shared, own = db.session.scalars(select(ListView).order_by(ListView.id))
    readers = (keeper, colleague, stranger, lone)
    seen = [chips(one.open("/follow-ups/")) for one in readers]
    assert seen == [["Late", "Mine"], ["Late"], [], []]
    for view, one, status in (
        (shared, colleague, 403),
        (shared, stranger, 404),
        (own, colleague, 404),
        (own, head, 404),
        (shared, head, 200),
    ):
        answer = one.open("/follow-ups/").post(f"/lists/follow-ups/views/{view.id}/remove")
        assert answer.status == status, (view.name, status)
    assert not lone.open("/lists/follow-ups/views").page.select("[name=for_department]")
    assert head.open(f"/lists/delegations/views/{own.id}/remove").status == 200  # led to the list
    keeper.open("/follow-ups/")
    assert keeper.post(f"/lists/delegations/views/{own.id}/remove").status == 404


def test_a_view_that_asks_for_what_is_gone_says_so_and_opens_all_the_same(officer):
    make_follow_up()
    save(officer, "/follow-ups/?kind=consultation&status=pending", "Old")
    asked = "kind=consultation&no_such=1&sort=gone&status=given_up"
    db.session.execute(update(ListView).values(query=asked, columns="point,gone"))
    db.session.commit()
    page = officer.open("/follow-ups/")
    assert "no_such, Status, gone" in str(page.page.select_one(".sk-views a.sk-chip"))
    assert "no_such, Status, gone" in page.click("Save this view").text
    officer.open("/follow-ups/").click("Old")
    assert (officer.status, heads(officer)) == (200, ["What was agreed"])
    assert len(officer.rows) == 1
