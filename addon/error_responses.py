"""Error answers in the caller's own dialect, so that an SDK shows the message instead of a parse error.

Their shapes stand in the dialects' files. Never 401 or 403: clients then ask people to log in again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from mitmproxy import http

from dialects.registry import dialect_named
from dialects.shared import needs_a_person

_RETRY_AFTER = 5  # seconds
# Codex (0.171.0) tries again some 40 times whatever it is told, waits this long each time, and says why at the end.
_SOONEST = {"responses": 1}


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
    """An error response. SDKs and agents are told not to try again (`x-should-retry`: openai, anthropic, Claude Code)
    unless trying again soon helps: an agent that retries in silence for minutes hides the reason from its user."""
    headers = {
        "content-type": "application/json",
        "cache-control": "no-store",
        "x-faasera-code": code,
        **(extra or {}),
    }
    if status == 503:
        wait = retry_after if retry_after is not None else _RETRY_AFTER
        headers["retry-after"] = str(min(wait, _SOONEST.get(dialect, wait)) if needs_a_person(code) else wait)
    if status != 503 or needs_a_person(code):
        headers["x-should-retry"] = "false"
    return http.Response.make(status, error_body(dialect, status, code, message), headers)
