from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.coverage import GENERIC, Coverage
from reporting.health import Check
from reporting.history import History
from reporting.page_model import StatusView, TryResult
from reporting.recipes import fill, recipes
from reporting.record import RequestRecord
from reporting.status_page.render import HEADERS, ago, duration, marked, number, render_event, render_status

NOW = 1_790_000_000.0
VOID = {"meta", "link", "input", "path", "br"}
EVIL = "</textarea></title></style><script>alert(1)</script><img src=x onerror=alert(1)>\" onload='x'${title}"


class Outline(HTMLParser):
    """Checks nesting and collects what a screen reader would use."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.seen if name == tag]


def record(**changes: Any) -> RequestRecord:
    values = {"time": NOW - 5, "door": "gateway", "host": "api.openai.com", "dialect": "chat", "outcome": "sent"}
    return RequestRecord(**(values | changes))


def view(**changes: Any) -> StatusView:
    return StatusView(**({"now": NOW, "started": NOW - 3700, "state": "masking", "outcomes": {"sent": 1}} | changes))


def blind() -> Coverage:
    coverage = Coverage({"claude.ai": GENERIC}, clock=lambda: NOW)
    coverage.note("chatgpt.com", "blind", "tls_failed")
    return coverage


def headline(page: bytes) -> str:
    found = re.search(r'<div class="state (\w+)" role="status"><h1><i aria-hidden="true"></i>(.*?)</h1>', page.decode())
    assert found
    return f"{found[1]}: {found[2]}"


BAD_CHECK = (Check("audit", False, "disk full", required=False),)


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({}, "good: Masking"),
        ({"outcomes": {}}, "idle: Ready, nothing seen yet"),
        ({"state": "paused", "reason": "no Profiler"}, "warn: Paused: no Profiler"),
        ({"state": "paused"}, "warn: Paused"),
        ({"coverage": blind().entries()}, "bad: Masking, but blind to 1 host"),
        ({"coverage": blind().entries(), "outcomes": {}}, "bad: Masking, but blind to 1 host"),
        ({"coverage": blind().entries(), "state": "paused", "reason": "x"}, "bad: Paused: x"),
        ({"checks": BAD_CHECK}, "warn: Masking, with a problem"),
    ],
)
def test_state_line(changes: dict[str, Any], shown: str) -> None:
    assert headline(render_status(view(**changes))) == shown


def test_a_tunnelled_llm_host_is_as_red_as_a_blind_one() -> None:
    coverage = Coverage({}, clock=lambda: NOW)
    coverage.note("api.mistral.ai", "tunnelled", "tunnel_configured")
    page = render_status(view(coverage=coverage.entries()))
    assert headline(page).startswith("bad: ")
    assert b'<tr data-row class="alarm">' in page


def test_structure_for_screen_readers() -> None:
    page = render_status(
        view(
            coverage=blind().entries(),
            recent=(record(masked={"SSN": 1}), record(outcome="blocked", status=503, code="faasera_profiler_failed")),
            recipes=tuple(fill(recipe) for recipe in recipes()),
            masked={"SSN": 1},
        )
    ).decode()
    outline = Outline(page)
    for tag in ("main", "h1", "header", "footer", "nav"):
        assert len(outline.all(tag)) == 1, tag
    assert page.startswith('<!doctype html>\n<html lang="en">')
    assert len(outline.all("table")) == len(outline.all("caption"))
    assert all(section.get("aria-label") for section in outline.all("section"))
    ids = [attrs["id"] for _, attrs in outline.seen if "id" in attrs]
    assert len(ids) == len(set(ids))
    panels = {str(attrs["data-panel"]) for _, attrs in outline.seen if "data-panel" in attrs}
    assert {str(attrs["data-tab"]) for _, attrs in outline.seen if "data-tab" in attrs} == panels


def test_nothing_is_loaded_and_only_our_script_runs() -> None:
    page = render_status(view(recent=(record(),), recipes=tuple(fill(recipe) for recipe in recipes()))).decode()
    outline = Outline(page)
    assert outline.all("script") == [{}]
    assert not any(name.startswith("on") or name == "style" for _, attrs in outline.seen for name in attrs)
    assert not any(
        str(attrs.get(name, "")).startswith(("http:", "https:", "//"))
        for _, attrs in outline.seen
        for name in ("src", "href", "action")
    )
    assert "@import" not in page
    assert "url(" not in page


def test_small_enough_and_an_event_holds_the_live_part() -> None:
    history = History()
    rows = tuple(record(time=NOW - n, host=f"h{n}.example", masked={"NAME": 2, f"T{n % 7}": 1}) for n in range(50))
    for row in reversed(rows):
        history.add(row)
    full = view(recent=rows, recipes=tuple(fill(recipe) for recipe in recipes()), minutes=tuple(history.minutes(NOW)),
                clients=tuple(history.table("client")), models=tuple(history.table("model")))  # fmt: skip
    page = render_status(full)
    assert len(page) < 60_000
    event = render_event(full).decode()
    assert event.startswith("retry: 1000\ndata: ")
    assert event.endswith("\n\n")
    live = json.loads(event.split("data: ", 1)[1])
    assert live.strip() in page.decode()
    assert 'class="c0"' in live


def test_headers() -> None:
    style = re.search(r"<style>(.*?)</style>", render_status(view()).decode(), re.S)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    script = re.search(r"<script>(.*?)</script>", render_status(view()).decode(), re.S)
    assert script
    other = base64.b64encode(hashlib.sha256(script[1].encode()).digest()).decode()
    assert f"script-src 'sha256-{other}'" in HEADERS["Content-Security-Policy"]
    assert f"style-src 'sha256-{digest}'" in HEADERS["Content-Security-Policy"]
    assert HEADERS["Content-Security-Policy"].startswith("default-src 'none';")
    assert "unsafe" not in HEADERS["Content-Security-Policy"]
    assert HEADERS["X-Frame-Options"] == "DENY"
    assert HEADERS["Cache-Control"] == "no-store"


def hostile(value: str) -> bytes:
    coverage = Coverage({value: value}, clock=lambda: NOW)
    coverage.note(value, "blind", value)
    coverage.note("x.test", "refused", value)
    names = ("door", "client", "user", "host", "dialect", "target", "model", "policy", "code")
    one = record(**dict.fromkeys(names, value), masked={value: 1}, not_inspected={value: 1}, protected_hits={value: 1})
    texts = ("reason", "address", "target", "profiler", "profiler_detail", "policy", "audit", "try_token")
    whole = view(
        **dict.fromkeys(texts, value), policies=(value,), coverage=coverage.entries(), recent=(one, replace(one, outcome="blocked")), masked={value: 1},
        warnings=(value,), checks=(Check(value, False, value),), recipes=(msgspec.structs.replace(recipes()[0], title=value, note=value, group=value),), state="paused",
    )  # fmt: skip
    return render_status(whole, TryResult(text=value, masked=value, policy=value, counts={value: 1}, error=""))


def test_hostile_values_stay_text() -> None:
    outline = Outline(hostile(EVIL).decode())
    assert outline.all("script") == [{}]
    assert outline.all("img") == []
    assert not any(name.startswith("on") for _, attrs in outline.seen for name in attrs)
    assert [tag for tag, _ in outline.seen if tag not in VOID] == [
        tag for tag, _ in Outline(hostile("x y").decode()).seen if tag not in VOID
    ]
    assert any(EVIL[:30] in text for text in outline.text)


@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_any_value_gives_a_well_formed_page(value: str) -> None:
    Outline(hostile(value).decode("utf-8"))


def test_bounded() -> None:
    coverage = Coverage({f"r{n}.test": "x" for n in range(3000)}, limit=3000, clock=lambda: NOW)
    for n in range(3000):
        coverage.note(f"h{n}.test", "blind")
    page = render_status(view(coverage=coverage.entries(), recent=(record(),) * 50))
    assert len(page) < 400_000
    assert page.count(b'<tr data-row class="alarm">') == 200


def test_try_result_and_error() -> None:
    page = render_status(
        view(policies=("strict",)),
        TryResult(text="Jane", masked="Hi [[NAME]] [[SSN_k3f9w2c]]", counts={"NAME": 1}, ms=2.34, policy="strict"),
    ).decode()
    assert "Hi <mark>[[NAME]]</mark> <mark>[[SSN_k3f9w2c]]</mark>" in page
    assert "Masked NAME 1. 2.3 ms." in page
    assert "<option selected>strict</option>" in page
    assert ">\nJane</textarea>" in page
    page = render_status(view(), TryResult(text="Jane", error="The Profiler <does> not answer.")).decode()
    assert 'role="alert"' in page
    assert "The Profiler &lt;does&gt; not answer." in page
    assert "what would leave</h2>" not in page
    assert "Jane" not in repr(TryResult(text="Jane", masked="Jane"))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("[[NAME]]", "<mark>[[NAME]]</mark>"),
        ("[[name]]", "[[name]]"),
        ("[[<b>]]", "[[&lt;b&gt;]]"),
        ("a[[[SSN]]]", "a[<mark>[[SSN]]</mark>]"),
        ("", ""),
    ],
)
def test_marked(text: str, html: str) -> None:
    assert marked(text) == html


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min"), (3600, "1 h"), (3700, "1 h 1 min"), (50_000, "13 h"), (200_000, "2 d")],
)
def test_duration(seconds: int, words: str) -> None:
    assert duration(seconds) == words


def test_times_and_numbers() -> None:
    assert "never" in ago(0, NOW)
    assert ">5 s ago<" in ago(NOW - 5, NOW)
    assert ">0 s ago<" in ago(NOW + 50, NOW)
    assert number(12345) == "12\u202f345"
