"""Web pages, books, mails and RTF as a reader sees them."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP

import pytest

from redaction.attachments.extraction.worker import extract, extract_text
from tests.support.office import package

LIMIT = 1 << 20

PAGES: dict[str, tuple[str, str]] = {
    "words": ("<p>a  <b>b</b>\n c</p><p>d</p>", "a b c\nd"),
    "headings": ("<title>T</title><h2>Part</h2>x", "# T\n\n## Part\nx"),
    "scripts and comments": ("a<script>var b='Jane'</script><!-- Jane --><style>.x{}</style>c", "ac"),
    "raised, struck, changed": (
        "10<sup>-3</sup> H<sub>2</sub>O <s>x</s> <ins>n</ins><del>o</del>",
        "10^{-3} H_{2}O ~~x~~ {+n+}{-o-}",
    ),
    "styles": (
        "<style>.c1 { vertical-align: super; color: red } .c2{text-decoration:line-through}</style>"
        "10<span class='c1'>2</span> <span class='c2 x'>void</span> <span style='vertical-align:sub'>i</span><span>j</span>",
        "10^{2} ~~void~~ _{i}j",
    ),
    "entities": ("219&#45;09 &amp; &lt;x&gt;", "219-09 & <x>"),
    "lists": ("<ol><li>a<li>b<ul><li>c</ul></ol>", "1. a\n2. b\n  - c"),
    "table": (
        "<table><tr><th>A<th>B<tr><td>1<td>2<br>3</table>after",
        "| A | B |\n| --- | --- |\n| 1 | 2 3 |\n\nafter",
    ),
    "open table": ("<table><tr><td>x", "| x |\n| --- |"),
    "links and pictures": ("<a href='https://x.example/'>here</a> <img alt='A house'>", "[here](https://x.example/) ![A house]"),
    "boxes": ("<input type=checkbox checked> yes <input type=radio> no <input type=hidden value=k>", "[x] yes [ ] no"),
    "pre": ("<pre>a\n  b</pre>", "a\n  b"),
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_web_pages(name: str) -> None:
    page, text = PAGES[name]
    found = extract_text(f"<html><body>{page}</body></html>".encode(), "html", LIMIT)
    assert (found.kind, found.text.strip()) == ("document", text)


def test_a_page_in_no_known_charset_is_unreadable() -> None:
    assert extract_text("<p>Müller".encode("latin-1"), "html", LIMIT).kind == "unreadable"


def test_a_book_is_read_along_its_spine() -> None:
    book = package({
        "mimetype": "application/epub+zip",
        "o/p.opf": '<package><manifest><item id="b" href="b.xhtml"/><item id="a" href="a.xhtml"/>'
                   '<item id="p" href="p.png" media-type="image/png"/></manifest>'
                   '<spine><itemref idref="b"/><itemref idref="a"/></spine></package>',
        "o/a.xhtml": "<html><body><p>last</p></body></html>",
        "o/b.xhtml": "<html><body><p>first <span class='u'>1</span></p></body></html>",
        "o/s.css": ".u { vertical-align: super }",
    })  # fmt: skip
    found = extract_text(book, "zip", LIMIT)
    assert found.text == "--- chapter 1 ---\nfirst ^{1}\n\n--- chapter 2 ---\nlast\n"
    assert (found.format, found.count, found.left_out) == ("epub", 2, {"pictures": 1})


def mail(*, html: bool = False, attachment: bool = False, coding: str = "base64") -> bytes:
    made = EmailMessage(policy=SMTP)
    made["From"], made["Subject"], made["Date"] = "Jane <jane@x.example>", "Fälle", "Mon, 02 Mar 2026 10:00:00 +0000"
    made.set_content("Grüße\nvon Jane\n", cte=coding)
    if html:
        made.add_alternative("<p>Grüße</p>", subtype="html", cte=coding)
    if attachment:
        made.add_attachment(b"x", maintype="application", subtype="pdf", filename="Jane.pdf")
    return bytes(made)


@pytest.mark.parametrize("coding", ["base64", "quoted-printable"])
def test_mails(coding: str) -> None:
    found = extract_text(mail(html=True, attachment=True, coding=coding), "eml", LIMIT)
    assert found.text == (
        "From: Jane <jane@x.example>\nDate: Mon, 02 Mar 2026 10:00:00 +0000\nSubject: Fälle\n\nGrüße\nvon Jane\n"
        "[attachment: Jane (.pdf)]\n"
    )
    assert found.left_out == {"attachments": 1}


def test_a_mail_in_a_mail_is_read_and_scans_refuse_attachments() -> None:
    outer = EmailMessage(policy=SMTP)
    outer["From"], outer["Subject"] = "kim@x.example", "Fwd"
    outer.set_content("see below", cte="base64")
    outer.add_attachment(EmailMessage(policy=SMTP))
    outer.get_payload(1).get_payload(0).set_content("from inside", cte="base64")  # type: ignore[union-attr]
    found = extract_text(bytes(outer), "eml", LIMIT)
    assert "from inside" in found.text
    assert extract(mail(), "eml", LIMIT).kind == "document"
    assert extract(mail(attachment=True), "eml", LIMIT).kind == "unreadable"


RTF: dict[str, tuple[bytes, str]] = {
    "runs": (rb"Jane {\b Do}e\par next", "Jane Doe\nnext"),
    "raised and lowered": (rb"10{\super -3} H{\sub 2}O", "10^{-3} H_{2}O"),
    "ends of switches": (rb"a{\super b\nosupersub c} {\strike d\strike0 e}", "a^{b}c ~~d~~e"),
    "tracked changes": (rb"{\revised\revauth1 new}{\deleted old}", "{+new+}{-old-}"),
    "table": (
        rb"\trowd\intbl a\cell b\cell\row\trowd\intbl c\cell\cell\row\pard after",
        "| a | b |\n| --- | --- |\n| c |  |\n\nafter",
    ),
    "symbols": (rb"{\fonttbl{\f0 Arial;}{\f1\fnil\fcharset2 Wingdings;}}\f1\'fe\f0  yes \f1\'a8\f0  no", "☑ yes ☐ no"),
    "code page of a font": (rb"{\fonttbl{\f0 A;}{\f1\fcharset204 B;}}\f1 \'c8\'e2\'e0\'ed", "Иван"),
    "what no reader sees": (rb"{\info{\author Jane}}{\*\unknown Jane}{\field{\*\fldinst Jane}{\fldrslt shown}}", "shown"),
    "notes": (rb"a{\footnote foot}", "a [note: foot"),
    "notes as LibreOffice writes them": (rb"a{\super \chftn{\*\footnote \chftn\pard\plain{\loch foot}}}", "a [note: foot"),
    "heading": (rb"\pard\outlinelevel1{\listtext\pard\plain 2.\tab}Terms\par\pard text", "## 2.\tTerms\ntext"),
    "ticked": (rb"{\*\formfield{\fftype1\ffres25\ffdefres1}}yes", "[x] yes"),
}  # fmt: skip


@pytest.mark.parametrize("name", RTF)
def test_rtf(name: str) -> None:
    source, text = RTF[name]
    found = extract_text(rb"{\rtf1\ansi " + source + rb"{\*\annotation ask Jane}{\pict 00}}", "rtf", LIMIT)
    assert (found.text.strip(), found.left_out) == (text, {"comments": 1, "pictures": 1})
