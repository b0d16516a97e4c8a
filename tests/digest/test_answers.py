"""What a mail server may answer: each leaves what the page of deliveries shows, and one line."""

from dataclasses import replace

import pytest

from tests.digest.posting import make_owners, send, told, use
from tests.smtp import smtp_server

ANNA = "anna@test.example"


def shown(admin):
    """Status, attempts and answer of the one mail, and whether it is tried again."""
    ((_who, _what, state, attempts, _last, answer, next_at),) = admin.open("/admin/digests/").rows
    return state, attempts, answer, next_at != "–"


def refuse(mailbox):
    mailbox.refused.add(ANNA)


def put_off(mailbox):
    mailbox.answers[ANNA] = ["451 4.7.1 greylisted, try again later"]


def break_off(mailbox):
    mailbox.cut[ANNA] = 2


def fall_silent(mailbox):
    mailbox.held.add(ANNA)


@pytest.mark.parametrize(
    ("script", "answer"),
    [
        (refuse, "550 no such mailbox"),
        (put_off, "451 4.7.1 greylisted, try again later"),
        (break_off, "Connection unexpectedly closed"),
        (fall_silent, "mail server 127.0.0.1:{port}: no answer in time"),
    ],
)
def test_an_answer_is_shown_and_logged_once_and_the_mail_goes_at_the_next_run(
    app, mailbox, admin, script, answer
):
    url = f"{mailbox.url}&timeout=1"
    app.config["CRM"] = replace(app.config["CRM"], smtp_url=url)
    make_owners("anna")
    script(mailbox)
    answer = answer.format(port=mailbox.port)
    run = send(app)
    assert run.exit_code == 1
    assert run.stderr.splitlines() == [
        f"crm: {answer}" if script is fall_silent else f"crm: not sent to {ANNA}: {answer}"
    ]
    assert shown(admin) == ("Not sent", "1", answer, True)
    assert told(mailbox) == []
    mailbox.refused.clear()
    mailbox.held.clear()
    assert send(app).exit_code == 0
    assert shown(admin) == ("Sent", "2", "–", False)
    assert told(mailbox) == [ANNA]


def test_tls_that_is_refused_is_shown_and_logged_once(app, admin):
    with smtp_server(has_tls=False) as mailbox:
        use(app, mailbox)
        make_owners("anna")
        run = send(app)
    answer = f"mail server 127.0.0.1:{mailbox.port}: STARTTLS extension not supported by server."
    assert (run.exit_code, run.stderr) == (1, f"crm: {answer}\n")
    assert shown(admin) == ("Not sent", "1", answer, True)
    assert mailbox.messages == []


def test_a_wrong_password_is_shown_and_logged_once_at_every_mail(app, mailbox, admin):
    wrong = mailbox.url.replace("letters", "hunter2")
    app.config["CRM"] = replace(app.config["CRM"], smtp_url=wrong)
    make_owners("anna", "boris")
    run = send(app)
    (line,) = run.stderr.splitlines()
    assert "535" in line
    assert "hunter2" not in line
    rows = admin.open("/admin/digests/").rows
    assert [(row[2], row[3], f"crm: {row[5]}", row[6] != "–") for row in rows] == [
        ("Not sent", "1", line, True)
    ] * 2


def test_a_slow_server_is_waited_for(app, mailbox, admin):
    use(app, mailbox)
    make_owners("anna")
    mailbox.slowness = 0.2
    assert send(app).exit_code == 0
    assert shown(admin) == ("Sent", "1", "–", False)


def test_a_connection_that_dies_with_the_answer_repeats_the_mail_once_under_its_id(
    app, mailbox, admin
):
    use(app, mailbox)
    make_owners("anna")
    mailbox.cut_late[ANNA] = 1
    assert send(app).exit_code == 0
    first, second = mailbox.messages
    assert first["Message-ID"] == second["Message-ID"]
    assert shown(admin) == ("Sent", "1", "–", False)
