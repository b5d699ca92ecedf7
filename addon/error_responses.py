"""Error answers in the caller's own dialect, so that an SDK shows the message instead of a parse error.

Their shapes stand in the dialects' files. Never 401 or 403: clients then ask people to log in again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from mitmproxy import http

from dialects.registry import dialect_named


def error_body(dialect: str, status: int, code: str, message: str) -> bytes:
    """The JSON body of an error in a dialect. `code` is stable (`faasera_...`), `message` names the remedy."""
    return json.dumps(dialect_named(dialect).error(status, code, f"{message} [{code}]")).encode()


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
