from __future__ import annotations

import json

import pytest

from redaction.profiler.answer import BadAnswer, check_head, read_replacement


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"replacement": "I am [[NAME]]"}', "I am [[NAME]]"),
        (b'{"replacement": ""}', ""),
        (b'{"replacement": "\\ud800"}', "\ud800"),
        (b'{"replacement": "\xc3\xa9", "took": 3}', "é"),
        (b'{"status": "SUCCESS", "data": {"replacement": "x", "id": 1}, "errors": []}', "x"),
        (b'{"status": "SUCCESS", "data": {"replacement": "x"}}', "x"),
        (b'{"data": {"replacement": "x"}, "errors": null}', "x"),
    ],
)
def test_replacement(body: bytes, expected: str) -> None:
    assert read_replacement(body) == expected


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"null",
        b"[]",
        b'"text"',
        b"7",
        b'{"replacement": null}',
        b'{"replacement": 7}',
        b'{"replacement": ["x"]}',
        b'{"replacement": "half',
        b'{"replacement": "a", "replacement": "b"}',
        b'{"replacement": "\xff"}',
        b'{"value": "x"}',
        b'{"redacted_text": "x"}',
        b'{"status": "ERROR", "data": {"replacement": "x"}, "errors": []}',
        b'{"status": "SUCCESS", "data": {"replacement": "x"}, "errors": ["bad"]}',
        b'{"status": "SUCCESS", "data": null, "errors": []}',
        b'{"status": "SUCCESS", "data": {"replacement": null}, "errors": []}',
        b'{"status": "ERROR", "replacement": "x"}',
        b"<html>canary</html>",
        b"[" * 200_000,
        b'{"replacement": "x"} {}',
        '{"replacement": "x"}'.encode("utf-16"),
    ],
)
def test_anything_else_is_bad(body: bytes) -> None:
    with pytest.raises(BadAnswer) as caught:
        read_replacement(body)
    assert caught.value.code == "bad_answer"
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "headers", "code", "retry_after"),
    [
        (201, {}, "status", 5),
        (204, {}, "status", 5),
        (302, {"location": "http://canary/"}, "status", 5),
        (400, {}, "status", 5),
        (401, {}, "status", 5),
        (404, {}, "status", 5),
        (429, {"retry-after": "17"}, "status", 17),
        (429, {"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, "status", 5),
        (429, {"retry-after": "99999999999"}, "status", 5),
        (503, {"retry-after": "99999"}, "server_error", 3600),
        (503, {"retry-after": "0"}, "server_error", 1),
        (500, {}, "server_error", 5),
        (200, {"content-encoding": "gzip"}, "bad_answer", 5),
        (200, {"content-encoding": "identity, br"}, "bad_answer", 5),
        (200, {"content-length": "1001"}, "bad_answer", 5),
    ],
)
def test_heads_not_worth_a_body(status: int, headers: dict[str, str], code: str, retry_after: int) -> None:
    with pytest.raises(BadAnswer) as caught:
        check_head(status, headers, 1000)
    assert (caught.value.code, caught.value.retry_after) == (code, retry_after)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    "headers", [{}, {"content-length": "1000"}, {"content-encoding": "Identity"}, {"content-length": "x"}]
)
def test_a_good_head(headers: dict[str, str]) -> None:
    check_head(200, headers, 1000)


def test_big_numbers_are_no_crash() -> None:
    assert read_replacement(json.dumps({"replacement": "x", "n": 1e300}).encode()) == "x"
    with pytest.raises(BadAnswer):
        read_replacement(b'{"replacement": "x", "n": ' + b"9" * 10_000 + b"}")
