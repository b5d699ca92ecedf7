"""What counts as an answer of the Faasera Profiler. Pure: status, headers and bytes in, replacement out."""

from __future__ import annotations

import json
from collections.abc import Mapping

MAX_RETRY_AFTER = 3600  # seconds


class BadAnswer(Exception):
    """Raised when an answer is off contract. `code` and `reason` hold nothing the other side wrote."""

    def __init__(self, code: str, reason: str, retry_after: int | None = 5) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.retry_after = retry_after


# What to look at, where a status tells.
_HINTS = {
    401: "; it wants another token (FAASERA_PROFILER_TOKEN)",
    403: "; it wants another token or client certificate (FAASERA_PROFILER_TOKEN, profiler.client_cert)",
    404: "; the path or the policy is not known there (profiler.endpoint, profiler.policy)",
    407: "; the proxy wants credentials (profiler.proxy)",
    413: "; the text is too big for it",
    429: "; too many calls for it (profiler.parallel)",
}


def check_head(status: int, headers: Mapping[str, str], limit: int) -> None:
    """Raise BadAnswer unless it is worth reading the body: status 200, not encoded, at most `limit` bytes."""
    if 300 <= status < 400:
        raise BadAnswer("status", f"answered with status {status}; redirects are not followed (profiler.endpoint)")
    if status >= 500:
        raise BadAnswer("server_error", f"answered with status {status}", _retry_after(headers))
    if status != 200:
        raise BadAnswer("status", f"answered with status {status}{_HINTS.get(status, '')}", _retry_after(headers))
    if headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise BadAnswer("bad_answer", "answered in a content encoding that was not asked for")
    length = headers.get("content-length", "")
    if length.isdecimal() and len(length) < 20 and int(length) > limit:
        raise BadAnswer("bad_answer", "answered more than limits.profiler_answer allows")


def read_replacement(body: bytes) -> str:
    """The replacement in a body, bare or in the vendor's envelope. Raises BadAnswer for every other shape."""
    try:
        answer = json.loads(body.decode("utf-8"), object_pairs_hook=_object)
    except (ValueError, RecursionError):
        raise BadAnswer("bad_answer", "answered what is not JSON, or JSON with a key twice") from None
    if not isinstance(answer, dict):
        raise BadAnswer("bad_answer", "answered JSON that is not an object")
    if answer.get("status", "SUCCESS") != "SUCCESS" or answer.get("errors"):
        raise BadAnswer("bad_answer", "answered with errors inside a status 200")
    if "replacement" not in answer and isinstance(answer.get("data"), dict):
        answer = answer["data"]
    replacement = answer.get("replacement")
    if not isinstance(replacement, str):
        raise BadAnswer("bad_answer", "answered without a replacement that is a string")
    return replacement


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key twice")
    return found


def _retry_after(headers: Mapping[str, str]) -> int:
    value = headers.get("retry-after", "").strip()
    seconds = int(value) if value.isascii() and value.isdecimal() and len(value) < 9 else 5
    return min(max(seconds, 1), MAX_RETRY_AFTER)
