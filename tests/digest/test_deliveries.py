"""The page of every delivery: what the server said, and sending by hand."""

from dataclasses import replace

from flask_babel import force_locale

from crm.accounts.services.notices import Notice, queue
from crm.core import clock
from crm.core.database import db
from crm.core.dates import short_date
from crm.core.post import send_waiting
from crm.digest.models import DigestRun
from tests.digest.posting import ledger, make_owners, send, told, use
from tests.factories import make_delivery, make_user
from tests.smtp import smtp_server
from tests.sweep import send as ask

PAGE = "/admin/digests/"


def shown(browser, query=""):
    """Address, status, attempts and answer of each row."""
    rows = browser.open(PAGE + query).rows
    return [(row[0].split()[-1], row[2], row[3], row[5]) for row in rows]


def test_every_mail_of_every_purpose_is_listed(app, mailbox, admin):
    use(app, mailbox)
    anna, boris = make_owners("anna", "boris")
    mailbox.refused.add("boris@test.example")
    send(app)
    queue(Notice.ROLE, anna)
    db.session.commit()
    assert sorted(shown(admin)) == [
        ("anna@test.example", "Sent", "1", "–"),
        ("anna@test.example", "Waiting to be sent", "0", "–"),
        ("boris@test.example", "Not sent", "1", "550 no such mailbox"),
    ]
    assert [row[0] for row in shown(admin, "?open=1")] != []
    assert shown(admin, "?status=failed")[0][0] == "boris@test.example"
    assert len(shown(admin, f"?person={anna.id}")) == 2
    assert len(shown(admin, f"?purpose=role-changed&person={boris.id}")) == 0
    row = admin.open(f"{PAGE}?status=failed").rows[0]
    assert row[6] != "–"  # when it is tried again


def test_what_is_seen_is_what_is_exported(app, admin):
    anna = make_user(name="Anna", email="anna@test.example")
    make_delivery(anna, status="failed", answer="550 no such mailbox")
    lines = ask(admin, "GET", "/admin/digests.csv?headers=keys&dialect=rfc4180").get_data(True)
    head, row = lines.removeprefix("\ufeff").splitlines()
    assert head.startswith(
        "id,purpose,period,status,recipient_id,recipient,address,attempts,answer"
    )
    assert f"digest,2026-11-24,failed,{anna.id},Anna,anna@test.example,1,550 no such mailbox" in row


def test_a_failed_mail_is_sent_again_by_hand(app, mailbox, admin):
    use(app, mailbox)
    make_owners("anna")
    mailbox.refused.add("anna@test.example")
    send(app)
    mailbox.refused.clear()
    admin.open(PAGE).click("anna").submit("Send now")
    assert "Sent: anna@test.example" in admin.text
    assert told(mailbox) == ["anna@test.example"]
    assert ledger() == [("anna", "sent")]


def test_a_sent_mail_is_sent_again_only_when_that_is_meant_and_under_its_own_id(
    app, mailbox, admin
):
    use(app, mailbox)
    make_owners("anna")
    send(app)
    admin.open(PAGE).click("anna").submit("Send now")
    assert admin.status == 422
    assert "The server accepted this mail. Mark that it is to be sent again." in admin.errors
    assert len(mailbox.messages) == 1
    admin.submit("Send now", is_wanted=True)
    first, second = mailbox.messages
    assert first["Message-ID"] == second["Message-ID"]
    assert ledger() == [("anna", "sent")]


def test_what_the_server_says_to_a_mail_sent_by_hand_is_shown_and_logged_once(app, admin, caplog):
    with smtp_server() as gone:
        use(app, gone)
    make_owners("anna")
    send(app)
    caplog.clear()
    admin.open(PAGE).click("anna").submit("Send now")
    fault = f"mail server 127.0.0.1:{gone.port}: Connection refused"
    assert admin.page.select_one(".sk-msg-err").text == f"Not sent: {fault}"
    assert shown(admin) == [("anna@test.example", "Not sent", "2", fault)]
    assert [one.getMessage().partition(": ")[2] for one in caplog.records] == [fault]


def test_a_mail_nobody_wants_any_more_is_not_sent_by_hand(app, mailbox, admin):
    use(app, mailbox)
    make_delivery(make_user(digest="off", email="anna@test.example"), status="failed")
    admin.open(f"{PAGE}1").submit("Send now")
    assert "There is nothing to be sent to this person any more." in admin.text
    assert mailbox.messages == []
    assert ledger() == [("anna", "dropped")]


def test_an_invitation_is_sent_by_hand_with_a_fresh_link(app, mailbox, admin):
    use(app, mailbox)
    user = make_user(email="anna@test.example")
    queue(Notice.INVITATION, user)
    db.session.commit()
    alive = app.config["CRM"]
    app.config["CRM"] = replace(alive, smtp_url="smtp://127.0.0.1:9")
    send_waiting()
    app.config["CRM"] = alive
    admin.open(PAGE).click(user.name).submit("Send now")
    assert [mail["Subject"] for mail in mailbox.messages] == ["Your sign-in: set a password"]


def test_the_last_run_is_told(app, admin):
    assert "No digests were sent lately" in admin.open(PAGE).text
    db.session.add(DigestRun(day=clock.today(), ended_at=clock.now()))
    db.session.commit()
    with force_locale("en"):
        day = short_date(clock.today())
    assert f"Digests of {day} were sent:" in admin.open(PAGE).text
