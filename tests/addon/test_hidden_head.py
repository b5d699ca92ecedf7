"""What is hidden of a head is given back to the letter, whatever stands in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mitmproxy.test.tutils import treq

from addon.hidden_head import HiddenFields, full_path, shown_path

NAMES = st.sampled_from((b"x-a", b"X-A", b"authorization", b"user-agent"))
VALUES = st.sampled_from((b"", b"...", b"x", b"jane@example.com", b"123-45-6789", b"\xff"))


@given(st.lists(st.tuples(NAMES, VALUES), max_size=6))
def test_headers(fields: list[tuple[bytes, bytes]]) -> None:
    request = treq()
    request.data.headers.fields = tuple(fields)
    hidden = HiddenFields(request)
    assert not any(name == b"X-A" and b"123" in value for name, value in request.data.headers.fields)
    hidden.give_back(request)
    assert request.data.headers.fields == tuple(fields)


@given(st.lists(st.sampled_from((b"v1", b"...", b"", b"file-1234567", b"a%20b", b"jane@b")), max_size=5), st.booleans())
def test_paths(parts: list[bytes], query: bool) -> None:
    path = b"/" + b"/".join(parts) + b"?a=1/2" * query
    shown = shown_path(path)
    assert b"1234567" not in shown
    assert b"?" not in shown
    assert full_path(shown, path) == path


@pytest.mark.parametrize(
    ("made", "full", "again"),
    [
        (b"/api/v1/files/...", b"/v1/files/file-1234567?a=1", b"/api/v1/files/file-1234567?a=1"),
        (b"/v2/x?b=2", b"/v1/files/file-1234567?a=1", b"/v2/x?b=2"),
        (b"/.../...", b"/file-1234567", b"/file-1234567/..."),
    ],
)
def test_a_path_that_another_addon_made(made: bytes, full: bytes, again: bytes) -> None:
    assert full_path(made, full) == again
