"""The status page, drawn from a `StatusView` with Jinja2: one self-contained file.

Everything is escaped by the template engine; the policy of the headers allows only the page's own style and script (by
their hashes), its form, and its own events, so even markup that slipped through could load or run nothing.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from config.type_table import types
from config.version import __version__
from reporting.before_after import Exchange
from reporting.charts import HEIGHT, WIDTH, latency_line, masked_chart
from reporting.page_model import StatusView, TryResult
from reporting.record import listed
from reporting.try_form import MAX_TEXT

_FOLDER: Final = Path(__file__).parent
_STYLE: Final = (_FOLDER / "style.css").read_text("utf-8")
_VIEW_STYLE: Final = _STYLE + (_FOLDER / "before_after.css").read_text("utf-8")
_SCRIPT: Final = (_FOLDER / "live.js").read_text("utf-8")
_PLACEHOLDER: Final = re.compile(r"\[\[[A-Z][A-Z0-9_]*(?:_[a-z0-9]{4,10})?\]\]")


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


CONTENT_TYPE: Final = "text/html; charset=utf-8"
_POLICY: Final = "default-src 'none'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
HEADERS: Final[Mapping[str, str]] = {
    "Content-Type": CONTENT_TYPE,
    "Content-Security-Policy": (
        f"{_POLICY}; style-src 'sha256-{_hash(_STYLE)}'; script-src 'sha256-{_hash(_SCRIPT)}'; connect-src 'self'"
    ),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    # Not `no-referrer`: browsers then post the page's own form with `Origin: null`, which is refused as foreign.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
# Of a page without a script.
FORM_HEADERS: Final[Mapping[str, str]] = {
    **HEADERS,
    "Content-Security-Policy": f"{_POLICY}; style-src 'sha256-{_hash(_VIEW_STYLE)}'",
}


def render_status(view: StatusView, result: TryResult | None = None) -> bytes:
    """The page in UTF-8; send it with `HEADERS`. With a `result`, its try-it box shows it: the typed text is in it,
    and nowhere else."""
    page = _ENVIRONMENT.get_template("page.html")
    chosen = result.policy if result is not None and result.policy else view.policy
    return page.render(
        _live(view), style=Markup(_STYLE), script=Markup(_SCRIPT), result=result, chosen=chosen, types=types(),
        max_text=MAX_TEXT, version=__version__,
    ).encode("utf-8", "replace")  # fmt: skip


def render_event(view: StatusView) -> bytes:
    """The live part of the page as one server-sent event (WHATWG HTML, 9.2): the page puts it in place of the old."""
    live = _ENVIRONMENT.get_template("live.html").render(_live(view))
    return f"retry: 1000\ndata: {json.dumps(live)}\n\n".encode()


def render_before_after(
    exchanges: Sequence[Exchange], *, now: float, page_token: str, token: str, minutes: int, said: str
) -> bytes:
    """The before and after view in UTF-8; send it with `FORM_HEADERS`. With `minutes` left it is open, and `token` is
    what opened it; `said` is what happened to what was posted."""
    page = _ENVIRONMENT.get_template("before_after.html")
    return page.render(
        exchanges=exchanges, now=now, page_token=page_token, token=token, minutes=minutes, said=said,
        style=Markup(_VIEW_STYLE),
    ).encode("utf-8", "replace")  # fmt: skip


def _live(view: StatusView) -> dict[str, object]:
    minutes = view.minutes
    return {
        "view": view,
        "chart": masked_chart(minutes),
        "line": latency_line(minutes),
        "width": WIDTH,
        "height": HEIGHT,
        "seen": [entry for entry in view.coverage if entry.state != "unseen"],
        "unseen": sum(entry.state == "unseen" for entry in view.coverage),
    }


def marked(value: str) -> Markup:
    """Escaped text with its placeholders in `<mark>`."""
    out: list[str] = []
    at = 0
    for match in _PLACEHOLDER.finditer(value):
        out += (str(escape(value[at : match.start()])), f"<mark>{escape(match.group())}</mark>")
        at = match.end()
    return Markup("".join((*out, str(escape(value[at:])))))


def ago(then: float, now: float) -> Markup:
    """A point of time as `12 s ago`, with the exact time for machines; `never` for 0."""
    if then <= 0:
        return Markup('<span class="soft">never</span>')
    exact = datetime.fromtimestamp(min(then, 2.0**33), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Markup(f'<time datetime="{exact}" title="{exact}">{duration(max(0, int(now - then)))} ago</time>')


def duration(seconds: float) -> str:
    """`12 s`, `5 min`, `3 h 20 min`, `4 d`."""
    seconds = int(max(0, seconds))
    if seconds < 60:
        return f"{seconds} s"
    minutes, hours = seconds // 60, seconds // 3600
    if minutes < 60:
        return f"{minutes} min"
    if hours < 48:
        return f"{hours} h {minutes % 60} min" if hours < 12 and minutes % 60 else f"{hours} h"
    return f"{hours // 24} d"


def number(value: int) -> str:
    """With thin groups: `12 345`."""
    return f"{value:,}".replace(",", "\u202f")


def shown(value: object) -> str:
    """Text that a browser may see: no NUL, no surrogate."""
    return str(value).encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd")


_ENVIRONMENT: Final = Environment(
    loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    finalize=lambda value: value if isinstance(value, Markup) else shown(value),
)  # fmt: skip
_ENVIRONMENT.filters.update(
    marked=marked, ago=ago, duration=duration, number=number, listed=listed,
)  # fmt: skip
