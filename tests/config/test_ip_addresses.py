"""Host names in any spelling, and which addresses are not public."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.ip_addresses import is_address, is_loopback, is_private, normalise_host, split_authority


@pytest.mark.parametrize(
    ("host", "normal"),
    [
        ("API.OpenAI.com", "api.openai.com"),
        ("a.b.", "a.b"),
        ("[::1]", "::1"),
        ("[FE80::1%eth0]", "fe80::1"),
        ("xn--pi-6kc.openai.com", "xn--pi-6kc.openai.com"),
        ("", ""),
    ],
)
def test_normalise(host: str, normal: str) -> None:
    assert normalise_host(host) == normal


@pytest.mark.parametrize(
    ("authority", "parts"),
    [
        ("A.b.", ("a.b", None)),
        ("a.b:443", ("a.b", 443)),
        ("[::1]:8080", ("::1", 8080)),
        ("[::1]", ("::1", None)),
        ("::1", ("::1", None)),
        ("u:p@a.b:1", ("a.b", 1)),
        ("a.b:0", ("a.b", None)),
        ("a.b:99999", ("a.b", None)),
        ("a.b:x", ("a.b", None)),
        ("a.b:\u0661", ("a.b", None)),
        ("", ("", None)),
    ],
)
def test_split_authority(authority: str, parts: tuple[str, int | None]) -> None:
    assert split_authority(authority) == parts


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST.", "a.localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]", "::ffff:127.0.0.1", "127.1",
     "2130706433", "0x7f.0.0.1", "0177.0.0.1"],
)  # fmt: skip
def test_loopback(host: str) -> None:
    assert is_loopback(host)
    assert is_private(host)


@pytest.mark.parametrize(
    "host", ["localhost.evil.test", "xlocalhost", "128.0.0.1", "127.0.0.1.evil.test", "::2", "0.0.0.0", "1.2.3.4.5", ""]
)
def test_not_loopback(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    "host",
    ["10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "fd00::1", "fe80::1", "::",
     "224.0.0.1", "::ffff:10.0.0.1", "2002:0a00:0001::", "printer.local", "host.docker.internal", "x.internal", "10.1",
     "metadata.google.internal", "64:ff9b::7f00:1", "::ffff:0:127.0.0.1"],
)  # fmt: skip
def test_private(host: str) -> None:
    assert is_private(host)


@pytest.mark.parametrize(
    "host",
    ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2001:4860:4860::8888", "api.openai.com", "local.evil.test", "mylocal",
     "1.1", "deadbeef", "internal.example", "08.8.8.8"],
)  # fmt: skip
def test_public(host: str) -> None:
    assert not is_private(host)


def test_addresses_and_names() -> None:
    assert is_address("1.2.3.4")
    assert is_address("::1")
    assert not is_address("api.openai.com")
    assert not is_address("1.2.3.4.nip.io")


@given(st.text(max_size=30))
def test_any_text_is_judged(text: str) -> None:
    host = normalise_host(text)
    assert is_private(host) or not is_loopback(host)
    split_authority(text)


@given(st.ip_addresses(v=4))
def test_every_spelling_of_an_address_is_judged_alike(address: object) -> None:
    number = int(address)  # type: ignore[call-overload]
    assert is_private(str(address)) == is_private(str(number)) == is_private(hex(number))
