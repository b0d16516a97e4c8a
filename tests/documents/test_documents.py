"""Documents of records: added several at once, given out to who sees them, never deleted."""

import errno

import pytest
from sqlalchemy import select

from crm.core import clock, whole_files
from crm.core.database import db
from crm.core.sight import seeing_everything
from crm.documents.models import Document
from tests.browser import Browser
from tests.documents.files import JPEG, PDF, docx, png, sent
from tests.factories import (
    make_country,
    make_document,
    make_follow_up,
    make_interest,
    make_meeting,
    make_organisation,
    make_person,
    make_project,
    make_user,
)
from tests.postgres import on_sqlite
from tests.sweep import contents, send, statements

pytestmark = pytest.mark.usefixtures("instance")


def kept_in(instance):
    return [path for path in instance.rglob("*") if path.is_file()]


def names_on(browser):
    return [one.text for one in browser.page.select("[data-documents] .sk-row-t > a")]


def history_of(browser, home):
    return browser.open(home.replace("/documents", "/history")).text


def test_several_files_are_added_at_once_by_who_writes_and_read_by_all(officer, viewer, instance):
    home = f"/meetings/{make_meeting().id}/documents"
    several = [sent(PDF, "Хаттама №5, «Қазмырыш».pdf"), sent(docx(), "road map.docx")]
    officer.open(home).submit("Add the files", files=several)
    assert officer.redirects
    assert names_on(officer) == ["road map.docx", "Хаттама №5, «Қазмырыш».pdf"]
    assert "Documents 2" in viewer.open(home.removesuffix("/documents")).text
    assert names_on(viewer.click("Documents 2")) == names_on(officer)
    assert viewer.page.select("main form") == []
    assert send(viewer, "POST", home, data={"csrf_token": viewer.token()}).status_code == 403
    assert len(kept_in(instance)) == 2
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in kept_in(instance))
    history = history_of(viewer, home)
    assert "Document: road map.docx" in history
    assert "Word (DOCX)" in history


def test_a_refused_file_is_named_with_the_reason_and_the_others_are_kept(officer, instance):
    home = f"/projects/{make_project().id}/documents"
    officer.open(home)
    officer.submit("Add the files", files=[sent(PDF, "a.pdf"), sent(b"", "b.pdf")])
    assert names_on(officer) == ["a.pdf"]
    assert "Not kept: b.pdf: The file is empty" in officer.text
    officer.submit("Add the files", files=[sent(PDF, "once more.pdf")])
    assert officer.status == 422
    assert "once more.pdf: The same file is here already: a.pdf" in officer.errors
    assert names_on(officer) == ["a.pdf"]
    assert officer.submit("Add the files").errors[-1] == "Choose a file"
    assert len(kept_in(instance)) == 1


def test_a_record_has_one_address_and_its_documents_too(officer):
    home = f"/meetings/0{make_meeting().id}/documents"
    given = {"csrf_token": officer.token(), "files": sent(PDF, "a.pdf")}
    assert [
        send(officer, "GET", home).status_code,
        send(officer, "POST", home, data=given).status_code,
    ] == [404] * 2


def test_a_document_is_not_renamed_to_nothing(officer):
    document = make_document(make_meeting(), PDF)
    officer.open(f"/documents/{document.id}/edit").submit("Save", name="../..")
    assert officer.status == 422
    assert "It has no name" in officer.errors


def test_what_is_refused_for_one_reason_is_told_at_once(officer):
    """The message travels in a cookie, which has little room."""
    officer.open(f"/meetings/{make_meeting().id}/documents")
    officer.submit("Add the files", files=[sent(PDF + b"%d" % n, f"{n}.pdf") for n in range(60)])
    assert officer.text.count("Not kept:") == 1
    assert "Not kept: 10.pdf, 11.pdf, 12.pdf" in officer.text
    assert len(names_on(officer)) == 10


def test_one_content_is_stored_once_for_all_records(officer, instance):
    for record in (make_follow_up(), make_organisation(), make_person(), make_interest()):
        make_document(record, PDF)
    make_document(make_country(), PDF, name="Торговля.pdf")
    assert len(kept_in(instance)) == 1
    assert names_on(officer.open("/countries/DE/documents")) == ["Торговля.pdf"]
    assert names_on(officer.open("/follow-ups/1/documents")) == ["Minutes.pdf"]


def test_a_file_comes_back_byte_for_byte_under_its_name(officer, viewer):
    document = make_document(make_meeting(), docx(), name="Хаттама №5 (қол).docx", type="docx")
    answer = send(viewer, "GET", f"/documents/{document.id}")
    assert answer.data == docx()
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=\"document-1.docx\"; filename*=UTF-8''"
        "%D0%A5%D0%B0%D1%82%D1%82%D0%B0%D0%BC%D0%B0%20%E2%84%965%20%28%D2%9B%D0%BE%D0%BB%29.docx"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    head = send(viewer, "HEAD", f"/documents/{document.id}")
    assert (head.data, head.content_length) == (b"", len(docx()))
    assert send(viewer, "GET", f"/documents/{document.id}/view").status_code == 404


@pytest.mark.parametrize(
    ("content", "kind"), [(PDF, "pdf"), (png(), "png"), (JPEG, "jpeg")], ids=["pdf", "png", "jpeg"]
)
@on_sqlite
def test_pictures_and_pdfs_are_shown_locked_up(viewer, content, kind):
    document = make_document(make_meeting(), content, type=kind, name=f"x.{kind}")
    answer = send(viewer, "GET", f"/documents/{document.id}/view")
    assert (answer.data, answer.mimetype) == (content, document.type.facts.media_type)
    assert answer.headers["Content-Disposition"].startswith("inline; ")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'; ")
    assert "script-src" not in policy


def test_who_does_not_see_the_record_or_the_document_finds_nothing_of_it(
    app, officer, viewer, head
):
    keeper = make_user(name="Keeper")
    hidden = make_meeting(restricted=True, officer=keeper)
    below = make_document(hidden, PDF, name="below.pdf")
    meeting = make_meeting(officer=keeper)
    kept = make_document(
        meeting, docx(), type="docx", name="kept.docx", restricted=True, added_by=keeper
    )
    home = f"/meetings/{meeting.id}/documents"
    for browser in (officer, viewer):
        assert send(browser, "GET", f"/meetings/{hidden.id}/documents").status_code == 404
        for document in (below, kept):
            for end in ("", "/view"):
                answer = send(browser, "GET", f"/documents/{document.id}{end}")
                assert answer.status_code == 404
        assert "kept.docx" not in browser.open(home).text
        assert "Documents 0" in browser.text
        assert "kept.docx" not in history_of(browser, home)
    sent_to = {"csrf_token": officer.token(), "version": "1", "reason": "x"}
    for document in (below, kept):
        for act in ("archive", "edit"):
            url = f"/documents/{document.id}/{act}"
            assert send(officer, "POST", url, data=sent_to).status_code == 404
    assert (
        send(officer, "POST", f"/meetings/{hidden.id}/documents", data=sent_to).status_code == 404
    )
    own = Browser(app).come_back(keeper)
    for browser in (own, head):
        assert names_on(browser.open(home)) == ["kept.docx"]
        assert "kept.docx" in history_of(browser, home)
        assert send(browser, "GET", f"/documents/{kept.id}").data == docx()
        assert send(browser, "GET", f"/documents/{below.id}").status_code == (
            200 if browser is head or hidden.officer_id == keeper.id else 404
        )


def test_who_adds_a_document_says_who_sees_it(app, officer, viewer):
    helper = make_user(name="Helper")
    meeting = make_meeting()
    home = f"/meetings/{meeting.id}/documents"
    officer.open(home).submit("Add the files", files=sent(PDF, "a.pdf"), restricted=True)
    assert names_on(officer) == ["a.pdf"]
    assert names_on(viewer.open(home)) == []
    assert names_on(Browser(app).come_back(helper).open(home)) == []
    officer.click("Change the document: a.pdf")
    officer.submit("Save", name="Ықтимал b", team=[helper.id])
    assert names_on(officer) == ["Ықтимал b.pdf"]
    assert names_on(Browser(app).come_back(helper).open(home)) == ["Ықтимал b.pdf"]
    assert "Helper" in history_of(officer, home)


def test_archiving_takes_a_reason_and_checks_the_record_and_a_head_restores(
    officer, head, instance
):
    meeting = make_meeting()
    document = make_document(meeting, PDF)
    home, version = f"/meetings/{meeting.id}/documents", meeting.version
    officer.open(home).click("Archive: Minutes.pdf")
    meeting.place = "elsewhere"
    db.session.commit()
    assert officer.submit("Archive", reason="twice").status == 409
    assert "Somebody changed this record meanwhile" in officer.text
    officer.submit("Archive")
    assert names_on(officer) == []
    db.session.refresh(meeting)
    assert meeting.version == version + 2
    assert "twice" in officer.text
    assert "Documents 0" in officer.text
    assert send(officer, "GET", f"/documents/{document.id}").data == PDF
    restore = f"/documents/{document.id}/restore"
    assert send(officer, "POST", restore, data={"csrf_token": officer.token()}).status_code == 403
    head.open(home).submit("Restore")
    assert names_on(head) == ["Minutes.pdf"]
    history = history_of(head, home)
    assert "Restored Document: Minutes.pdf" in history
    assert "Archived Document: Minutes.pdf" in history
    assert len(kept_in(instance)) == 1


@on_sqlite
def test_two_changes_of_one_document_are_compared(officer, head):
    meeting = make_meeting()
    document = make_document(meeting, PDF)
    for browser in (officer, head):
        browser.open(f"/documents/{document.id}/edit")
    head.submit("Save", name="theirs.pdf")
    assert officer.submit("Save", name="mine.pdf").status == 409
    officer.submit("Save what is chosen")
    assert names_on(officer) == ["mine.pdf"]


@on_sqlite
def test_nothing_is_added_to_an_archived_record(officer):
    meeting = make_meeting()
    make_document(meeting, PDF)
    officer.open(home := f"/meetings/{meeting.id}/documents")
    meeting.archive(clock.now(), "twice")
    db.session.commit()
    before = contents()
    assert officer.submit("Add the files", files=sent(png(), "a.png")).status == 409
    assert contents() == before
    assert names_on(officer.open(home)) == ["Minutes.pdf"]
    assert officer.page.select("main form") == []


@on_sqlite
def test_a_full_disk_is_told_and_leaves_nothing(officer, instance, monkeypatch):
    officer.open(f"/meetings/{make_meeting().id}/documents")
    before = contents()

    def full(_handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(whole_files.os, "fsync", full)
        officer.submit("Add the files", files=sent(PDF, "a.pdf"))
    assert officer.status == 507
    assert officer.heading == "There is no room for the file"
    assert contents() == before
    assert kept_in(instance) == []


@on_sqlite
def test_a_file_that_is_gone_or_cut_is_told_and_logged(officer, instance, caplog):
    document = make_document(make_meeting(), PDF)
    (path,) = kept_in(instance)
    path.write_bytes(PDF[:-3])
    answer = officer.open(f"/documents/{document.id}")
    assert (answer.status, answer.heading) == (404, "The file is not on the server any more")
    path.unlink()
    assert officer.open(f"/documents/{document.id}").status == 404
    assert "has another size" in caplog.text


@on_sqlite
def test_the_same_content_written_anew_mends_a_spoilt_file(officer, instance):
    meeting = make_meeting()
    document = make_document(meeting, PDF)
    (path,) = kept_in(instance)
    path.write_bytes(b"spoilt")
    make_document(make_project(), PDF)
    assert send(officer, "GET", f"/documents/{document.id}").data == PDF


@on_sqlite
def test_a_page_of_documents_takes_as_many_statements_however_many_there_are(officer):
    meeting = make_meeting()
    home = f"/meetings/{meeting.id}/documents"
    make_document(meeting, PDF)
    few = statements(officer, home)
    for number in range(5):
        make_document(meeting, PDF + b"%d" % number, added_by=make_user())
    assert statements(officer, home) == few
    with seeing_everything():
        assert len(db.session.scalars(select(Document)).all()) == 6
