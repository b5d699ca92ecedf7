"""What texts read as, and the way back."""

from __future__ import annotations

import tracemalloc
import unicodedata
from bisect import bisect_left, bisect_right

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.detector.canonical.canonical_text import Canonical, canonical

READS = {
    "card of an address book": (
        "BEGIN:VCARD\r\nEMAIL:al\r\n ex@ma\r\n\til.com\r\nEND:VCARD\r\n x",
        "BEGIN:VCARD\r\nEMAIL:alex@mail.com\r\nEND:VCARD\r\n x",
    ),
    "calendar, without its end": (
        "BEGIN:VEVENT\nATTENDEE:mailto:al@ma\n il.com\n",
        "BEGIN:VEVENT\nATTENDEE:mailto:al@mail.com\n",
    ),
    "record of a directory": ("dn: cn=a\nmail: al@ma\n il.com\n\n b", "dn: cn=a\nmail: al@mail.com\n\n b"),
    "head of a mail": ("From: Al\r\n Bell <al@ma\r\n il.com>\r\n\r\n b", "From: Al Bell <al@mail.com>\r\n\r\n b"),
    "whole number with an exponent": ("4.539148803436467E+15", "4539148803436467"),
    "whole number with exponents of few": (
        "4539148803436467e0, 45391488034364670E-1",
        "4539148803436467, 4539148803436467",
    ),
    "colour": ("\x1b[1;31mred\x1b[0m", "red"),
    "colour and erase, as grep prints": ("\x1b[01;31m\x1b[Kred\x1b[m\x1b[K", "red"),
    "colour of one byte": ("\x9b31mred\x9b0m", "red"),
    "colour without its ESC": ("[31mred[0m", "red"),
    "colour in caret notation": ("^[[31mred^[[0m", "red"),
    "colour in octal": ("\\033[31mred\\033[0m", "red"),
    "colour as \\e": ("\\e[31mred\\e[0m", "red"),
    "colour in JSON": ("\\u001b[31mred\\u001b[0m", "red"),
    "cursor move": ("a\x1b[10Cb", "a b"),
    "title": ("\x1b]0;host\x07$", " host$"),
    "link": ("\x1b]8;;x\x1b\\y", " ;x y"),
    "bold of man pages": ("N\x08NA\x08A", "NA"),
    "NUL": ("1\x002", "12"),
    "page break": ("a\x0cb", "a\nb"),
    "zero width": ("a\u200bb\u2060c\ufeffd", "abcd"),
    "soft hyphen": ("a\u00adb", "ab"),
    "direction": ("\u202ea\u2066b\u2069", "ab"),
    "fillers": ("a\u3164b\uffa0c\u2800d", "abcd"),
    "control characters between": ("1\x082\x083", "123"),
    "escapes of CSS": ("\\000031\\000032 \\000040", "12@"),
    "name of a character": ("a\\N{COMMERCIAL AT}b", "a@b"),
    "octal of Perl": ("a\\o{100}b", "a@b"),
    "thin spaces of LaTeX": ("+1\\,415\\,555", "+1 415 555"),
    "NUL in front of capitals": ("a\\0DE89", "a DE89"),
    "line breaks of rsyslog": ("a#0124111#015#033[0m", "a\n4111#015"),
    "percent over and over": ("a%2525252540b", "a@b"),
    "two marks too many": ("E\u0301\u0330\u0315", "E"),
    "at with dashes": ("ines -at- lumen -dot- de", "ines@lumen.de"),
    "at in stars": ("ines*at*lumen<dot>de", "ines@lumen.de"),
    "u of Java": ("\\uu0040\\uuu0041", "@A"),
    "UNISTR": ("'\\0032\\0031\\0039'", "'219'"),
    "blanks of LaTeX": ("+44\\ 7911\\ 12", "+44 7911 12"),
    "a link inside a number": ("<a href='#'>219-09</a>-9999", "<a href='#'>219-09-9999"),
    "cells inside a card": ("<td>5555</td>\n<td>4444</td>", "<td>5555  4444</td>"),
    "tags of any name between characters": ("<w:t>5</w:t><w:t>3</w:t><w:t> </w:t><w:t>6</w:t>", "<w:t>53 6</w:t>"),
    "literals put together": ("'536-2' + '2-8645', \"4111 \"\n  \"1111\"", "'536-22-8645', \"4111 1111\""),
    "address put together": ("'ines' + '@' + 'lumen.de'", "'ines@lumen.de'"),
    "a line that goes on": ("536-2\\\n  2-8645", "536-22-8645"),
    "cursor saved": ("\x1b74012\x1b8", "4012"),
    "octal of few digits": ("$'\\65\\63\\66\\55\\62'", "$'536-2'"),
    "spaces of quoted-printable": ("4012=208888=201881", "4012 8888 1881"),
    "short escapes of CSS": ("al\\40 mail\\2e com", "al@mail.com"),
    "a letter's escape in front of a number": ("a\\b4111\\b", "a 4111\\b"),
    "page breaks in front of capitals": ("a\\fDE89\\v", "a\nDE89\n"),
    "object replacement, noncharacters": ("1\ufffc2\ufff03", "123"),
    "private use between characters": ("1\ue0002\ue0003", "123"),
    "a tag for each character": ("<i>a</i><i>l</i><i>@</i><i>x</i>", "<i>al@x</i>"),
    "comment inside a number": ("4111<!-- x --> 1111", "4111 1111"),
    "line breaks that may be, and blanks": ("1<wbr>1<wbr> <wbr>1", "111"),
    "an escape in front of a number": ("a\\x0a4111111111111111", "a\n4111111111111111"),
    "a database's number": ("\\x3132333435363738393031", "\\x3132333435363738393031"),
    "a space before a number": ("is=20078-05-1120", "is 078-05-1120"),
    "tags inside a number": ("x <b>078-</b>05-1120<br>", "x <b>078-05-1120<br>"),
    "tags inside an address": ("al<wbr>ex<b>@ma</b>il.com", "alex@ma</b>il.com"),
    "cells of lines": ("4111<br>1111<BR/>1111", "4111 1111 1111"),
    "emphasis inside a number": ("**4111** 1111 1111 1111", "**4111 1111 1111 1111"),
    "plus of a query": ("?a=4111+1111+1111+1111", "?a=4111-1111-1111-1111"),
    "colons": ("4111:1111:1111:1111 078:05:1120", "4111-1111-1111-1111 078-05-1120"),
    "ideographic stop in a domain": ("al@mail\u3002com", "al@mail.com"),
    "tag characters": ("a\U000e0041b\U000e0001c\U000e007f", "aAbc"),
    "strike": ("1\u03362\u0336", "12"),
    "keycaps": ("1\ufe0f\u20e32\u20e3", "12"),
    "NFD": ("Jose\u0301 Mu\u0308ller", "José Müller"),
    "Hangul in pieces": ("\u1100\u1161\u11a8", "각"),
    "compatibility letter": ("\u212bngstrom", "Ångstrom"),
    "wide": ("ＡＢ１２", "AB12"),
    "Arabic digits": ("٣٥", "35"),
    "Devanagari digits": ("४२", "42"),
    "mathematical": ("𝟏𝟐𝐀", "12A"),
    "raised": ("x²₃", "x23"),
    "circled": ("①⑫⓿❸", "11203"),
    "bracketed": ("⑴⒉", "12"),
    "circled letters": ("ⓐⒷ🅒", "aBC"),
    "line break": ("a\\nB", "a\nB"),
    "doubled": ("a\\\\nB", "a\nB"),
    "tab": ("a\\t1", "a\t1"),
    "quotes": ('\\"a\\"', '"a"'),
    "slash": ("a\\/b", "a/b"),
    "u": ("a\\u0040b", "a@b"),
    "surrogate pair": ("\\ud83d\\ude00", "😀"),
    "u in braces": ("\\u{40}", "@"),
    "U": ("\\U00000040", "@"),
    "x": ("\\x41\\x42", "AB"),
    "x as UTF-8": ("\\xc3\\xa9", "é"),
    "x before a long number": ("a\\x0a4111111111111111", "a\n4111111111111111"),
    "x as Latin-1": ("\\xe9t", "ét"),
    "octal": ("\\303\\251", "é"),
    "escaped punctuation": ("1\\-2\\.3\\@", "1-2.3@"),
    "entity": ("a&amp;b&commat;c", "a&b@c"),
    "numeric": ("&#65;&#x42;", "AB"),
    "without its end": ("&#65&#66", "AB"),
    "padded": ("&#0000065;&#x00042;", "AB"),
    "entity of an entity": ("&amp;#64;", "@"),
    "percent": ("a%40b", "a@b"),
    "percent UTF-8": ("%C3%A9", "é"),
    "percent Latin-1": ("Jos%E9", "José"),
    "percent twice": ("a%2540b", "a@b"),
    "percent with a NUL": ("%61%00%62", "ab"),
    "percent of a script": ("%u0040", "@"),
    "quoted-printable": ("a=40b=3D", "a@b="),
    "soft break": ("jan=\r\ne", "jane"),
    "padding of base64": ("UXVheTRMYW50ZXJuIQ==\nx", "UXVheTRMYW50ZXJuIQ==\nx"),
    "one sign of padding": ("UXVheTRMYW50ZXJuISE=\nx", "UXVheTRMYW50ZXJuISE=\nx"),
    "no break before a key": ("a: QuayLan=\ntype: x", "a: QuayLan=\ntype: x"),
    "UTF-7": ("a+AEA-b", "a@b"),
    "middle dots": ("536·22·8645", "536-22-8645"),
    "slashes": ("536/22/8645", "536-22-8645"),
    "underscores": ("tax_536_22_8645.pdf", "tax_536-22-8645.pdf"),
    "long dashes": ("536—22—8645", "536-22-8645"),
    "wrapped behind a hyphen": ("536-22-\n  8645", "536-22-8645"),
    "wrapped address": ("ines@\n> lumen.de", "ines@lumen.de"),
    "quoted lines": ("> a\n> b\n>> c", "> a\nb\nc"),
    "at": ("ines(at)lumen[dot]de", "ines@lumen.de"),
    "at with spaces": ("ines (at) lumen [dot] de", "ines@lumen.de"),
}
STAYS = {
    "context lines of a diff": "@@ -1,2 +1,2 @@\n a = 1\n b = 2\n",
    "an import, then an indent": "from a import b\n x = 1\n",
    "a distance with an exponent": "4.5391488E+10 m",
    "a fraction with an exponent": "4539148803436467e-1",
    "types and comparisons": "List<b>x; a<i>c && d < 12; <i>see</i> <b>Jane</b>, 2**31, x**2",
    "times and machines": "12:34:56:78 10:11:12 00:1a:2b:3c:4d:5e 2001:0db8:1111:2222::1 12:30:2024",
    "names of code": "look_at_this.com(point_at_infinity)",
    "sums": "12+34=46, C++11, 2024-01-01T00:00:00+0100",
    "assignment": "status=200 port=4000 card=4111",
    "parameter": "?a=1&copy=2&region=3",
    "Windows path": "C:\\Users\\nancy\\temp\\readme",
    "network path": "\\\\nas\\temp",
    "LaTeX": "\\textbf{x} \\nabla^2",
    "regular expression": r"\d+\s\w\b[a-z]",
    "date": "12/05/2024 2024/05/12",
    "snake case": "max_line_length MAX_2_SIZE",
    "fraction": "3/4 1_000_000",
    "em dash": "he came—and went",
    "scripts": "Москва Αθήνα 東京 हिन्दी ไทย",
    "list index": "rows[0][31] x[1;2]",
    "percent": "100% of 5%",
    "unknown entity": "&nosuchthing; a && b",
    "half an escape": "\\u12 \\xg %4 &#; \\",
    "look-at-me": "look-at-me.com x - at - y, <at>Jane</at>",
    "colours of pages": "#012abc #0f0 #012",
    "escaped commas": "a\\,b",
    "a doubled quote": "utf-8''078 'it 5''6'",
    "literals of a list": "'5', '3'; \"a\" \"b\"; print('x5' + y + '6')",
    "cells of words": "<td>a b</td><td>c d</td>",
    "groups of an expression": "\\1\\2 \\40 x",
    "a path with numbers": "C:\\build\\b2\\v3",
    "bullets of a font": "\uf0b7Jane \uf0b7 Doe",
    "a comment between words": "Jane<!-- x -->Doe",
    "no entity": "R&D; AT&T",
}


@pytest.mark.parametrize(("text", "reading"), READS.values(), ids=READS)
def test_reads_as(text: str, reading: str) -> None:
    found = canonical(text)
    assert found.text == reading
    assert found.original(0, len(reading))[1] <= len(text)


@pytest.mark.parametrize("text", STAYS.values(), ids=STAYS)
def test_stays(text: str) -> None:
    assert canonical(text) == Canonical(text, text)


@pytest.mark.parametrize(
    ("text", "value", "place"),
    [
        ("a \x1b[31mred\x1b[0m b", "red", "red"),
        ("a%40b%40", "@b", "%40b"),
        ("x\\u0040y", "@", "\\u0040"),
        ("1\ufe0f\u20e32\ufe0f\u20e3 x", "12", "1\ufe0f\u20e32\ufe0f\u20e3"),
        ("\u200b1\u200b2\u200b", "12", "1\u200b2"),
        ("e\u0301t", "é", "e\u0301"),
        ("a&amp;#64;b", "@", "&amp;#64;"),
        ("%25%34%30", "@", "%25%34%30"),
        ("⑫", "12", "⑫"),
        ("⑫", "2", "⑫"),
        ("%41%42%43", "B", "%42"),
    ],
)
def test_leads_back_to_whole_notations(text: str, value: str, place: str) -> None:
    found = canonical(text)
    at = found.text.index(value)
    start, end = found.original(at, at + len(value))
    assert text[start:end] == place


PARTS = st.lists(
    st.one_of(
        st.sampled_from([text for text, _ in READS.values()]),
        st.sampled_from(
            ["a", "1", " ", "\n", "\\", "%", "&", "=", "\x1b", "\u0301", "é", "😀", "\u200b", "[", ";", "x4"]
        ),
        st.text(max_size=3),
    ),
    max_size=12,
).map("".join)


@given(PARTS)
def test_places_lead_back_in_order(text: str) -> None:
    found = canonical(text)
    before = (0, 0)
    for at in range(len(found.text)):
        start, end = place = found.original(at, at + 1)
        assert 0 <= start < end <= len(text)
        # Characters of one indivisible notation share it, others follow one another.
        assert start >= before[1] or place == before
        before = place
    if found.text:
        assert found.original(0, len(found.text)) == (found.original(0, 1)[0], before[1])


@given(PARTS)
def test_the_way_there_is_the_way_back(text: str) -> None:
    found = canonical(text)
    read = range(len(found.text))
    for at in range(len(text) + 1):
        assert found.place(at) == bisect_left(read, at, key=lambda place: found.original(place, place + 1)[0])
        last = at
        for layer in found.layers:
            last = layer.ending(last)
        assert last == bisect_right(read, at, key=lambda place: found.original(place, place + 1)[1])


@pytest.mark.parametrize(
    ("text", "doubts"),
    [
        ('{\\"a\\": \\"b\\"}', []),
        ('password=\\"ab\\\\\\"cd\\"', ['\\\\\\"cd\\"']),
        ("a\\nb", ["\\n"]),
        ("a%40b.com", ["%40"]),
    ],
)
def test_where_the_text_as_written_may_tell_something_else(text: str, doubts: list[str]) -> None:
    found = canonical(text)
    assert [text[start:end] for start, end in found.doubts(lambda start, end: False)] == doubts
    assert not found.doubts(lambda start, end: True)


@given(PARTS)
def test_outside_the_spots_nothing_differs(text: str) -> None:
    found = canonical(text)
    assert len(found.plain) == len(text)
    for at, char in enumerate(found.text):
        start, end = found.original(at, at + 1)
        if not any(first < end and start < last for first, last in found.spots):
            assert (end - start, found.plain[start]) == (1, char)


@given(PARTS)
def test_whole_cuts_off_half_notations_only(text: str) -> None:
    found = canonical(text)
    for start in range(0, len(text), 3):
        first, last = found.whole(start, len(text))
        assert start <= first <= last <= len(text)


@given(st.text(alphabet=st.characters(max_codepoint=126, min_codepoint=32, exclude_characters="%&=\\[({@+/_|~*>^")))
def test_plain_ascii_is_its_own_reading(text: str) -> None:
    assert canonical(text) == Canonical(text, text)


@given(st.text(alphabet=st.characters(categories=["Nd"]), min_size=1))
def test_decimal_digits_of_all_scripts_are_digits(text: str) -> None:
    assert canonical(text).text == "".join(str(unicodedata.decimal(char)) for char in text)


def test_a_long_line_with_one_code_costs_no_list_of_places() -> None:
    text = "x" * 1_000_000 + "%20" + "y" * 1_000_000
    tracemalloc.start()
    found = canonical(text)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.text[1_000_000] == " "
    assert peak < 8 * len(text)  # bytes: a few copies of the text


@pytest.mark.slow
def test_a_text_of_codes_costs_bounded_memory() -> None:
    text = "a\\n" * 40_000
    tracemalloc.start()
    canonical(text)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 40 * len(text)
