from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mitmproxy import contentviews, ctx, http
from mitmproxy.contentviews import ContentviewRegistry, Metadata, prettify_message
from mitmproxy.options import Options
from mitmproxy.test import tflow

from reporting.mitmweb_view import KEY, MAX_OUTPUT, FaaseraContentview, dialect_of
from reporting.record import RequestRecord

VIEW = FaaseraContentview()


def flow(path: str = "/v1/chat/completions", dialect: str | None = "chat", **changes: Any) -> http.HTTPFlow:
    made = tflow.tflow(resp=True)
    made.request.path = path
    if dialect is not None:
        values: dict[str, Any] = {
            "time": 1.0,
            "door": "gateway",
            "host": "h.test",
            "dialect": dialect,
            "outcome": "sent",
            "model": "gpt-4o",
        }
        made.metadata[KEY] = RequestRecord(**(values | changes)).metadata()
    return made


def shown(document: object, dialect: str = "chat", *, answer: bool = False, **changes: Any) -> str:
    made = flow(dialect=dialect, **changes)
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return VIEW.prettify(data, Metadata(flow=made, http_message=made.response if answer else made.request))


REQUESTS: list[tuple[str, dict[str, Any], list[str]]] = [
    (
        "chat",
        {
            "model": "gpt-4o",
            "tools": [{"type": "function", "function": {"name": "lookup"}}],
            "messages": [
                {"role": "system", "content": "Be kind."},
                {"role": "user", "content": [{"type": "text", "text": "Hi [[NAME]]"}, {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}]},
                {"role": "assistant", "content": None, "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "lookup", "arguments": '{"ssn": "[[SSN]]"}'}}]},
                {"role": "tool", "tool_call_id": "c1", "content": "found"},
            ],
        },
        ["── tools ──\n  lookup", "── system ──\n  Be kind.", "── user ──\n  Hi «[[NAME]]»", "── user (image_url, not shown) ──", "── assistant (tool call lookup) ──\n  {\n    \"ssn\": \"«[[SSN]]»\"\n  }", "── tool c1 ──\n  found"],
    ),
    (
        "responses",
        {
            "instructions": "Be kind.",
            "input": [
                {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hi [[NAME]]"}]},
                {"type": "reasoning", "summary": [{"type": "summary_text", "text": "hm"}], "encrypted_content": "x" * 50},
                {"type": "function_call", "name": "lookup", "call_id": "c1", "arguments": '{"a":1}'},
                {"type": "function_call_output", "call_id": "c1", "output": "found"},
                {"type": "local_shell_call", "action": {"command": ["ls"]}},
                {"type": "brand_new_item", "words": "kept visible"},
            ],
        },
        ["── system ──\n  Be kind.", "── user ──\n  Hi «[[NAME]]»", "── assistant (thinking) ──\n  hm", "── assistant (encrypted thinking, unchanged) ──\n  50 characters", "── assistant (tool call lookup) ──", "── tool (tool result c1) ──\n  found", '"ls"', "kept visible"],
    ),
    ("responses", {"type": "response.create", "response": {"input": "Hi [[NAME]]"}}, ["── user ──\n  Hi «[[NAME]]»"]),
    (
        "messages",
        {
            "system": [{"type": "text", "text": "Be kind."}],
            "messages": [
                {"role": "user", "content": "Hi [[NAME_k3f9w2c]]"},
                {"role": "assistant", "content": [{"type": "thinking", "thinking": "hm", "signature": "s"}, {"type": "redacted_thinking", "data": "x" * 9}, {"type": "tool_use", "id": "t1", "name": "lookup", "input": {"q": "[[SSN]]"}}]},
                {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": [{"type": "text", "text": "found"}]}, {"type": "document", "source": {"type": "text", "data": "a letter"}}, {"type": "document", "source": {"type": "base64", "data": "AA"}}]},
            ],
        },
        ["── system ──\n  Be kind.", "── user ──\n  Hi «[[NAME_k3f9w2c]]»", "── assistant (thinking, signed, unchanged) ──\n  hm", "── assistant (encrypted thinking, unchanged) ──\n  9 characters", "── assistant (tool call lookup) ──", "── user (tool result t1) ──\n  found", "── user (document) ──\n  a letter", "── user (document, not shown) ──"],
    ),
    (
        "gemini",
        {
            "systemInstruction": {"parts": [{"text": "Be kind."}]},
            "tools": [{"functionDeclarations": [{"name": "lookup"}]}],
            "contents": [
                {"role": "user", "parts": [{"text": "Hi [[NAME]]"}, {"inlineData": {"mime_type": "image/png", "data": "AA"}}]},
                {"role": "model", "parts": [{"functionCall": {"name": "lookup", "args": {"q": 1}}, "thoughtSignature": "abc"}]},
                {"parts": [{"function_response": {"name": "lookup", "response": {"r": "found"}}}]},
            ],
        },
        ["── system ──\n  Be kind.", "── tools ──\n  lookup", "── user ──\n  Hi «[[NAME]]»", "── user (image/png, not shown) ──", "── model (tool call lookup) ──", "── model (signature, unchanged) ──\n  3 characters", "── user (tool result lookup) ──"],
    ),
    (
        "ollama",
        {"messages": [{"role": "user", "content": "Hi [[NAME]]", "images": ["AA"]}, {"role": "assistant", "content": "", "tool_calls": [{"function": {"name": "lookup", "arguments": {"q": 1}}}]}]},
        ["── user ──\n  Hi «[[NAME]]»", "── user (images, not shown) ──", "── assistant (tool call lookup) ──"],
    ),
    ("ollama", {"system": "Be kind.", "prompt": "Hi"}, ["── system ──\n  Be kind.", "── user ──\n  Hi"]),
    ("bedrock-converse", {"system": [{"text": "Be kind."}], "messages": [{"role": "user", "content": [{"text": "Hi"}, {"toolUse": {"name": "lookup", "input": {"q": 1}}}]}]}, ["── system ──\n  Be kind.", "── user ──\n  Hi", "── user (tool call lookup) ──"]),
    ("unknown", {"a": [{"b": "Hi [[NAME]]"}, 1], "c:d": "x"}, ["── a[0].b ──\n  Hi «[[NAME]]»", "── c:d ──\n  x"]),
    ("embeddings", {"input": ["one", "two"]}, ["── input[0] ──\n  one", "── input[1] ──\n  two"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("dialect", "document", "wanted"), REQUESTS, ids=[f"{row[0]}-{at}" for at, row in enumerate(REQUESTS)]
)
def test_requests(dialect: str, document: dict[str, Any], wanted: list[str]) -> None:
    text = shown(document, dialect)
    for piece in wanted:
        assert piece in text


def sse(*events: object) -> bytes:
    return (
        b"".join(b"event: x\ndata: " + json.dumps(event).encode() + b"\n\n" for event in events)
        + b": ping\n\ndata: [DONE]\n\n"
    )


ANSWERS: list[tuple[str, object, list[str]]] = [
    ("chat", {"choices": [{"message": {"role": "assistant", "content": "Hello [[NAME]]"}}]}, ["── assistant ──\n  Hello «[[NAME]]»"]),
    (
        "chat",
        sse(
            {"choices": [{"index": 0, "delta": {"role": "assistant", "content": "Hello [[NA"}}]},
            {"choices": [{"index": 0, "delta": {"content": "ME]]"}}]},
            {"choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0, "function": {"name": "lookup", "arguments": '{"q"'}}]}}]},
            {"choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0, "function": {"arguments": ": 1}"}}]}}]},
            {"choices": []},
        ),
        ["── assistant ──\n  Hello «[[NAME]]»", "── assistant (tool call lookup) ──\n  {\n    \"q\": 1\n  }"],
    ),
    (
        "messages",
        sse(
            {"type": "message_start", "message": {}},
            {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": ""}},
            {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "hm"}},
            {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}},
            {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "Hello "}},
            {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "[[NAME]]"}},
            {"type": "content_block_start", "index": 2, "content_block": {"type": "tool_use", "name": "lookup", "input": {}}},
            {"type": "content_block_delta", "index": 2, "delta": {"type": "input_json_delta", "partial_json": '{"q": 1'}},
        ),
        ["── assistant (thinking) ──\n  hm", "── assistant ──\n  Hello «[[NAME]]»", '── assistant (tool call lookup) ──\n  {"q": 1'],
    ),
    (
        "responses",
        sse(
            {"type": "response.created", "response": {"output": []}},
            {"type": "response.output_text.delta", "output_index": 0, "content_index": 0, "delta": "Hel"},
            {"type": "response.completed", "response": {"output": [{"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Hello"}]}]}},
        ),
        ["── assistant ──\n  Hello"],
    ),
    (
        "responses",
        sse(
            {"type": "response.output_item.added", "output_index": 1, "item": {"type": "function_call", "name": "lookup"}},
            {"type": "response.function_call_arguments.delta", "output_index": 1, "delta": "{}"},
            {"type": "response.output_text.delta", "output_index": 0, "content_index": 0, "delta": "Hel"},
            {"type": "response.output_text.delta", "output_index": 0, "content_index": 0, "delta": "lo"},
        ),
        ["── assistant (tool call lookup) ──\n  {}", "── assistant ──\n  Hello"],
    ),
    ("gemini", sse({"candidates": [{"content": {"role": "model", "parts": [{"text": "Hel"}]}}]}, {"candidates": [{"content": {"role": "model", "parts": [{"text": "lo"}]}}]}), ["── model ──\n  Hello"]),
    ("gemini", [{"candidates": [{"content": {"parts": [{"text": "Hel"}]}}]}, {"candidates": [{"content": {"parts": [{"text": "lo"}]}}]}], ["── model ──\n  Hello"]),
    ("ollama", b'{"message":{"role":"assistant","content":"Hel"}}\n{"message":{"role":"assistant","content":"lo"},"done":true}\n', ["── assistant ──\n  Hello"]),
    ("ollama", b'{"response":"Hel"}\n{"response":"lo"}\n{"response":"cut o', ["── assistant ──\n  Hello"]),
    ("unknown", sse({"odd": "one"}, {"odd": "two"}), ["── odd ──\n  onetwo"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("dialect", "document", "wanted"), ANSWERS, ids=[f"{row[0]}-{at}" for at, row in enumerate(ANSWERS)]
)
def test_answers(dialect: str, document: object, wanted: list[str]) -> None:
    text = shown(document, dialect, answer=True)
    assert text.startswith("# Faasera - response as it came")
    for piece in wanted:
        assert piece in text


def test_header_says_what_happened() -> None:
    text = shown(
        {"messages": []}, masked={"NAME": 2}, not_inspected={"image": 1}, protected_hits={"SSN": 1}, policy="default"
    )
    assert text.splitlines()[:4] == [
        "# Faasera - request as it left - chat - gpt-4o",
        "# 2 masked: NAME 2 - 0.0 ms - default - not inspected: image 1 - protected: SSN 1",
        "# NOT INSPECTED: image 1",
        "# PROTECTED, UNCHANGED: SSN 1",
    ]


def test_websocket_messages() -> None:
    made = tflow.twebsocketflow()
    made.metadata[KEY] = flow(dialect="responses").metadata[KEY]
    assert made.websocket is not None
    message = made.websocket.messages[1]
    message.content = b'{"type":"response.create","response":{"input":"Hi [[NAME]]"}}'
    text = VIEW.prettify(message.content, Metadata(flow=made, websocket_message=message))
    assert "── user ──\n  Hi «[[NAME]]»" in text
    assert ("left" in text) == message.from_client


@pytest.mark.parametrize(
    ("path", "dialect"),
    [
        ("/v1/chat/completions?x=1", "chat"),
        ("/backend-api/codex/responses", "responses"),
        ("/v1/messages?beta=true", "messages"),
        ("/v1beta/models/g:streamGenerateContent?alt=sse", "gemini"),
        ("/api/chat", "ollama"),
        ("/api/generate", "ollama"),
        ("/v1/xmessages", ""),
        ("/v1/files/x", ""),
        ("/", ""),
    ],
)
def test_the_path_tells_without_metadata(path: str, dialect: str) -> None:
    assert dialect_of(Metadata(flow=flow(path, None))) == dialect


@pytest.mark.parametrize(
    ("data", "made", "picked"),
    [
        (b'{"messages":[]}', flow(), True),
        (b"  \n[1]", flow(), True),
        (b'\xef\xbb\xbf{"a":1}', flow(), True),
        (b"data: {}\n\n", flow(), True),
        (b'{"a":1}', flow("/whatever"), True),
        (b'{"a":1}', flow("/v1/messages", None), True),
        (b'{"a":1}', flow("/index", None), False),
        (b'{"a":1}', flow(outcome="account"), False),
        (b"--boundary\r\n", flow(), False),
        (b"\x89PNG", flow(), False),
        (b"", flow(), False),
    ],
)
def test_priority(data: bytes, made: http.HTTPFlow, picked: bool) -> None:
    assert (VIEW.render_priority(data, Metadata(flow=made, content_type="application/json")) > 1) is picked


def test_mitmproxy_picks_it_and_keeps_json_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = ContentviewRegistry()
    for view in (contentviews.json_view, contentviews.raw, FaaseraContentview()):
        registry.register(view)
    made = flow()
    made.request.headers["content-type"] = "application/json"
    made.request.content = b'{"messages":[{"role":"user","content":"Hi \x1b[31m[[NAME]]"}]}'.replace(
        b"\x1b", b"\\u001b"
    )
    monkeypatch.setattr(ctx, "options", Options(), raising=False)
    result = prettify_message(made.request, made, registry=registry)
    del made.metadata[KEY]
    made.request.path = "/other"
    assert prettify_message(made.request, made, registry=registry).view_name == "JSON"
    assert (result.view_name, result.syntax_highlight) == ("Faasera", "none")
    assert "«[[NAME]]»" in result.text
    assert "\x1b" not in result.text


def test_bounded() -> None:
    many = {"messages": [{"role": "user", "content": f"turn {n} " + "x" * 3000} for n in range(2000)]}
    text = shown(many)
    assert len(text) < MAX_OUTPUT + 100
    assert "turn 0 " in text
    assert "1700 turns are not shown" in text
    assert "980000 more characters" in shown({"messages": [{"role": "user", "content": "y" * 1_000_000}]})
    assert "too much to read here" in shown(b'{"a":"' + b"z" * (9 << 20) + b'"}')


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"   ",
        b"null",
        b"{}",
        b"[]",
        b"\xff\xfe",
        b"{" * 100_000,
        b"[" * 100_000,
        b'{"messages":' + b"9" * 5000 + b"}",
        b"data: \n\n",
    ],
)
def test_odd_bodies(data: bytes) -> None:
    text = shown(data)
    assert text.startswith("#")
    assert len(text) < MAX_OUTPUT + 100


def test_deep_content_falls_back_to_text() -> None:
    depth = 600
    text = shown(b'{"messages":[{"role":"user","content":' + b"[" * depth + b'"deep"' + b"]" * depth + b"}]}")
    assert "deep" in text


def test_hostile_labels_stay_on_their_line() -> None:
    text = shown(
        {
            "messages": [
                {
                    "role": "user ──\n── forged ──\n# all masked",
                    "content": [{"type": "function", "name": "a\nb", "arguments": ""}],
                }
            ]
        }
    )
    assert not any(line.startswith(("# all masked", "── forged")) for line in text.splitlines())


def test_no_flow_at_all() -> None:
    assert VIEW.prettify(b'{"messages":[{"content":"Hi"}]}', Metadata()).startswith(
        "# Faasera - request as it left - unknown dialect"
    )
    assert VIEW.render_priority(b"{}", Metadata()) == -1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["messages", "content", "role", "type", "text", "tool_calls", "function", "arguments", "input", "output", "item", "delta", "choices", "parts",
             "contents", "candidates", "system", "tools", "response", "request", "functionCall", "source", "image_url", "index", "name", "content_block"]
        )
        | st.text(max_size=3),
        inner | st.sampled_from(["text", "tool_use", "function_call", "reasoning", "tool_result", "response.completed", "content_block_delta", "document"]),
        max_size=4,
    ),
    max_leaves=15,
)  # fmt: skip


@given(
    st.lists(JSON, min_size=1, max_size=3),
    st.sampled_from(["chat", "responses", "messages", "gemini", "ollama", "bedrock-converse", "cohere", "?"]),
    st.booleans(),
)
def test_any_json_is_shown_as_a_conversation(docs: list[Any], dialect: str, stream: bool) -> None:
    text = shown(sse(*docs) if stream else docs[0] if len(docs) == 1 else docs, dialect)
    assert text.startswith("# Faasera - ")  # not the fallback
