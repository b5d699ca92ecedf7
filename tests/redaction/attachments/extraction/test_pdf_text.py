"""PDF as a reader sees it: words, lines, tables and what is set off, from where glyphs stand."""

from __future__ import annotations

import io

import pypdf
import pytest

from redaction.attachments.extraction.result import Extracted
from redaction.attachments.extraction.worker import extract, extract_text
from tests.support.office import at, pdf

LIMIT = 1 << 20


def text(*pages: bytes) -> str:
    found = extract_text(pdf(*pages), "pdf", LIMIT)
    assert found.kind == "document", found
    return found.text.removeprefix("--- page 1 ---\n").strip()


LONG = b"the first line of a paragraph goes on to the right end of its column and"
PAGES: dict[str, tuple[bytes, str]] = {
    "words": (at(50, 700, b"Hello wide world"), "Hello wide world"),
    "kerned": (b"BT /F1 12 Tf 50 700 Td [(219-)-20(09-)30(9876)] TJ ET", "219-09-9876"),
    "a paragraph": (at(50, 700, LONG) + at(50, 686, b"here it ends."), LONG.decode() + " here it ends."),
    "two paragraphs": (at(50, 700, b"short") + at(50, 686, b"next"), "short\nnext"),
    "a hyphen at the end": (at(50, 700, LONG + b" 219-09-") + at(50, 686, b"9876 rest"), LONG.decode() + " 219-09-9876 rest"),
    "a hyphen in a narrow column": (
        at(50, 700, LONG) + at(50, 660, b"ssn 219-09-") + at(50, 646, b"9876 rest"), LONG.decode() + "\nssn 219-09-9876 rest",
    ),
    "raised": (at(50, 700, b"10") + at(64, 705, b"-3", 8) + at(75, 700, b" m"), "10^{-3} m"),
    "lowered": (at(50, 700, b"H") + at(59, 697, b"2", 8) + at(64, 700, b"O"), "H_{2}O"),
    "struck out": (at(50, 700, b"void") + b"50 703.5 m 73 703.5 l S " + at(50, 660, b"valid"), "~~void~~\nvalid"),
    "underlined is not struck": (at(50, 700, b"valid") + b"50 698 m 76 698 l S", "valid"),
    "letters wide apart": (
        b"".join(at(50 + 16 * i, 700, bytes([c])) for i, c in enumerate(b"219-09-9876")) + at(50, 650, b"x"),
        "219-09-9876\nx",
    ),
    "words of letters wide apart": (
        b"BT /F1 12 Tf 6 Tc 50 700 Td (plain words here) Tj ET", "plain words here",
    ),
    "table": (
        at(50, 700, b"Name") + at(250, 700, b"Sum") + at(450, 700, b"Left")
        + at(50, 680, b"Ann") + at(450, 680, b"-2"),
        "| Name | Sum | Left |\n| --- | --- | --- |\n| Ann |  | -2 |",
    ),
    "narrow rows": (
        at(50, 700, b"Name") + at(110, 700, b"SSN") + at(50, 680, b"Annabell X") + at(110, 680, b"1"),
        "| Name | SSN |\n| --- | --- |\n| Annabell X | 1 |",
    ),
    "columns of text": (
        b"".join(at(50, 700 - 14 * i, b"left words") for i in range(2)) + at(320, 700, b"right") ,
        "left words\nleft words\nright",
    ),
    "heading": (
        at(50, 700, b"Title", 20) + b"".join(at(50, 600 - 30 * i, b"running text of the page") for i in range(4)),
        "# Title\n" + "\n".join(["running text of the page"] * 4),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_pages(name: str) -> None:
    content, shown = PAGES[name]
    assert text(content) == shown


def test_pages_are_numbered_and_what_is_not_on_them_is_not_read() -> None:
    objects = (
        b"<</Type/StructTreeRoot/K 101 0 R>>", b"<</Type/StructElem/S/Figure/Alt(ask Jane Roe)/ActualText(Jane)/P 100 0 R>>",
        b"<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Contents(remark of Jane)>>",
    )  # fmt: skip
    data = pdf(
        at(50, 700, b"one"),
        at(50, 700, b"two"),
        catalog=b"/StructTreeRoot 100 0 R",
        page=b"/Annots[102 0 R]",
        objects=objects,
    )
    found = extract_text(data, "pdf", LIMIT)
    assert found.text == "--- page 1 ---\none\n\n--- page 2 ---\ntwo\n"
    assert (found.count, found.unit, found.left_out) == (2, "pages", {"comments": 2})
    scanned = extract(data, "pdf", LIMIT).text
    assert all(words in scanned for words in ("ask Jane Roe", "remark of Jane", "one"))


def test_form_fields_stand_in_their_lines() -> None:
    objects = (
        b"<</Fields[101 0 R 102 0 R 103 0 R]/DA(/F1 12 Tf)/DR<</Font<</F1 3 0 R>>>>>>",
        b"<</Type/Annot/Subtype/Widget/FT/Tx/T(n)/V(Ann Lee)/Rect[200 695 300 715]/F 4/P 10 0 R>>",
        b"<</Type/Annot/Subtype/Widget/FT/Btn/T(c)/V/Yes/AS/Yes/Rect[200 645 215 660]/F 4/P 10 0 R/AP<</N<</Yes 104 0 R/Off 104 0 R>>>>>>",
        b"<</Type/Annot/Subtype/Widget/FT/Btn/T(d)/V/Off/AS/Off/Rect[200 595 215 610]/F 4/P 10 0 R/AP<</N<</Yes 104 0 R/Off 104 0 R>>>>>>",
        b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length 0>>stream\n\nendstream",
    )  # fmt: skip
    page = at(50, 700, b"Name") + at(50, 650, b"Agreed") + at(50, 600, b"Letters")
    data = pdf(page, catalog=b"/AcroForm 100 0 R", page=b"/Annots[101 0 R 102 0 R 103 0 R]", objects=objects)
    found = extract_text(data, "pdf", LIMIT)
    assert found.text.strip().splitlines()[-4:] == [
        "| Name | Ann Lee |",
        "| --- | --- |",
        "| Agreed | [x] |",
        "| Letters | [ ] |",
    ]


def test_what_cannot_be_read_says_why() -> None:
    assert extract_text(pdf(b""), "pdf", LIMIT).reason == "it holds no text: send what it says as text"
    inline = pdf(b"q 100 0 0 100 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \x00 EI Q")
    assert extract_text(inline, "pdf", LIMIT).reason == "it holds only pictures: send what it says as text"
    writer = pypdf.PdfWriter(io.BytesIO(pdf(at(50, 700, b"Jane"))))
    writer.encrypt("user", "owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    assert extract_text(out.getvalue(), "pdf", LIMIT) == Extracted(
        kind="encrypted", format="pdf", reason="the document needs a password"
    )
    assert extract_text(b"%PDF-1.7\n" + bytes(range(256)), "pdf", LIMIT).kind == "unreadable"
    assert extract_text(pdf(at(50, 700, b"x" * 2000)), "pdf", 1000).too_large


def test_characters_without_meaning() -> None:
    found = extract_text(pdf(at(50, 700, rb"\001\002\003\004 a")), "pdf", LIMIT)
    assert (found.kind, "no meaning" in found.reason) == ("unreadable", True)
