"""Charsets: one reading or none."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.body.charset import TextCodec, charset_of, decode_text
from redaction.errors import BadEncoding, NotRedactable

TEXT = '{"a": "Zoë Müller ✓"}'


@pytest.mark.parametrize(
    ("data", "charset", "name", "mark"),
    [
        (TEXT.encode(), None, "utf-8", b""),
        (TEXT.encode(), "UTF-8", "utf-8", b""),
        (TEXT.encode("utf-8-sig"), None, "utf-8", codecs.BOM_UTF8),
        (TEXT.encode("utf-8-sig"), "utf-8", "utf-8", codecs.BOM_UTF8),
        (TEXT.encode("utf-16-le"), None, "utf-16-le", b""),
        (TEXT.encode("utf-16-be"), "utf-16", "utf-16-be", b""),
        (TEXT.encode("utf-16-le"), "utf-16le", "utf-16-le", b""),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-16", "utf-16-le", codecs.BOM_UTF16_LE),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), None, "utf-16-be", codecs.BOM_UTF16_BE),
        (codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"), None, "utf-32-le", codecs.BOM_UTF32_LE),
        (codecs.BOM_UTF32_BE + TEXT.encode("utf-32-be"), "utf-32", "utf-32-be", codecs.BOM_UTF32_BE),
        (TEXT.encode("utf-32-le"), None, "utf-32-le", b""),
        (TEXT.encode("utf-32-be"), None, "utf-32-be", b""),
    ],
)
def test_reads(data: bytes, charset: str | None, name: str, mark: bytes) -> None:
    text, codec = decode_text(data, charset)
    assert (text, codec) == (TEXT, TextCodec(name, mark))
    assert codec.encode(text) == data


def test_latin_1_only_where_it_cannot_be_utf_8() -> None:
    text, codec = decode_text("Zoë".encode("latin-1"), "ISO-8859-1")
    assert (text, codec.name, codec.encode("[[NAME]]ë")) == ("Zoë", "latin-1", b"[[NAME]]\xeb")
    assert decode_text(b"plain", "latin-1") == ("plain", TextCodec("utf-8"))
    with pytest.raises(NotRedactable):
        codec.encode("✓")
    assert decode_text("äöü中".encode("utf-16-le")[6:] + b"\xd8\x4e", "utf-16le")[0]  # no zero byte, not UTF-8


@pytest.mark.parametrize(
    ("data", "charset"),
    [
        ("Zoë".encode("latin-1"), None),
        ("Zoë".encode("latin-1"), "utf-8"),
        ("Zoë".encode(), "latin-1"),
        ("Zoë".encode(), "us-ascii"),
        (TEXT.encode("utf-16-le"), "utf-8"),
        (TEXT.encode("utf-16-le"), "utf-16be"),
        (TEXT.encode("utf-16-le"), "latin-1"),
        (TEXT.encode(), "utf-16"),
        (TEXT.encode(), "utf-32le"),
        (TEXT.encode("utf-16"), "utf-8"),
        (b"abc", "utf-7"),
        (b"abc", "windows-1251"),
        (b"abc", "shift_jis"),
        (b"abc", "rot13"),
        (b"\xed\xa0\x80", None),  # a surrogate in UTF-8
        (b"\xc0\xaf", None),  # overlong
        (b"\xff\xfe\x00\xd8", None),  # a lone surrogate in UTF-16
        (b"\xff\xfea", None),  # half a unit
        (b"a\x00Jane Doe 123-45-6789 x", None),  # UTF-8 with a zero byte, or UTF-16
    ],
)
def test_two_readings_or_none_are_refused(data: bytes, charset: str | None) -> None:
    with pytest.raises(BadEncoding) as caught:
        decode_text(data, charset)
    assert caught.value.code == "faasera_bad_charset"
    assert "Jane" not in str(caught.value)


@pytest.mark.parametrize(
    ("content_type", "charset"),
    [
        (None, None),
        ("application/json", None),
        ("application/json; charset=UTF-8", "utf-8"),
        ('text/plain;charset="us-ascii"; x=y', "us-ascii"),
        ("text/plain; boundary=charset", None),
        ("text/plain; charset=utf-8; charset=UTF-8", "utf-8"),
        ("text/plain; charset=", None),
    ],
)
def test_charset_of(content_type: str | None, charset: str | None) -> None:
    assert charset_of(content_type) == charset


def test_two_charsets_are_refused() -> None:
    with pytest.raises(BadEncoding):
        charset_of("text/plain; charset=utf-8; charset=utf-7")


@given(st.binary(max_size=40), st.sampled_from((None, "utf-8", "ascii", "utf-16", "utf-16le", "utf-32", "latin-1")))
def test_whatever_is_read_is_written_back(data: bytes, charset: str | None) -> None:
    try:
        text, codec = decode_text(data, charset)
    except BadEncoding:
        return
    assert codec.encode(text) == data


@given(st.text(max_size=30))
def test_every_utf_8_text_without_zero_bytes_is_read(text: str) -> None:
    if "\x00" not in text[:4] and not text.startswith("\ufeff"):
        assert decode_text(text.encode(), None) == (text, TextCodec("utf-8"))
