from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.coverage import GENERIC, Coverage
from reporting.health import Check
from reporting.markup import ago, duration, marked, number
from reporting.page_model import StatusView, TryResult
from reporting.pages import HEADERS, render_status, render_try
from reporting.recipe_table import RECIPES
from reporting.recipes import fill
from reporting.record import RequestRecord

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
    coverage.note("chatgpt.com", "blind", "pinned_certificate", app="ChatGPT")
    return coverage


def headline(page: bytes) -> str:
    found = re.search(r'<div class="state (\w+)"><h1>.*?<span>(.*?)</span></h1>', page.decode())
    assert found
    return f"{found[1]}: {found[2]}"


BAD_CHECK = (Check("audit", False, "disk full", "Make room", required=False),)


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
    assert b'<tr role="row" class=alarm>' in page


def test_structure_for_screen_readers() -> None:
    page = render_status(
        view(
            coverage=blind().entries(),
            recent=(record(masked={"SSN": 1}), record(outcome="blocked", status=503, code="faasera_profiler_failed")),
            recipes=tuple(fill(recipe) for recipe in RECIPES),
            masked={"SSN": 1},
        )
    ).decode()
    outline = Outline(page)
    assert (
        len(outline.all("main"))
        == len(outline.all("h1"))
        == len(outline.all("header"))
        == len(outline.all("footer"))
        == 1
    )
    assert page.startswith('<!doctype html>\n<html lang="en">')
    assert len(outline.all("table")) == len(outline.all("caption")) == 2
    assert all(cell.get("scope") in ("col", "row") for cell in outline.all("th"))
    ids = [attrs["id"] for _, attrs in outline.seen if "id" in attrs]
    assert len(ids) == len(set(ids))
    labels = {attrs["for"] for attrs in outline.all("label")}
    fields = [a for tag in ("textarea", "select", "input") for a in outline.all(tag) if a.get("type") != "hidden"]
    assert {field["id"] for field in fields} == labels
    assert all(section["aria-labelledby"] in ids for section in outline.all("section"))
    links = {a["href"] for a in outline.all("a") if str(a["href"]).startswith("#")}
    assert {str(link)[1:] for link in links} <= set(ids)


def test_nothing_is_loaded_and_nothing_runs() -> None:
    page = render_status(view(recent=(record(),), recipes=tuple(fill(recipe) for recipe in RECIPES))).decode()
    outline = Outline(page)
    assert outline.all("script") == []
    assert not any(name.startswith("on") or name == "style" for _, attrs in outline.seen for name in attrs)
    assert not any(
        str(attrs.get(name, "")).startswith(("http:", "https:", "//"))
        for _, attrs in outline.seen
        for name in ("src", "href", "action")
    )
    assert "@import" not in page
    assert "url(" not in page


def test_headers() -> None:
    style = re.search(r"<style>(.*?)</style>", render_status(view()).decode(), re.S)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in HEADERS["Content-Security-Policy"]
    assert "unsafe" not in HEADERS["Content-Security-Policy"]
    assert HEADERS["X-Frame-Options"] == "DENY"
    assert HEADERS["Cache-Control"] == "no-store"


def hostile(value: str) -> bytes:
    coverage = Coverage({value: value}, clock=lambda: NOW)
    coverage.note(value, "blind", value, app=value)
    coverage.note("x.test", "refused", value)
    names = ("door", "client", "user", "host", "dialect", "target", "model", "policy", "code")
    one = record(**dict.fromkeys(names, value), masked={value: 1}, not_inspected={value: 1}, protected_hits={value: 1})
    texts = ("reason", "version", "address", "target", "profiler", "profiler_detail", "policy", "audit", "try_token")
    whole = view(
        **dict.fromkeys(texts, value), policies=(value,), coverage=coverage.entries(), recent=(one, replace(one, outcome="blocked")), masked={value: 1},
        notes=(value,), checks=(Check(value, False, value, value),), recipes=(replace(RECIPES[0], title=value, note=value, group=value),), state="paused",
    )  # fmt: skip
    return render_try(whole, TryResult(text=value, masked=value, policy=value, counts={value: 1}, error=""))


def test_hostile_values_stay_text() -> None:
    outline = Outline(hostile(EVIL).decode())
    assert outline.all("script") == outline.all("img") == []
    assert not any(name.startswith("on") for _, attrs in outline.seen for name in attrs)
    assert [tag for tag, _ in outline.seen if tag not in VOID] == [
        tag for tag, _ in Outline(hostile("x y").decode()).seen if tag not in VOID
    ]
    assert any(EVIL[:30] in text for text in outline.text)


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_any_value_gives_a_well_formed_page(value: str) -> None:
    Outline(hostile(value).decode("utf-8"))


def test_bounded() -> None:
    coverage = Coverage({f"r{n}.test": "x" for n in range(3000)}, limit=3000, clock=lambda: NOW)
    for n in range(3000):
        coverage.note(f"h{n}.test", "blind")
    page = render_status(view(coverage=coverage.entries(), recent=(record(),) * 500))
    assert len(page) < 400_000
    assert page.count(b'<th role="rowheader"') == 250


def test_try_result_and_error() -> None:
    page = render_try(
        view(policies=("strict",)),
        TryResult(text="Jane", masked="Hi [[NAME]] [[SSN_k3f9w2c]]", counts={"NAME": 1}, ms=2.34, policy="strict"),
    ).decode()
    assert "Hi <mark>[[NAME]]</mark> <mark>[[SSN_k3f9w2c]]</mark>" in page
    assert "Masked NAME\u00a01. 2.3 ms." in page
    assert "<option selected>strict</option>" in page
    assert ">\nJane</textarea>" in page
    page = render_try(view(), TryResult(text="Jane", error="The Profiler <does> not answer.")).decode()
    assert 'role="alert"' in page
    assert "The Profiler &lt;does&gt; not answer." in page
    assert "what would leave</h3>" not in page
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
