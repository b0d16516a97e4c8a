"""A person's own page: settings that take effect at once, and the password."""

import re

from sqlalchemy import func, select

from crm.accounts.models import User
from crm.audit.models import AuditEntry
from crm.core.database import db
from tests.browser import Browser
from tests.factories import PASSWORD, make_department, make_user

NEW = "a new long password"


def change_password(browser, present=PASSWORD, new=NEW, again=NEW):
    browser.open("/account/")
    return browser.submit("Change the password", present=present, password=new, again=again)


def test_one_sees_who_one_is_here(app):
    department = make_department(name_en="Department of Entrepreneurship", code="DE")
    user = make_user(email="asan@test.example", name="Asan", department_id=department.id)
    browser = Browser(app).sign_in(user.email, PASSWORD).open("/account/")
    assert browser.heading == "My page"
    for fact in ("Asan", "asan@test.example", "Investment officer", department.name_en):
        assert fact in browser.text


def test_who_has_no_department_reads_so(viewer):
    assert "Department not stated" in viewer.open("/account/").text


def test_only_a_viewer_subscribes_to_how_the_department_stands(viewer, officer, head):
    for reader in (officer, head):
        assert reader.open("/account/").page.select("[name=department_digest]") == []
    assert officer.page.select_one("[name=digest] [selected]").get_text() == "Every day"
    user = viewer_of(viewer)
    assert not user.is_told_of_department
    viewer.open("/account/").submit("Save settings", department_digest=True)
    assert viewer_of(viewer).is_told_of_department
    assert viewer.page.select_one("[name=department_digest][checked]")
    viewer.submit("Save settings", theme="dark")  # still ticked
    assert viewer_of(viewer).is_told_of_department
    viewer.submit("Save settings", department_digest=False)
    assert not viewer_of(viewer).is_told_of_department


def viewer_of(browser):
    db.session.rollback()
    return db.session.scalar(select(User).where(User.role == "viewer"))


def test_one_chooses_after_how_long_silence_is_told(officer):
    officer.open("/account/")
    assert officer.page.select_one("[name=silent_days] [selected]").get_text() == "after 90 days"
    officer.submit("Save settings", silent_days="30")
    assert officer.page.select_one("[name=silent_days] [selected]")["value"] == "30"
    officer.submit("Save settings", silent_days="")
    assert officer.page.select_one("[name=silent_days] [selected]").get_text() == "Do not remind"


def test_settings_are_kept(officer):
    officer.open("/account/")
    officer.submit("Save settings", theme="dark", digest="weekly", csv_dialect="rfc4180")
    assert officer.url == "/account/"
    assert "Saved" in officer.text
    user = db.session.scalar(select(User).where(User.email == "officer@test.example"))
    assert (user.theme, user.digest, user.csv_dialect) == ("dark", "weekly", "rfc4180")
    assert officer.page.html["data-theme"] == "dark"


def test_a_new_language_is_read_at_once_whatever_this_browser_chose_before(officer):
    officer.open("/language?to=ru&next=/account/")
    assert officer.page.html["lang"] == "ru"
    save = officer.page.select_one("form[action='/account/'] button").get_text(strip=True)
    officer.submit(save, language="kk")
    assert officer.page.html["lang"] == "kk"
    assert officer.open("/meetings/").page.html["lang"] == "kk"


def test_another_setting_leaves_the_language_of_this_browser(officer):
    officer.open("/language?to=ru&next=/account/")
    save = officer.page.select_one("form[action='/account/'] button").get_text(strip=True)
    officer.submit(save, digest="off")
    assert officer.page.html["lang"] == "ru"
    user = db.session.scalar(select(User).where(User.email == "officer@test.example"))
    assert (user.language, user.digest) == ("en", "off")


def test_the_colours_change_from_the_menu_and_lead_back(officer):
    officer.open("/meetings/?q=x").submit("Dark")
    assert officer.url == "/meetings/?q=x"
    assert officer.page.html["data-theme"] == "dark"
    officer.post("/account/theme", theme="light", next="//evil.example/")
    assert officer.url == "/"
    assert officer.post("/account/theme", theme="pink").status == 400


def test_a_choice_that_is_none_is_refused_and_nothing_kept(officer):
    officer.open("/account/").post(
        "/account/", language="de", theme="dark", digest="off", csv_dialect="excel", version="1"
    )
    assert officer.status == 422
    assert len(officer.page.select(".sk-err")) == 1
    user = db.session.scalar(select(User).where(User.email == "officer@test.example"))
    assert (user.theme, user.digest) == ("system", "daily")


def test_nobody_changes_their_own_role_or_address(officer):
    officer.open("/account/").post(
        "/account/",
        **{"language": "en", "theme": "dark", "digest": "off", "csv_dialect": "excel"},
        **{"version": "1", "role": "head", "email": "akim@test.example", "is_active": ""},
    )
    user = db.session.scalar(select(User))
    assert (user.theme, user.role, user.email) == ("dark", "officer", "officer@test.example")
    assert user.is_active


def test_settings_changed_elsewhere_meanwhile_are_shown_before_they_are_overwritten(officer):
    officer.open("/account/")
    user = db.session.scalar(select(User).where(User.email == "officer@test.example"))
    user.theme = "dark"
    db.session.commit()
    officer.submit("Save settings", digest="off", theme="light")
    assert officer.status == 409
    assert officer.rows[0] == ["Appearance both changed it", "As the system", "Dark", "Light"]
    assert officer.page.select_one(".sk-crumbs a")["href"] == "/account/"
    officer.submit("Save what is chosen", fields={"resolve-theme": "stored"})
    assert officer.url == "/account/"
    db.session.refresh(user)
    assert (user.theme, user.digest) == ("dark", "off")


def test_the_settings_stand_in_the_trail_and_the_password_does_not(officer):
    officer.open("/account/").submit("Save settings", digest="off")
    entries = select(func.count()).select_from(AuditEntry).where(AuditEntry.kind == "users")
    count = db.session.scalar(entries)
    assert count == 2  # the user was added; the digest was changed
    change_password(officer)
    assert db.session.scalar(entries) == count


def test_a_new_password_opens_and_the_old_one_does_not(app, officer, browser):
    change_password(officer)
    assert "The password is changed" in officer.text
    browser.open("/language?to=en&next=/login")
    browser.submit("Sign in", email="officer@test.example", password=PASSWORD)
    assert browser.status == 422
    browser.submit("Sign in", email="officer@test.example", password=NEW)
    assert browser.url == "/"


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(app, officer):
    elsewhere = Browser(app).sign_in("officer@test.example", PASSWORD)
    colleague = Browser(app).sign_in(make_user().email, PASSWORD)
    change_password(officer)
    assert officer.open("/meetings/").url == "/meetings/"
    assert elsewhere.open("/meetings/").url.startswith("/login")
    assert colleague.open("/meetings/").url == "/meetings/"


def test_a_wrong_present_password_changes_nothing(officer):
    before = db.session.scalar(select(User.password_hash))
    change_password(officer, present="not my password")
    assert officer.status == 422
    assert officer.errors[-1] == "This is not your current password"
    assert db.session.scalar(select(User.password_hash)) == before


def test_an_unfit_new_password_is_told_so_at_its_field(officer):
    before = db.session.scalar(select(User.password_hash))
    change_password(officer, new="short", again="other")
    assert officer.status == 422
    fields = {message["id"] for message in officer.page.select(".sk-err")}
    assert fields == {"password-error", "again-error"}
    change_password(officer, new="ә" * 201, again="ә" * 201)
    assert officer.status == 422
    assert db.session.scalar(select(User.password_hash)) == before


def test_the_settings_are_shown_as_stored_beside_a_refused_password(officer):
    officer.open("/account/").submit("Save settings", digest="weekly")
    change_password(officer, present="not my password")
    chosen = officer.page.select_one("[name=digest] option[selected]")
    assert chosen["value"] == "weekly"
    officer.submit("Save settings", csv_dialect="rfc4180")
    assert officer.status == 200
    assert db.session.scalar(select(User.digest)) == "weekly"


def test_a_page_that_was_refused_can_be_loaded_anew(officer):
    change_password(officer, present="not my password")
    assert officer.open("/account/password").status == 200
    assert officer.errors == []


def test_passwords_are_never_sent_back(officer):
    change_password(officer, present="not my password")
    assert "not my password" not in re.sub(r"\s+", " ", officer.response.get_data(as_text=True))
    assert NEW not in officer.response.get_data(as_text=True)
