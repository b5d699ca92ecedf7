"""RTF: code pages, Unicode escapes, notes and metadata; objects are refused."""

from __future__ import annotations

import pytest

from redaction.attachments.extraction.worker import extract

LIMIT = 1 << 16


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (rb"{\rtf1\ansi Jane {\b Do}e\par SSN}", "Jane Doe\nSSN"),
        (rb"{\rtf1 a\~b\_c\-d \{x\} \\ y}", "a\u00a0b-cd {x} \\ y"),
        (rb"{\rtf1\ansi J\'fcrgen}", "Jürgen"),
        (rb"{\rtf1\ansi\ansicpg1251 \'c8\'e2\'e0\'ed}", "Иван"),
        (rb"{\rtf1\ansicpg932 \'8e\'52\'93\'63}", "山田"),
        (rb"{\rtf1\uc1 J\u252?rgen \u-10179?\u-8704?}", "Jürgen 😀"),
        (rb"{\rtf1\uc2 \u252\'fc\'fcx}", "üx"),
        (rb"{\rtf1 {\fonttbl{\f0 Georgia;}}{\stylesheet{Jenny;}}{\colortbl;}x}", "x"),
        (rb"{\rtf1 {\info{\author Max}{\title Plan}}x}", "Max\n\nPlan\n\nx"),
        (rb"{\rtf1 a{\*\annotation note}{\footnote foot}b}", "a\nnote\n\nfoot\nb"),
        (rb"{\rtf1 {\header top}{\field{\*\fldinst HYPERLINK jane}{\fldrslt shown}}}", "top\n\nHYPERLINK jane\nshown"),
        (rb"{\rtf1 {\*\unknown kept}}", "kept"),
        (b"{\\rtf1 a\r\nb\\\nc}", "ab\nc"),
        (rb"{\rtf1 a\cell b\row}", "a\tb"),
        (b"{\\rtf1 a\\bin5 {zzz}b}", "ab"),
        (rb"{\rtf1 a}}} b", "a b"),
        (rb"{\rtf1 Jane", "Jane"),
    ],
)
def test_text(source: bytes, text: str) -> None:
    answer = extract(source, "rtf", LIMIT)
    assert (answer.kind, answer.format, answer.text.strip()) == ("document", "rtf", text)


def test_pictures_are_counted_and_not_read() -> None:
    answer = extract(rb"{\rtf1 a{\pict\pngblip 89504e47}b{\nonshppict{\pict ff}}}", "rtf", LIMIT)
    assert (answer.text, answer.images) == ("ab", 2)


@pytest.mark.parametrize(
    "source", [rb"{\rtf1 {\object{\*\objdata 0105}}Jane}", rb"{\rtf1\ansicpg99999 Jane}", b"{\\rtf1" + b"{" * 2000]
)
def test_unreadable(source: bytes) -> None:
    answer = extract(source, "rtf", LIMIT)
    assert (answer.kind, answer.text) == ("unreadable", "")


def test_bound() -> None:
    assert extract(b"{\\rtf1 " + b"Jane" * LIMIT + b"}", "rtf", LIMIT).too_large
