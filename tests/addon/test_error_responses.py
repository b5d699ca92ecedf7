"""Error answers: the shape an SDK of each dialect reads, and the headers that steer its retries."""

from __future__ import annotations

import json

import pytest

from addon.error_responses import error_answer


@pytest.mark.parametrize(
    ("dialect", "path", "kind"),
    [
        ("chat", ("error", "message"), ("error", "type")),
        ("responses", ("error", "message"), ("error", "code")),
        ("unknown", ("error", "message"), ("error", "code")),
        ("messages", ("error", "message"), ("error", "type")),
        ("gemini", ("error", "message"), ("error", "status")),
        ("ollama", ("error",), ("code",)),
        ("bedrock-converse", ("message",), ("code",)),
    ],
)
@pytest.mark.parametrize("status", [400, 413, 415, 422, 426, 502, 503, 504])
def test_each_dialect_has_message_and_kind_where_its_sdk_looks(
    dialect: str, path: tuple[str, ...], kind: tuple[str, ...], status: int
) -> None:
    answer = error_answer(dialect, status, "faasera_x", "change limits.body")
    document = json.loads(answer.content or b"")
    for place in (path, kind):
        value = document
        for key in place:
            value = value[key]
        assert isinstance(value, str)
        assert value
    assert "change limits.body [faasera_x]" in json.dumps(document) or "faasera_x" in json.dumps(document)
    assert answer.status_code == status
    assert answer.headers["x-faasera-code"] == "faasera_x"
    assert answer.headers["cache-control"] == "no-store"


def test_only_503_may_be_tried_again() -> None:
    assert error_answer("chat", 503, "c", "m").headers["retry-after"] == "5"
    assert error_answer("chat", 503, "c", "m", retry_after=1).headers["retry-after"] == "1"
    assert error_answer("chat", 503, "c", "m", retry_after=0).headers["retry-after"] == "0"
    assert "x-should-retry" not in error_answer("chat", 503, "c", "m").headers
    for status in (400, 413, 415, 422, 426, 502, 504):
        answer = error_answer("chat", status, "c", "m")
        assert answer.headers["x-should-retry"] == "false"
        assert "retry-after" not in answer.headers


@pytest.mark.parametrize(
    ("code", "at_once"),
    [
        ("faasera_profiler_unreachable", True),
        ("faasera_profiler_masks_nothing", True),
        ("faasera_queue_full", False),  # empties by itself
        ("faasera_shutting_down", False),
    ],
)
def test_a_profiler_that_is_down_is_said_at_once_and_a_full_queue_is_tried_again(code: str, at_once: bool) -> None:
    for dialect in ("chat", "responses", "messages", "gemini", "unknown"):
        answer = error_answer(dialect, 503, code, "m")
        assert answer.headers["retry-after"] == ("1" if at_once and dialect == "responses" else "5")
        assert (answer.headers.get("x-should-retry") == "false") is at_once
    messages = json.loads(error_answer("messages", 503, code, "m").content or b"")
    assert messages["error"]["type"] == ("api_error" if at_once else "overloaded_error")
    google = json.loads(error_answer("gemini", 503, code, "m").content or b"")
    assert ("retryDelay" in google["error"]["details"][-1]) is at_once


def test_google_gets_its_number_and_reason() -> None:
    document = json.loads(error_answer("gemini", 400, "faasera_bad_json", "m").content or b"")
    assert document["error"]["code"] == 400
    assert document["error"]["status"] == "INVALID_ARGUMENT"
    assert document["error"]["details"][0]["reason"] == "FAASERA_BAD_JSON"


def test_extra_headers_are_kept() -> None:
    extra = {"access-control-allow-origin": "https://app.example"}
    assert error_answer("chat", 400, "c", "m", extra=extra).headers["access-control-allow-origin"]
