"""PPTX and ODF as a reader sees them."""

from __future__ import annotations

import pytest

from redaction.attachments.extraction.worker import extract_text
from tests.support.office import P, R, odf, package, relations

LIMIT = 1 << 20


def shape(content: str, kind: str = "") -> str:
    place = f'<p:nvSpPr><p:nvPr><p:ph type="{kind}"/></p:nvPr></p:nvSpPr>' if kind else ""
    return f"<p:sp>{place}<p:txBody>{content}</p:txBody></p:sp>"


def para(text: str, look: str = "", settings: str = "") -> str:
    return f"<a:p>{settings}<a:r><a:rPr{look}/><a:t>{text}</a:t></a:r></a:p>"


def pptx(*slides: str, notes: str = "", show: str = "") -> bytes:
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "ppt/presentation.xml": f"<p:presentation {P} {R}><p:sldIdLst>"
        + "".join(f'<p:sldId id="{256 + i}" r:id="s{i}"/>' for i in reversed(range(len(slides))))
        + "</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": relations(
            *((f"s{i}", "slide", f"slides/slide{i}.xml", False) for i in range(len(slides)))
        ),
        "ppt/media/a.png": b"x",
    }
    for i, slide in enumerate(slides):
        members[f"ppt/slides/slide{i}.xml"] = (
            f"<p:sld {P} {R}{show}><p:cSld><p:spTree>{slide}</p:spTree></p:cSld></p:sld>"
        )
    if notes:
        members["ppt/slides/_rels/slide0.xml.rels"] = relations(("n", "notesSlide", "../notesSlides/n.xml", False))
        members["ppt/notesSlides/n.xml"] = f"<p:notes {P}><p:cSld><p:spTree>{notes}</p:spTree></p:cSld></p:notes>"
    return package(members)


def test_slides_come_in_the_order_of_the_presentation() -> None:
    found = extract_text(pptx(shape(para("first")), shape(para("second"), "title")), "zip", LIMIT)
    assert found.text == "--- slide 1 ---\n\n## second\n\n--- slide 2 ---\nfirst\n"
    assert (found.count, found.unit, found.left_out) == (2, "slides", {"pictures": 1})


def test_what_stands_on_a_slide() -> None:
    table = "<p:graphicFrame><a:tbl><a:tr><a:tc><a:txBody>%s</a:txBody></a:tc><a:tc><a:txBody>%s</a:txBody></a:tc></a:tr></a:tbl></p:graphicFrame>"
    content = shape(
        para("m") .replace("</a:p>", '<a:r><a:rPr baseline="30000"/><a:t>2</a:t></a:r></a:p>')
        + para("void", ' strike="sngStrike"') + para("point", settings='<a:pPr lvl="1"><a:buChar char="x"/></a:pPr>')
    ) + table % (para("a"), para("b"))  # fmt: skip
    notes = shape(para("tell Jane"), "body") + shape(para("7"), "sldNum")
    found = extract_text(pptx(content, notes=notes, show=' show="0"'), "zip", LIMIT)
    assert found.text == (
        "--- slide 1 (hidden) ---\nm^{2}\n~~void~~\n  - point\n\n| a | b |\n| --- | --- |\n\n[speaker's notes]\ntell Jane\n"
    )


AUTOMATIC = (
    '<style:style style:name="T1"><style:text-properties style:text-position="super 58%"/></style:style>'
    '<style:style style:name="T2"><style:text-properties style:text-line-through-style="solid"/></style:style>'
)
CHANGES = (
    '<text:tracked-changes><text:changed-region text:id="d"><text:deletion><text:p>old</text:p></text:deletion></text:changed-region>'
    '<text:changed-region text:id="i"><text:insertion/></text:changed-region></text:tracked-changes>'
)
ODT: dict[str, tuple[str, str]] = {
    "heading": ('<text:h text:outline-level="2">Terms</text:h>', "## Terms"),
    "spans and spaces": ('<text:p>a<text:s text:c="2"/>b<text:tab/>c<text:line-break/>d <text:span>e</text:span> f</text:p>', "a  b\tc\nd e f"),
    "raised and struck": (
        '<text:p>10<text:span text:style-name="T1">-3</text:span> <text:span text:style-name="T2">void</text:span></text:p>',
        "10^{-3} ~~void~~",
    ),
    "tracked changes": (
        CHANGES + '<text:p>x <text:change text:change-id="d"/><text:change-start text:change-id="i"/>new<text:change-end text:change-id="i"/></text:p>',
        "x {-old-}{+new+}",
    ),
    "list": ("<text:list><text:list-item><text:p>a</text:p></text:list-item></text:list>", "- a"),
    "note": (
        "<text:p>a<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>foot</text:p></text:note-body></text:note>b</text:p>",
        "a[^1]b\n[^1]: foot",
    ),
    "table": (
        "<table:table><table:table-row><table:table-cell table:number-columns-repeated='2'><text:p>x</text:p></table:table-cell>"
        "<table:table-cell table:number-columns-repeated='16000'/></table:table-row></table:table>",
        "| x | x |\n| --- | --- |",
    ),
    "comment": ("<text:p>a<office:annotation><text:p>ask Jane</text:p></office:annotation>b</text:p>", "ab"),
    "text box": ("<text:p><draw:frame><draw:text-box><text:p>boxed</text:p></draw:text-box></draw:frame></text:p>", "boxed"),
}  # fmt: skip


@pytest.mark.parametrize("name", ODT)
def test_odt(name: str) -> None:
    content, text = ODT[name]
    found = extract_text(odf("text", content, automatic=AUTOMATIC), "zip", LIMIT)
    assert (found.kind, found.format, found.text.strip()) == ("document", "odt", text)


def test_headers_of_odt_and_sheets_of_ods() -> None:
    styles = "<style:master-page><style:header><text:p>top</text:p></style:header></style:master-page>"
    found = extract_text(odf("text", "<text:p>x</text:p>", styles), "zip", LIMIT)
    assert found.text == "[header]\ntop\nx\n"
    row = "<table:table-row><table:table-cell office:value='0.5'><text:p>50 %</text:p></table:table-cell></table:table-row>"
    sheet = f'<table:table table:name="Data">{row}<table:table-row table:number-rows-repeated="1048000"/>{row}</table:table>'
    found = extract_text(odf("spreadsheet", sheet), "zip", LIMIT)
    assert found.text == "## Sheet 1: Data\n\n| 50 % |\n| --- |\n\n| 50 % |\n| --- |\n\n"
    assert (found.count, found.unit) == (1, "sheets")
