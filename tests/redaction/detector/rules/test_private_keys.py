"""PEM private key blocks."""

from __future__ import annotations

import pytest

from redaction.detector.rules.private_keys import private_keys

BODY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7"


def pem(kind: str, body: str = BODY, end: bool = True) -> str:
    return f"-----BEGIN {kind}-----\n{body}\n" + (f"-----END {kind}-----" if end else "")


@pytest.mark.parametrize(
    "kind",
    [
        "PRIVATE KEY",
        "RSA PRIVATE KEY",
        "EC PRIVATE KEY",
        "OPENSSH PRIVATE KEY",
        "ENCRYPTED PRIVATE KEY",
        "PGP PRIVATE KEY BLOCK",
    ],
)
def test_whole_blocks(kind):
    text = f"key:\n{pem(kind)}\nend"
    assert [text[a:b] for a, b in private_keys(text)] == [pem(kind)]


def test_escaped_line_breaks():
    block = pem("PRIVATE KEY").replace("\n", "\\n")
    text = f'{{"k": "{block}"}}'
    assert [text[a:b] for a, b in private_keys(text)] == [block]


def test_without_an_end_as_far_as_base64_goes():
    text = pem("PRIVATE KEY", end=False) + "{ more"
    assert [text[a:b] for a, b in private_keys(text)] == [pem("PRIVATE KEY", end=False).rstrip()]


def test_two_blocks():
    assert len(private_keys(pem("PRIVATE KEY") + "\n" + pem("RSA PRIVATE KEY"))) == 2


@pytest.mark.parametrize(
    "text", [pem("CERTIFICATE"), pem("PUBLIC KEY"), pem("PRIVATE KEY", "..."), "-----BEGIN PRIVATE KEY-----", "BEGIN"]
)
def test_near_misses(text):
    assert private_keys(text) == []
