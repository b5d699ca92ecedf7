"""Error answers in the caller's own dialect, so that an SDK shows the message instead of a parse error.

Shapes: OpenAI `{"error":{"message","type","param","code"}}`, Anthropic `{"type":"error","error":{"type","message"}}`,
Google `{"error":{"code","message","status"}}`, Ollama `{"error":"..."}` (each vendor's API reference).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from mitmproxy import http

# Never 401 or 403: clients then ask people to log in again.
_ANTHROPIC_TYPES = {400: "invalid_request_error", 413: "request_too_large", 503: "overloaded_error"}
_GOOGLE_STATUS = {
    400: "INVALID_ARGUMENT",
    413: "INVALID_ARGUMENT",
    415: "INVALID_ARGUMENT",
    422: "FAILED_PRECONDITION",
    426: "FAILED_PRECONDITION",
    502: "UNAVAILABLE",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}


def _openai(status: int, code: str, message: str) -> Any:
    kind = "invalid_request_error" if status < 500 else "server_error"
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


def _anthropic(status: int, code: str, message: str) -> Any:
    kind = _ANTHROPIC_TYPES.get(status, "invalid_request_error" if status < 500 else "api_error")
    return {"type": "error", "error": {"type": kind, "message": message, "code": code}}


def _google(status: int, code: str, message: str) -> Any:
    state = _GOOGLE_STATUS.get(status, "INTERNAL")
    detail = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": code.upper(), "domain": "faasera"}
    return {"error": {"code": status, "message": message, "status": state, "details": [detail]}}


def _ollama(status: int, code: str, message: str) -> Any:
    return {"error": message, "code": code}


def _bedrock(status: int, code: str, message: str) -> Any:
    return {"message": message, "code": code}


_SHAPES = {
    "messages": _anthropic,
    "web-claude": _anthropic,
    "gemini": _google,
    "web-gemini": _google,
    "ollama": _ollama,
    "bedrock-invoke": _bedrock,
    "bedrock-converse": _bedrock,
}


def error_body(dialect: str, status: int, code: str, message: str) -> bytes:
    """The JSON body of an error in a dialect. `code` is stable (`faasera_...`), `message` names the remedy."""
    return json.dumps(_SHAPES.get(dialect, _openai)(status, code, f"{message} [{code}]")).encode()


def error_answer(
    dialect: str,
    status: int,
    code: str,
    message: str,
    *,
    retry_after: int | None = None,
    extra: Mapping[str, str] | None = None,
) -> http.Response:
    """An error response. Except for 503 it tells SDKs not to try again (`x-should-retry`, openai and anthropic)."""
    headers = {
        "content-type": "application/json",
        "cache-control": "no-store",
        "x-faasera-code": code,
        **(extra or {}),
    }
    if status == 503:
        headers["retry-after"] = str(retry_after if retry_after is not None else 5)
    else:
        headers["x-should-retry"] = "false"
    return http.Response.make(status, error_body(dialect, status, code, message), headers)
