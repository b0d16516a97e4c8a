"""The page of one's own digest, and the links of a mail."""

from datetime import date

import pytest

from crm.core import clock
from crm.core.database import db
from crm.digest.services.letter import write_digest
from tests import chromium
from tests.browser import Browser
from tests.digest.posting import TUESDAY, send, use
from tests.factories import (
    PASSWORD,
    make_country,
    make_follow_up,
    make_user,
    some_user,
)
from tests.postgres import on_sqlite


@pytest.fixture(autouse=True)
def _a_tuesday(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TUESDAY)


def test_the_page_shows_what_would_be_mailed_today(officer):
    owner = some_user()
    make_follow_up(owner=owner, text="Exchange", due_on=date(2026, 11, 20))
    make_follow_up(owner=make_user(), text="somebody else's")
    page = officer.open("/digest/")
    assert page.status == 200
    assert page.heading == "My digest"
    assert "Pending consultations: 1" in page.text
    assert "4 days overdue" in page.text
    assert "somebody else's" not in page.text
    assert "No digest was sent to you yet" in page.text
    assert page.click("Exchange").heading == "Exchange"


def test_the_text_part_is_a_tab(officer):
    make_follow_up(owner=some_user(), text="Exchange")
    text = officer.open("/digest/").click("As text").page.select_one("pre").text
    assert "* Exchange\n  No deadline set" in text
    assert officer.open("/digest/?part=pdf").status == 400


def test_a_digest_with_nothing_in_it_says_so(officer, viewer):
    for reader in (officer, viewer):
        page = reader.open("/digest/")
        assert page.status == 200
        assert "No pending consultations" in page.text


def test_the_page_says_when_the_last_was_sent(app, mailbox, officer):
    use(app, mailbox)
    make_follow_up(owner=some_user())
    send(app)
    assert "Last sent: " in officer.open("/digest/").text


def test_the_preview_speaks_the_language_of_the_mail(app):
    make_country("DE", "Germany", name_kk="Германия (kk)")
    user = make_user(language="kk", email="anna@test.example")
    make_follow_up(owner=user, country_code="DE")
    reader = Browser(app).sign_in(user.email, PASSWORD)
    reader.open("/language?to=en&next=/digest/")
    assert reader.page.html["lang"] == "en"
    preview = reader.page.select_one(".dm-preview")
    assert preview["lang"] == "kk"
    assert "Германия (kk)" in preview.text
    assert "2026 жылғы 24 қараша, сейсенбі" in preview.text


def test_the_link_to_the_rest_opens_the_later_ones(app, officer):
    user = some_user()
    make_follow_up(owner=user, text="this week", due_on=TUESDAY)
    make_follow_up(owner=user, text="training", kind="training", due_on=date(2026, 12, 1))
    for number in range(12):
        make_follow_up(owner=user, text=f"later {number}", due_on=date(2026, 12, 1))
    block = write_digest(user, TUESDAY).sections[0].blocks[-1]
    db.session.commit()
    assert len(officer.open(block.more_url.removeprefix("http://127.0.0.1:8000")).rows) == 12


def test_links_of_a_mail_never_come_from_the_host_that_asked(officer):
    make_follow_up(owner=some_user())
    for part in ("html", "text"):
        officer.open(f"/digest/?part={part}", Host="evil.example")
        assert "evil.example" not in officer.response.get_data(as_text=True)


@pytest.mark.look
@on_sqlite
@pytest.mark.parametrize(("width", "part"), [(1280, "html"), (360, "html"), (360, "text")])
def test_the_page_is_accessible_and_fits(page, width, part):
    user = make_user(email="anna@test.example")
    for due_on in (None, date(2026, 11, 1), TUESDAY, date(2027, 1, 1)):
        make_follow_up(owner=user, due_on=due_on, text="Өскемен әуежайы: " * 20)
    make_follow_up(owner=user, due_on=date(2027, 1, 1), status="awaiting_partner", text="Long" * 60)
    chromium.come_back(page, user)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"/digest/?part={part}")
    assert chromium.violations(page, chromium.WCAG) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
