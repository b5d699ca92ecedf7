"""Small Office, ODF and PDF files, written member by member as programs write them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
M = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
P = (
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)
ODF = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"),
                         ("draw", "drawing"), ("fo", "xsl-fo-compatible"), ("presentation", "presentation"))
)  # fmt: skip
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def package(members: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def relations(*rows: tuple[str, str, str, bool]) -> str:
    """Relationships: (id, last word of the type, target, whether it is outside)."""
    items = "".join(
        f'<Relationship Id="{key}" Type="{RELATION}/{kind}" Target="{target}"{" TargetMode='External'" if out else ""}/>'
        for key, kind, target, out in rows
    )
    return f"<Relationships>{items}</Relationships>"


def docx(body: str, **more: str | bytes) -> bytes:
    """A Word file; further members by name with `__` for `/` and `_xml` for `.xml`."""
    named = {name.replace("__", "/").replace("_xml", ".xml"): content for name, content in more.items()}
    return package({"[Content_Types].xml": "<Types/>",
                    "word/document.xml": f"<w:document {W} {M} {R}><w:body>{body}</w:body></w:document>", **named})  # fmt: skip


def p(text: str, settings: str = "") -> str:
    """A paragraph of one plain run."""
    return f"<w:p>{settings}<w:r><w:t>{text}</w:t></w:r></w:p>"


def run(text: str, look: str = "") -> str:
    return f"<w:r><w:rPr>{look}</w:rPr><w:t>{text}</w:t></w:r>"


def xlsx(rows: str, *, strings: str = "", styles: str = "", state: str = "", **more: str) -> bytes:
    """A workbook of one sheet `Data`."""
    members = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": f'<workbook {S} {R}><sheets><sheet name="Data" sheetId="1" r:id="a"{state}/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(("a", "worksheet", "worksheets/sheet1.xml", False)),
        "xl/worksheets/sheet1.xml": f"<worksheet {S}><sheetData>{rows}</sheetData></worksheet>",
    }
    if strings:
        members["xl/sharedStrings.xml"] = f"<sst {S}>{strings}</sst>"
    if styles:
        members["xl/styles.xml"] = f"<styleSheet {S}>{styles}</styleSheet>"
    return package(
        {**members, **{name.replace("__", "/").replace("_xml", ".xml"): text for name, text in more.items()}}
    )


def odf(kind: str, content: str, styles: str = "", automatic: str = "") -> bytes:
    """An ODF file; `kind` is `text`, `spreadsheet` or `presentation`."""
    return package({
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "content.xml": f"<office:document-content {ODF}><office:automatic-styles>{automatic}</office:automatic-styles>"
                       f"<office:body><office:{kind}>{content}</office:{kind}></office:body></office:document-content>",
        "styles.xml": f"<office:document-styles {ODF}>{styles}</office:document-styles>",
    })  # fmt: skip


def pdf(*pages: bytes, catalog: bytes = b"", page: bytes = b"", objects: tuple[bytes, ...] = ()) -> bytes:
    """A PDF with a content stream a page, in Helvetica (`/F1`). `objects` are numbered from 100."""
    kids = b" ".join(b"%d 0 R" % (10 + 2 * i) for i in range(len(pages)))
    numbered: list[tuple[int, bytes]] = [
        (1, b"<</Type/Catalog/Pages 2 0 R%s>>" % catalog),
        (2, b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(pages))),
        (3, b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"),
    ]
    for i, content in enumerate(pages):
        numbered.append((10 + 2 * i, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents %d 0 R"
                         b"/Resources<</Font<</F1 3 0 R>>>>%s>>" % (11 + 2 * i, page)))  # fmt: skip
        numbered.append((11 + 2 * i, b"<</Length %d>>stream\n%s\nendstream" % (len(content), content)))
    numbered += [(100 + i, body) for i, body in enumerate(objects)]
    out, offsets = b"%PDF-1.7\n", {}
    for number, body in numbered:
        offsets[number] = len(out)
        out += b"%d 0 obj%s\nendobj\n" % (number, body)
    table = b"".join(b"%d 1\n%010d 00000 n \n" % (number, offset) for number, offset in sorted(offsets.items()))
    return out + b"xref\n0 1\n0000000000 65535 f \n%strailer<</Size 500/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(out),
    )


def at(x: int, y: int, text: bytes, size: int = 12) -> bytes:
    """Text at a place of a page."""
    return b"BT /F1 %d Tf 1 0 0 1 %d %d Tm (%s) Tj ET\n" % (size, x, y, text)
