"""The status page in a real browser: policy, contrast, widths, keyboard, the form, and hostile values."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from reporting.coverage import SUPPORTED, Coverage
from reporting.page_model import StatusView, TryResult
from reporting.pages import HEADERS, render_status, render_try
from reporting.recipe_table import RECIPES
from reporting.recipes import fill
from reporting.record import RequestRecord
from reporting.try_form import TryToken, parse_try

pytestmark = pytest.mark.needs_tool("chromium")

EVIL = "<script>window.pwned=1</script><img src=x onerror=window.pwned=1>\"'><svg onload=window.pwned=1>"
NOW = 1_790_000_000.0
TOKEN = TryToken()

# Contrast after WCAG 2.2, 1.4.3: every visible text against the background behind it.
CONTRAST = """
(() => {
  const rgb = c => c.match(/[\\d.]+/g).map(Number);
  const lum = c => { const f = c.slice(0, 3).map(v => { v /= 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; });
    return .2126 * f[0] + .7152 * f[1] + .0722 * f[2]; };
  const back = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
  const bad = [];
  for (const e of document.querySelectorAll('body *')) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
    if (!e.checkVisibility || !e.checkVisibility()) continue;
    const [a, b] = [lum(rgb(getComputedStyle(e).color)), lum(back(e))].sort((x, y) => y - x);
    const ratio = (a + .05) / (b + .05);
    if (ratio < 4.5) bad.push(e.tagName + '.' + e.className + ' ' + ratio.toFixed(2));
  }
  return bad;
})()
"""


def view(**changes: Any) -> StatusView:
    coverage = Coverage({"api.openai.com": SUPPORTED, "claude.ai": SUPPORTED}, clock=lambda: NOW - 5)
    coverage.note("api.openai.com", "inspected")
    coverage.note("chatgpt.com", "blind", "pinned_certificate", app="ChatGPT")
    coverage.note("api.mistral.ai", "refused", "refuse_configured")
    sent = RequestRecord(
        time=NOW - 9, door="gateway", client="127.0.0.1", host="api.openai.com", dialect="chat", outcome="sent", target="claude",
        model="gpt-4o", policy="default", masked={"NAME": 2, "SSN": 1}, texts_new=1, texts_cached=13, ms_total=3.1, status=200,
    )  # fmt: skip
    blocked = RequestRecord(
        time=NOW - 60,
        door="interception",
        host="api.openai.com",
        dialect="chat",
        outcome="blocked",
        status=503,
        code="faasera_profiler_failed",
    )
    values: dict[str, Any] = {
        "now": NOW,
        "started": NOW - 4000,
        "state": "masking",
        "target": "claude",
        "policies": ("default", "strict"),
        "outcomes": {"sent": 1, "blocked": 1},
        "masked": {"NAME": 2, "SSN": 1},
        "texts": {"new": 1, "cached": 13},
        "coverage": coverage.entries(),
        "recent": (sent, blocked),
        "recipes": tuple(fill(recipe) for recipe in RECIPES),
        "try_token": TOKEN.value,
    }
    return StatusView(**(values | changes))


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer(render_status(view()) if self.path == "/" else render_status(evil_view()))

    def do_POST(self) -> None:
        self.server.origins.append(self.headers["Origin"])  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers["Content-Length"]))
        form = parse_try(body, self.headers["Content-Type"], TOKEN)
        masked = form.text.replace("Jane", "[[NAME]]")
        self._answer(
            render_try(view(), TryResult(text=form.text, policy=form.policy, masked=masked, counts={"NAME": 1}))
        )

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


def evil_view() -> StatusView:
    coverage = Coverage({EVIL: EVIL}, clock=lambda: NOW)
    coverage.note(EVIL, "blind", EVIL, app=EVIL)
    coverage.note("x.test", "blind", EVIL[:100])
    record = RequestRecord(
        time=NOW, door=EVIL, client=EVIL, user=EVIL, host=EVIL, dialect=EVIL, outcome="sent", target=EVIL, model=EVIL, policy=EVIL,
        masked={EVIL: 1}, code=EVIL, not_inspected={EVIL: 1},
    )  # fmt: skip
    return view(
        coverage=coverage.entries(),
        recent=(record,),
        reason=EVIL,
        state="paused",
        target=EVIL,
        profiler=EVIL,
        notes=(EVIL,),
        policies=(EVIL,),
    )


@pytest.fixture
def site() -> Iterator[tuple[str, list[str | None]]]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.origins = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/", server.origins  # type: ignore[attr-defined]
        server.shutdown()
        thread.join()


def test_page_and_form(site: tuple[str, list[str | None]], page: Any) -> None:
    url, origins = site
    page.size(1200)
    page.open(url)
    assert page.complaints() == []
    assert {request for request in page.requests() if not request.startswith("data:")} == {url}
    assert page.js("document.querySelector('h1').innerText") == "Masking, but blind to 1 host"
    # The policy lets the style sheet in.
    assert page.js("getComputedStyle(document.querySelector('section')).borderRadius") == "14px"
    assert page.js("document.scripts.length") == 0

    # Keyboard: the first stop is the way past the header, and it is visible there.
    page.press("Tab")
    assert page.js("document.activeElement.className") == "skip"
    assert page.js("document.activeElement.getBoundingClientRect().left") >= 0
    assert page.js("getComputedStyle(document.activeElement).outlineStyle") == "solid"

    page.js("document.querySelectorAll('details').forEach(d => d.open = true)")
    for scheme in ("light", "dark"):
        page.scheme(scheme)
        assert page.js(CONTRAST) == [], scheme
        page.shot(f"status-{scheme}")
    for width in (320, 500, 800):
        page.size(width)
        assert page.js("document.documentElement.scrollWidth") <= width
        page.shot(f"status-{width}")

    # The form, posted by the browser itself: its Origin must be the page's own, not `null`.
    page.size(1200)
    page.js(
        "document.querySelector('textarea').value = '\\n <b>Jane</b> & co'; document.querySelector('select').value = 'strict'"
    )
    page.js("document.querySelector('form button').click()")
    page.wait("Page.loadEventFired")
    assert page.js("document.querySelector('.out').innerText").strip() == "<b>[[NAME]]</b> & co"
    assert page.js("document.querySelector('mark').innerText") == "[[NAME]]"
    assert page.js("document.querySelector('textarea').value") == "\n <b>Jane</b> & co"
    assert page.js("document.querySelector('select').value") == "strict"
    assert origins == [url.rstrip("/")]
    assert page.complaints() == []
    page.shot("try-it")


def test_hostile_values_stay_text(site: tuple[str, list[str | None]], page: Any) -> None:
    page.open(site[0] + "evil")
    assert page.js("window.pwned") is None
    assert page.js("document.querySelectorAll('script, img, [onload], [onerror]').length") == 0
    assert page.js("document.body.innerText.includes('<script>window.pwned=1')")
    assert page.complaints() == []
