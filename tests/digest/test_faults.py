"""Whatever goes wrong in a run, nobody's digest is lost or doubled."""

import os
import subprocess
from dataclasses import replace

import pytest

from crm.core import claims
from crm.core.database import db, lone_connection
from tests.digest.posting import (
    ledger,
    make_owners,
    send,
    started,
    told,
    use,
)
from tests.factories import make_follow_up, make_user
from tests.smtp import smtp_server


def test_a_refused_recipient_stops_nobody_and_is_tried_again(app, mailbox):
    use(app, mailbox)
    make_owners("anna", "boris", "clara")
    mailbox.refused.add("boris@test.example")
    run = send(app)
    assert run.exit_code == 1
    assert "sent 2" in run.stdout
    assert "failed 1" in run.stdout
    assert run.stderr == "crm: not sent to boris@test.example: 550 no such mailbox\n"
    assert ledger() == [("anna", "sent"), ("boris", "failed"), ("clara", "sent")]
    mailbox.refused.clear()
    assert send(app).exit_code == 0
    assert told(mailbox) == ["anna@test.example", "clara@test.example", "boris@test.example"]


def test_an_address_nobody_can_write_to_stops_nobody(app, mailbox):
    use(app, mailbox)
    for address in ("an na@test.example", "anna@test.example\r\nBcc: eve@test.example"):
        make_follow_up(owner=make_user(email=address))
    make_owners("boris")
    run = send(app)
    assert run.exit_code == 1
    assert run.stderr.count("not a usable address") == 2
    assert told(mailbox) == ["boris@test.example"]


def test_when_the_server_is_down_nothing_is_marked_sent_and_it_is_said_once(app):
    with smtp_server() as mailbox:
        use(app, mailbox)
        make_owners("anna", "boris")
        make_user()  # with nothing to be told
    run = send(app)
    assert run.exit_code == 1
    assert "\nnot sent 2\n" in run.stdout
    assert run.stdout.startswith("sent 0\n")
    assert run.stderr == f"crm: mail server 127.0.0.1:{mailbox.port}: Connection refused\n"
    assert "sent" not in dict(ledger()).values()
    with smtp_server() as back:
        use(app, back)
        assert send(app).exit_code == 0
        assert len(back.messages) == 2


def test_without_anything_to_say_the_server_is_not_asked(app):
    with smtp_server() as mailbox:
        use(app, mailbox)
    make_user()
    assert send(app).exit_code == 0


def test_a_wrong_password_sends_nothing_and_is_not_shown(app, mailbox):
    wrong = mailbox.url.replace("letters", "hunter2")
    app.config["CRM"] = replace(app.config["CRM"], smtp_url=wrong)
    make_owners("anna", "boris")
    run = send(app)
    assert run.exit_code == 1
    assert len(run.stderr.splitlines()) == 1
    assert "535" in run.stderr
    assert "hunter2" not in run.output
    assert "sent" not in dict(ledger()).values()


def test_a_server_nobody_vouches_for_gets_no_mail(app, mailbox, monkeypatch):
    use(app, mailbox)
    make_owners("anna")
    monkeypatch.delenv("SSL_CERT_FILE")
    run = send(app)
    assert run.exit_code == 1
    assert "certificate not trusted" in run.stderr
    assert mailbox.messages == []


def test_a_private_authority_is_named_in_the_address(app, mailbox, monkeypatch):
    url = f"{mailbox.url}&cafile={os.environ['SSL_CERT_FILE']}"
    monkeypatch.delenv("SSL_CERT_FILE")
    app.config["CRM"] = replace(app.config["CRM"], smtp_url=url)
    make_owners("anna")
    assert send(app).exit_code == 0
    assert len(mailbox.messages) == 1


def test_a_server_that_hangs_up_is_called_again(app, mailbox):
    use(app, mailbox)
    make_owners("anna", "boris", "clara")
    mailbox.hung_up_on.add("boris@test.example")
    assert send(app).exit_code == 0
    assert told(mailbox) == ["anna@test.example", "boris@test.example", "clara@test.example"]
    assert mailbox.connections == 2


def test_a_connection_dropped_between_two_mails_is_opened_again(app, mailbox):
    use(app, mailbox)
    mailbox.drops = True
    make_owners("anna", "boris", "clara")
    assert send(app).exit_code == 0
    assert told(mailbox) == ["anna@test.example", "boris@test.example", "clara@test.example"]


def test_a_server_that_falls_silent_ends_the_run(app, mailbox):
    url = f"{mailbox.url}&timeout=1"
    app.config["CRM"] = replace(app.config["CRM"], smtp_url=url)
    make_owners("anna", "boris", "clara")
    mailbox.held.add("boris@test.example")
    run = send(app)
    assert run.exit_code == 1
    assert "no answer in time" in run.stderr
    assert "sent 1" in run.stdout
    assert "not sent 2" in run.stdout
    assert ledger() == [("anna", "sent"), ("boris", "failed"), ("clara", "failed")]
    mailbox.held.clear()
    assert send(app).exit_code == 0
    assert told(mailbox) == ["anna@test.example", "boris@test.example", "clara@test.example"]


# -- two processes -----------------------------------------------------------------------------


def test_a_kill_between_two_people_neither_loses_nor_repeats_a_mail(app, mailbox):
    make_owners("anna", "boris", "clara")
    mailbox.held.add("boris@test.example")
    killed = started(app, mailbox)
    assert mailbox.reached.wait(30)
    killed.kill()
    mailbox.held.clear()
    again = started(app, mailbox)
    done = again.end(20)  # at once: the claim died with its process
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("sent 2\nnothing to say 0\nalready sent 1\n")
    assert told(mailbox) == ["anna@test.example", "boris@test.example", "clara@test.example"]
    assert ledger() == [("anna", "sent"), ("boris", "sent"), ("clara", "sent")]


def test_a_mail_in_doubt_is_repeated_under_the_same_message_id(app, mailbox):
    make_owners("anna")
    mailbox.held_late.add("anna@test.example")
    killed = started(app, mailbox)
    assert mailbox.reached.wait(30)
    killed.kill()
    assert ledger() == [("anna", "sending")]
    mailbox.held_late.clear()
    use(app, mailbox)
    assert send(app).exit_code == 0
    first, second = mailbox.messages
    assert first["Message-ID"] == second["Message-ID"]
    assert ledger() == [("anna", "sent")]


def test_two_runs_at_once_send_one_mail_each(app, mailbox):
    make_owners("anna", "boris", "clara")
    mailbox.held.add("boris@test.example")
    first = started(app, mailbox)
    assert mailbox.reached.wait(30)
    second = started(app, mailbox)
    with pytest.raises(subprocess.TimeoutExpired):  # it waits for who is being sent to
        second.end(2)
    assert told(mailbox) == ["anna@test.example"]
    mailbox.held.clear()
    done = [run.end() for run in (first, second)]
    assert [run.returncode for run in done] == [0, 0], done
    assert sorted(told(mailbox)) == [f"{name}@test.example" for name in ("anna", "boris", "clara")]


def test_who_is_held_by_a_process_that_never_lets_go_is_reported(app, mailbox, monkeypatch):
    use(app, mailbox)
    anna, _boris = make_owners("anna", "boris")
    name = f"digest-{anna.id}"
    db.session.commit()
    monkeypatch.setattr(claims, "WAIT_SECONDS", 1)
    folder = app.config["CRM"].instance_path / "locks"
    with lone_connection() as other, claims.claims_on(other, folder).hold(name) as claim:
        claim.wait()
        run = send(app)
    assert run.exit_code == 1
    assert run.stderr == f"crm: not sent to anna@test.example: another process holds {name}\n"
    assert told(mailbox) == ["boris@test.example"]
