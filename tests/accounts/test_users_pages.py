"""``/admin/users``: who may sign in, in the hands of administrators."""

import csv
import io
import re

from sqlalchemy import select

from crm.accounts.models import User
from crm.audit.models import AuditChange
from crm.core.database import db
from tests.browser import Browser
from tests.factories import PASSWORD, make_department, make_user

WHO = {"name": "Asan Usenov", "email": "Asan@Test.Example", "role": "officer"}
NEW = "three words of mine"


def user_called(email):
    db.session.expire_all()
    return db.session.scalar(select(User).where(User.email == email))


def names(browser):
    return [row[0].removesuffix(" this is you") for row in browser.rows]


def edit(browser, user):
    return browser.open(f"/admin/users/{user.id}")


def told(mailbox):
    return [(mail["To"].addresses[0].addr_spec, mail["Subject"]) for mail in mailbox.messages]


def test_only_administrators_enter(officer, head, viewer):
    for browser in (officer, head, viewer):
        for path in ("/", ".csv", "/new", "/1", "/1/edit", "/1/history"):
            assert browser.open(f"/admin/users{path}").status == 403, path
        assert browser.open("/").page.select_one("a[href='/admin/users/']") is None


def test_the_list_is_searched_filtered_and_loaded_down(admin):
    place = make_department(name_en="Trade")
    make_user(name="Әсел Бота", email="asel@test.example", role="head", department_id=place.id)
    make_user(name="Berik", email="berik@test.example", is_active=False)
    everybody = names(admin.open("/").click("Users", within="nav.sk-side"))
    assert set(everybody) >= {"Әсел Бота", "Berik"}
    assert names(admin.open("/admin/users/?q=асел")) == ["Әсел Бота"]
    assert names(admin.open("/admin/users/?q=berik@test")) == ["Berik"]
    assert names(admin.open("/admin/users/?role=head")) == ["Әсел Бота"]
    assert names(admin.open(f"/admin/users/?department={place.id}")) == ["Әсел Бота"]
    assert names(admin.open("/admin/users/?active=0")) == ["Berik"]
    assert admin.open("/admin/users/?active=perhaps").status == 400
    lines = admin.open("/admin/users.csv?headers=keys&dialect=rfc4180&q=berik").text
    (row,) = csv.DictReader(io.StringIO(lines.removeprefix("\ufeff")))
    assert (row["email"], row["role"], row["is_active"]) == (
        "berik@test.example",
        "officer",
        "false",
    )


def test_a_new_user_sets_their_password_by_the_link_of_a_letter(app, mailbox, admin, browser):
    place = make_department(name_en="Trade")
    admin.open("/admin/users/").click("Add a user")
    admin.submit("Add a user", **WHO, department_id=place.id, language="ru", digest="weekly")
    assert "a letter with a link to set a password goes to: Asan Usenov" in admin.text
    user = user_called("asan@test.example")
    assert (user.department_id, user.language, user.digest) == (place.id, "ru", "weekly")
    (letter,) = mailbox.messages
    assert letter["Content-Language"] == "ru"
    link = re.search(r"/password/\S+", letter.get_body(("plain",)).get_content())[0]
    browser.open("/language?to=en&next=/login").open(link)
    browser.submit("Set a password", password=NEW, again=NEW)
    assert browser.sign_in("asan@test.example", NEW).url == "/"
    assert "Sent to asan@test.example" in edit(admin, user).text


def test_a_password_may_be_typed_for_a_new_user(app, mailbox, admin):
    admin.open("/admin/users/new").submit("Add a user", **WHO, password="asan2026")
    assert admin.status == 422
    assert "is the e-mail or the name" in admin.errors[-1]
    admin.submit("Add a user", password=NEW)
    assert mailbox.messages == []
    assert Browser(app).sign_in("asan@test.example", NEW).url == "/"


def test_what_is_wrong_is_told_at_its_field_and_nothing_is_kept(admin):
    make_user(email="taken@test.example")
    admin.open("/admin/users/new").submit("Add a user", email="Taken@test.example", role="head")
    assert admin.status == 422
    assert admin.page.select_one("#name-error")
    assert "Somebody signs in with this e-mail already" in admin.errors[-1]
    admin.submit("Add a user", email="nowhere", name="Asan")
    assert "Write an e-mail address" in admin.errors[-1]
    assert db.session.scalars(select(User).where(User.name == "Asan")).all() == []


def test_a_change_is_written_down_told_and_ends_the_sessions(app, mailbox, admin):
    user = make_user(name="Asan", email="asan@test.example")
    session = Browser(app).sign_in(user.email, PASSWORD)
    edit(admin, user).submit("Save", name="Asan Usenov")
    assert session.open("/").url == "/"  # a name ends nothing
    edit(admin, user).submit("Save", role="head")
    assert session.open("/").url.startswith("/login")
    edit(admin, user).submit("Save", is_active=False)
    assert not user_called("asan@test.example").is_active
    edit(admin, user).submit("Save", is_active=True)
    assert [subject for _to, subject in told(mailbox)] == [
        "Your role was changed",
        "Your sign-in was closed",
        "Your sign-in was opened again",
    ]
    fields = db.session.scalars(select(AuditChange.field).where(AuditChange.old.is_not(None)))
    assert {"name", "role", "is_active"} <= set(fields)
    admin.open(f"/admin/users/{user.id}/history")
    assert "Head of department" in admin.text


def test_nobody_changes_their_own_role_or_shuts_themselves_out(app, admin):
    me = user_called("admin@test.example")
    form = edit(admin, me).page
    assert form.select_one("[name=role]") is form.select_one("[name=is_active]") is None
    sent = {"name": "Me", "email": me.email, "language": "en", "digest": "off"}
    admin.post(f"/admin/users/{me.id}/edit", **sent, role="head", version=str(me.version))
    me = user_called("admin@test.example")
    assert (me.name, me.role, me.is_active) == ("Me", "admin", True)


def test_two_administrators_cannot_shut_each_other_out(app, admin):
    """The second of them is none any more when their turn comes."""
    other = make_user(role="admin", email="b@test.example")
    second = Browser(app).sign_in(other.email, PASSWORD)
    me = user_called("admin@test.example")
    edit(second, me)
    edit(admin, other).submit("Save", is_active=False)
    second.submit("Save", is_active=False)
    assert second.url.startswith("/login")
    assert user_called("admin@test.example").is_active


def test_a_stale_save_shows_three_values(admin):
    user = make_user(name="Asan")
    edit(admin, user)
    user.name = "Asan Usenov"
    db.session.commit()
    admin.submit("Save", name="A. Usenov", role="viewer")
    assert admin.status == 409
    assert admin.rows[0] == ["Full name both changed it", "Asan", "Asan Usenov", "A. Usenov"]
    admin.submit("Save what is chosen", fields={"resolve-name": "stored"})
    db.session.refresh(user)
    assert (user.name, user.role) == ("Asan Usenov", "viewer")


def test_a_link_can_be_sent_again_but_not_to_who_is_shut_out(mailbox, admin):
    user = make_user(email="asan@test.example")
    edit(admin, user).submit("Send a link to set a password")
    assert told(mailbox) == [("asan@test.example", "Your sign-in: set a password")]
    user.is_active = False
    db.session.commit()
    assert "Send a link" not in edit(admin, user).text
    assert admin.post(f"/admin/users/{user.id}/link").status == 404
