"""The content view "Faasera" of mitmweb and the console: a masked LLM flow as a readable conversation.

It shows what is on the flow, and that is the masked text: the original is kept nowhere, so it cannot be shown.
Placeholders stand in guillemets: a highlighter for prose does not exist in mitmproxy.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from mitmproxy import contentviews, http

from dialects.base import Turn
from dialects.endpoints import find_endpoint
from dialects.registry import dialect_named
from reporting import sanitize
from reporting.conversation import read
from reporting.joined_streams import documents, join
from reporting.record import listed

KEY: Final = "faasera"  # of `flow.metadata`; its value is `RequestRecord.metadata()`

MAX_INPUT: Final = 8 * 1024 * 1024  # bytes that are parsed
MAX_OUTPUT: Final = 400_000  # characters
MAX_TEXT: Final = 20_000  # characters of one part
MAX_TURNS: Final = 300
_FIRST_TURNS: Final = 20

_PLACEHOLDER = re.compile(r"\[\[[A-Z][A-Z0-9_]*(?:_[a-z0-9]{4,10})?\]\]")

_READABLE: Final = (b"{", b"[", b"data:", b"event:", b":", b"id:", b"retry:")


class FaaseraContentview(contentviews.Contentview):
    """Register once with `mitmproxy.contentviews.add(FaaseraContentview)`."""

    name = "Faasera"
    syntax_highlight = "none"

    def prettify(self, data: bytes, metadata: contentviews.Metadata) -> str:
        """The conversation. Never raises: what cannot be read is shown as text, with the reason."""
        try:
            return _bounded("\n".join((*_header(metadata), "", *_body(data, dialect_of(metadata)))))
        except Exception as error:  # noqa: BLE001 - a view must not break the flow list
            return _bounded(f"# not readable as a conversation ({type(error).__name__})\n\n{_decoded(data[:MAX_TEXT])}")

    def render_priority(self, data: bytes, metadata: contentviews.Metadata) -> float:
        """2 for what is ours and readable (JSON has 1), -1 for everything else. Cheap: looks at a few bytes only."""
        if not data or not data[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_READABLE):
            return -1
        seen = _seen(metadata)
        if seen is not None:
            return 2 if seen.get("outcome") not in ("account", "other") else -1
        return 2 if dialect_of(metadata) else -1


def dialect_of(metadata: contentviews.Metadata) -> str:
    """The dialect: from the flow's metadata, else from the shape of its path; empty when neither tells."""
    seen = _seen(metadata)
    if seen is not None and isinstance(seen.get("dialect"), str) and seen["dialect"]:
        return str(seen["dialect"])
    flow = metadata.flow
    if isinstance(flow, http.HTTPFlow):  # of another run: the path tells
        found = find_endpoint("POST", flow.request.path).dialect
        return found if dialect_named(found).turns is not None else ""
    return ""


def _seen(metadata: contentviews.Metadata) -> Mapping[str, Any] | None:
    found = metadata.flow.metadata.get(KEY) if metadata.flow is not None else None
    return found if isinstance(found, Mapping) else None


def _header(metadata: contentviews.Metadata) -> list[str]:
    """Comment lines: direction, dialect and model, then what the record says."""
    seen = _seen(metadata) or {}
    if metadata.websocket_message is not None:
        way = "message as it left" if metadata.websocket_message.from_client else "message as it came"
    else:
        way = "response as it came" if isinstance(metadata.http_message, http.Response) else "request as it left"
    names = [way, dialect_of(metadata) or "unknown dialect", str(seen.get("model") or "")]
    lines = [f"# Faasera - {' - '.join(sanitize.clean(name, 100) for name in names if name)}"]
    if way.endswith("left"):
        if seen.get("comment"):
            lines.append(f"# {sanitize.clean(seen['comment'], 600)}")
        for name, words in (("not_inspected", "NOT INSPECTED"), ("protected", "PROTECTED, UNCHANGED")):
            if isinstance(seen.get(name), Mapping) and seen[name]:
                counts = {sanitize.clean(k, 40): v for k, v in seen[name].items() if isinstance(v, int)}
                lines.append(f"# {words}: {listed(counts)}")
    return lines


def _body(data: bytes, dialect: str) -> list[str]:
    if not data.strip():
        return ["# empty"]
    if len(data) > MAX_INPUT:
        return [f"# {len(data)} bytes: too much to read here, this is its beginning", _decoded(data[:MAX_TEXT])]
    text = _decoded(data)
    turns = _turns(text, dialect)
    if not turns:
        return ["# no text in it", text[:MAX_TEXT]]
    hidden = len(turns) - MAX_TURNS
    lines: list[str] = []
    for at, turn in enumerate(turns):
        if hidden > 0 and at == _FIRST_TURNS:
            lines += [f"# ... {hidden} turns are not shown ...", ""]
        if hidden <= 0 or at < _FIRST_TURNS or at >= _FIRST_TURNS + hidden:
            lines += [*_turn(turn), ""]
    return lines


def _turns(text: str, dialect: str) -> list[Turn]:
    try:
        document = json.loads(text)
    except ValueError:
        return join(documents(text), dialect)
    if isinstance(document, list) and dialect_named(dialect).events.array:
        return join(document, dialect)  # streamGenerateContent without alt=sse
    return read(document, dialect)


def _turn(turn: Turn) -> list[str]:
    label = sanitize.clean(turn.label, 120)
    head = sanitize.clean(turn.role, 160) + (f" ({label})" if label else "")
    shown = turn.text[:MAX_TEXT]
    shown = _PLACEHOLDER.sub(lambda match: f"«{match.group()}»", shown)
    if len(turn.text) > MAX_TEXT:
        shown += f"\n... {len(turn.text) - MAX_TEXT} more characters"
    # mitmweb drops empty lines, so the heads must stand out by themselves; text is indented and cannot forge one.
    return [f"── {head} ──", *(f"  {line}" for line in shown.splitlines() or [""])]


def _decoded(data: bytes) -> str:
    return data.decode("utf-8-sig", "replace")


def _bounded(text: str) -> str:
    return text if len(text) <= MAX_OUTPUT else text[:MAX_OUTPUT] + "\n# ... the rest is not shown"
