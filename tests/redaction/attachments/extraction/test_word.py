"""DOCX as a reader sees it: structure, marks, and what is counted instead of read."""

from __future__ import annotations

import pytest

from redaction.attachments.extraction.result import Extracted
from redaction.attachments.extraction.worker import extract, extract_text
from tests.support.office import W, docx, p, relations, run

LIMIT = 1 << 20
NUMBERING = f"""<w:numbering {W}><w:abstractNum w:abstractNumId="0">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerRoman"/><w:lvlText w:val="%1.%2)"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num></w:numbering>"""
STYLES = f"""<w:styles {W}><w:style w:type="paragraph" w:styleId="H2"><w:name w:val="heading 2"/></w:style>
<w:style w:type="character" w:styleId="Up"><w:name w:val="Up"/><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style></w:styles>"""


def text(data: bytes) -> str:
    found = extract_text(data, "zip", LIMIT)
    assert found.kind == "document", found
    return found.text.strip()


def numbered(content: str, number: int, level: int = 0) -> str:
    return p(content, f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr></w:pPr>')


def cell(content: str) -> str:
    return f"<w:tc>{content}</w:tc>"


BODIES: dict[str, tuple[str, str]] = {
    "runs are one text": (f"<w:p>{run('Ja')}{run('ne')}</w:p>", "Jane"),
    "raised and lowered": (
        f"<w:p>{run('10')}{run('-3', '<w:vertAlign w:val="superscript"/>')} {run(' H')}"
        f"{run('2', '<w:vertAlign w:val="subscript"/>')}{run('O')}</w:p>",
        "10^{-3} H_{2}O",
    ),
    "raised by position": (f"<w:p>{run('m')}{run('2', '<w:position w:val="6"/>')}</w:p>", "m^{2}"),
    "raised by a style": (f"<w:p>{run('m')}{run('2', '<w:rStyle w:val="Up"/>')}</w:p>", "m^{2}"),
    "struck out": (
        f"<w:p>{run('void', '<w:strike/>')}{run(' valid', '<w:strike w:val="0"/>')}</w:p>",
        "~~void~~ valid",
    ),
    "tracked changes": (
        f"<w:p><w:ins>{run('new')}</w:ins><w:del><w:r><w:delText>old</w:delText></w:r></w:del></w:p>",
        "{+new+}{-old-}",
    ),
    "a moved piece": (f"<w:p><w:moveFrom>{run('a')}</w:moveFrom><w:moveTo>{run('a')}</w:moveTo></w:p>", "{-a-}{+a+}"),
    "heading": (p("Terms", '<w:pPr><w:pStyle w:val="H2"/></w:pPr>'), "## Terms"),
    "numbers count": (
        numbered("one", 1) + numbered("sub", 1, 1) + numbered("sub", 1, 1) + numbered("two", 1) + numbered("dot", 2),
        "1. one\n  1.i) sub\n  1.ii) sub\n2. two\n- dot",
    ),
    "table": (
        f"<w:tbl><w:tr>{cell(p('Name'))}{cell(p('Sum'))}</w:tr><w:tr>{cell(p('A') + p('B'))}{cell(p('1|2'))}</w:tr></w:tbl>",
        "| Name | Sum |\n| --- | --- |\n| A B | 1\\|2 |",
    ),
    "an empty cell keeps its place": (
        f"<w:tbl><w:tr>{cell(p('x'))}{cell('<w:p/>')}{cell(p('z'))}</w:tr></w:tbl>",
        "| x |  | z |\n| --- | --- | --- |",
    ),
    "a table in a cell": (
        f"<w:tbl><w:tr>{cell(f'<w:tbl><w:tr>{cell(p("in"))}</w:tr></w:tbl>')}{cell(p('out'))}</w:tr></w:tbl>",
        "| in; | out |\n| --- | --- |",
    ),
    "ticked boxes": (
        '<w:p><w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r><w:r><w:t> yes </w:t></w:r><w:r><w:fldChar w:fldCharType="begin">'
        '<w:ffData><w:checkBox><w:default w:val="1"/></w:checkBox></w:ffData></w:fldChar></w:r></w:p>',
        "☑ yes [x]",
    ),
    "an unknown sign": ('<w:p><w:r><w:sym w:font="Odd" w:char="E123"/></w:r><w:r><w:t>x</w:t></w:r></w:p>', "\ufffdx"),
    "formula": (
        "<w:p><m:oMath><m:f><m:num><m:r><m:t>a</m:t></m:r></m:num><m:den><m:sSup><m:e><m:r><m:t>b</m:t></m:r></m:e>"
        "<m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup></m:den></m:f></m:oMath></w:p>",
        "(a)/(b^{2})",
    ),
    "text box once": (
        "<w:p><w:r><mc:AlternateContent xmlns:mc='mc'><mc:Choice><w:txbxContent>"
        + p("boxed")
        + "</w:txbxContent></mc:Choice>"
        "<mc:Fallback><w:txbxContent>"
        + p("boxed")
        + "</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r></w:p>",
        "boxed",
    ),
    "hidden text": (f"<w:p>{run('seen ')}{run('hidden', '<w:vanish/>')}</w:p>", "seen hidden"),
    "codes of fields are no text": (
        "<w:p><w:r><w:instrText>HYPERLINK secret</w:instrText></w:r><w:r><w:t>shown</w:t></w:r></w:p>",
        "shown",
    ),
    "link": (f'<w:p><w:hyperlink r:id="l">{run("here")}</w:hyperlink></w:p>', "[here](https://x.example/)"),
}


@pytest.mark.parametrize("name", BODIES)
def test_bodies(name: str) -> None:
    body, shown = BODIES[name]
    rels = relations(("l", "hyperlink", "https://x.example/", True))
    data = docx(body, word__numbering_xml=NUMBERING, word__styles_xml=STYLES, **{"word/_rels/document.xml.rels": rels})
    assert text(data) == shown


def test_headers_notes_and_footers_stand_around_the_text() -> None:
    part = f"<w:x {W}>{p('%s')}</w:x>"
    notes = f'<w:footnotes {W}><w:footnote w:type="separator">{p("-")}</w:footnote><w:footnote w:id="2">{p("a note")}</w:footnote></w:footnotes>'
    data = docx(
        '<w:p><w:r><w:t>text</w:t><w:footnoteReference w:id="2"/></w:r></w:p>',
        word__header1_xml=part % "top", word__header2_xml=part % "top", word__footer1_xml=part % "end",
        word__footnotes_xml=notes,
    )  # fmt: skip
    assert text(data) == "[header]\ntop\ntext[^2]\n[^2]: a note\n\n[footer]\nend"


def test_what_is_not_read_is_counted() -> None:
    comments = f'<w:comments {W}><w:comment w:id="1">{p("ask Jane")}</w:comment></w:comments>'
    found = extract_text(
        docx(p("text"), word__comments_xml=comments, **{"word/media/a.png": b"x", "word/vbaProject.bin": b"x",
             "word/embeddings/a.bin": b"x", "docProps/core.xml": "<c>Jane</c>", "word/fonts/a.ttf": "Jane"}), "zip", LIMIT
    )  # fmt: skip
    assert (found.text, found.left_out) == ("text\n", {"comments": 1, "pictures": 1, "macros": 1, "embedded files": 1})


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (docx("<w:p/>"), "it holds no text: send what it says as text"),
        (docx("<w:p/>", **{"word/media/a.png": b"x"}), "it holds only pictures: send what it says as text"),
        (docx("<w:p>"), "an XML part cannot be parsed"),
        (b"PK\x03\x04 nothing", "the container is broken"),
    ],
    ids=["empty", "only pictures", "not well formed", "no ZIP"],
)
def test_what_has_no_text_is_unreadable(data: bytes, reason: str) -> None:
    found = extract_text(data, "zip", LIMIT)
    assert (found.kind, found.text, found.reason) == ("unreadable", "", reason)


def test_entities_and_bombs() -> None:
    bomb = f'<!DOCTYPE w [<!ENTITY a "{"x" * 99}">]><w:document {W}><w:body>{p("&a;")}</w:body></w:document>'
    assert extract_text(docx("", **{"word/document.xml": bomb}), "zip", LIMIT).kind == "unreadable"
    assert extract_text(docx(p("x" * LIMIT)), "zip", LIMIT) == Extracted(
        kind="unreadable", format="zip", too_large=True
    )
    deep = "<w:x>" * 5000 + p("x") + "</w:x>" * 5000
    assert extract_text(docx(deep), "zip", LIMIT).kind == "unreadable"


def test_a_text_that_is_named_like_a_font_is_scanned() -> None:
    assert "Jane Doe" in extract(docx(p("x"), **{"word/fonts/a.ttf": "Jane Doe"}), "zip", LIMIT).text
    assert "Jane" not in extract(docx(p("x"), **{"word/fonts/a.ttf": b"\x00\x01Jane"}), "zip", LIMIT).text
