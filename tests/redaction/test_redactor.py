"""Whole bodies through the Redactor: every planted text masked, every other byte as it was."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialects.registry import DIALECTS
from redaction.errors import NotRedactable, RedactionError
from tests.support.planted import PLANT, Planted, args, mask
from tests.support.planted_table import ALL
from tests.support.redacting import masked, redact


@pytest.mark.parametrize("case", ALL, ids=repr)
def test_every_text_path_is_masked_and_every_other_byte_stays(case: Planted) -> None:
    assert masked(case.body, case.dialect) == case.masked
    assert PLANT not in case.masked


@pytest.mark.parametrize("case", ALL, ids=repr)
def test_masking_twice_changes_nothing(case: Planted) -> None:
    once = redact(case.body, case.dialect).data
    assert redact(once, case.dialect).data is once


# -- nothing but masked strings changes ----------------------------------------------------------------------------

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*|[\[\]{}:,]|true|false|null|[ \t\r\n]+', re.DOTALL)
_PLACEHOLDER = re.compile(r"\[\[[A-Z_]+\]\](?:_[0-9]+)?")

_pieces = st.sampled_from([
    "Jane Doe", "123-45-6789", " is ", ", ", "é", "\ud83d", "😀", '"', "\\", "\n", "{", "}", "[", "SSN ", "[[NAME]]",
    "jane@example.com", "data:text/plain,", "words", "4111 1111 1111 1111", "id", "x-anthropic-billing-header: a=b;",
])  # fmt: skip
_texts = st.lists(_pieces, max_size=5).map(" ".join)  # glued pieces are a matter of the Profiler
_keys = (
    st.sampled_from(
        "id type content text input messages metadata arguments parameters properties description name data format "
        "tool_use role system source model documents function output jane@example.com 123-45-6789".split()
    )
    | _texts
)
_leaves = (
    st.none()
    | st.booleans()
    | _texts
    | st.sampled_from(["#1.0", "#1e-3", "#9007199254740993", "#123456789", "#4111111111111111", "#0.10"])
    | st.sampled_from(["tool_use", "function", "text", "thinking"])
)


def _grown(kids: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    objects = st.dictionaries(_keys, kids, max_size=4)
    return st.lists(kids, max_size=4) | objects | objects.map(lambda value: json.dumps(value))


_bodies = st.dictionaries(_keys, st.recursive(_leaves, _grown, max_leaves=12), max_size=5)


def _only_masked(before: str, after: str) -> bool:
    """Whether `after` is `before` with some stretches replaced by placeholders."""
    pattern = "(?s:.+)".join(re.escape(part) for part in _PLACEHOLDER.split(after))
    return re.fullmatch(pattern, before, re.DOTALL) is not None


@given(_bodies, st.sampled_from(sorted(DIALECTS)), st.sampled_from([None, 1]))
def test_only_masked_strings_change(body: Any, dialect: str, indent: int | None) -> None:
    source = re.sub(r'"#([0-9.e-]+)"', r"\1", json.dumps(body, indent=indent))
    try:
        result = redact(source, dialect)
    except RedactionError as error:
        assert "data:" in source or error.status == 422
        return
    after = result.data.decode()
    old, new = _TOKEN.findall(source), _TOKEN.findall(after)
    assert "".join(old) == source
    assert len(old) == len(new)
    for before, now in zip(old, new, strict=True):
        if before != now:
            assert now[0] == '"'
            assert _PLACEHOLDER.search(now)
            assert _only_masked(before.strip('"'), now.strip('"')), (before, now)
    json.loads(after)
    if old == new:
        assert result.data == source.encode()
    again = redact(result.data, dialect)
    assert again.data.decode() == after


PLACES_THAT_ONLY_LOOK_PROTECTED = {
    "thinking holds more than its two fields": (
        "messages", {"messages": [{"content": [{"type": "thinking", "thinking": "x", "signature": "s", "text": PLANT}]}]}),
    "a body that calls itself thinking": ("messages", {"type": "thinking", "messages": [{"content": PLANT}]}),
    "a compaction that is not encrypted": ("responses", {"input": [{"type": "compaction", "content": PLANT}]}),
    "a reference with text": ("responses", {"input": [{"type": "item_reference", "id": "i", "content": PLANT}]}),
    "a schema as a string": ("chat", {"tools": [{"function": {"parameters": args({"description": PLANT})}}]}),
    "a format in words": ("ollama", {"format": PLANT}),
    "a context in words": ("ollama", {"context": PLANT}),
    "a table with a column id": ("hf", {"inputs": {"table": {"id": [PLANT], "type": [PLANT]}}}),
    "an instance with a status": ("predict", {"instances": [{"id": PLANT, "status": PLANT}]}),
    "a tool result as an object": ("chat", {"messages": [{"role": "tool", "content": {"id": PLANT}}]}),
    "structured content": ("messages", {"messages": [{"content": [{"type": "tool_result", "structuredContent": {"id": PLANT}}]}]}),
    "an output as an object": (
        "responses", {"input": [{"type": "function_call_output", "call_id": "c", "output": {"id": PLANT}}]}),
}  # fmt: skip


@pytest.mark.parametrize("name", PLACES_THAT_ONLY_LOOK_PROTECTED)
def test_what_only_looks_protected_is_masked(name: str) -> None:
    dialect, body = PLACES_THAT_ONLY_LOOK_PROTECTED[name]
    assert masked(json.dumps(body), dialect) == mask(json.dumps(body))


def test_positions_that_are_numbers_are_masked() -> None:
    place = {"lat": 48.85837, "lon": 2.29448, "zoom": 12.34567, "area": {"type": "Polygon", "coordinates": [[2.29448]]}}
    told = json.loads(
        masked(json.dumps({"input": [place, {"lat": 48.85, "lon": 2.29}, [0.12345, 0.54321]]}), "unknown")
    )
    assert told["input"][0]["lat"] == told["input"][0]["lon"] == "[[COORDINATES]]"
    assert told["input"][0]["area"]["coordinates"] == [["[[COORDINATES]]"]]
    assert told["input"][0]["zoom"] == 12.34567
    assert told["input"][1:] == [{"lat": 48.85, "lon": 2.29}, [0.12345, 0.54321]]


def test_numbers_where_ids_stand_are_judged_where_nobody_knows_the_fields() -> None:
    body = json.dumps({"records": [{"id": 4111111111111111, "created": 1732743200123, "seed": 1234567}]})
    assert json.loads(masked(body, "unknown"))["records"][0]["id"] == "[[CREDITCARD_NUMBER]]"
    assert masked(body, "unknown") == body.replace("4111111111111111", '"[[CREDITCARD_NUMBER]]"')
    assert masked(body, "chat") == body


def test_what_a_schema_compares_is_judged_by_formats_only() -> None:
    schema = {
        "enum": ["ssn 123-45-6789", "plain words"],
        "const": 4111111111111111,
        "pattern": "^[^ @]+ ?@a[.]example$",
    }
    body = {"tools": [{"function": {"name": "f", "parameters": {"properties": {"x": schema}}}}]}
    told = json.loads(masked(json.dumps(body)))["tools"][0]["function"]["parameters"]["properties"]["x"]
    assert told["enum"] == ["ssn [[SSN]]", "plain words"]
    assert (told["const"], told["pattern"]) == ("[[CREDITCARD_NUMBER]]", schema["pattern"])


def test_long_protected_prose_is_counted() -> None:
    assert redact(json.dumps({"server_url": f"{PLANT} " * 200})).report.protected["SSN"] == 200
    assert not redact(json.dumps({"signature": "A1b2" * 2000})).report.protected


def test_keys_of_tool_servers_stay_with_their_vendor() -> None:
    tools = {
        "type": "mcp",
        "server_url": f"https://m.test/sse?note={PLANT}",
        "authorization": "k1",
        "headers": {"X-Team": "k2"},
    }
    body = json.dumps({"tools": [tools]})
    own, others = redact(body, "chat").data, redact(body, "chat", foreign=True).data.decode()
    assert own == body.encode()
    assert json.loads(others)["tools"][0]["headers"] == {"X-Team": "[[API_KEY]]"}
    assert json.loads(others)["tools"][0]["authorization"] == "[[API_KEY]]"
    assert PLANT not in others


@pytest.mark.parametrize(
    ("address", "follows"),
    [
        ("https://mcp.deepwiki.com/mcp", True),
        ("https://api.githubcopilot.com/mcp/", True),
        ("http://mcp-1.corp.example:8080/api/v1/sse", True),
        ("https://m.test/s/q7RmzK2pdQvNs8EaB3dE/mcp", False),
        ("https://m.test/hook", False),
        ("https://q7rmzk2pdqv.m.test/mcp", False),
        ("https://u:q7RmzK2p@m.test/mcp", False),
        ("https://m.test/mcp?k=q7RmzK2p", False),
        ("https://m.test/mcp#q7RmzK2p", False),
    ],
)
def test_an_address_follows_to_another_vendor_where_no_key_can_be_in_it(address: str, *, follows: bool) -> None:
    tool = json.dumps({"tools": [{"type": "mcp", "server_label": "x", "server_url": address}]})
    assert redact(tool, "chat").data.decode() == tool
    assert (address in redact(tool, "chat", foreign=True).data.decode()) is follows


def _results(*texts: str) -> str:
    turns = [{"role": "tool", "tool_call_id": "c", "content": text} for text in texts]
    return json.dumps({"messages": [*turns, {"role": "user", "content": "hi"}]})


def _many(count: int, first: int) -> str:
    return "\n".join(f"to mail{number}@acme-mail.com" for number in range(first, first + count))


def test_more_findings_than_a_request_may_have_are_blocked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("redaction.redactor.MOST_FOUND", 10)
    few, more, none = _many(6, 0), _many(6, 20), "nothing in here"
    for _ in range(2):  # also when the texts are known
        got = [turn["content"] for turn in json.loads(redact(_results(few, more, none)).data)["messages"]]
        assert got == [mask_mails(few), "[[BLOCKED_TEXT]]", none, "hi"]
    with pytest.raises(NotRedactable, match="takes far more work"):
        redact(json.dumps({"messages": [{"role": "user", "content": _many(12, 40)}]}))


def test_more_findings_than_a_text_may_have_are_not_collected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("redaction.detector.detect.MOST_FOUND", 10)
    assert "[[BLOCKED_TEXT]]" in redact(_results(_many(12, 60))).data.decode()
    assert "[[BLOCKED_TEXT]]" not in redact(_results(_many(9, 80))).data.decode()


def mask_mails(text: str) -> str:
    return re.sub(r"mail\d+@acme-mail.com", "[[EMAIL_ADDRESS]]", text)


@pytest.mark.parametrize(
    "fields",
    [
        {"api_key": "q7RmzK2pdQvNs8EaB3dE"},
        {"extra_headers": {"X-Api-Key": "q7RmzK2pdQvNs8EaB3dE"}},
        {"provider": {"options": {"access_token": "q7RmzK2pdQvNs8EaB3dE"}}},
        {"extra_headers": {"X-Any": "q7RmzK2pdQvNs8EaB3dE"}, "extra_query": {"k": "q7RmzK2pdQvNs8EaB3dE"}},
        {
            "webhook": "https://hooks.test/services/q7RmzK2pdQvNs8EaB3dE",
            "api_base": "https://h.test/q7RmzK2pdQvNs8EaB3dE",
        },
        {"plugins": [{"id": "web", "endpoint_url": "https://x.test/q7RmzK2pdQvNs8EaB3dE"}]},
        {"tools": [{"type": "mcp", "connection": {"ref": "q7RmzK2pdQvNs8EaB3dE"}}]},
        {"tools": [{"mcpServers": [{"streamableHttpTransport": {"headers": {"X-Any": "q7RmzK2pdQvNs8EaB3dE"}}}]}]},
        {"mcp_servers": [{"type": "url", "url": "https://m.test/q7RmzK2pdQvNs8EaB3dE"}]},
        {"data_sources": [{"parameters": {"authentication": {"type": "api_key", "key": "q7RmzK2pdQvNs8EaB3dE"}}}]},
    ],
)
def test_a_credential_in_the_body_does_not_follow_to_another_vendor(fields):
    body = json.dumps({"model": "m", "messages": [{"role": "user", "content": "hi"}], **fields})
    assert redact(body, "chat").data.decode() == body  # its own vendor needs it
    assert "q7Rmz" not in redact(body, "chat", foreign=True).data.decode()


def test_a_credential_that_is_a_number_does_not_follow_either():
    tool = {"type": "mcp", "authorization": 4829103755, "headers": {"X-Id": [7512903355]}, "retries": 3}
    body = json.dumps({"tools": [tool], "messages": [{"role": "user", "content": "hi"}]})
    assert redact(body, "chat").data.decode() == body
    others = json.loads(redact(body, "chat", foreign=True).data)
    expected = tool | {"authorization": "[[API_KEY]]", "headers": {"X-Id": ["[[API_KEY]]"]}}
    assert others["tools"] == [expected]


def test_what_is_no_credential_follows_to_another_vendor():
    body = json.dumps(
        {
            "model": "m",
            "messages": [{"role": "user", "content": "hi", "name": "ann"}],
            "tools": [{"type": "function", "function": {"name": "get_key", "description": "Reads a key."}}],
            "image_url": "https://pictures.example/q7RmzK2pdQvNs8EaB3dE.png",
            "endpoint": "/v1/chat/completions",
            "mcp_servers": [{"type": "url", "name": "docs", "tool_configuration": {"enabled": True}}],
            "stop": ["token"],
            "response_format": {"type": "json_object"},
            "service_tier": "default",
            "max_tokens": 12,
        }
    )
    assert redact(body, "chat", foreign=True).data.decode() == body
