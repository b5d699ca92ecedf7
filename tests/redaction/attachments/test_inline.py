"""data: URLs and base64 in strings."""

from __future__ import annotations

import base64
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.attachments.inline import data_url_bytes, parse_data_url, sniff_base64
from redaction.errors import BadEncoding, TooLarge

B64 = base64.b64encode(b"Jane Doe").decode()


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        (f"data:image/png;base64,{B64}", ("image/png", True, B64)),
        (f" DATA:Text/CSV;charset=UTF-8;BASE64,{B64}", ("text/csv;charset=UTF-8", True, B64)),
        ("data:,Jane%20Doe", ("text/plain;charset=US-ASCII", False, "Jane%20Doe")),
        ("data:;base64,QQ==", ("text/plain;charset=US-ASCII", True, "QQ==")),
        ("data:;charset=utf-8,x", ("text/plain;charset=utf-8", False, "x")),
        ("data:text/plain; charset=utf-8; base64,QQ==", ("text/plain;charset=utf-8", True, "QQ==")),
        ("data:text/html,<p>a,b</p>", ("text/html", False, "<p>a,b</p>")),
        ("data:base64,x", ("base64", False, "x")),
        ("data: my birthday is 1.2.1990, yes", None),
        ("data:text/plain", None),
        ("database:x,y", None),
        ("see data:text/plain,x", None),
        ("data:" + "a" * 5000 + ",x", None),
        ("", None),
    ],
)
def test_data_urls(text: str, parsed: tuple[str, bool, str] | None) -> None:
    assert parse_data_url(text) == parsed


def test_data_url_bytes() -> None:
    assert data_url_bytes(False, "Jane%20Doe", limit=8) == b"Jane Doe"
    assert data_url_bytes(True, B64, limit=8) == b"Jane Doe"
    assert data_url_bytes(True, B64[:4] + "%0A " + B64[4:].rstrip("="), limit=8) == b"Jane Doe"
    assert data_url_bytes(True, "", limit=8) == b""
    for coded, payload in ((False, "Jane%20Doe"), (True, B64), (False, "x" * 9999)):
        with pytest.raises(TooLarge):
            data_url_bytes(coded, payload, limit=5)
    for payload in ("!!!!", "QQ=", "Q", "QQ==x"):
        with pytest.raises(BadEncoding):
            data_url_bytes(True, payload, limit=99)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("QUJD", b"ABC"),
        ("QUI=", b"AB"),
        ("QUI", b"AB"),
        ("QU\r\nI =", b"AB"),
        ("-_-_", b"\xfb\xff\xbf"),
        ("+/+/", b"\xfb\xff\xbf"),
        ("+_+_", None),
        ("QUI==", None),
        ("QUJD=", None),
        ("QUJDR", None),
        ("Jane Doe!", None),
        ("====", None),
        ("QUI=QUI=", None),
        ("ÄÄÄÄ", None),
    ],
)
def test_sniff_base64(text: str, found: bytes | None) -> None:
    assert sniff_base64(text, minimum=1) == found


def test_base64_bounds() -> None:
    assert sniff_base64("A" * 63) is None
    assert sniff_base64("A" * 64) == bytes(48)
    with pytest.raises(TooLarge) as caught:
        sniff_base64("A" * 64, limit=47)
    assert "limits.inflated" in caught.value.message


@given(st.binary(min_size=1, max_size=60), st.booleans(), st.booleans())
def test_round_trip(data: bytes, urlsafe: bool, padded: bool) -> None:
    text = (base64.urlsafe_b64encode if urlsafe else base64.b64encode)(data).decode()
    assert sniff_base64(text if padded else text.rstrip("="), minimum=1) == data
    url = parse_data_url(f"data:application/x;base64,{text}")
    assert url is not None
    assert data_url_bytes(url[1], url[2], limit=60) == data
    plain = parse_data_url("data:text/plain," + quote_from_bytes(data))
    assert plain is not None
    assert data_url_bytes(plain[1], plain[2], limit=60) == data
