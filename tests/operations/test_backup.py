"""``crm backup`` and ``crm restore``: the whole installation in one file, and back."""

import json
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event
from zipfile import ZipFile

import pytest
from sqlalchemy import func, make_url, select, text

from crm.app import create_app
from crm.audit.models import AuditEntry
from crm.config import Config
from crm.core.database import db
from crm.follow_ups.models.follow_up import FollowUp
from crm.operations.queries import known_revisions
from crm.operations.services.archive import ArchiveWriter, BackupError, Manifest, open_archive
from crm.operations.services.databases import client_program
from crm.operations.services.keeping import KEPT
from tests.factories import make_follow_up, make_meeting
from tests.operations.places import empty_place, own_place
from tests.postgres import KINDS, crm, crm_result, on_postgresql, on_sqlite
from tests.processes import crm_process, write_little
from tests.serving import Client, free_port, serving
from tests.sweep import contents, make_world, signed_in

WRITERS = 8


@pytest.fixture(params=KINDS)
def app(request, databases, tmp_path):
    with own_place(databases, request.param, tmp_path) as app:
        yield app


@pytest.fixture
def path(tmp_path):
    return tmp_path / "office.backup"


def manifest_of(path):
    with ZipFile(path) as opened:
        return json.loads(opened.read("manifest.json"))


def made_up(path, **given):
    """A whole and sealed backup that says of itself what is ``given``."""
    says = {"version": "0.1.0", "database": "sqlite", "schema": "0001", "rows": {}}
    with path.open("w+b") as target, ArchiveWriter(target) as writer:
        writer.add("database", [b"no database"])
        for name in given.pop("files", ()):
            writer.add(name, [b"anything"])
        writer.finish(Manifest(**{**says, "created_at": "2026-11-24T00:00:00+00:00", **given}))
    return path


def left_in(folder):
    return sorted(one.name for one in folder.iterdir() if one.is_file())


def test_a_world_comes_back_as_it_was(app, databases, tmp_path, path):
    make_world()
    kept = app.config["CRM"].instance_path
    (kept / "secret-key").write_text("signs the sessions")
    (kept / "outbox").mkdir()
    (kept / "outbox" / "one.eml").write_bytes(b"Subject: yes\r\n")
    (kept / "outbox" / "two.part").write_bytes(b"half a")
    told = crm(app, "backup", str(path)).output
    before = contents()
    says = manifest_of(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert says["rows"]["follow_ups"] == 2
    (document,) = (kept / "documents").glob("*/*")
    files = {document.relative_to(kept).as_posix(), "secret-key", "outbox/one.eml"}
    assert set(says["members"]) == {"database", *(f"files/{one}" for one in files)}
    assert f"{len(says['rows'])} tables with {sum(says['rows'].values())} rows, 3 files" in told
    with empty_place(databases, tmp_path) as there:
        assert "restored: " in crm(there, "restore", str(path)).output
        crm(there, "db", "check")
        with there.app_context():
            assert contents() == before
            refused = "the audit trail is append-only"
            with pytest.raises(Exception, match=refused):
                db.session.execute(text("DELETE FROM audit_entries"))
            db.session.rollback()
        restored = there.config["CRM"].instance_path
        assert (restored / "secret-key").read_text() == "signs the sessions"
        assert (restored / "outbox" / "one.eml").read_bytes() == b"Subject: yes\r\n"
        mine = [restored / "secret-key"]
        if there.config["CRM"].database_url.startswith("sqlite"):
            mine.append(Path(make_url(there.config["CRM"].database_url).database))
        assert [stat.S_IMODE(file.stat().st_mode) for file in mine] == [0o600] * len(mine)
        again = crm_result(there, "restore", str(path))
        assert again.exit_code == 1
        assert "the database is not empty (appointments, " in again.output
    assert left_in(tmp_path) == [path.name]


def test_a_backup_taken_while_eight_people_write_is_one_moment(app, databases, tmp_path, path):
    """Every point has its number and its entry in the trail, whenever the copy was taken."""
    officer = signed_in(app, "officer")
    token = officer.token()
    cookie = officer.client.get_cookie("session").value
    meeting_id = make_meeting().id
    port, enough, all_write = free_port(), Event(), Barrier(WRITERS + 1)

    def write(number):
        client, written = Client(port, cookie), 0
        while not enough.is_set():
            point = {"text": f"Point {number}.{written}", "kind": "consultation", "owner_id": 1}
            rest = {"responsible_side": "ours", "basis": "agreement", "text_language": "en"}
            rest |= {"meeting_id": meeting_id, "csrf_token": token}
            status, _headers = client.post("/follow-ups/new", **point, **rest)
            assert status == 303
            written += 1
            if written == 1:
                all_write.wait(60)
        return written

    with serving(app, port), ThreadPoolExecutor(WRITERS) as pool:
        writers = [pool.submit(write, number) for number in range(WRITERS)]
        all_write.wait(60)
        done = crm_process(app, "backup", str(path))
        enough.set()
        total = sum(writer.result() for writer in writers)
    assert (done.returncode, done.stderr) == (0, "")
    rows = manifest_of(path)["rows"]
    assert WRITERS <= rows["follow_ups"] <= total
    with empty_place(databases, tmp_path) as there:
        crm(there, "restore", str(path))
        with there.app_context():
            assert {name: len(found) for name, found in contents().items()} == {
                name: count for name, count in rows.items() if name != "alembic_version"
            }
            numbers = db.session.scalars(select(FollowUp.number).order_by(FollowUp.number)).all()
            assert numbers == list(range(1, rows["follow_ups"] + 1))
            noted = select(func.count(AuditEntry.record_id.distinct())).where(
                AuditEntry.kind == "follow_ups", AuditEntry.action == "created"
            )
            assert db.session.scalar(noted) == rows["follow_ups"]


def test_one_flipped_byte_is_found_wherever_it_is(app, databases, tmp_path, path):
    make_follow_up()
    crm(app, "backup", str(path))
    content = path.read_bytes()
    size = len(content)
    places = {*range(0, 120), *range(120, size, size // 60), *range(size - 300, size)}
    for place in places:
        flipped = bytearray(content)
        flipped[place] ^= 1
        path.write_bytes(flipped)
        with pytest.raises(BackupError, match=r"damaged|no backup"), open_archive(path, str):
            pass
    with empty_place(databases, tmp_path) as there:
        refused = crm_result(there, "restore", str(path))
        assert refused.exit_code == 1
        assert f"{path}: it is " in refused.output
        path.write_bytes(content[:-1])
        assert "or its end is missing" in crm_result(there, "restore", str(path)).output
        with there.app_context():
            assert left_in(there.config["CRM"].instance_path) == []
            assert not contents_or_none()
        path.write_bytes(content)
        crm(there, "restore", str(path))


def contents_or_none():
    """The tables there are."""
    with db.engine.connect() as connection:
        return db.inspect(connection).get_table_names()


def test_an_older_schema_is_migrated(empty_app, databases, tmp_path, path):
    crm(empty_app, "db", "upgrade", "0002")
    crm(empty_app, "backup", str(path))
    with empty_app.app_context():
        kind, head = db.engine.dialect.name, known_revisions()[0]
    with empty_place(databases, tmp_path, kind) as there:
        told = crm(there, "restore", str(path)).output
        assert told.endswith(f"migrated from schema 0002 to {head}\n")
        crm(there, "db", "check")


def test_tables_without_a_row_are_an_empty_place(app, databases, tmp_path, path):
    make_follow_up()
    crm(app, "backup", str(path))
    before = contents()
    with own_place(databases, db.engine.dialect.name, tmp_path / "there") as there:
        crm(there, "restore", str(path))
        assert contents() == before


def test_a_file_in_the_place_is_not_overwritten(app, databases, tmp_path, path):
    crm(app, "backup", str(path))
    with empty_place(databases, tmp_path) as there:
        mail = there.config["CRM"].instance_path / "outbox" / "one.eml"
        mail.parent.mkdir()
        mail.write_text("of somebody else")
        refused = crm_result(there, "restore", str(path))
        assert refused.exit_code == 1
        assert f"the instance folder is not empty: {mail} stands there" in refused.output


@on_sqlite
@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"product": "another"}, "it is a backup of 'another', not of Seriktes"),
        ({"format": 2}, "its format 2 is not known here"),
        ({"schema": "9999", "version": "7.0"}, "it was made by a newer version (7.0, schema 9999)"),
        ({"database": "postgresql"}, "it holds a postgresql database and CRM_DATABASE_URL names"),
        ({"files": ["files/../x"]}, "it names a file outside the instance folder: ../x"),
        ({"files": ["files//etc/x"]}, "it names a file outside the instance folder: /etc/x"),
    ],
)
def test_what_does_not_belong_here_is_refused(app, databases, tmp_path, path, given, words):
    made_up(path, **given)
    with empty_place(databases, tmp_path) as there:
        refused = crm_result(there, "restore", str(path))
        assert refused.exit_code == 1
        assert refused.output.startswith(f"Error: {path}: {words}")
        assert refused.output.count("\n") == 1
    assert left_in(tmp_path) == [path.name]


@on_sqlite
def test_something_else_is_no_backup(app, databases, tmp_path, path):
    for content in (b"", b"PK", b"a" * 1000):
        path.write_bytes(content)
        assert "it is no backup of Seriktes" in crm_result(app, "restore", str(path)).output
    assert crm_result(app, "restore", str(tmp_path / "none")).exit_code == 2


def test_a_file_that_is_there_stays_unless_told(app, path):
    path.write_text("precious")
    refused = crm_result(app, "backup", str(path))
    assert refused.exit_code == 1
    assert f"{path} is there already: --force overwrites it" in refused.output
    assert path.read_text() == "precious"
    crm(app, "backup", str(path), "--force")
    assert manifest_of(path)["product"] == "seriktes"


def test_what_the_installation_lives_on_is_never_overwritten(app, tmp_path):
    kept = app.config["CRM"].instance_path
    (kept / "secret-key").write_text("signs the sessions")
    (kept / "outbox").mkdir()
    (kept / "outbox" / "one.eml").write_bytes(b"Subject: yes\r\n")
    own = [kept / "secret-key", kept / "outbox" / "one.eml", kept / "outbox" / "new.backup"]
    if db.engine.dialect.name == "sqlite":
        own += [Path(f"{db.engine.url.database}{end}") for end in ("", "-wal", "-shm", "-journal")]
    for number, file in enumerate(own):
        (tmp_path / f"soft{number}").symlink_to(file)
        names = [file, tmp_path / f"soft{number}"]
        if file.exists():
            (tmp_path / f"hard{number}").hardlink_to(file)
            names.append(tmp_path / f"hard{number}")
        before = file.read_bytes() if file.exists() else None
        for name in names:
            words = f"{name} is a file this installation keeps: choose another one"
            for command in (("backup", "--force"), ("export", "people", "-o")):
                refused = crm_result(app, *command, str(name))
                assert refused.exit_code == 1
                assert words in refused.output
        assert (file.read_bytes() if file.exists() else None) == before
    beside = kept / "of-today.backup"  # what is not its own may lie in the folder
    beside.touch()
    crm(app, "backup", str(beside), "--force")


def test_a_full_disk_leaves_nothing(app, tmp_path, path):
    make_world()
    done = crm_process(app, "backup", str(path), first=write_little)
    assert done.returncode == 1, done.stdout
    assert done.stderr.count("\n") == 1, done.stderr
    assert left_in(tmp_path) == []


def test_a_kill_leaves_nothing(tmp_path):
    script = (
        "import os, pathlib, sys; from crm.core.whole_files import whole_file\n"
        "with whole_file(pathlib.Path(sys.argv[1])) as file:\n"
        "    file.write(b'x' * 100000); file.flush(); os.kill(os.getpid(), 9)"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "killed")]
    assert subprocess.run(command, check=False).returncode == -9
    assert left_in(tmp_path) == []


def test_a_folder_that_is_not_there_is_one_line(app, tmp_path):
    done = crm_process(app, "backup", str(tmp_path / "no" / "x"))
    assert done.returncode == 1
    words = f"crm: cannot write {tmp_path}/no/x: No such file or directory\n"
    assert done.stderr == words


def test_an_empty_database_has_nothing_to_back_up(empty_app, path):
    refused = crm_result(empty_app, "backup", str(path))
    assert refused.exit_code == 1
    assert "there is no" in refused.output or "nothing to back up" in refused.output
    assert not path.exists()


@on_postgresql
def test_a_missing_program_of_postgresql_is_said_with_its_version(app):
    with db.engine.connect() as connection:
        found = client_program(connection, "pg_dump")
        assert found.name == "pg_dump"
        with pytest.raises(BackupError, match=r"^pg_none \d+ or newer is not found by PATH or"):
            client_program(connection, "pg_none")


@on_postgresql
def test_a_server_older_than_the_driver_is_backed_up_by_its_own_program(app, path, tmp_path):
    """Those before PostgreSQL 16 refuse an option that the driver fills in by itself."""
    with db.engine.connect() as connection:
        real = client_program(connection, "pg_dump")
    older = tmp_path / "bin" / "pg_dump"
    older.parent.mkdir()
    older.write_text(f'#!/bin/sh\ncase "$*" in *sslcertmode*) exit 1;; esac\nexec {real} "$@"\n')
    older.chmod(0o755)
    done = crm_process(app, "backup", str(path), PATH=f"{older.parent}:/usr/bin:/bin")
    assert done.returncode == 0, done.stderr


def test_nothing_the_instance_keeps_is_forgotten(tmp_path):
    """What the commands leave in the instance folder is kept, or left out knowingly."""
    app = create_app(Config.from_environment({"CRM_INSTANCE_PATH": str(tmp_path)}))
    for command in (("db", "upgrade"), ("seed", "demo"), ("digest", "send")):
        crm(app, *command)
    found = {one.name for one in tmp_path.iterdir()}
    with app.app_context():
        db.engine.dispose()
    assert {"secret-key", "demo-password", "outbox"} <= found
    assert found <= {*KEPT, "seriktes.db", "seriktes.db-wal", "seriktes.db-shm", "locks"}
