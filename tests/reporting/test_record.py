from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mitmproxy.utils import emoji

from reporting import sanitize
from reporting.record import MARKERS, RequestRecord


def record(**changes: object) -> RequestRecord:
    values: dict[str, object] = {
        "time": 1_790_000_000.25,
        "door": "gateway",
        "client": "127.0.0.1",
        "host": "api.openai.com",
        "dialect": "chat",
        "target": "claude",
        "model": "gpt-4o",
        "policy": "default",
        "masked": {"SSN": 1, "NAME": 2},
        "texts_new": 1,
        "texts_cached": 13,
        "ms_total": 3.14,
        "ms_profiler": 2.0,
        "outcome": "sent",
        "status": 200,
    }
    return RequestRecord(**(values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "comment"),
    [
        ({}, "3 masked: NAME 2, SSN 1 - 14 texts, 13 cached - 3.1 ms - default - claude"),
        (
            {"outcome": "clean", "masked": {}, "texts_new": 1, "texts_cached": 0, "target": ""},
            "nothing to mask - 1 text - 3.1 ms - default",
        ),
        ({"outcome": "account", "masked": {}}, "account traffic, unchanged - 3.1 ms - default - claude"),
        (
            {"outcome": "blocked", "status": 503, "code": "faasera_profiler_failed", "texts_new": 0, "texts_cached": 0},
            "blocked 503 faasera_profiler_failed - 3.1 ms - default - claude",
        ),
        (
            {"not_inspected": {"image": 1}, "texts_skipped": 2, "protected_hits": {"SSN": 1}, "unrestored": 3},
            "3 masked: NAME 2, SSN 1 - 14 texts, 13 cached, 2 not inspected - 3.1 ms - default - claude"
            " - not inspected: image 1 - protected: SSN 1 - unrestored: 3 in tool results (faasera_restore is off)",
        ),
        (
            {"restored": 4, "ambiguous": 2},
            "3 masked: NAME 2, SSN 1 - 14 texts, 13 cached - 3.1 ms - default - claude - restored 4"
            " - not restorable: 2 (the Profiler's text fits in more than one way)",
        ),
    ],
)
def test_comment(changes: dict[str, object], comment: str) -> None:
    assert record(**changes).comment() == comment


def test_line_names_the_way_first() -> None:
    assert record().line().startswith("gateway api.openai.com chat gpt-4o: 3 masked: NAME 2, SSN 1 - ")


@pytest.mark.parametrize(
    "name",
    [
        "gpt-4o",
        "gpt-4o-mini-2024-07-18",
        "claude-sonnet-4-5-20250929",
        "claude-3-opus@20240229",
        "gemini-1.5-pro@latest",
        "anthropic.claude-3-5-sonnet-20241022-v2:0",
        "us.meta.llama3-3-70b-instruct-v1:0",
        "models/gemini-2.5-pro",
        "Qwen/Qwen2.5-72B-Instruct",
        "ft:gpt-4o-mini-2024-07-18:org::abc123",
        "deepseek-r1:671b",
        "o3",
        "",
    ],
)
def test_model_names_are_shown(name: str) -> None:
    assert record(model=name).model == name


@pytest.mark.parametrize(
    "name",
    [
        "Jane Doe",
        "jane.doe@example.com",
        "123-45-6789",
        "ssn-123-45-6789",
        "ssn:123.45.6789",
        "call-555-123-4567",
        "card-4111111111111111",
        "dob-1985-01-02",
        "gpt-4o\nforged line",
        "gpt-4o\x1b[31m",
        "sk-proj-abcdef",
        "AIzaSyA1234",
        "m" + "x" * 40,
        "gpt-4o" + "-a" * 60,
        "名前",
        "gpt\u202e4",
        "gpt-4o@example.com",
    ],
)
def test_what_is_no_model_name_is_not_shown(name: str) -> None:
    assert record(model=name).model == "?"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("API.OpenAI.com.", "api.openai.com"),
        ("[::1]", "[::1]"),
        ("evil.test\r\nx: y", "?"),
        ("<b>.test", "?"),
        ("a" * 400, "?"),
        ("", ""),
    ],
)
def test_host(value: str, shown: str) -> None:
    assert record(host=value).host == shown


def test_user_is_bounded_and_escaped() -> None:
    user = record(user="bob\n\x1b[2J\u202e\u2028" + "x" * 1000).user
    assert user.startswith("bob\\n\\x1b[2J\\u202e\\u2028xxx")
    assert len(user) == 64


def test_strange_types_are_counted_as_other() -> None:
    assert dict(record(masked={"SSN": 1, "Jane Doe": 2, "<b>": 1, "VIN": 0, "X" * 50: 1}).masked) == {
        "SSN": 1,
        "OTHER": 4,
    }
    assert len(record(masked={f"T{n}": 1 for n in range(1000)}).masked) <= 65
    assert sum(record(masked={f"T{n}": 1 for n in range(1000)}).masked.values()) == 1000


def test_values_are_read_only_and_outcomes_are_checked() -> None:
    with pytest.raises(TypeError):
        record().masked["SSN"] = 5  # type: ignore[index]
    with pytest.raises(ValueError, match="outcome"):
        record(outcome="fine")


@pytest.mark.parametrize(
    ("changes", "marker"),
    [
        ({}, ":lock:"),
        ({"outcome": "blocked"}, ":no_entry:"),
        ({"not_inspected": {"image": 1}}, ":warning:"),
        ({"outcome": "clean", "protected_hits": {"SSN": 1}}, ":warning:"),
        ({"outcome": "account", "not_inspected": {"image": 1}}, ":bust_in_silhouette:"),
    ],
)
def test_markers(changes: dict[str, object], marker: str) -> None:
    assert record(**changes).marker == marker


def test_markers_are_known_to_mitmproxy() -> None:
    assert set(MARKERS.values()) <= set(emoji.emoji)


@given(st.text(max_size=200))
def test_clean_gives_one_showable_line(text: str) -> None:
    shown = sanitize.clean(text, 80)
    assert len(shown) <= 80
    assert not any(unicodedata.category(char)[0] == "C" for char in shown)
    assert len(shown.splitlines()) <= 1
    shown.encode("utf-8")


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("219-09-9999.example", "?"),
        ("4111-1111-1111-1111.example", "?"),
        ("ec2-203-0-113-250.compute.example", "ec2-203-0-113-250.compute.example"),
        ("adb-1234567890123456.7.azuredatabricks.net", "adb-1234567890123456.7.azuredatabricks.net"),
        ("api-2024-05-13.example", "api-2024-05-13.example"),
    ],
)
def test_a_number_in_groups_is_no_host(host: str, shown: str) -> None:
    assert sanitize.host(host) == shown
