"""PDF files built object by object: text, everything around it, and what nobody can read."""

from __future__ import annotations

import io

import pypdf
import pytest
from pypdf.annotations import FreeText, Link
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from redaction.attachments.extraction.result import Extracted
from redaction.attachments.extraction.worker import extract

LIMIT = 1 << 20


def by_hand(content: bytes) -> bytes:
    """A PDF of one page, written out with its cross-reference table."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj" % number + body + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(out),
    )


def show(text: bytes) -> bytes:
    return b"BT /F1 12 Tf 20 100 Td (%s) Tj ET" % text


def stream(data: bytes, **keys: object) -> DecodedStreamObject:
    made = DecodedStreamObject()
    made.set_data(data)
    for key, value in keys.items():
        made[NameObject("/" + key)] = NameObject(f"/{value}") if isinstance(value, str) else NumberObject(value)
    return made


def writer(*texts: bytes) -> pypdf.PdfWriter:
    made = pypdf.PdfWriter()
    for text in texts:
        made.append(io.BytesIO(by_hand(show(text))))
    return made


def picture(made: pypdf.PdfWriter, page: int) -> None:
    image = made._add_object(stream(b"\x00", Type="XObject", Subtype="Image", Width=1, Height=1))
    resources = made.pages[page][NameObject("/Resources")].get_object()
    resources[NameObject("/XObject")] = DictionaryObject({NameObject("/I1"): image})  # type: ignore[index]


def read(made: pypdf.PdfWriter | bytes, limit: int = LIMIT) -> Extracted:
    if isinstance(made, bytes):
        return extract(made, "pdf", limit)
    out = io.BytesIO()
    made.write(out)
    return extract(out.getvalue(), "pdf", limit)


def lines(answer: Extracted) -> set[str]:
    return {line.strip() for line in answer.text.splitlines() if line.strip()}


def test_text() -> None:
    answer = read(by_hand(show(b"Jane Doe 123-45-6789")))
    assert answer == Extracted(kind="document", format="pdf", text="Jane Doe 123-45-6789\n")


def test_everything_around_the_page() -> None:
    made = writer(b"first", b"second")
    made.add_metadata({"/Author": "Max", "/Title": "Plan"})
    made.xmp_metadata = b'<x:xmpmeta xmlns:x="x"><dc:creator xmlns:dc="dc">Ann</dc:creator></x:xmpmeta>'
    top = made.add_outline_item(title="Top", page_number=1)
    made.add_outline_item(title="Chapter of Kim", page_number=0, parent=top)
    made.add_annotation(0, FreeText(text="in a note", rect=(0, 0, 9, 9)))
    made.add_annotation(0, Link(rect=(0, 0, 9, 9), url="mailto:jane@doe.example"))
    made.add_attachment("jim.csv", b"in the attachment,1")
    field = DictionaryObject(
        {NameObject("/T"): TextStringObject("SSN"), NameObject("/V"): TextStringObject("123-45-6789"), NameObject("/FT"): NameObject("/Tx")}
    )  # fmt: skip
    xfa = ArrayObject([TextStringObject("datasets"), made._add_object(stream(b"<d><name>in the XFA form</name></d>"))])
    made.root_object[NameObject("/AcroForm")] = DictionaryObject(
        {NameObject("/Fields"): ArrayObject([made._add_object(field)]), NameObject("/XFA"): xfa}
    )
    answer = read(made)
    assert (answer.kind, answer.scanned) == ("document", False)
    assert lines(answer) >= {
        "first", "second", "Max", "Plan", "Ann", "Chapter of Kim", "Top", "in a note", "mailto:jane@doe.example",
        "jim.csv", "in the attachment,1", "SSN", "123-45-6789", "in the XFA form",
    }  # fmt: skip


@pytest.mark.parametrize("content", [b"\x7fELF\x00", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", b"PK\x03\x04broken"])
def test_attachments_that_cannot_be_read(content: bytes) -> None:
    made = writer(b"Jane")
    made.add_attachment("a.txt", content)
    assert (read(made).kind, read(made).text) == ("unreadable", "")


def test_scanned_pages() -> None:
    made = writer(b"first", b"second")
    picture(made, 0)
    assert (read(made).images, read(made).scanned) == (1, False)
    made = writer(b"first", b"")
    assert (read(made).images, read(made).scanned) == (0, False)
    picture(made, 1)
    assert (read(made).images, read(made).scanned) == (1, True)
    assert read(by_hand(b"")).scanned
    inline = read(by_hand(b"q BI /W 1 /H 1 /BPC 8 /CS /G ID \x00 EI Q"))
    assert (inline.images, inline.scanned) == (1, True)


def test_characters_without_meaning_count_as_scanned() -> None:
    assert read(by_hand(show(rb"\001\002\003\004 a"))).scanned
    assert not read(by_hand(show(rb"\001 Jane Doe"))).scanned


def test_encrypted() -> None:
    made = writer(b"Jane")
    made.encrypt("user", "owner", algorithm="AES-256")
    assert read(made) == Extracted(kind="encrypted", format="pdf", reason="the document needs a password")
    open_to_all = writer(b"Jane")
    open_to_all.encrypt("", "owner", algorithm="AES-256")
    assert lines(read(open_to_all)) >= {"Jane"}


def test_broken_and_too_large() -> None:
    whole = by_hand(show(b"Jane " * 1000))
    assert read(b"%PDF-1.4 Jane").kind == "unreadable"
    assert read(whole, limit=100).too_large
    for cut in range(20, len(whole), len(whole) // 7):
        answer = read(whole[:cut])
        assert answer.kind == "unreadable" or answer.scanned or "Jane" in answer.text
