"""The status page: one self-contained file without scripts, drawn from a `StatusView`.

The policy of the headers allows nothing but the page's own style sheet (by its hash) and its form, so even
markup that slipped through could load or run nothing.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from string import Template
from typing import Final

from reporting import page_sections as sections
from reporting.markup import text
from reporting.page_model import StatusView, TryResult

_STATIC: Final = Path(__file__).parent / "static"
_STYLE: Final = (_STATIC / "status.css").read_text("utf-8")
_PAGE: Final = Template((_STATIC / "status.html").read_text("utf-8"))
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

CONTENT_TYPE: Final = "text/html; charset=utf-8"
HEADERS: Final[Mapping[str, str]] = {
    "Content-Type": CONTENT_TYPE,
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src data:; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    # Not `no-referrer`: browsers then post the page's own form with `Origin: null`, which is refused as foreign.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def render_status(view: StatusView) -> bytes:
    """The page in UTF-8; send it with `HEADERS`."""
    return _render(view, None)


def render_try(view: StatusView, result: TryResult) -> bytes:
    """The same page with a result in its try-it box. The typed text is in it, and nowhere else."""
    return _render(view, result)


def _render(view: StatusView, result: TryResult | None) -> bytes:
    word = "Paused" if view.state == "paused" else "Blind" if view.alarms else "Masking"
    page = _PAGE.substitute(
        title=text(f"{word} - Faasera LLM Privacy Proxy"),
        style=_STYLE,
        state=sections.state(view),
        facts=sections.overview(view),
        try_box=sections.try_box(view, result),
        coverage=sections.coverage(view),
        numbers=sections.numbers(view),
        requests=sections.requests(view),
        setup=sections.setup(view),
        footer=_footer(view),
    )
    return page.encode("utf-8")


def _footer(view: StatusView) -> str:
    at = datetime.fromtimestamp(view.now, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    parts = [
        f"<span>As of {at}. This page does not refresh itself.</span>",
        '<span><a href="/metrics">Metrics</a></span>',
        '<span><a href="/healthz">Health</a></span>',
        '<span><a href="/proxy.pac">PAC file</a></span>',
    ]
    if view.audit:
        parts.append(f"<span>Audit log: {text(view.audit)}</span>")
    if view.version:
        parts.append(f"<span>Version {text(view.version)}</span>")
    return "".join(parts)
