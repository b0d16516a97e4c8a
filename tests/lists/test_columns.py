"""Columns and rows of a list as each reader has chosen them."""

from sqlalchemy import select

from crm.core.database import db
from crm.lists.models import ListView
from tests.browser import text_of
from tests.factories import make_follow_up
from tests.postgres import on_sqlite
from tests.sweep import signed_in


def heads(browser):
    return [text_of(head) for head in browser.page.select("main thead th")]


def shown(browser, address="/follow-ups/"):
    return heads(browser.open(address))


DELIVERED = ["Due date", "What was agreed", "Country and meeting", "Executor and progress"]


def test_columns_are_chosen_and_ordered_by_each_person(officer, head):
    make_follow_up(text="Send the plan", basis_number="12-34")
    assert shown(officer) == [*DELIVERED, "Status"]
    form = officer.open("/follow-ups/?kind=consultation").click("Columns")
    form.submit("Save", columns=["status", "due", "basis_number"])
    assert officer.url == "/follow-ups/?kind=consultation"
    wanted = ["Due date", "What was agreed", "Status", "Number of the document"]
    assert shown(officer) == wanted
    assert "12-34" in officer.rows[0]
    assert shown(head) == [*DELIVERED, "Status"]


def test_a_column_is_moved_without_a_script_and_nothing_is_kept_before_it_is_saved(officer):
    make_follow_up()
    form = officer.open("/lists/follow-ups/columns")
    form.submit("Move up: Status", columns=["due", "status"])
    form.submit("Move up: Status")
    form.submit("Move up: Status")
    form.submit("Move up: Status")
    assert db.session.scalars(select(ListView)).all() == []
    form.submit("Save")
    assert heads(officer) == ["Status", "Due date", "What was agreed"]
    officer.click("Columns").submit("As delivered")
    assert heads(officer) == [*DELIVERED, "Status"]


def test_the_columns_of_an_address_go_before_the_own_ones(officer):
    make_follow_up()
    officer.open("/lists/follow-ups/columns").submit("Save", columns=["status"])
    assert shown(officer, "/follow-ups/?columns=point,due") == DELIVERED[1::-1]
    assert officer.open("/follow-ups/?columns=nonsense").status == 400
    assert shown(officer) == ["What was agreed", "Status"]


def test_the_rows_of_a_page_are_remembered(officer, head):
    for _ in range(26):
        make_follow_up()
    officer.open("/lists/follow-ups/columns").submit("Save", columns=["status"])
    officer.open("/follow-ups/?kind=consultation").submit("25")
    assert officer.url == "/follow-ups/?kind=consultation"
    assert (len(officer.rows), heads(officer)) == (25, ["What was agreed", "Status"])
    assert len(officer.open("/follow-ups/?per_page=50").rows) == 26
    assert len(head.open("/follow-ups/").rows) == 26


@on_sqlite
def test_what_no_form_sends_is_refused(app, officer):
    for url in ("/lists/nonsense/columns", "/lists/admin/users/columns"):
        assert officer.open(url).status == 404
    assert signed_in(app, "admin").open("/lists/admin/users/columns").status == 200
    officer.open("/lists/follow-ups/columns")
    for sent in (
        {"per_page": "7"},
        {"state": "nonsense=1"},
        {"state": "country=QQ"},
        {"state": "columns=x"},
        {"state": "q=" + "x" * 9000},
    ):
        assert officer.post("/lists/follow-ups/columns", **sent).status == 400, sent
    officer.post("/lists/follow-ups/columns", columns="nonsense", order="nonsense")
    assert shown(officer) == ["What was agreed"] or not officer.rows
