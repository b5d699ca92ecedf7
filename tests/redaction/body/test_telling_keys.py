"""Keys that tell with their neighbours only."""

from __future__ import annotations

import base64

import pytest

from redaction.body.telling_keys import is_basic, telling_key

BASIC = base64.b64encode(b"bob:hunter2").decode()


@pytest.mark.parametrize(
    ("key", "owner", "told"),
    [
        ("d", {"kty": "RSA", "d": "x"}, "jwk.d"),
        ("d", {"d": "x"}, "d"),
        ("n", {"kty": "RSA", "n": "x"}, "n"),
        ("value", {"value": "x", "sensitive": True}, "sensitive.value"),
        ("value", {"value": "x", "sensitive": False}, "value"),
        ("value", {"value": "x", "sensitive": "true"}, "value"),
        ("ciphertext", {"ciphertext": "x", "kdf": "scrypt"}, "keystore.ciphertext"),
        ("ciphertext", {"ciphertext": "x"}, "ciphertext"),
        ("auth", {"auth": BASIC}, "basic.auth"),
        ("auth", {"auth": "none"}, "auth"),
        ("auth", {"auth": 3}, "auth"),
        ("", {}, ""),
    ],
)
def test_telling_key(key: str, owner: dict[str, object], told: str) -> None:
    assert telling_key(key, owner) == told


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BASIC, True),
        (BASIC.rstrip("="), True),
        ("aGVsbG8=", False),
        ("no base64!", False),
        ("", False),
        ("Og==", False),
    ],
)
def test_is_basic(text: str, expected: bool) -> None:
    assert is_basic(text) is expected
