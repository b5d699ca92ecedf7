"""The status page in a real browser: policy, contrast, widths, keyboard, the form, and hostile values."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from reporting.before_after import Exchange, excerpts
from reporting.coverage import SUPPORTED, Coverage
from reporting.page_model import StatusView, TryResult
from reporting.recipes import fill, recipes
from reporting.record import RequestRecord
from reporting.status_page.render import FORM_HEADERS, HEADERS, render_before_after, render_event, render_status
from reporting.try_form import TryToken, parse_try, read_form

pytestmark = [pytest.mark.needs_tool("chromium"), pytest.mark.slow]

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
    coverage.note("chatgpt.com", "blind", "tls_failed")
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
        "recipes": tuple(fill(recipe) for recipe in recipes()),
        "try_token": TOKEN.value,
    }
    return StatusView(**(values | changes))


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/before-after":
            self._view("")
        elif self.path == "/events":
            busier = view(outcomes={"sent": 77}, target=EVIL if self.server.evil else "claude")  # type: ignore[attr-defined]
            self._answer(render_event(busier), "text/event-stream")
        else:
            self._answer(render_status(evil_view() if self.path == "/evil" else view()))

    def do_POST(self) -> None:
        self.server.origins.append(self.headers["Origin"])  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/before-after":
            self._view(read_form(body, self.headers["Content-Type"], TOKEN).get("view", ""))
            return
        form = parse_try(body, self.headers["Content-Type"], TOKEN)
        masked = form.text.replace("Jane", "[[NAME]]")
        self._answer(
            render_status(view(), TryResult(text=form.text, policy=form.policy, masked=masked, counts={"NAME": 1}))
        )

    def _view(self, token: str) -> None:
        exchange = Exchange(
            NOW - 9, "127.0.0.1", "api.openai.com", EVIL, *excerpts(CHANGED, lambda text: [], frozenset())
        )
        body = render_before_after(
            (exchange, exchange) if token else (), now=NOW, page_token=TOKEN.value, token=token, minutes=9 * bool(token),
            said="" if token else "Printed in the proxy's terminal.",
        )  # fmt: skip
        self._answer(body, headers=FORM_HEADERS)

    def _answer(self, body: bytes, kind: str = HEADERS["Content-Type"], headers: Any = HEADERS) -> None:
        self.send_response(200)
        for name, value in {**headers, "Content-Type": kind}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


CHANGED = [
    (
        f"My name is Jane Doe {EVIL} and my key is sk-abcdef. " * 3,
        [(11, 19, "[[NAME]]", "NAME"), (12 + len(EVIL) + 22, 12 + len(EVIL) + 31, "[[API_KEY]]", "API_KEY")],
    ),
    ("x" * 900 + " Jane Doe", [(901, 909, "[[NAME]]", "NAME")]),
]


def evil_view() -> StatusView:
    coverage = Coverage({EVIL: EVIL}, clock=lambda: NOW)
    coverage.note(EVIL, "blind", EVIL)
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
        warnings=(EVIL,),
        policies=(EVIL,),
    )


@pytest.fixture
def site() -> Iterator[tuple[str, list[str | None]]]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.origins = []  # type: ignore[attr-defined]
        server.evil = False  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/", server.origins  # type: ignore[attr-defined]
        server.shutdown()
        thread.join()


LIVE = "document.querySelector('.cards').innerText.includes('77')"


def test_page_and_form(site: tuple[str, list[str | None]], page: Any) -> None:
    url, origins = site
    page.size(1280)
    page.open(url)
    assert page.complaints() == []
    assert {request for request in page.requests() if not request.startswith("data:")} <= {url, url + "events"}
    assert page.js("document.querySelector('h1').innerText") == "Masking, but blind to 1 host"
    # The policy lets the style sheet and the script in; the page is one screen.
    assert page.js("getComputedStyle(document.querySelector('.state')).borderRadius") == "8px"
    assert page.js("document.querySelector('[data-tab=requests]').getAttribute('aria-pressed')") == "true"
    assert page.js("document.documentElement.scrollHeight") <= 900

    # Keyboard: the first stop is the way past the header, and it is visible there.
    page.press("Tab")
    assert page.js("document.activeElement.className") == "skip"
    assert page.js("document.activeElement.getBoundingClientRect().left") >= 0
    assert page.js("getComputedStyle(document.activeElement).outlineStyle") == "solid"

    # Live: an event replaces the numbers, and the chosen tab and the filter stay.
    page.js("document.querySelector('[data-tab=hosts]').click()")
    typed = "((f, text) => { f.value = text; f.dispatchEvent(new Event('input')); })(document.getElementById('filter'), '%s')"
    page.js(typed % "chatgpt")
    page.js_until(LIVE)
    assert page.js("document.querySelector('[data-panel=hosts]').hidden") is False
    assert page.js("[...document.querySelectorAll('[data-panel=hosts] [data-row]')].filter(r => !r.hidden).length") == 1
    page.js(typed % "")

    for tab in ("requests", "hosts", "try", "setup", "types"):
        page.js(f"document.querySelector('[data-tab={tab}]').click()")
        page.js("document.querySelectorAll('details').forEach(d => d.open = true)")
        for scheme in ("light", "dark"):
            page.scheme(scheme)
            assert page.js(CONTRAST) == [], (tab, scheme)
            page.shot(f"status-{tab}-{scheme}")
        for width in (320, 390, 800, 1280):
            page.size(width)
            assert page.js("document.documentElement.scrollWidth") <= width, (tab, width)
    page.size(390, 844)
    page.shot("status-390")

    # The form, posted by the browser itself: its Origin must be the page's own, not `null`.
    page.size(1280)
    page.js("document.querySelector('[data-tab=try]').click()")
    page.js(
        "document.querySelector('textarea').value = '\\n <b>Jane</b> & co'; document.querySelector('select').value = 'strict'"
    )
    page.js("document.querySelector('form button').click()")
    page.wait("Page.loadEventFired")
    assert page.js("document.querySelector('.out').textContent").strip() == "<b>[[NAME]]</b> & co"
    assert page.js("document.querySelector('[data-panel=try]').hidden") is False
    assert page.js("document.querySelector('mark').textContent") == "[[NAME]]"
    assert page.js("document.querySelector('textarea').value") == "\n <b>Jane</b> & co"
    assert page.js("document.querySelector('select').value") == "strict"
    assert origins == [url.rstrip("/")]
    assert page.complaints() == []
    page.shot("try-it")


def test_hostile_values_stay_text_also_in_events(site: tuple[str, list[str | None]], page: Any) -> None:
    page.open(site[0] + "evil")
    assert page.js("document.body.textContent.includes('<script>window.pwned=1')")
    page.js_until(LIVE)
    assert page.js("window.pwned") is None
    assert page.js("document.querySelectorAll('img, [onload], [onerror]').length") == 0
    assert page.js("document.scripts.length") == 1
    assert page.complaints() == []


def test_before_and_after(site: tuple[str, list[str | None]], page: Any) -> None:
    """By keyboard, in both schemes and at every width, under a policy without scripts; text stays text."""
    url = f"{site[0]}before-after"
    page.size(1280)
    page.open(url)
    assert page.js("document.body.innerText.includes('Jane')") is False
    for stop in ("skip", "A", "BUTTON", "INPUT"):  # the way past the header, back, print, token
        page.press("Tab")
        assert stop in (page.js("document.activeElement.className"), page.js("document.activeElement.tagName"))
        assert page.js("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.js("document.activeElement.value = 'a token'")
    page.js("document.activeElement.form.requestSubmit()")
    page.wait("Page.loadEventFired")
    assert site[1] == [site[0].rstrip("/")]
    assert page.js("document.querySelectorAll('.pair').length") == 4
    assert page.js("location.href") == url  # no token in an address
    assert page.js("window.pwned") is None
    assert page.complaints() == []
    for scheme in ("light", "dark"):
        page.scheme(scheme)
        assert page.js(CONTRAST) == [], scheme
        for width in (320, 390, 800, 1280):
            page.size(width)
            assert page.js("document.documentElement.scrollWidth") <= width, width
        page.shot(f"before-after-{scheme}")
    page.size(390, 844)
    page.shot("before-after-390")
