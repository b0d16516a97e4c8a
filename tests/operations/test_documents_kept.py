"""Documents in ``crm doctor``, ``crm backup`` and ``crm restore``."""

import os
from threading import Event, Thread

import pytest

from crm.core.database import db
from crm.documents.models import Document
from tests.browser import Browser
from tests.documents.files import PDF, docx, sent
from tests.factories import make_document, make_meeting, make_user
from tests.operations.places import empty_place, own_place
from tests.postgres import KINDS, crm, crm_result, on_sqlite
from tests.sweep import contents, send


@pytest.fixture(params=KINDS)
def app(request, databases, tmp_path):
    with own_place(databases, request.param, tmp_path) as app:
        yield app


@pytest.fixture
def instance(app):
    return app.config["CRM"].instance_path


def kept_in(instance):
    return sorted(path for path in (instance / "documents").rglob("*") if path.is_file())


def said_of_documents(app):
    lines = crm_result(app, "doctor").output.splitlines()
    return next(line for line in lines if " documents: " in line)


def make_old(path):
    os.utime(path, (1_700_000_000, 1_700_000_000))


@on_sqlite
def test_the_doctor_finds_what_is_missing_altered_or_named_by_nobody(app, instance):
    meeting = make_meeting()
    for content in (PDF, PDF + b"2", PDF + b"3"):
        make_document(meeting, content)
    make_document(make_meeting(), PDF)
    assert said_of_documents(app) == "ok     documents: 3 files, all as they were kept"
    (instance / "documents" / "ab").mkdir(exist_ok=True)
    left = instance / "documents" / "ab" / ("0" * 62)
    left.write_bytes(b"of a broken upload")
    assert said_of_documents(app).startswith("ok"), "its record may come yet"
    make_old(left)
    said = said_of_documents(app)
    assert f"WRONG  documents: 1 unreferenced ({left})" in said
    assert "harm nobody" in said
    missing, altered, _whole = (path for path in kept_in(instance) if path != left)
    missing.unlink()
    altered.write_bytes(altered.read_bytes().replace(b"Catalog", b"catalog"))
    said = said_of_documents(app)
    assert f"1 missing ({missing}); 1 altered ({altered}); 1 unreferenced ({left})" in said
    assert "to mend: bring the files back from the last backup" in said


def test_a_document_survives_backup_and_restore(app, databases, tmp_path):
    user, path = make_user(role="viewer"), tmp_path / "office.backup"
    email, document = (
        user.email,
        make_document(make_meeting(), docx(), type="docx", name="Құжат.docx"),
    )
    number = document.id
    (whole,) = kept_in(app.config["CRM"].instance_path)
    whole.with_name(f".{whole.name}.a1b2").write_bytes(b"half of a draft")
    assert "1 files" in crm(app, "backup", str(path)).output
    before = contents()
    with empty_place(databases, tmp_path) as there:
        crm(there, "restore", str(path))
        with there.app_context():
            assert contents() == before
            found = db.session.query(type(user)).filter_by(email=email).one()
            answer = send(Browser(there).come_back(found), "GET", f"/documents/{number}")
            assert answer.data == docx()
            assert said_of_documents(there).startswith("ok")
            (file,) = kept_in(there.config["CRM"].instance_path)
            assert file.stat().st_mode & 0o777 == 0o600


def test_a_backup_taken_during_uploads_is_whole(app, instance, databases, tmp_path):
    """Every document that its database names has its file, as it was."""
    home, path = f"/meetings/{make_meeting().id}/documents", tmp_path / "office.backup"
    browser, is_over, sent_count = Browser(app).come_back(make_user()), Event(), [0]
    browser.open(home)
    db.session.commit()

    def go_on():
        while not is_over.is_set():
            sent_count[0] += 1
            browser.submit("Add the files", files=sent(PDF + b"%d" % sent_count[0], "a.pdf"))

    uploads = Thread(target=go_on)
    uploads.start()
    try:
        while sent_count[0] < 3:
            assert uploads.is_alive()
        crm(app, "backup", str(path))
    finally:
        is_over.set()
        uploads.join()
    with empty_place(databases, tmp_path) as there:
        crm(there, "restore", str(path))
        with there.app_context():
            assert said_of_documents(there).startswith("ok")
            assert 0 < db.session.query(Document).count() <= sent_count[0]
