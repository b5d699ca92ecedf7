"""DOCX, XLSX, PPTX, ODF and EPUB, built member by member: all text comes out, and what cannot be read is refused."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

import pytest

from redaction.attachments.extraction.result import Extracted
from redaction.attachments.extraction.worker import extract

PNG = b"\x89PNG\r\n\x1a\n\x00\x00"
TYPES = {"[Content_Types].xml": "<Types/>"}
LIMIT = 1 << 20


def package(members: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def read(members: Mapping[str, str | bytes], limit: int = LIMIT) -> Extracted:
    return extract(package(members), "zip", limit)


def lines(answer: Extracted) -> list[str]:
    return [line.strip() for line in answer.text.splitlines() if line.strip()]


def w(content: str) -> str:
    return f'<w:document xmlns:w="w" xmlns:wp="wp" xmlns:a="a">{content}</w:document>'


DOCX = {
    **TYPES,
    "_rels/.rels": '<Relationships><Relationship Target="word/document.xml"/></Relationships>',
    "word/document.xml": w(
        "<w:body><w:p><w:r><w:t>Ja</w:t></w:r><w:r><w:t>ne</w:t></w:r><w:r><w:tab/><w:t>Doe</w:t><w:br/><w:t>born</w:t></w:r></w:p>"
        '<w:p><w:ins w:author="Ann Lee"><w:r><w:t>new</w:t></w:r></w:ins><w:del><w:delText>old</w:delText></w:del></w:p>'
        '<w:tbl><w:tr><w:tc><w:p><w:r><w:t>SSN</w:t></w:r></w:p></w:tc></w:tr></w:tbl><wp:docPr id="1" name="Photo" descr="Portrait of Jim"/></w:body>'
    ),
    "word/header1.xml": w("<w:p><w:t>in the header</w:t></w:p>"),
    "word/footer1.xml": w("<w:p><w:t>in the footer</w:t></w:p>"),
    "word/comments.xml": w('<w:comment w:author="Kim"><w:p><w:t>in a comment</w:t></w:p></w:comment>'),
    "word/footnotes.xml": w("<w:footnote><w:p><w:t>in a note</w:t></w:p></w:footnote>"),
    "word/fontTable.xml": w('<w:font w:name="Georgia"/>'),
    "word/styles.xml": w('<w:style><w:name w:val="Jenny Style"/></w:style>'),
    "word/_rels/document.xml.rels": '<R><Relationship Target="mailto:jane@doe.example" TargetMode="External"/><Relationship Target="styles.xml"/></R>',
    "word/media/image1.png": PNG,
    "word/fonts/font1.odttf": b"\x00\x01\x02",
    "docProps/core.xml": "<cp xmlns:dc='dc'><dc:creator>Max</dc:creator><dc:title>Secret plan</dc:title></cp>",
    "docProps/app.xml": "<P><Application>Word</Application><Company>Acme</Company><TitlesOfParts>Georgia</TitlesOfParts></P>",
    "docProps/custom.xml": "<P><property name='Client'><vt:lpwstr xmlns:vt='v'>Bob Ray</vt:lpwstr></property></P>",
    "customXml/item1.xml": "<a><b>one</b><b>two</b></a>",
}  # fmt: skip


def test_docx() -> None:
    answer = read(DOCX)
    assert (answer.kind, answer.format, answer.images, answer.scanned) == ("document", "docx", 1, False)
    assert lines(answer) == [
        "Jane\tDoe", "born", "Ann Lee", "newold", "SSN", "Photo", "Portrait of Jim",
        "in the header", "in the footer", "Kim", "in a comment", "in a note", "mailto:jane@doe.example",
        "Max", "Secret plan", "Acme", "Client", "Bob Ray", "one", "two",
    ]  # fmt: skip


def test_xlsx_rows_hold_their_shared_strings() -> None:
    answer = read(
        {
            **TYPES,
            "xl/workbook.xml": '<workbook><sheets><sheet name="Jane Doe"/></sheets></workbook>',
            "xl/worksheets/sheet1.xml": '<worksheet><sheetData><row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>'
            '<row><c t="inlineStr"><is><t>Bob</t></is></c><c><v>123456789</v></c><c t="s"><v>9</v></c><c><f>A1&amp;"x"</f><v>7</v></c></row></sheetData>'
            '<hyperlinks><hyperlink tooltip="Ask Kim"/></hyperlinks><headerFooter><oddHeader>&amp;LTop</oddHeader></headerFooter></worksheet>',
            "xl/sharedStrings.xml": "<sst><si><r><t>Na</t></r><r><t>me</t></r></si><si><t>SSN</t></si><si><t>never shown</t></si></sst>",
            "xl/comments1.xml": "<comments><authors><author>Ann</author></authors><comment><text><r><t>note</t></r></text></comment></comments>",
            "xl/printerSettings/printerSettings1.bin": b"\x00\x01",
        }
    )  # fmt: skip
    assert (answer.kind, answer.format) == ("document", "xlsx")
    assert "Name\tSSN\t\n" in answer.text
    assert 'Bob\t123456789\t9\tA1&"x"\t7\t\n' in answer.text
    for text in ("Jane Doe", "Ask Kim", "&LTop", "never shown", "Ann", "note"):
        assert text in lines(answer)


def test_pptx_with_notes_and_a_sheet_inside() -> None:
    inside = package({**TYPES, "xl/sharedStrings.xml": "<sst><si><t>in the sheet</t></si></sst>"})
    answer = read(
        {
            **TYPES,
            "ppt/slides/slide1.xml": '<p:sld xmlns:p="p" xmlns:a="a"><a:p><a:r><a:t>on the slide</a:t></a:r></a:p></p:sld>',
            "ppt/notesSlides/notesSlide1.xml": '<p:notes xmlns:p="p" xmlns:a="a"><a:p><a:t>in the notes</a:t></a:p></p:notes>',
            "ppt/embeddings/sheet.xlsx": inside,
            "ppt/media/film.mp4": b"\x00\x00\x00\x18ftypmp42\x00\x00",
        }
    )
    assert (answer.kind, answer.format, answer.images) == ("document", "pptx", 1)
    assert lines(answer) == ["on the slide", "in the notes", "in the sheet"]


def odf(media: str, **more: str | bytes) -> Extracted:
    return read(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{media}",
            "content.xml": '<o xmlns:text="t"><text:p>Jane<text:s/>Doe<text:line-break/>x</text:p><text:p><text:span>S</text:span>SN</text:p></o>',
            "styles.xml": '<o xmlns:text="t" xmlns:style="s"><style:font-face style:name="Georgia"/><text:p>in the header</text:p></o>',
            "meta.xml": '<o xmlns:meta="m" xmlns:dc="dc"><meta:initial-creator>Max</meta:initial-creator><dc:creator>Ann</dc:creator></o>',
            "META-INF/manifest.xml": "<manifest/>",
            "layout-cache": b"\x00\x01",
            "Thumbnails/thumbnail.png": PNG,
            **more,
        }
    )


@pytest.mark.parametrize(
    ("media", "form"),
    [("text", "odt"), ("spreadsheet", "ods"), ("presentation", "odp"), ("text-template", "odt"), ("graphics", "odg")],
)
def test_odf(media: str, form: str) -> None:
    answer = odf(media)
    assert (answer.kind, answer.format, answer.images) == ("document", form, 1)
    assert lines(answer) == ["Jane Doe", "x", "SSN", "in the header", "Max", "Ann"]


def test_epub() -> None:
    page = b"<?xml version='1.0'?><!DOCTYPE html><html><body><p>Ja<b>ne</b> D&ouml;</p><p>x</p><img alt='Jim'/><!-- c --></body></html>"
    book = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": "<c/>",
        "a.xhtml": page,
        "b.css": "p {}",
        "c.png": PNG,
    }
    answer = read(book)
    assert (answer.kind, answer.format, answer.images) == ("document", "epub", 1)
    assert lines(answer) == ["Jane Dö", "x", "Jim", "c", "p {}"]
    fonts = '<e><CipherReference URI="OEBPS/a.otf"/></e>'
    assert read({**book, "META-INF/encryption.xml": fonts}).kind == "document"
    assert read({**book, "META-INF/encryption.xml": fonts.replace("otf", "xhtml")}).kind == "encrypted"


def nested(levels: int) -> bytes:
    inner = package({**TYPES, "word/document.xml": w("<w:p><w:t>deep</w:t></w:p>")})
    for _ in range(levels):
        inner = package({**TYPES, "word/embeddings/a.docx": inner})
    return inner


def test_documents_inside_documents_have_a_bottom() -> None:
    assert lines(extract(nested(2), "zip", LIMIT)) == ["deep"]
    assert extract(nested(3), "zip", LIMIT).kind == "unreadable"


@pytest.mark.parametrize(
    "members",
    [
        {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00"},
        {"word/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00"},
        {"word/embeddings/x.zip": package({"jane.txt": "Jane"})},
        {"xl/workbook.bin": b"\x83\x01\x00Jane"},
        {"word/unknown.dat": b"\x00Jane\xff"},
        {"word/text.txt": "Zoë".encode("latin-1")},
        {"word/a.xml": "<a>Jane"},
        {"word/a.xml": "Jane"},
        {"word/a.xml": '<!DOCTYPE a [<!ENTITY b "Jane">]><a>&b;</a>'},
        {"word/a.xml": '<!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd"><a/>'},
        {"word/a.xml": "<a>" * 300 + "</a>" * 300},
        {"word/a.xml": '<?xml version="1.0" encoding="no-such"?><a>Jane</a>'},
    ],
)
def test_what_cannot_be_read_is_refused(members: dict[str, str | bytes]) -> None:
    answer = read({**TYPES, **members})
    assert (answer.kind, answer.text) == ("unreadable", "")
    assert "Jane" not in answer.reason


def test_encrypted_packages() -> None:
    assert odf("text", **{"META-INF/manifest.xml": "<m><manifest:encryption-data/></m>"}).kind == "encrypted"
    locked = bytearray(package(DOCX))
    for at in (6, locked.index(b"PK\x01\x02") + 8):
        locked[at] |= 1
    assert extract(bytes(locked), "zip", LIMIT).kind == "encrypted"


def test_containers_with_two_readings() -> None:
    plain = package({**TYPES, "word/document.xml": w("<w:p>x</w:p>")})
    assert extract(plain, "zip", LIMIT).kind == "document"
    assert extract(package({"word/document.xml": w("<w:p>Jane</w:p>")}) + plain, "zip", LIMIT).kind == "unreadable"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("[Content_Types].xml", "<Types/>")
    assert extract(out.getvalue(), "zip", LIMIT).kind == "unreadable"
    assert extract(package(TYPES, zipfile.ZIP_BZIP2), "zip", LIMIT).kind == "unreadable"
    assert extract(plain[:-10], "zip", LIMIT).kind == "unreadable"


def test_bombs_stop_at_the_bound() -> None:
    assert read({**TYPES, "word/a.xml": b"<a>" + b" " * (LIMIT + 1) + b"</a>"}).too_large
    assert read({**TYPES, **{f"word/media/{i}.png": PNG + bytes(100_000) for i in range(12)}}).too_large
    assert read({**TYPES, **{f"word/{i}.xml": "" for i in range(5001)}}).too_large
    assert not read({**TYPES, **{f"word/{i}.xml": "" for i in range(4000)}}).too_large
    # One shared string, shown in many cells, swells what is read from it.
    cells = '<row><c t="s"><v>0</v></c></row>' * 600
    sheet = {
        **TYPES,
        "xl/sharedStrings.xml": f"<sst><si><t>{'Jane' * 1000}</t></si></sst>",
        "xl/worksheets/a.xml": f"<w>{cells}</w>",
    }
    assert read(sheet).too_large


def test_a_size_in_the_directory_is_not_believed() -> None:
    content = b"<a>" + b" " * (LIMIT + 1) + b"</a>"
    small = bytearray(package({**TYPES, "word/a.xml": content}))
    real = struct.pack("<I", len(content))
    assert small.count(real) == 2
    lying = bytes(small).replace(real, struct.pack("<I", 10))
    answer = extract(lying, "zip", LIMIT)
    assert answer.kind == "unreadable", zlib.crc32(content)
