"""XLSX as a reader sees it: numbers under their formats, rows under their heads, nothing hidden left out."""

from __future__ import annotations

import pytest

from redaction.attachments.extraction.number_format import shown
from redaction.attachments.extraction.worker import extract_text
from tests.support.office import relations, xlsx

LIMIT = 1 << 20


@pytest.mark.parametrize(
    ("number", "code", "text"),
    [
        ("0.125", "0.0%", "12.5%"),
        ("0.125", "0%", "12%"),
        ("12.5", '0.0" kg"', "12.5 kg"),
        ("1234.5", "#,##0.00", "1,234.50"),
        ("-1234.5", "#,##0.00", "-1,234.50"),
        ("-5", "0;(0)", "(5)"),
        ("0", '0;-0;"none"', "none (0)"),
        ("1234.5", "[$€-407]#,##0.00", "€1,234.50"),
        ("0.00012", "0.0E+00", "1.2E-04"),
        ("7", "000", "007"),
        ("1.5", "0.##", "1.5"),
        ("1.567", "[Red]0.0", "1.6"),
        ("29282", "yyyy-mm-dd", "1980-03-02"),
        ("29282", "d/m/yyyy", "1980-03-02"),
        ("29282.5", "m/d/yy h:mm", "1980-03-02 12:00"),
        ("0.25", "h:mm:ss", "06:00:00"),
        ("1.25", "[h]:mm", "30:00:00"),
        ("29282", "mmm yyyy", "1980-03"),
        ("0.30000000000000004", "General", "0.3"),
        ("4556737586899855", "General", "4556737586899855"),
        ("12", "", "12"),
        ("12", '"text"', "text (12)"),
        ("x", "0.0", "x"),
        ("1E+300", "yyyy", "1E+300"),
        ("0.5", "# ?/?", "0.5"),
        ("12000", '0.0,"k"', "12.0k"),
    ],
)
def test_numbers_are_shown_as_the_sheet_shows_them(number: str, code: str, text: str) -> None:
    assert shown(number, code) == text


def test_dates_of_old_mac_workbooks() -> None:
    assert shown("0", "yyyy-mm-dd", epoch_1904=True) == "1904-01-01"


STRINGS = "<si><t>Name</t></si><si><r><t>10</t></r><r><rPr><vertAlign val='superscript'/></rPr><t>-3</t></r><rPh><t>no</t></rPh></si>"
STYLES = (
    "<numFmts><numFmt numFmtId='164' formatCode='0.0&quot; kg&quot;'/></numFmts><fonts><font/><font><strike/></font></fonts>"
    "<cellXfs><xf numFmtId='0' fontId='0'/><xf numFmtId='164' fontId='0'/><xf numFmtId='0' fontId='1'/></cellXfs>"
)
ROWS = """<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><t>Weight</t></is></c></row>
<row r="2" hidden="1"><c r="A2" t="s"><v>1</v></c><c r="B2" t="b"><v>1</v></c><c r="C2" s="1"><v>12.5</v></c></row>
<row r="4"><c r="A4" s="2" t="str"><v>void</v></c><c r="B4"><f>A1&amp;B2</f></c><c r="C4" t="e"><v>#N/A</v></c></row>"""


def test_a_sheet() -> None:
    found = extract_text(xlsx(ROWS, strings=STRINGS, styles=STYLES, state=' state="hidden"'), "zip", LIMIT)
    assert found.text == (
        "## Sheet 1: Data (hidden)\n\n| Name |  | Weight |\n| --- | --- | --- |\n| 10^{-3} | TRUE | 12.5 kg |\n\n"
        "| ~~void~~ | =A1&B2 | #N/A |\n| --- | --- | --- |\n\n"
    )
    assert (found.count, found.unit, len(found.marks)) == (1, "sheets", 4)


def test_text_boxes_are_read_and_comments_counted() -> None:
    drawing = "<d xmlns:a='a'><a:txBody><a:p><a:r><a:t>boxed</a:t></a:r></a:p></a:txBody></d>"
    comments = "<comments><commentList><comment><text><t>ask Jane</t></text></comment></commentList></comments>"
    more = {
        "xl/worksheets/_rels/sheet1.xml.rels": relations(("d", "drawing", "../drawings/drawing1.xml", False)),
        "xl/drawings/drawing1.xml": drawing,
        "xl/comments1.xml": comments,
    }
    found = extract_text(xlsx('<row r="1"><c r="A1"><v>7</v></c></row>', **more), "zip", LIMIT)
    assert (found.text.splitlines()[-1], found.left_out) == ("boxed", {"comments": 1})


def test_a_cell_far_out_does_not_draw_thousands_of_empty_ones() -> None:
    found = extract_text(xlsx('<row r="1048576"><c r="XFD1048576"><v>7</v></c></row>'), "zip", LIMIT)
    assert "| 7 |" in found.text
    assert len(found.text) < 4000
