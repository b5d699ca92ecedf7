"""Values behind codings of bytes, and what only looks like one."""

from __future__ import annotations

import base64
import binascii
import bz2
import gzip
import json
import lzma
import zlib

import pytest

from redaction.detector.coded import BUDGET, coded_spans
from redaction.detector.rules.strict_rules import strict_spans

MAIL, SSN = "ines.kraus@lumen-works.de", "536-22-8645"
LOGIN = f"{MAIL}:correct horse"


def b64(data: str | bytes) -> str:
    return base64.b64encode(data.encode() if isinstance(data, str) else data).decode()


def base58(data: bytes) -> str:
    number, digits = int.from_bytes(data), ""
    while number:
        number, digit = divmod(number, 58)
        digits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"[digit] + digits
    return digits


def found(text: str) -> list[tuple[str, str]]:
    return [(span.type, text[span.start : span.end]) for part in coded_spans(text, strict_spans) for span in part]


HIDDEN = {
    "a number alone": b64(SSN),
    "base64": b64(LOGIN),
    "without padding": b64(LOGIN).rstrip("="),
    "url alphabet": base64.urlsafe_b64encode(f"ÿþ?>{LOGIN}".encode()).decode(),
    "twice": b64(b64(LOGIN)),
    "three times": b64(b64(b64(LOGIN))),
    "gzip": b64(gzip.compress(LOGIN.encode())),
    "zlib": b64(zlib.compress(LOGIN.encode())),
    "UTF-16": b64(LOGIN.encode("utf-16-le")),
    "JSON in JSON": b64(json.dumps({"a": json.dumps({"m": LOGIN})})),
    "wrapped": base64.encodebytes((LOGIN * 5).encode()).decode().strip(),
    "hex": LOGIN.encode().hex(),
    "hex of base64": b64(LOGIN).encode().hex(),
    "hex dump": LOGIN.encode().hex(" "),
    "bytes in base 16": ", ".join(f"0x{byte:02x}" for byte in LOGIN.encode()),
    "bits": " ".join(f"{byte:08b}" for byte in LOGIN.encode()),
    "list of bytes": ", ".join(map(str, LOGIN.encode())),
    "raw deflate": b64(zlib.compress((LOGIN * 2 + " and more of it").encode(), wbits=-15)),
    "bzip2": b64(bz2.compress(LOGIN.encode())),
    "xz": b64(lzma.compress(LOGIN.encode())),
    "number of a program": "0x" + LOGIN.encode().hex(),
    "base32 in small letters": base64.b32encode(LOGIN.encode()).decode().lower(),
    "base32 hex": base64.b32hexencode(LOGIN.encode()).decode(),
    "base58": base58(LOGIN.encode()),
    "bits of seven": " ".join(f"{byte:07b}" for byte in LOGIN.encode()),
    "hex in words": LOGIN.encode().hex(" ", -2),
    "hex in lines": LOGIN.encode()[:16].hex(" ") + "\n " + LOGIN.encode()[16:].hex(" "),
    "bytes of .NET": LOGIN.encode().hex("-").upper(),
    "lines of xxd -p": LOGIN.encode()[:16].hex() + "\n" + LOGIN.encode()[16:].hex(),
    "octal numbers": " ".join(f"{byte:03o}" for byte in LOGIN.encode()),
    "lzma": b64(lzma.compress(LOGIN.encode(), format=lzma.FORMAT_ALONE)),
    "Latin-1": b64(f"Grüße {LOGIN}".encode("latin-1")),
    "characters of PowerShell": ",".join(f"[char]{byte}" for byte in LOGIN.encode()),
    "characters of PowerShell in hex": "+".join(f"[char]0x{byte:02x}" for byte in LOGIN.encode()),
    "bytes in lines": ",\n    ".join(f"0x{byte:02x}" for byte in LOGIN.encode()),
    "characters up to a NUL": ", ".join(f"'{char}'" for char in LOGIN) + ", '\\0'",
    "number of an assembler": LOGIN.encode().hex() + "h",
    "a registry's bytes": LOGIN.encode()[:16].hex(",") + ",\\\n  " + LOGIN.encode()[16:].hex(","),
    "bits in lines": "\n".join(f"{byte:08b}" for byte in LOGIN.encode()),
    "bytes as strings": ", ".join(f"'0x{byte:02x}'" for byte in LOGIN.encode())[1:-1],
    "numbers of characters": "+".join(f"chr({byte})" for byte in LOGIN.encode()),
    "code points": " ".join(f"U+{byte:04X}" for byte in LOGIN.encode()),
    "base32": base64.b32encode(LOGIN.encode()).decode(),
}


@pytest.mark.parametrize("coded", HIDDEN.values(), ids=HIDDEN)
def test_a_hidden_value_is_found_with_its_coding(coded: str) -> None:
    kind = "SSN" if coded == b64(SSN) else "EMAIL_ADDRESS"
    assert found(coded) == [(kind, coded)]
    assert found(f"Authorization: Basic {coded} -H x") == [(kind, coded)]


@pytest.mark.parametrize("columns", ["xxd", "hexdump -C", "hexdump"])
def test_rows_of_a_dump_are_read_together(columns: str) -> None:
    rows = []
    for at in range(0, len(LOGIN), 16):
        part = LOGIN.encode()[at : at + 16]
        if columns == "xxd":
            rows.append(f"{at:08x}: {part.hex(' ', -2)}  {part.decode()}")
        elif columns == "hexdump":
            words = (part[i : i + 2][::-1].hex() for i in range(0, len(part), 2))
            rows.append(f"{at:07x} {' '.join(words)}")
        else:
            rows.append(f"{at:08x}  {part[:8].hex(' ')}  {part[8:].hex(' ')}  |{part.decode()}|")
    assert found("\n".join(rows)) == [("EMAIL_ADDRESS", "\n".join(rows))]


@pytest.mark.parametrize(
    "coded",
    [base64.b85encode(LOGIN.encode()).decode(), *(base64.a85encode(LOGIN.encode(), adobe=a).decode() for a in (0, 1))],
)
def test_base85_is_read_where_it_is_the_whole_text(coded: str) -> None:
    assert found(coded) == [("EMAIL_ADDRESS", coded)]


def test_uuencoded_lines() -> None:
    coded = f"begin 644 a.txt\n{binascii.b2a_uu(LOGIN.encode()).decode()}"
    assert found(f"{coded}`\nend\n") == [("EMAIL_ADDRESS", coded)]


def test_a_part_of_a_path() -> None:
    part = b64(MAIL).rstrip("=")
    assert found(f"/users/{part}/orders") == [("EMAIL_ADDRESS", part)]


@pytest.mark.parametrize(
    "text",
    [
        b64("The quick brown fox jumps over the lazy dog"),
        b64(bytes(range(256))),
        b64("noreply@github.com"),
        "sha512-" + b64(bytes(range(64))),
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "110bcd25-a55d-453a-8046-129790135264",
        "getElementsByTagNameAndClassNameWithinDocument",
        "redaction/detector/canonical/canonical_text.py",
        "https://example.com/a/very/long/path/to/some/resource",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
        "00:1b:44:11:3a:b7:00:1b:44:11:3a:b7",
        "!#$%&()*+-;<=>?@^_`{|}~",
    ],
)
def test_what_decodes_to_nothing_personal_stays(text: str) -> None:
    assert found(text) == []


def test_a_bomb_is_read_within_the_budget() -> None:
    read: list[int] = []

    def rules(text: str) -> tuple[()]:
        read.append(len(text))
        return ()

    assert list(coded_spans(b64(gzip.compress(b"a " * 5_000_000)), rules)) == [[]]
    assert sum(read) <= 2 * BUDGET
