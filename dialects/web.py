"""Consumer back ends: ChatGPT, Claude and Gemini in a browser or a desktop application. Their paths are their own:
the host table names them."""

from __future__ import annotations

from dataclasses import replace

from dialects.base import Mode, protect
from dialects.gemini import error as google_error
from dialects.messages import EVENTS
from dialects.messages import error as anthropic_error
from dialects.shared import COMMON, plain_dialect

CHATGPT = plain_dialect(
    "web-chatgpt",
    rules=(
        *protect(Mode.SEALED, "asset_pointer"),
        *protect(Mode.KEEP_LEAF, "author_id turn_exchange_id websocket_request_id"),
        *COMMON,
    ),
)
# claude.ai streams the API's own events.
CLAUDE = replace(CHATGPT, name="web-claude", events=EVENTS, error=anthropic_error)
GEMINI = replace(
    CHATGPT,
    name="web-gemini",
    error=google_error,
    # Anti-forgery and request ids of Google's web applications. Elsewhere a field of that name is anyone's.
    kept_fields=frozenset(
        ["at", "f.sid", "bl", "hl", "_reqid", "rt", "soc-app", "soc-platform", "soc-device", "rpcids"]
    ),
)
