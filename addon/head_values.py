"""Personal data in the head of a request: in headers that name a user, and in the path.

Headers and paths belong to the protocol and travel as they are, but for values that a checksum or an `@` proves
(`X-User-Email`, `Helicone-User-Id`, `/users/jane@...`): in a header's value they are masked, elsewhere the request is
refused, for a masked path leads nowhere. Keys are no findings here: a header is where they belong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from config.redaction_settings import SECRET_TYPES
from redaction.errors import NotRedactable
from redaction.spans import Span
from routing.credentials import HEADERS

# Without one of these no strict rule that counts here can fire.
_SUSPICIOUS = re.compile(rb"@|[0-9](?:[ .%_-]{0,3}[0-9]){6}|%[0-9A-Fa-f]{2}|[\x80-\xff]|[A-Za-z0-9]{12}")
# A token that its maker signed is a credential wherever it stands: it stays (RFC 7519).
_SIGNED = re.compile(r"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*")
# Credentials, and what HTTP itself needs to the letter. What names a file is masked as the text it is (`flow_edit`).
_LEFT = frozenset(name.encode() for name in HEADERS) | frozenset(
    b"cookie host content-length content-type content-encoding transfer-encoding connection date expect "
    b"if-modified-since if-unmodified-since sec-websocket-key x-amz-date x-amz-content-sha256".split()
)
_SEGMENT = re.compile(r"[/;:]")

# Strict rules under the policy of a request: its spans in a text.
type Strict = Callable[[str], Sequence[Span]]


class HeadEdits(NamedTuple):
    """The header fields to send, and the types of what was masked in them."""

    fields: tuple[tuple[bytes, bytes], ...]
    types: tuple[str, ...]


def mask_fields(
    fields: Iterable[tuple[bytes, bytes]], strict: Strict, replacement: Callable[[str, str], str]
) -> HeadEdits | None:
    """Header fields with what strict rules find in their values replaced; None where nothing is found.

    Raises NotRedactable for a field whose name holds a value.
    """
    out: list[tuple[bytes, bytes]] = []
    types: list[str] = []
    for name, value in fields:
        left = name.lower() in _LEFT
        if not left and _SUSPICIOUS.search(name) and _found(name.decode("utf-8", "surrogateescape"), strict):
            raise NotRedactable(
                "the name of a header holds a value that would have to be masked", code="faasera_value_in_head"
            )
        if not left and _SUSPICIOUS.search(value):
            text = value.decode("utf-8", "surrogateescape")
            for span in reversed(found := _found(text, strict)):
                text = text[: span.start] + replacement(span.type, text[span.start : span.end]) + text[span.end :]
            if found:
                types += [span.type for span in found]
                value = text.encode("utf-8", "surrogateescape")
        out.append((name, value))
    return HeadEdits(tuple(out), tuple(types)) if types else None


def check_path(path: str, strict: Strict) -> None:
    """Raises NotRedactable where a part of a path (no query) is a value that a checksum or an `@` proves."""
    if not _SUSPICIOUS.search(path.encode("utf-8", "surrogateescape")):
        return
    for part in _SEGMENT.split(path):
        if found := _found(part, strict):
            kinds = ", ".join(sorted({span.type for span in found}))
            raise NotRedactable(
                f"the path of the request holds a value that would have to be masked ({kinds}): name the thing by an "
                "id of its own",
                code="faasera_value_in_path",
            )


def signed_head() -> NotRedactable:
    """The error for a value in the head of a request whose signature covers the head."""
    return NotRedactable(
        "a header of this signed request holds a value that would have to be masked: leave it out",
        code="faasera_signed_body",
    )


def _found(text: str, strict: Strict) -> list[Span]:
    if _SIGNED.search(text):
        text = _SIGNED.sub(lambda token: "." * len(token.group()), text)
    return [span for span in strict(text) if span.type not in SECRET_TYPES and not _is_long_id(text, span)]


def _is_long_id(text: str, span: Span) -> bool:
    """One number longer than any card that is in use: trace ids of headers, resource ids of clouds in paths."""
    return span.type == "CREDITCARD_NUMBER" and text[span.start : span.end].isdigit() and span.end - span.start > 16
