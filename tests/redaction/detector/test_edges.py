"""Where values end: what touches a value and does not hide it, and what a value is only a piece of."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from redaction.detector.canonical.canonical_text import canonical
from redaction.detector.detect import built_in_rules
from redaction.detector.overlaps import resolve
from redaction.spans import substitute
from tests.support.finding import DETECTOR, PLAIN

SSN, CARD, IBAN = "536-22-8645", "4539578763621486", "NL91ABNA0417164300"
MAIL, IP, PHONE = "ines.kraus@lumen-works.de", "81.2.69.145", "415-555-2671"
VALUES = {
    SSN: "SSN",
    CARD: "CREDITCARD_NUMBER",
    IBAN: "IBAN_CODE",
    MAIL: "EMAIL_ADDRESS",
    IP: "IP_ADDRESS",
    PHONE: "PHONE_NUMBER",
}


def masked(text: str) -> str:
    return substitute(text, DETECTOR.find(text, PLAIN))


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("_", "_"),
        ("__", "__"),
        ("file_", ".pdf"),
        ("адрес", " ё"),
        ("मेल", "को"),
        ("電話", "。"),
        ("«", "»"),
        ("\\n", "\\n"),
        ("\\\\r\\\\n", "\\\\t"),
        ("x\\u000a", "\\u0009"),
        ("\x1b[31m", "\x1b[0m"),
        ("\\u001b[31m", "\\u001b[0m"),
        ("+", ""),
        ("\n-", "\n+"),
        ("> ", "\n>"),
        ("%", "%"),
        ("—", "—"),
        ("...", "..."),
        ('{\\"v\\":\\"', '\\"}'),
    ],
    ids=repr,
)
def test_what_touches_a_value_does_not_hide_it(value: str, before: str, after: str) -> None:
    if before == "%" and value != MAIL:
        before = after = "|"  # `%41` is a coded byte
    if before == "+" and value == PHONE:
        before = "- "  # a plus belongs to a phone number
    if value == MAIL and "_" in before:
        before = "("  # an underscore may begin a mailbox
    if after == ".pdf" and value in (MAIL, IP):
        after = ")"  # a dot goes on
    assert masked(f"{before}{value}{after}") == f"{before}[[{VALUES[value]}]]{after}"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"é{SSN}", "é[[SSN]]"),
        (f"ssn{SSN}", "ssn[[SSN]]"),
        (f"no.{SSN}", "no.[[SSN]]"),
        (f"Card{CARD}and more", "Card[[CREDITCARD_NUMBER]]and more"),
        (f"A-{CARD}", "A-[[CREDITCARD_NUMBER]]"),
        (f"iban{IBAN}", "iban[[IBAN_CODE]]"),
        (f"LIKE '%{MAIL}%'", "LIKE '%[[EMAIL_ADDRESS]]%'"),
        (f"-{IP}", "-[[IP_ADDRESS]]"),
        (f"card={CARD}&x", "card=[[CREDITCARD_NUMBER]]&x"),
        (f"&copy={CARD}", "&copy=[[CREDITCARD_NUMBER]]"),
        (f"{CARD}²", "[[CREDITCARD_NUMBER]]²"),
        (f"{CARD}\u200b{CARD}", "[[CREDITCARD_NUMBER]]\u200b[[CREDITCARD_NUMBER]]"),
        (f"C:\\n{SSN}", "C:\\n[[SSN]]"),
    ],
    ids=repr,
)
def test_edges_of_values(text: str, left: str) -> None:
    assert masked(text) == left


@pytest.mark.parametrize(
    "text",
    [
        f"9{SSN}",
        f"{SSN}7",
        f"12.{CARD}",
        f"{CARD}.25",
        f"{CARD}12345",
        f"1-{SSN}",
        f"{SSN}-1",
        f"a1b{CARD}",
        f"deadbeef{CARD}",
        f"{CARD}ms",
        f"v1.{IP}",
        f"{IP}.7",
        f"X{IBAN}",
        f"{IBAN}9",
        "guid 110bcd25-a55d-453a-8046-129790135264",
        "sha 4539578763621486da39a3ee5e6b4b0d3255bfef",
        "0.4539578763621486",
        "node-12.22.9-linux-x64.tar.gz",
        "libfoo_2.31.4.so IMG_20240512_101112.jpg",
        "2024/05/12 10:11:12 1_000_000_000",
        "logo@2x.png pkg@1.2.3.tgz @types/node",
        "rgb(12,34,56) 10.0.0.1/24 fe80::1",
        "uuid4: 550e8400e29b41d4a716446655440000",
    ],
    ids=repr,
)
def test_pieces_of_longer_things_stay(text: str) -> None:
    assert masked(text) == text


DRESSES = {
    "NUL between": "\0".join,
    "zero width between": "\u200b".join,
    "underlined": "\u0332".join,
    "wide": lambda s: "".join(chr(ord(c) + 0xFEE0) for c in s),
    "entities": lambda s: "".join(f"&#{ord(c)};" for c in s),
    "percent": lambda s: "".join(f"%{ord(c):02x}" for c in s),
    "percent twice": lambda s: "".join(f"%25{ord(c):02x}" for c in s),
    "x": lambda s: "".join(f"\\x{ord(c):02x}" for c in s),
    "u": lambda s: "".join(f"\\u{ord(c):04x}" for c in s),
    "octal": lambda s: "".join(f"\\{ord(c):03o}" for c in s),
    "quoted-printable": lambda s: "".join(f"={ord(c):02X}" for c in s),
}


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("dress", DRESSES.values(), ids=DRESSES)
def test_values_in_every_dress(value: str, dress) -> None:
    assert masked(f"it is {dress(value)} there") == f"it is [[{VALUES[value]}]] there"


PIECES = st.lists(
    st.sampled_from(
        [
            *VALUES,
            *(dress(value) for dress in DRESSES.values() for value in (SSN, MAIL)),
            *("\\n", "\\", "\\u0040", "%40", "%", "&amp;", "&copy", "=", "=41", "\x1b[31m", "\u200b", "\u0301"),
            *(" ", "\n", "_", "a", "x1", "-", ".", "é", "д", "²", "(at)", ":", "4", "[[SSN]]"),
        ]
    ),
    max_size=8,
).map("".join)


@given(PIECES)
@example("C:\\nancy@lumen.de")
@example(f"=41={CARD}")
@example(f"{CARD}\u0301{CARD}")
def test_finds_at_least_what_the_text_as_written_shows(text: str) -> None:
    reading = canonical(text)
    covered: set[int] = set()
    for span in DETECTOR.find(text, PLAIN):
        covered.update(range(span.start, span.end))
    for span in resolve(text, built_in_rules().find(reading.plain)):
        # Where both readings show a value, half a notation beside it is no part of it.
        start, end = reading.whole(span.start, span.end)
        assert covered.issuperset(range(start, end))


@given(PIECES)
@example("".join(f"&#{ord(c)};" for c in SSN) + SSN)
@example("".join(f"&#{ord(c)};" for c in "ines.kraus@lumen-works.de") + SSN)
@example(f"{SSN}=\\\\n{SSN}")
@example(f"DE89370400440532013000\uff0e{SSN}")
@example("ines.kraus@lumen-works.de%ines.kraus@lumen-works.de")
@example("ines.kraus@lumen-works.de'ines.kraus@lumen-works.de")
def test_masking_a_masked_text_changes_nothing(text: str) -> None:
    once = masked(text)
    assert masked(once) == once
