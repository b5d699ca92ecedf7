"""The note on placeholders: one constant text at the end of the system prompt, nothing else changes."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.restore.note import NOTE, takes_note, with_note
from redaction.restore.placeholder_matcher import restored
from tests.support.redacting import redact

TEXT = {"type": "text", "text": NOTE}
PART = {"text": NOTE}
USER = {"role": "user", "content": "Hi"}
BILLING = {"type": "text", "text": "x-anthropic-billing-header: cc_version=2.1;"}
CACHED = {"type": "text", "text": "You are", "cache_control": {"type": "ephemeral"}}
CONTENTS = [{"parts": [{"text": "Hi"}]}]

CASES: list[tuple[str, Any, Any]] = [
    ("chat", {"messages": [USER]}, {"messages": [{"role": "system", "content": NOTE}, USER]}),
    *(
        (
            "chat",
            {"messages": [{"role": role, "content": "Be brief\\"}, USER]},
            {"messages": [{"role": role, "content": f"Be brief\\\n\n{NOTE}"}, USER]},
        )
        for role in ("system", "developer")
    ),
    (
        "chat",
        {"messages": [{"role": "system", "content": [{"type": "text", "text": "A"}]}]},
        {"messages": [{"role": "system", "content": [{"type": "text", "text": "A"}, TEXT]}]},
    ),
    ("cohere", {"messages": [USER]}, {"messages": [{"role": "system", "content": NOTE}, USER]}),
    ("messages", {"messages": [USER]}, {"system": NOTE, "messages": [USER]}),
    ("messages", {"messages": [USER], "system": "A"}, {"messages": [USER], "system": f"A\n\n{NOTE}"}),
    ("messages", {"messages": [USER], "system": ""}, {"messages": [USER], "system": NOTE}),
    ("messages", {"messages": [USER], "system": None}, {"messages": [USER], "system": NOTE}),
    ("messages", {"messages": [USER], "system": []}, {"messages": [USER], "system": [TEXT]}),
    (
        "messages",
        {"messages": [USER], "system": [BILLING, CACHED]},
        {"messages": [USER], "system": [BILLING, CACHED, TEXT]},
    ),
    (
        "bedrock-invoke",
        {"anthropic_version": "bedrock-2023-05-31", "messages": [USER]},
        {"system": NOTE, "anthropic_version": "bedrock-2023-05-31", "messages": [USER]},
    ),
    ("responses", {"input": "Hi"}, {"instructions": NOTE, "input": "Hi"}),
    ("responses", {"input": "Hi", "instructions": None}, {"input": "Hi", "instructions": NOTE}),
    ("responses", {"input": [], "instructions": "A"}, {"input": [], "instructions": f"A\n\n{NOTE}"}),
    (
        "responses",
        {"type": "response.create", "input": "Hi"},
        {"instructions": NOTE, "type": "response.create", "input": "Hi"},
    ),
    (
        "realtime",
        {"type": "session.update", "session": {"instructions": "A"}},
        {"type": "session.update", "session": {"instructions": f"A\n\n{NOTE}"}},
    ),
    ("gemini", {"contents": CONTENTS}, {"systemInstruction": {"parts": [PART]}, "contents": CONTENTS}),
    (
        "gemini",
        {"system_instruction": {"role": "user", "parts": [{"text": "A"}]}, "contents": CONTENTS},
        {"system_instruction": {"role": "user", "parts": [{"text": "A"}, PART]}, "contents": CONTENTS},
    ),
    (
        "gemini",
        {"systemInstruction": {}, "contents": CONTENTS},
        {"systemInstruction": {"parts": [PART]}, "contents": CONTENTS},
    ),
    (
        "gemini",
        {"model": "m", "request": {"contents": CONTENTS}},
        {"model": "m", "request": {"systemInstruction": {"parts": [PART]}, "contents": CONTENTS}},
    ),
    ("gemini", {"setup": {"model": "m"}}, {"setup": {"systemInstruction": {"parts": [PART]}, "model": "m"}}),
    ("ollama", {"messages": [USER]}, {"messages": [{"role": "system", "content": NOTE}, USER]}),
    ("ollama", {"prompt": "Hi"}, {"system": NOTE, "prompt": "Hi"}),
    ("ollama", {"prompt": "Hi", "system": "A"}, {"prompt": "Hi", "system": f"A\n\n{NOTE}"}),
]
UNTOUCHED: list[tuple[str, Any]] = [
    ("embeddings", {"input": "Hi"}),
    ("completions", {"prompt": "Hi"}),
    ("unknown", {"messages": [USER]}),
    ("chat", {"messages": []}),
    ("chat", {"messages": "Hi"}),
    ("chat", {"messages": ["Hi"]}),
    ("chat", {"metadata": {}}),
    ("chat", [USER]),
    ("chat", {"messages": [{"role": "system", "content": 7}]}),
    ("messages", {"requests": []}),
    ("bedrock-invoke", {"schemaVersion": "messages-v1", "messages": [USER]}),
    ("responses", {}),
    ("responses", {"input": "Hi", "prompt": {"id": "pmpt_1"}}),
    ("responses", {"type": "response.cancel"}),
    ("realtime", {"type": "session.update", "session": {}}),
    ("realtime", {"type": "response.create", "input": "Hi"}),
    ("gemini", {"content": CONTENTS[0]}),
    ("gemini", {"contents": CONTENTS, "cachedContent": "cachedContents/1"}),
    ("ollama", {"model": "m"}),
    ("ollama", {"prompt": "def f(", "suffix": ")"}),
    ("ollama", {"prompt": "Hi", "raw": True}),
]


def packed(value: Any) -> bytes:
    return json.dumps(value).encode()


@pytest.mark.parametrize(("dialect", "body", "expected"), CASES)
def test_where_it_goes(dialect: str, body: Any, expected: Any) -> None:
    noted = with_note(packed(body), dialect)
    assert noted == packed(expected)
    assert with_note(noted, dialect) == noted, "once is enough: replays and edited flows come by again"


@pytest.mark.parametrize(("dialect", "body"), UNTOUCHED)
def test_where_it_does_not_go(dialect: str, body: Any) -> None:
    data = packed(body)
    assert with_note(data, dialect) is data


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe{", b"hello", b'{"messages": [', b"null"])
def test_what_is_no_json_stays(data: bytes) -> None:
    assert with_note(data, "chat") is data


def test_the_source_keeps_its_spelling() -> None:
    source = b'{ "messages" : [\r\n\t{"role":"user","content":"\\u00e9\\/"} ], "seed": 1e400, "n":' + b"7" * 5000 + b"}"
    noted = with_note(source, "chat")
    system = json.dumps({"role": "system", "content": NOTE}).encode() + b", "
    assert noted.replace(system, b"") == source


def test_the_masked_prefix_of_a_conversation_stays() -> None:
    """Turn by turn, masked or not: what came before is the same text, note included."""
    turns = [USER, {"role": "assistant", "content": "Hello"}, {"role": "user", "content": "I am Jane Doe"}]
    sent = [with_note(packed({"messages": turns[:count]}), "chat") for count in (1, 2, 3)]
    for shorter, longer in itertools.pairwise(sent):
        assert longer.startswith(shorter.removesuffix(b"]}"))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/v1/chat/completions", True),
        ("/v1beta/models/g:generateContent?key=x", True),
        ("/v1beta/models/g:streamGenerateContent?alt=sse", True),
        ("/v1beta/cachedContents", True),
        ("/v1beta/models/g:countTokens", False),
        ("/v1beta/models/g%3AcountTokens", False),
        ("/v1internal:countTokens", False),
        ("/model/anthropic.claude-3:0/invoke", True),
    ],
)
def test_which_endpoints_take_it(path: str, expected: bool) -> None:
    assert takes_note(path) is expected


def test_the_example_in_it_is_no_tag() -> None:
    assert restored(NOTE, lambda _: "leaked") == NOTE


def test_it_is_never_masked() -> None:
    body = packed({"messages": [{"role": "system", "content": NOTE}]})
    assert redact(body).data == body


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
ROOTS = st.dictionaries(
    st.sampled_from(["messages", "system", "input", "instructions", "contents", "systemInstruction", "prompt", "x"]),
    JSON | st.lists(st.fixed_dictionaries({"role": st.sampled_from(["system", "user"]), "content": JSON}), max_size=2),
)


def _was_null(source: bytes, noted: bytes, at: int) -> bool:
    return source[at : at + 4] == b"null" and noted.endswith(source[at + 4 :])


@given(ROOTS, st.sampled_from(["chat", "messages", "responses", "gemini", "ollama", "realtime"]), st.booleans())
def test_whatever_comes_only_a_note_is_added(root: Any, dialect: str, ascii_only: bool) -> None:
    source = json.dumps(root, ensure_ascii=ascii_only, indent=1).encode("utf-8", "surrogatepass")
    noted = with_note(source, dialect)
    if noted == source:
        return
    json.loads(noted)
    assert noted.count(NOTE.encode()) == 1
    first = next(place for place in range(len(noted)) if noted[: place + 1] != source[: place + 1])
    places = range(max(0, first - len(NOTE)), first + 1)
    assert any(
        source.startswith(noted[:at]) and (noted.endswith(source[at:]) or _was_null(source, noted, at)) for at in places
    ), "one piece was put in, at one place"
    assert with_note(noted, dialect) == noted
