"""A mail's head: whoever it is for, it goes to one address and can be told from no other."""

from dataclasses import replace
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.config import Config, ConfigError, MailServer
from crm.core.message import Letter, MailRefusedError, compose, message_id

LETTER = Letter("Күтілетін: 3", "мәтін", "<p>мәтін</p>", "kk")
HERE = "https://crm.example.kz"


def composed(name="Айгерім Сейітқали", address="anna@test.example", **given):
    own_id = message_id("digest", 3, "2026-11-24", HERE)
    given = {"letter": LETTER, "sender": "seriktes@localhost", **given}
    return compose(given.pop("letter"), to=(name, address), message_id=own_id, **given)


def arrived(message):
    return message_from_bytes(message.source, policy=policy.default)


def test_both_parts_arrive_as_they_were_written():
    mail = arrived(composed())
    assert mail["Subject"] == "Күтілетін: 3"
    assert mail["To"] == "Айгерім Сейітқали <anna@test.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "kk"
    assert mail["Date"].datetime.utcoffset().total_seconds() == 5 * 3600
    assert mail.get_body(("plain",)).get_content().strip() == "мәтін"
    assert mail.get_body(("html",)).get_content().strip() == "<p>мәтін</p>"
    assert mail.is_multipart()
    assert mail.get_content_type() == "multipart/alternative"


WORDS = ("Жоспарлануда:", "Германия", "ынтымақтастық", "Siemens", "№", "15.12.2026,", "x" * 60)


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=15))
def test_a_subject_arrives_with_every_space(words):
    subject = " ".join(words)
    raw = composed(letter=replace(LETTER, subject=subject))
    assert arrived(raw)["Subject"] == subject
    assert all(len(line) <= 78 for line in raw.source.split(b"\r\n") if line.strip())


def test_a_mail_can_pass_any_server():
    lines = composed(letter=Letter("Ә" * 300, "Ә" * 5000, "Ә" * 5000, "kk")).source.split(b"\r\n")
    assert max(map(len, lines)) < 998
    assert all(line.isascii() for line in lines)


@given(st.text(max_size=200))
def test_a_name_can_be_nothing_but_a_name(name):
    mail = arrived(composed(name))
    assert [address.addr_spec for address in mail["To"].addresses] == ["anna@test.example"]
    assert mail.keys() == arrived(composed()).keys()
    assert not mail.defects
    assert not mail["To"].defects


@pytest.mark.parametrize(
    "name",
    [
        "x\r\nBcc: eve@test.example",
        'A, "long" one ' * 15,
        "Eve <eve@test.example>, Anna",
        "=?utf-8?q?=2C_eve=40test=2Eexample?=",
        "group: eve@test.example;",
    ],
)
def test_a_hostile_name_adds_no_address(name):
    mail = arrived(composed(name))
    assert [address.addr_spec for address in mail["To"].addresses] == ["anna@test.example"]
    assert "Bcc" not in mail


@pytest.mark.parametrize(
    "address",
    ["", "anna", "a b@c.d", "a@b,c@d", "a@b\r\nBcc: c@d", "a@b>", "<a@b>", "a@b\x00", "қ@b.kz"],
)
def test_what_is_no_address_is_refused(address):
    with pytest.raises(MailRefusedError):
        composed(address=address)


def test_a_domain_in_kazakh_is_written_as_servers_know_it():
    (address,) = arrived(composed(address="anna@әкімдік.қаз"))["To"].addresses
    assert address.addr_spec.isascii()


def test_a_message_id_belongs_to_purpose_person_and_period():
    ids = {
        message_id(purpose, person, period, HERE)
        for purpose in ("digest", "report")
        for person in (1, 2)
        for period in ("2026-11-24", "2026-11-25")
    }
    assert len(ids) == 8
    assert all(one.endswith("@crm.example.kz>") for one in ids)
    assert message_id("digest", 1, "2026-11-24", HERE) in ids


def test_a_configured_name_stands_in_front_of_the_sender():
    mail = arrived(composed(sender="Серіктес <crm@test.example>"))
    assert mail["From"] == "Серіктес <crm@test.example>"


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("smtp://mail.kz", ("mail.kz", 25, False, False)),
        ("smtp://mail.kz?starttls=1", ("mail.kz", 587, False, True)),
        ("smtps://mail.kz", ("mail.kz", 465, True, False)),
        ("smtp://mail.kz:2525", ("mail.kz", 2525, False, False)),
        ("smtp://[::1]:2525?starttls=1", ("::1", 2525, False, True)),
    ],
)
def test_a_server_is_read_from_its_address(url, read):
    server = MailServer.from_url(url)
    assert (server.host, server.port, server.is_tls, server.has_starttls) == read


def test_a_password_may_hold_any_character():
    server = MailServer.from_url("smtps://crm%40akimat.kz:p%40ss%2Fw%3F@mail.kz")
    assert (server.user, server.password) == ("crm@akimat.kz", "p@ss/w?")
    assert "p@ss" not in repr(server)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("CRM_SMTP_URL", "mail.kz"),
        ("CRM_SMTP_URL", "http://mail.kz"),
        ("CRM_SMTP_URL", "smtp://mail.kz:port"),
        ("CRM_SMTP_URL", "smtp://mail.kz?starttls=maybe"),
        ("CRM_SMTP_URL", "smtp://mail.kz?tls=1"),
        ("CRM_SMTP_URL", "smtp://mail.kz?timeout=0"),
        ("CRM_SMTP_URL", "smtps://mail.kz?cafile=/no/such/file"),
        ("CRM_SMTP_URL", "smtp://crm:hunter2@mail.kz"),
        ("CRM_DIGEST_TIME", "8"),
        ("CRM_DIGEST_TIME", "24:00"),
        ("CRM_DIGEST_TIME", "08:30:00"),
        ("CRM_MAIL_FROM", "nobody"),
        ("CRM_MAIL_FROM", "@test.example"),
        ("CRM_MAIL_FROM", "a@b\r\nBcc: c@d"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_one_line(tmp_path, setting, value):
    with pytest.raises(ConfigError, match=f"^{setting}: ") as error:
        Config.from_environment({"CRM_INSTANCE_PATH": str(tmp_path), setting: value})
    assert "\n" not in str(error.value)
    assert "hunter2" not in str(error.value)
