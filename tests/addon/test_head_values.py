"""What strict rules find in headers is masked, in paths refused; everything else stays to the byte."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addon.head_values import check_path, mask_fields
from redaction.detector.coded import proven_spans
from redaction.errors import NotRedactable

MAIL, SSN, CARD = "mara.voss@acme-mail.com", "219-09-4377", "4539148803436467"
KEY = "sk-proj-" + "Qx7kW2mZ9pLr4tBn8vYc1sDf6gHj3aKe5uRi0oTy"


def _coded(text: str) -> str:
    return base64.urlsafe_b64encode(f'{{"email":"{text}"}}'.encode()).decode().rstrip("=")


def replacement(kind: str, _value: str) -> str:
    return f"[[{kind}]]"


def masked(name: str, value: str) -> str | None:
    edits = mask_fields([(b"Accept", b"*/*"), (name.encode(), value.encode())], proven_spans, replacement)
    if edits is None:
        return None
    assert edits.fields[0] == (b"Accept", b"*/*")
    return edits.fields[1][1].decode()


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("X-User-Email", MAIL, "[[EMAIL_ADDRESS]]"),
        ("Helicone-User-Id", f"of {MAIL}", "of [[EMAIL_ADDRESS]]"),
        ("X-Title", f"case {SSN}", "case [[SSN]]"),
        ("User-Agent", f"tool/1.0 ({MAIL})", "tool/1.0 ([[EMAIL_ADDRESS]])"),
        ("X-Metadata", f'{{"card": "{CARD}"}}', '{"card": "[[CREDITCARD_NUMBER]]"}'),
        ("X-Note", "mara.voss%40acme-mail.com", "[[EMAIL_ADDRESS]]"),
        ("X-User", base64.b64encode(MAIL.encode()).decode(), "[[EMAIL_ADDRESS]]"),
        ("X-User-Info", base64.b64encode(b'{"card": "%s"}' % CARD.encode()).decode(), "[[CREDITCARD_NUMBER]]"),
        ("X-Subject", f"=?utf-8?B?{base64.b64encode(SSN.encode() + b' of mine').decode()}?=", "=?utf-8?B?[[SSN]]?="),
    ],
    ids=lambda text: text.split(" ")[0],
)
def test_a_proven_value_in_a_header_is_masked(name: str, value: str, expected: str) -> None:
    assert masked(name, value) == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Authorization", f"Bearer {MAIL}"),
        ("Cookie", f"user={MAIL}"),
        ("X-Id-Token", f"eyJhbGciOiJub25lIn0.{_coded(MAIL)}.c2ln"),
        ("X-Session", base64.b64encode(bytes(range(7, 60))).decode()),
        ("X-Custom-Key", KEY),
        ("X-Stainless-Runtime-Version", "3.13.1"),
        ("User-Agent", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko)"),
        ("X-Datadog-Trace-Id", "4539148803436467123"),
        ("Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        ("X-Request-Id", "5c2d8a5e-0f0b-4b7a-9a43-0d2f3b1c9e55"),
        ("Anthropic-Beta", "oauth-2025-04-20,interleaved-thinking-2025-05-14"),
        ("Referer", "https://docs.acme-mail.com/a?b=%20c"),
    ],
    ids=lambda text: text.split(" ")[0],
)
def test_credentials_and_ordinary_headers_stay(name: str, value: str) -> None:
    assert masked(name, value) is None


def test_the_name_of_a_header_may_hold_no_value() -> None:
    with pytest.raises(NotRedactable):
        mask_fields([(SSN.encode(), b"x")], proven_spans, replacement)


@given(st.lists(st.tuples(st.binary(max_size=20), st.text("abc xyz-/;=,.()", max_size=40).map(str.encode))))
def test_headers_without_values_are_never_touched(fields: list[tuple[bytes, bytes]]) -> None:
    assert mask_fields([(b"x", value) for _, value in fields], proven_spans, replacement) is None


@pytest.mark.parametrize(
    "path",
    [f"/v1/users/{MAIL}/notes", f"/v1/records/{SSN}", "/v1/users/mara.voss%40acme-mail.com", f"/v1/a;user={MAIL}/b"],
    ids=["mail", "number", "percent", "matrix"],
)
def test_a_proven_value_in_a_path_is_refused_in_words(path: str) -> None:
    with pytest.raises(NotRedactable, match="path") as told:
        check_path(path, proven_spans)
    assert "mara" not in str(told.value)
    assert SSN not in str(told.value)


@pytest.mark.parametrize(
    "path",
    [
        "/v1/chat/completions",
        "/v1/projects/123456789012/locations/us-central1/endpoints/4539148803436467123:predict",
        "/v1/publishers/anthropic/models/claude-3-5-sonnet@20240620:rawPredict",
        "/v1/threads/thread_abc123DEF456ghi789/messages",
        "/v1/files/5c2d8a5e-0f0b-4b7a-9a43-0d2f3b1c9e55",
        f"/v1/keys/{KEY}",
    ],
    ids=range(6),
)
def test_ordinary_paths_pass(path: str) -> None:
    check_path(path, proven_spans)
