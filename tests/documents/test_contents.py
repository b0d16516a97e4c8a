"""What is taken and what is refused: by content, whatever the name says."""

import io
import struct

import pytest

from crm.documents.models import FileType
from crm.documents.services.contents import RefusedFileError, type_of
from crm.documents.services.names import clean_name
from tests.documents.files import JPEG, MULTIPART, PDF, PROGRAM, body, bomb, docx, packed, png, sent
from tests.documents.test_documents import kept_in, names_on
from tests.factories import make_meeting
from tests.postgres import on_sqlite
from tests.sweep import contents, send

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"
ODT = packed({"content.xml": "<x/>"}, "application/vnd.oasis.opendocument.text")
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 " + b"\x00" * 28
LOCKED = docx().replace(b"\x14\x00\x00\x00", b"\x14\x00\x01\x00")

TAKEN = [
    ("хаттама.pdf", PDF, "pdf"),
    ("PHOTO.JPG", JPEG, "jpeg"),
    ("a.jpeg", JPEG, "jpeg"),
    ("a.png", png(), "png"),
    ("a.webp", WEBP, "webp"),
    ("a.docx", docx(), "docx"),
    ("a.xlsx", docx(XLSX), "xlsx"),
    ("a.odt", ODT, "odt"),
    ("a.txt", "Сәлем, әлем\r\n".encode(), "txt"),
    ("bom.txt", b"\xef\xbb\xbf" + "Қазақ".encode(), "txt"),
    ("a.csv", "Имя;Город\nИван;Усть-Каменогорск\n".encode("cp1251"), "csv"),
]
NOT_ITS_KIND = [
    ("program.pdf", PROGRAM),
    ("program.docx", PROGRAM),
    ("program.txt", PROGRAM),
    ("picture.pdf", png()),
    ("a.png", JPEG),
    ("cut.png", png()[:40]),
    ("cut.pdf", PDF[:-8]),
    ("cut.docx", docx()[:-30]),
    ("a.docx", docx(XLSX)),
    ("a.docx", docx(MACROS)),
    ("a.docx", packed({"a.exe": PROGRAM})),
    ("a.ods", ODT),
    ("utf16.txt", "Сәлем".encode("utf-16")),
]


@pytest.mark.parametrize(("name", "content", "kind"), TAKEN, ids=[one[0] for one in TAKEN])
def test_what_is_what_it_says_is_taken(name, content, kind):
    assert type_of(name, io.BytesIO(content)) == FileType(kind)


@pytest.fixture
def spoken(app):
    with app.test_request_context(headers={"Cookie": "language=en"}):
        yield


def refusal(name, content):
    with pytest.raises(RefusedFileError) as refused:
        type_of(name, io.BytesIO(content))
    return str(refused.value)


@on_sqlite
def test_what_is_not_what_it_says_is_refused(spoken):
    for name, content in NOT_ITS_KIND:
        assert "The content is not that of a" in refusal(name, content), name
    for name in ("a.exe", "a.zip", "a.doc", "a.docm", "a.svg", "a.html", "pdf", "a.pdf.lnk"):
        assert "Files of this kind are not accepted" in refusal(name, PDF), name
    assert "far larger" in refusal("a.docx", bomb())
    assert "far larger" in refusal("a.docx", docx(**{f"word/{n}.xml": "" for n in range(10_000)}))
    assert "macros" in refusal("a.docx", docx(**{"word/vbaProject.bin": "x"}))
    assert "macros" in refusal("a.xlsx", docx(XLSX, **{"xl/macrosheets/sheet1.xml": "x"}))
    assert "password" in refusal("a.docx", LOCKED)


class Watched(io.BytesIO):
    """A file that knows how much of it was asked for at once."""

    most = 0

    def read(self, size=-1):
        found = super().read(size)
        self.most = max(self.most, len(found))
        return found


def told_twice(archive):
    """``archive``, the end of which tells of a short list of entries, and of the real one."""
    end = len(archive) - 22
    size, start = struct.unpack_from("<II", archive, end + 12)
    real = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 92, 92, size, start)
    where = struct.pack("<4sLQL", b"PK\6\7", 0, end, 1)
    return archive[:end] + real + where + archive[end : end + 12] + b"\1\0\0\0" + archive[-6:]


@on_sqlite
def test_a_bomb_is_refused_before_its_list_of_entries_is_read(spoken):
    honest = docx(**{f"word/{'n' * 60_000}{n}.xml": "" for n in range(90)})
    masked = honest[:-18] + b"PK\5\6" + honest[-14:]  # as if the end began there
    far = honest[:-2] + b"\xff\xff" + b" " * 65535
    for content in (honest, masked, far, told_twice(honest)):
        file = Watched(content)
        with pytest.raises(RefusedFileError, match="far larger"):
            type_of("a.docx", file)
        assert file.most < 5_000_000 < len(content)


@on_sqlite
def test_what_does_not_unpack_is_damaged(spoken):
    content = docx()
    begin = content.index(b"[Content_Types].xml") + len("[Content_Types].xml")
    garbled = content[:begin] + b"\xff" * 20 + content[begin + 20 :]
    assert "is damaged" in refusal("a.docx", garbled)
    stated = garbled.replace(b"\x14\x00\x00\x00\x08\x00", b"\x14\x00\x00\x00\x0e\x00")
    assert "is damaged" in refusal("a.docx", stated)


@on_sqlite
def test_whatever_is_refused_leaves_nothing(officer, instance):
    home = f"/meetings/{make_meeting().id}/documents"
    before = contents()
    large = b"%PDF-1.7" + b" " * 1024 * 1024 + b"%%EOF"
    wrong = [(PROGRAM, "contract.pdf"), (bomb(), "bomb.docx"), (b"", "empty.pdf")]
    wrong += [(large, "large.pdf"), (PDF, "../../etc/passwd"), (PROGRAM, "C:/Windows/a.txt")]
    everything = body(officer.token(), *wrong)
    answer = send(officer, "POST", home, data=everything, content_type=MULTIPART)
    assert answer.status_code == 422
    told = answer.text.replace("&#39;", "'")
    for words in (
        "contract.pdf: The content is not that of a PDF file",
        "bomb.docx: Unpacked it would be far larger",
        "empty.pdf: The file is empty",
        "large.pdf: It is larger than 1 MB",
        "passwd: Files of this kind",
        "a.txt: The content is not that of a TXT file",
    ):
        assert words in told
    assert contents() == before
    assert kept_in(instance) == []
    assert names_on(officer.open(home)) == []


@on_sqlite
def test_more_than_a_request_may_bring_is_told_in_the_reader_s_language(officer, instance):
    home = f"/meetings/{make_meeting().id}/documents"
    large = body(officer.token(), (b"%PDF-1.7" + b" " * 12 * 1024 * 1024, "large.pdf"))
    before = contents()
    answer = send(officer, "POST", home, data=large, content_type=MULTIPART)
    assert answer.status_code == 413
    assert "Too much was sent at once" in answer.text
    assert (contents(), kept_in(instance)) == (before, [])
    officer.open(home)
    many = [sent(PDF + b"%d" % number, f"{number}.pdf") for number in range(11)]
    officer.submit("Add the files", files=many)
    assert len(kept_in(instance)) == 10
    assert "10.pdf: At most 10 files are sent at once" in officer.text


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("Қазмырыш № 5, «үлгі».pdf", "Қазмырыш № 5, «үлгі».pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Айгүл\\Құжат.docx", "Құжат.docx"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\x00b\r\nc.pdf", "ab c.pdf"),
        ("con.pdf", "_con.pdf"),
        ("LPT1", "_LPT1"),
        ("console.pdf", "console.pdf"),
        ('a<b>:"c|?*.pdf', "a_b___c___.pdf"),
        ("  .hidden.pdf. ", "hidden.pdf"),
        ("...", ""),
        ("İстанбұл.txt", "İстанбұл.txt"),
    ],
)
def test_a_name_keeps_its_letters_and_loses_what_is_no_name(sent, name):
    assert clean_name(sent) == name


def test_a_long_name_is_cut_before_its_ending():
    name = clean_name("Ұ" * 300 + ".docx")
    assert name.endswith("Ұ.docx")
    assert len(name.encode()) <= 240
