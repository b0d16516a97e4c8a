"""Files that come with the closing of a point, and show that it was carried out."""

import errno
import os

import pytest
from sqlalchemy import select

from crm.core.database import db
from crm.documents.models import Document
from crm.follow_ups.models.follow_up import FollowUp
from tests.documents.files import PDF, PROGRAM, docx, png, sent
from tests.documents.test_documents import kept_in, names_on
from tests.factories import make_follow_up
from tests.postgres import on_sqlite
from tests.sweep import contents

pytestmark = pytest.mark.usefixtures("instance")


def test_a_point_is_closed_with_files_that_show_it(officer, head, viewer, instance):
    point = make_follow_up()
    url = f"/follow-ups/{point.id}"
    head.open(url).submit(
        "Mark as done",
        outcome="Held by video",
        files=[sent(PDF, "Хаттама.pdf"), sent(png(), "фото.png")],
    )
    assert "Done: " in head.text
    assert [one.text for one in head.page.select("#evidence .sk-row-t > a")] == [
        "фото.png",
        "Хаттама.pdf",
    ]
    head.submit("Remove from control", removal_number="12-3", files=sent(docx(), "12-3.docx"))
    tags = [one.text for one in viewer.open(url).page.select("#evidence .tag")]
    assert tags == [
        "Document of removal from control",
        "Evidence of execution",
        "Evidence of execution",
    ]
    assert names_on(viewer.open(f"{url}/documents")) == ["12-3.docx", "фото.png", "Хаттама.pdf"]
    assert "What it is for Evidence of execution" in viewer.open(f"{url}/history").text
    assert len(kept_in(instance)) == 3


@on_sqlite
def test_where_there_is_room_for_one_of_two_proofs_neither_stays(head, instance, monkeypatch):
    head.open(f"/follow-ups/{make_follow_up().id}")
    before, written, fsync = contents(), [], os.fsync

    def fills_up(handle):
        written.append(handle)
        if len(written) > 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(handle)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fills_up)
        files = [sent(PDF, "a.pdf"), sent(png(), "b.png")]
        head.submit("Mark as done", outcome="Held by video", files=files)
    assert (head.status, len(written), contents() == before) == (507, 2, True)
    assert kept_in(instance) == []


def test_a_refused_proof_refuses_the_closing_whole(head, instance):
    point = make_follow_up()
    head.open(f"/follow-ups/{point.id}")
    before = contents()
    head.submit(
        "Mark as done", outcome="Held by video", files=[sent(PDF, "a.pdf"), sent(PROGRAM, "b.pdf")]
    )
    assert head.status == 422
    assert any("b.pdf: The content is not that of a PDF file" in one for one in head.errors)
    assert "Choose the files once more" in head.text
    assert head.page.select_one("[name=outcome]").text.strip() == "Held by video"
    assert (contents(), kept_in(instance)) == (before, [])


def test_a_closing_that_meets_another_change_says_that_its_files_are_not_kept(head, instance):
    point = make_follow_up()
    head.open(f"/follow-ups/{point.id}")
    db.session.get(FollowUp, point.id).note = "meanwhile"
    db.session.commit()
    head.submit("Mark as done", outcome="Held by video", files=sent(PDF, "a.pdf"))
    assert head.status == 409
    assert "The files are not kept: add them among the documents of the point" in head.text
    assert "Done: " in head.submit("Save what is chosen").text
    assert kept_in(instance) == []


def test_files_that_came_with_a_slip_are_archived_not_lost(officer):
    point = make_follow_up(text="Exchange of experience")
    officer.open(f"/follow-ups/{point.id}")
    officer.submit("Mark as done", outcome="Held by video", files=sent(PDF, "protocol.pdf"))
    officer.submit("Undo")
    assert "Undone: Exchange of experience" in officer.text
    document = db.session.scalars(select(Document)).one()
    assert (document.name, document.archive_reason) == ("protocol.pdf", "Undone")
