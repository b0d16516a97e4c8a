"""The settings: what holds without any, and what a wrong one says."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from crm.app import create_app
from crm.config import Config, ConfigError
from tests.browser import Browser
from tests.postgres import on_sqlite, opened_app
from tests.processes import crm_process


def config(folder, **settings):
    return Config.from_environment({"CRM_INSTANCE_PATH": str(folder), **settings})


def test_nothing_needs_to_be_set(tmp_path):
    found = config(tmp_path / "instance")
    assert found.database_url == f"sqlite:///{tmp_path}/instance/seriktes.db"
    assert found.base_url == "http://127.0.0.1:8000"
    assert found.timezone == "Asia/Almaty"
    assert found.mail_server is None
    assert not found.is_https
    assert len(found.secret_key) >= 48


def test_the_generated_key_is_kept_and_kept_secret(tmp_path):
    first = config(tmp_path).secret_key
    assert config(tmp_path).secret_key == first
    assert config(tmp_path / "another").secret_key != first
    mode = (tmp_path / "secret-key").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["secret-key"]


def test_processes_that_start_at_once_agree_on_the_key(tmp_path):
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _number: config(tmp_path).secret_key, range(32)))
    assert len(keys) == 1


def test_a_given_key_is_taken_and_none_written(tmp_path):
    assert config(tmp_path, CRM_SECRET_KEY="given" * 4).secret_key == "given" * 4
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("CRM_INSTANCE_PATH", "/dev/null/instance"),
        ("CRM_DATABASE_URL", "seriktes"),
        ("CRM_DATABASE_URL", "mysql://localhost/crm"),
        ("CRM_DATABASE_URL", "postgresql://localhost:port/crm"),
        ("CRM_DATABASE_URL", "postgresql+psycopg2://localhost/crm"),
        ("CRM_DATABASE_URL", "sqlite://"),
        ("CRM_DATABASE_URL", "sqlite:///:memory:"),
        ("CRM_SECRET_KEY", "fifteen letters"),
        ("CRM_BASE_URL", "crm.akimat.kz"),
        ("CRM_BASE_URL", "ftp://crm.akimat.kz"),
        ("CRM_BASE_URL", "https://"),
        ("CRM_BASE_URL", "http://["),
        ("CRM_BASE_URL", "http://crm.akimat.kz:port"),
        ("CRM_BASE_URL", "http://crm.akimat.kz:99999"),
        ("CRM_BASE_URL", "http://crm.akimat.kz/?a=b"),
        ("CRM_TIMEZONE", "Asia/Oskemen"),
        ("CRM_TIMEZONE", "+05:00"),
        ("CRM_TIMEZONE", "Asia"),
        ("CRM_TIMEZONE", "../../etc/passwd"),
        ("CRM_UPLOAD_LIMIT_MB", "0"),
        ("CRM_UPLOAD_LIMIT_MB", "25 MB"),
        ("CRM_UPLOAD_LIMIT_MB", "-1"),
        ("CRM_TRUSTED_PROXIES", "yes"),
        ("CRM_TRUSTED_PROXIES", "1.5"),
    ],
)
def test_a_wrong_value_stops_the_start_with_one_line_that_names_it(tmp_path, setting, value):
    with pytest.raises(ConfigError, match=f"^{setting}: ") as error:
        config(**{"folder": tmp_path} | {setting: value})
    assert "\n" not in str(error.value)


def test_an_empty_value_is_none(tmp_path):
    assert config(tmp_path, CRM_TIMEZONE=" ", CRM_SMTP_URL="").timezone == "Asia/Almaty"


def test_an_address_needs_no_slash_at_its_end(tmp_path):
    assert config(tmp_path, CRM_BASE_URL="https://crm.kz/").base_url == "https://crm.kz"


@pytest.mark.parametrize(("address", "is_secure"), [("https://crm.kz", True), ("http://x", False)])
def test_cookies_travel_over_tls_only_where_people_use_it(tmp_path, address, is_secure):
    app = create_app(config(tmp_path, CRM_BASE_URL=address, CRM_SECRET_KEY="given" * 4))
    client = app.test_client()
    for url in ("/login", "/language?to=en"):
        cookie = client.get(url, base_url="https://crm.kz").headers["Set-Cookie"]
        assert ("Secure" in cookie) is is_secure
        assert "HttpOnly" in cookie


def test_a_relative_database_lies_in_the_instance_folder(tmp_path):
    with opened_app("sqlite:///relative.db", tmp_path) as app:
        assert Browser(app).open("/healthz").status == 503
    assert (tmp_path / "relative.db").exists()


@on_sqlite
@pytest.mark.parametrize("command", [["--help"], ["serve"]])
def test_every_command_refuses_a_wrong_setting_in_one_line(app, command):
    done = crm_process(app, *command, CRM_TIMEZONE="Asia/Oskemen")
    assert done.returncode == 1
    assert done.stderr == "crm: CRM_TIMEZONE: no such zone: Asia/Oskemen\n"
    assert done.stdout == ""
