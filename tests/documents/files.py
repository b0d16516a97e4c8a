"""Files for tests: the smallest that are what they say, and such as nobody should take."""

import io
import zlib
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00" + b"\x00" * 200
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + b"\xff\xd9"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def png():
    """One white dot."""

    def chunk(kind, content):
        told = len(content).to_bytes(4, "big") + kind + content
        return told + zlib.crc32(kind + content).to_bytes(4, "big")

    size = (1).to_bytes(4, "big") * 2
    picture = chunk(b"IHDR", size + b"\x08\x00\x00\x00\x00")
    picture += chunk(b"IDAT", zlib.compress(b"\x00\xff")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + picture


def packed(parts, first=None):
    """A ZIP with these parts (name: content)."""
    target = io.BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        if first:
            archive.writestr(ZipInfo("mimetype"), first, ZIP_STORED)
        for name, content in parts.items():
            archive.writestr(ZipInfo(name), content, ZIP_DEFLATED)  # undated: always the same
    return target.getvalue()


def docx(main=_MAIN, **more):
    """A text of Word; ``more``: further parts."""
    types = f'<Types><Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
    return packed({"[Content_Types].xml": types, "word/document.xml": "<w:document/>", **more})


def bomb():
    """A text of Word that would be 100 MB unpacked."""
    return docx(**{"word/media.xml": b"\x00" * 100_000_000})


def sent(content, name):
    """As ``Browser.submit`` attaches it."""
    return io.BytesIO(content), name


def body(token, *files):
    """A request as a browser writes it, with these ``files`` (content, name), divided by «b»."""
    fields = [(b'name="csrf_token"', token.encode())]
    fields += [(f'name="files"; filename="{name}"'.encode(), content) for content, name in files]
    parts = (b"--b\r\nContent-Disposition: form-data; %b\r\n\r\n%b\r\n" % one for one in fields)
    return b"".join(parts) + b"--b--\r\n"


MULTIPART = "multipart/form-data; boundary=b"
