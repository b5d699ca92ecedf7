"""Base URLs and origins of the configuration, and the way back to the proxy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.url_checks import check_base_url, check_origin, is_host_name, leads_back


@pytest.mark.parametrize(
    ("url", "checked"),
    [
        ("https://x.example", "https://x.example"),
        ("https://x.example//a//b/", "https://x.example/a/b"),
        ("HTTP://X.Example:8080/V1", "http://x.example:8080/V1"),
        ("http://[::1]:11434", "http://[::1]:11434"),
        ("http://127.0.0.1:1/", "http://127.0.0.1:1"),
    ],
)
def test_base_url(url: str, checked: str) -> None:
    assert check_base_url(url) == checked
    assert check_base_url(checked) == checked


@pytest.mark.parametrize(
    "url",
    ["", "x", "x.example/v1", "//x.example", "ftp://x.example", "https://", "https:///v1", "https://u:p@x.example",
     "https://x.example?a=1", "https://x.example#f", "https://x.example/v1?", "https://x.example:0", "https://x.example:99999",
     "https://x.example:http", "https://x .example", "https://x.example/a b", "https://\u0430pi.example", "https://x..example",
     "https://x.example/../y", "https://x.example\\@evil.test", "https://[::1", "https://*.example", "https://x.example/\x00"],
)  # fmt: skip
def test_bad_base_url(url: str) -> None:
    with pytest.raises(ValueError):
        check_base_url(url)


@pytest.mark.parametrize("origin", ["https://app.example", "http://localhost:3000", "chrome-extension://abcdef"])
def test_origin(origin: str) -> None:
    assert check_origin(origin) == origin


@pytest.mark.parametrize(
    "origin",
    ["", "*", "null", "app.example", "https://app.example/", "https://*.example", "https://u@x", "https://a b"],
)
def test_bad_origin(origin: str) -> None:
    with pytest.raises(ValueError):
        check_origin(origin)


@pytest.mark.parametrize(
    ("url", "listen", "back"),
    [
        ("http://localhost:8080/v1", {("127.0.0.1", 8080)}, True),
        ("http://[::1]:8080", {("127.0.0.1", 8080)}, True),
        ("http://127.0.0.1:8080", {("", 8080)}, True),
        ("http://127.0.0.1:8080", {("0.0.0.0", 8080)}, True),
        ("http://10.0.0.5:8080", {("10.0.0.5", 8080)}, True),
        ("http://localhost", {("::1", 80)}, True),
        ("http://localhost:8081", {("127.0.0.1", 8080)}, False),
        ("http://10.0.0.5:8080", {("127.0.0.1", 8080)}, False),
        ("http://localhost:8080", {("10.0.0.5", 8080)}, False),
        ("https://localhost", {("127.0.0.1", 80)}, False),
        ("http://localhost:8080", set(), False),
    ],
)
def test_leads_back(url: str, listen: set[tuple[str, int]], back: bool) -> None:
    assert leads_back(url, listen) is back


@given(st.text("htps:/.@?#[]%ax1\\ \u00e9", max_size=30))
def test_a_base_url_is_plain_or_refused(text: str) -> None:
    try:
        url = check_base_url("http://" + text)
    except ValueError:
        return
    assert not set("?#\\ \u00e9") & set(url)
    assert "@" not in url.removeprefix("http://").partition("/")[0]
    assert "//" not in url.removeprefix("http://")


@pytest.mark.parametrize(
    ("host", "plain"), [("a.b", True), ("::1", True), ("a:80", False), ("a..b", False), ("", False)]
)
def test_host_name(host: str, plain: bool) -> None:
    assert is_host_name(host) is plain
