"""``crm doctor``: what is wrong with an installation, and how it is mended."""

import os
import sys
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import delete, text

from crm.core.database import db
from crm.core.search_tokens import SearchToken
from crm.duplicates.models import LikelyKey
from tests.factories import make_follow_up, make_meeting, make_organisation
from tests.operations.places import own_place
from tests.postgres import KINDS, crm, crm_result, on_sqlite
from tests.processes import become_nobody, crm_process, write_little
from tests.serving import crm_from_nothing, free_port
from tests.smtp import smtp_server

KEY = "a-key-that-is-long-enough-for-tests"


@pytest.fixture(params=KINDS)
def app(request, databases, tmp_path):
    with own_place(databases, request.param, tmp_path) as app:
        yield app


def doctor(app, run=crm_process, **given):
    """What a process of its own says: findings by name, and the line on stderr."""
    done = run(app, "doctor", **{"CRM_SECRET_KEY": KEY} | given)
    findings = {}
    for line in done.stdout.splitlines():
        state, name, words = line[:7].strip(), *line[7:].split(": ", 1)
        findings[name] = words
        assert state == ("WRONG" if " - to mend: " in words else "ok"), line
    wrong = {name: words for name, words in findings.items() if " - to mend: " in words}
    assert done.returncode == (1 if wrong else 0), done.stderr
    assert done.stderr == (f"crm: to mend: {len(wrong)} (see above)\n" if wrong else "")
    return findings, wrong


def test_a_sound_installation_is_called_so(app):
    make_follow_up(meeting_id=make_meeting().id)
    findings, wrong = doctor(app)
    assert not wrong
    assert {"settings", "instance folder", "database", "schema", "integrity"} <= set(findings)
    assert {"mail", "time zone", "translations", "secret key", "base URL"} <= set(findings)


def test_a_schema_one_step_behind_is_found(empty_app):
    with empty_app.app_context():
        crm(empty_app, "db", "upgrade", "0001")
        result = crm_result(empty_app, "doctor")
    assert result.exit_code == 1
    assert "WRONG  schema: it is at 0001, not at " in result.output
    assert "to mend: crm db upgrade\n" in result.output


@on_sqlite
def test_what_search_and_likely_duplicates_do_not_find_is_told(app):
    make_organisation(name_en="Wilo")
    for rows, mend in ((LikelyKey, "duplicates find"), (SearchToken, "search reindex")):
        db.session.execute(delete(rows.__table__))
        db.session.commit()
        assert f"to mend: crm {mend}" in crm_result(app, "doctor").output
        crm(app, *mend.split())
    assert "ok     search" in crm_result(app, "doctor").output


def test_a_row_that_points_at_nothing_is_found(app):
    meeting = make_meeting()
    make_follow_up(meeting_id=meeting.id)
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        else:
            connection.execute(text("SET session_replication_role = replica"))
        connection.execute(text("DELETE FROM meetings"))
        connection.commit()
        connection.invalidate()
    result = crm_result(app, "doctor")
    assert "WRONG  integrity: these point at nothing: follow_ups.meeting_id (1 rows)" in (
        result.output
    )


@on_sqlite
@pytest.mark.parametrize(
    ("given", "name", "words"),
    [
        ({"CRM_DATABASE_URL": "mysql://here/x"}, "settings", "CRM_DATABASE_URL: only sqlite"),
        ({"CRM_BASE_URL": "crm.example.org"}, "settings", "CRM_BASE_URL: must be an http:// or"),
        ({"CRM_TIMEZONE": "Asia/Oskemen"}, "settings", "CRM_TIMEZONE: no such zone"),
        (
            {"CRM_DATABASE_URL": "postgresql://seriktes@127.0.0.1:1/seriktes"},
            "database",
            "refused",
        ),
    ],
)
def test_a_wrong_url_or_zone_is_found(app, given, name, words):
    _findings, wrong = doctor(app, **given)
    assert words in wrong[name]


@on_sqlite
def test_a_database_file_that_is_none_is_restored_and_not_granted(app, tmp_path):
    spoilt = tmp_path / "spoilt.db"
    spoilt.write_bytes(b"no database at all" * 500)
    _findings, wrong = doctor(app, CRM_DATABASE_URL=f"sqlite:///{spoilt}")
    mend = f"move {spoilt} away and restore the last backup: crm restore FILE"
    assert wrong["database"].endswith(f"file is not a database - to mend: {mend}")
    _findings, wrong = doctor(app, CRM_DATABASE_URL=f"sqlite:///{tmp_path}/none/x.db")
    assert wrong["database"].startswith(f"there is no folder {tmp_path}/none - to mend: let CRM_")
    _findings, wrong = doctor(app, CRM_DATABASE_URL=f"sqlite:///{tmp_path}")
    assert wrong["database"].startswith(f"{tmp_path} is a folder - to mend: let CRM_DATABASE_URL")


@on_sqlite
def test_what_is_read_by_others_or_travels_in_the_open_is_found(app):
    folder = app.config["CRM"].instance_path
    (folder / "secret-key").write_text("x" * 40)
    (folder / "secret-key").chmod(0o644)
    folder.chmod(0o755)
    _findings, wrong = doctor(app, CRM_SECRET_KEY="x" * 40, CRM_BASE_URL="http://crm.example.org")
    assert f"(mode 755) - to mend: chmod 700 {folder}" in wrong["instance folder"]
    assert f"(mode 644) - to mend: chmod 600 {folder}/secret-key" in wrong["secret key"]
    assert "CRM_BASE_URL=https://" in wrong["base URL"]
    folder.chmod(0o700)
    (folder / "secret-key").chmod(0o600)
    (folder / "secret-key").write_text("x")
    given = {"CRM_SECRET_KEY": "", "CRM_BASE_URL": "https://crm.example.org"}
    _findings, wrong = doctor(app, **given)
    assert set(wrong) == {"secret key", "base URL"}
    assert "CRM_TRUSTED_PROXIES=1" in wrong["base URL"]


@on_sqlite
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_somebody_without_rights_is_told_whose_the_folder_must_be(app):
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:  # pytest's own are closed to others
        place = Path(folder) / "instance"
        place.mkdir()
        given = {"CRM_INSTANCE_PATH": str(place), "CRM_DATABASE_URL": "", "first": become_nobody}
        for path in (place.parent, place):
            path.chmod(0o755)
        _findings, wrong = doctor(app, **given)
        mend = f"give it to nobody: chown -R nobody {place}"
        assert wrong["instance folder"].endswith(f"Permission denied - to mend: {mend}")
        (place / "secret-key").write_text("x" * 40)
        (place / "secret-key").chmod(0o600)
        for mode in (0o755, 0o700):
            place.chmod(mode)
            _findings, wrong = doctor(app, CRM_SECRET_KEY="", **given)
            assert f"{place}/secret-key: Permission denied - to mend: give" in wrong["settings"]


def test_a_disk_that_refuses_writes_is_found(app):
    _findings, wrong = doctor(app, first=write_little)
    assert "File too large - to mend: make room" in wrong["instance folder"]
    assert "(ulimit -f)" in wrong["instance folder"]


@on_sqlite
def test_time_zone_data_that_is_missing_is_found(app, tmp_path):
    (tmp_path / "tzdata").mkdir()
    (tmp_path / "tzdata" / "__init__.py").touch()  # in place of the package
    path = os.pathsep.join([str(tmp_path), *sys.path])
    _findings, wrong = doctor(app, crm_from_nothing, PYTHONTZPATH="", PYTHONPATH=path)
    assert "no such zone: Asia/Almaty" in wrong["settings"]
    assert "pip install tzdata" in wrong["settings"]


@on_sqlite
def test_the_mail_server_is_asked_and_gets_no_mail(app):
    with smtp_server() as mailbox:
        findings, wrong = doctor(app, CRM_SMTP_URL=mailbox.url)
        assert not wrong
        assert findings["mail"] == f"mail server 127.0.0.1:{mailbox.port}"
        assert mailbox.connections == 1
        assert mailbox.messages == []
        _findings, wrong = doctor(app, CRM_SMTP_URL=mailbox.url.replace("letters", "guess"))
        assert "535" in wrong["mail"]
    _findings, wrong = doctor(app, CRM_SMTP_URL=f"smtp://127.0.0.1:{free_port()}")
    assert "Connection refused - to mend: see that the server runs" in wrong["mail"]
