"""What a request's head says of it: whether it can be masked at all, is signed, is an upload or a WebSocket."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote

from mitmproxy import http

from config.redaction_settings import Limits
from redaction.errors import BadDocument, BadEncoding, TooLarge
from redaction.payload import Payload

_LINE_BREAK = re.compile(rb"[\r\n]")


def check_head(flow: http.HTTPFlow, head: Mapping[str, str], limits: Limits) -> bool:
    """Whether a WebSocket is asked for; an offer of HTTP/2 in the clear is taken off. Raises TooLarge, BadEncoding or
    BadDocument for what the head alone forbids."""
    fields = flow.request.headers.fields
    if sum(name.lower() == b"host" for name, _ in fields) > 1 or any(_LINE_BREAK.search(value) for _, value in fields):
        raise BadDocument(
            "the head can be read in two ways (two Host headers, or one header over several lines: RFC 9112, 3.2 and "
            "5.2)",
            code="faasera_ambiguous_head",
        )
    coding = head.get("transfer-encoding", "").strip().lower()
    if coding not in ("", "chunked"):
        raise BadEncoding(
            "only chunked is understood as transfer-encoding; send the body plain", code="faasera_transfer_encoding"
        )
    length = head.get("content-length", "").strip()
    if length.isascii() and length.isdigit() and int(length) > limits.body:
        raise too_large(limits)
    upgrade = head.get("upgrade", "").strip().lower()
    if upgrade and upgrade not in ("websocket", "h2c") and "upgrade" in head.get("connection", "").lower():
        raise BadDocument(
            "only an upgrade to websocket can be masked; use plain HTTP/1.1 or HTTP/2 over TLS",
            code="faasera_upgrade_refused",
        )
    if upgrade == "h2c":
        _decline_h2c(flow.request.headers)
    return bool(upgrade == "websocket")


def _decline_h2c(headers: http.Headers) -> None:
    """Take an offer of HTTP/2 in the clear off: a server may ignore it (RFC 9110, 7.8), and the request goes on as
    HTTP/1.1. Java's own client makes that offer with every first request."""
    for name in ("upgrade", "http2-settings"):
        headers.pop(name, None)
    options = [option.strip() for option in headers.get("connection", "").split(",")]
    kept = [option for option in options if option and option.lower() not in ("upgrade", "http2-settings")]
    headers.pop("connection", None)
    if kept:
        headers["connection"] = ", ".join(kept)


def too_large(limits: Limits) -> TooLarge:
    """The error for a body over `limits.body`."""
    return TooLarge(f"the body is larger than {limits.body} bytes (limits.body)", code="faasera_body_too_large")


def is_signed(head: Mapping[str, str], path: str) -> bool:
    """Whether a signature covers the body (AWS SigV4, also in the query of `path`; poe.com's tag)."""
    return (
        head.get("authorization", "").lstrip().startswith("AWS4-")
        or "poe-tag-id" in head
        or "x-amz-signature=" in path.lower()
    )


def is_upload(path: str, command: str) -> bool:
    """Whether a whole body is a file (Google's `/upload/v1beta/files`): JSON in it is the user's own. What starts an
    upload only describes it."""
    return "/upload/" in unquote(path.partition("?")[0]).lower() and command.strip().lower() != "start"


def payload(
    head: Mapping[str, str], body: bytes, dialect: str, policy: str, path: str, *, foreign: bool = False
) -> Payload:
    """A request's body for the redactor; `path` is the one the client sent."""
    return Payload(
        body,
        "files" if is_upload(path, head.get("x-goog-upload-command", "")) else dialect,
        policy,
        content_type=head.get("content-type", ""),
        content_encoding=head.get("content-encoding", ""),
        signed=is_signed(head, path),
        foreign=foreign,
    )
