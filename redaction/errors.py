"""The error family of `redaction`: every way a request can fail to be masked.

    RedactionError
    ├── BadDocument      400  unparsable, ambiguous (duplicate keys) or too deep
    ├── TooLarge         413  body, inflated body or frame over its limit
    ├── BadEncoding      415  content or transfer encoding that cannot be decoded exactly
    ├── NotRedactable    422  readable, but cannot be masked safely
    └── ProfilerFailed   503  the Profiler did not answer as its contract says, or the queue is full

A message names the setting or the field to change. It never holds text of the request: it goes to the
client, to logs and to the audit file.
"""

from __future__ import annotations


class RedactionError(Exception):
    """Base of the family. Raised when a request must not be sent.

    `code` is stable (`faasera_...`), `status` is an HTTP status, `retry_after` is in seconds or None.
    """

    status = 400
    code = "faasera_refused"

    def __init__(self, message: str, *, code: str | None = None, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code
        self.retry_after = retry_after


class BadDocument(RedactionError):
    """Raised when a body cannot be read in exactly one way."""

    status = 400
    code = "faasera_bad_document"


class TooLarge(RedactionError):
    """Raised when a body, an inflated body or a frame is over its limit."""

    status = 413
    code = "faasera_too_large"


class BadEncoding(RedactionError):
    """Raised when a content encoding, transfer encoding or charset cannot be decoded exactly."""

    status = 415
    code = "faasera_bad_encoding"


class NotRedactable(RedactionError):
    """Raised when a body was read but cannot be masked without breaking it."""

    status = 422
    code = "faasera_not_redactable"


class ProfilerFailed(RedactionError):
    """Raised when the Profiler failed, answered off contract, or has no room for another request."""

    status = 503
    code = "faasera_profiler_failed"

    def __init__(self, message: str, *, code: str | None = None, retry_after: int | None = 5) -> None:
        super().__init__(message, code=code, retry_after=retry_after)
