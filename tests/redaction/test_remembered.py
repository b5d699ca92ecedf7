"""Bodies and parts of them that are resent: what is remembered equals what is done afresh, in bytes and in counts."""

from __future__ import annotations

import asyncio
import gc
import json
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.configuration import read_document
from config.redaction_settings import RedactionSettings
from redaction.body.json_split import split
from redaction.cache import MaskCache
from redaction.detector.embedded_profiler import EmbeddedProfiler
from redaction.errors import NotRedactable, RedactionError
from redaction.mask_service import MaskService
from redaction.payload import Payload, Redacted
from redaction.redactor import Redactor
from redaction.replacer import Replacement, plain
from tests.support.redacting import redactor

SETTINGS: RedactionSettings = read_document({}).redaction
PROFILER = EmbeddedProfiler(SETTINGS.policies)
COUNTS = (
    "masked", "protected", "not_inspected", "documents", "skipped", "model", "changed", "masked_results",
    "left_in_paths", "ambiguous",
)  # fmt: skip


def engine(settings: RedactionSettings = SETTINGS) -> Redactor:
    masker = MaskService(PROFILER, MaskCache(1 << 22, 10_000))
    return Redactor(masker, PROFILER.strict_spans, settings, contextual=True, everyday=lambda word: word == "doe")


def mask(
    by: Redactor, body: Any, dialect: str = "chat", replacement: Replacement = plain, **how: Any
) -> Redacted:  # fmt: skip
    data = body if isinstance(body, bytes) else json.dumps(body, **how).encode("utf-8", "surrogatepass")
    payload = Payload(data, dialect, "default", content_type="application/json")
    return asyncio.run(by.body(payload, replacement=replacement))


def assert_same(one: Redacted, other: Redacted) -> None:
    assert one.data == other.data
    assert {name: getattr(one.report, name) for name in COUNTS} == {
        name: getattr(other.report, name) for name in COUNTS
    }


class Tags:
    """A reversible replacement: a client's values by placeholder."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.mark = b"client"

    def __call__(self, kind: str, value: str) -> str:
        placed = f"[[{kind}_{sum(value.encode('utf-8', 'surrogatepass')) % 9999:04}x]]"
        self.values[placed] = value
        return placed

    def again(self, placed: Iterable[str], types: Iterable[str]) -> bool:
        return all(text.strip('"') in self.values for text in placed if text.startswith(("[[", '"[[')))


def call(arguments: str) -> dict[str, Any]:
    return {"messages": [{"role": "assistant", "tool_calls": [{"id": "c", "type": "function", "function": {"name": "f", "arguments": arguments}}]},
                         {"role": "tool", "tool_call_id": "c", "content": arguments}]}  # fmt: skip


TEXTS = [
    "Jane Doe", "plain", "ask Jane again", "SSN 123-45-6789", "again 123456789", "card 4111 1111 1111 1111",
    'é\n"Jane Doe" \\ \U0001f600', "jane.doe@corp.example", "password: kT9#vQ2$mX7p", "kT9#vQ2$mX7p",
    '{"to": "Jane Doe", "n": 4111111111111111}', '{"deep": "{\\"who\\": \\"Jane \\\\u0044oe\\", \\"ssn\\": \\"123-45-6789\\"}"}',
    "/home/jane/x.py", "[[NAME]]", "\u200bJane Doe", "data:text/plain;base64,SmFuZSBEb2U=", "",
]  # fmt: skip
TOOLS = [{"type": "function", "function": {"name": "find", "description": "like Jane Doe, 123-45-6789 " + "x" * 600,
          "parameters": {"type": "object", "properties": {"q": {"type": "string", "default": "Jane"}}}}}]  # fmt: skip

text = st.sampled_from(TEXTS)
turn = st.one_of(
    st.fixed_dictionaries({"role": st.sampled_from(["user", "assistant", "system", "developer"]), "content": text}),
    st.fixed_dictionaries({"role": st.just("user"), "content": st.lists(
        st.fixed_dictionaries({"type": st.just("text"), "text": text}), max_size=2)}),
    st.fixed_dictionaries({"role": st.just("tool"), "tool_call_id": st.just("c1"), "content": text}),
    st.fixed_dictionaries({"role": st.just("assistant"), "tool_calls": st.lists(st.fixed_dictionaries(
        {"id": st.just("c1"), "function": st.fixed_dictionaries({"name": st.just("f"), "arguments": text})}), max_size=2)}),
    st.dictionaries(st.sampled_from(["role", "jane.doe@corp.example", "123-45-6789", "model", "n"]),
                    text | st.integers(10**15, 10**16) | st.just(4111111111111111), max_size=3),
)  # fmt: skip
rest = st.fixed_dictionaries(
    {},
    optional={"model": st.sampled_from(["gpt-4", "Jane Doe", "123-45-6789"]), "tools": st.just(TOOLS), "user": text,
              "metadata": st.just({"who": "Jane Doe " * 80, "card": 4111111111111111})},
)  # fmt: skip


@given(st.lists(turn, min_size=1, max_size=6), rest, st.booleans(), st.booleans(), st.booleans())
def test_a_growing_conversation(
    turns: list[Any], beside: dict[str, Any], first: bool, ascii_only: bool, reversible: bool
) -> None:
    """Each turn of it, and each a second time, as if nobody had ever seen anything."""
    warm, tags = engine(), Tags()
    for count in (*range(1, len(turns) + 1), len(turns), 1):
        messages = {"messages": turns[:count]}
        body = messages | beside if first else beside | messages
        replaced = Tags()
        one = mask(warm, body, replacement=tags if reversible else plain, ensure_ascii=ascii_only)
        other = mask(engine(), body, replacement=replaced if reversible else plain, ensure_ascii=ascii_only)
        assert_same(one, other)
        assert replaced.values.items() <= tags.values.items()


def test_a_new_turn_shows_a_value_that_stands_behind_it() -> None:
    warm = engine()
    turns = [{"role": "user", "content": "hello"}, {"role": "user", "content": "I am Jane Doe"}]
    mask(warm, {"messages": turns[:1], "tools": TOOLS})
    for _ in range(2):
        longer = mask(warm, {"messages": turns, "tools": TOOLS})
        assert_same(longer, mask(engine(), {"messages": turns, "tools": TOOLS}))
        assert b'"default": "Jane"' not in longer.data


@given(st.lists(turn, min_size=2, max_size=6), st.lists(turn, max_size=4), st.data())
def test_another_conversation_of_the_same_turns(turns: list[Any], others: list[Any], data: st.DataObject) -> None:
    """Turns that were seen before stand behind other ones: values shown there are masked in them."""
    warm = engine()
    mask(warm, {"messages": turns})
    mixed = data.draw(st.permutations([*turns, *others]))
    assert_same(mask(warm, {"messages": mixed}), mask(engine(), {"messages": mixed}))


DOCUMENTS = [
    '{"to": "Jane Doe", "note": "SSN 123-45-6789", "n": 1.0}', '{"nothing": "at all"}', '["Jane Doe", "Jane Doe"]',
    '{"card": 4111111111111111, "to": "Jane Doe"}', '{"123-45-6789": "Jane Doe"}',
    '{"picture": "data:image/png;base64,iVBORw0KGgo=", "of": "Jane Doe"}', '{"not json": "Jane Doe"',
    '{"caf\\u00e9": "Jane \\u0044oe \\ud83d\\ude00 Jane Doe"}',
]  # fmt: skip


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_second_time_is_like_the_first(document: str) -> None:
    warm = engine()
    first, second = mask(warm, call(document)), mask(warm, call(document))
    assert_same(first, second)
    assert b"Jane Doe" not in second.data
    assert second.report.new == 0


BODIES = [
    ("responses", {"model": "m", "instructions": "Jane Doe", "input": [{"role": "user", "content": [
        {"type": "input_text", "text": "Jane Doe, 123-45-6789"}]}, {"type": "function_call_output", "output": "Jane"}]}),
    ("messages", {"system": [{"type": "text", "text": "Jane Doe " * 90}], "messages": [
        {"role": "user", "content": [{"type": "tool_result", "content": [{"type": "text", "text": "Jane Doe"}]}]}]}),
    ("gemini", {"contents": [{"parts": [{"text": "Jane Doe"}, {"functionResponse": {"name": "f", "response": {"a": "Jane Doe"}}}]}]}),
    ("cohere", {"message": "Jane Doe", "chat_history": [{"role": "USER", "message": "Jane Doe"}]}),
    ("embeddings", {"input": ["Jane Doe", "123-45-6789"]}),
    ("unknown", {"password": "kT9#vQ2$mX7p", "rows": [{"name": "Jane Doe", "n": number} for number in range(40)]}),
    ("chat", [{"messages": [{"role": "user", "content": "Jane Doe"}]}]),
    ("chat", {"messages": [{"role": "user", "content": "Jane Doe"}, "Jane Doe"]}),
    ("chat", {"role": "tool", "content": [{"who": "Jane Doe " * 80}]}),
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "body"), BODIES, ids=lambda value: value if isinstance(value, str) else "")
def test_every_wire_format(dialect: str, body: Any) -> None:
    """And parts that stand in another body of another format mean there what they mean."""
    warm = engine()
    for other in ("chat", "unknown", dialect, dialect):
        assert_same(mask(warm, body, other), mask(engine(), body, other))


@pytest.mark.parametrize(
    "body", [b'{"messages":[{"a":1,"a":2}]}', b'{"messages":[{"a":NaN}]}', b'{"messages":[{}],"messages":[{}]}']
)
def test_what_is_no_json_is_refused_as_ever(body: bytes) -> None:
    for _ in range(2):
        with pytest.raises(Exception, match=r"duplicate key|NaN"):
            mask(engine(), body)


def test_a_resent_body_costs_one_look_and_a_longer_one_a_look_for_each_part(monkeypatch: pytest.MonkeyPatch) -> None:
    warm = redactor()
    entries = warm._masker.cache._entries
    look = entries.get
    hits: list[bytes] = []

    def counted(key: bytes) -> object:
        found = look(key)
        hits.extend([key] * (found is not None))
        return found

    monkeypatch.setattr(entries, "get", counted)
    turns = [{"role": "user", "content": f"Jane Doe says {number}"} for number in range(8)]
    mask(warm, {"messages": turns})
    hits.clear()
    mask(warm, {"messages": turns})
    assert len(hits) == 1
    hits.clear()
    longer = mask(warm, {"messages": [*turns, {"role": "user", "content": "more of it"}]})
    assert len(hits) == len(turns)
    assert (longer.report.new, longer.report.cached) == (1, len(turns))


def test_nothing_found_is_kept() -> None:
    """What is remembered holds no value, wherever one looks."""
    warm = engine()
    secrets = ["Jane Doe", "123-45-6789", "kT9#vQ2$mX7p"]
    body = {
        "model": "123-45-6789",
        "messages": [{"role": "user", "content": f"{secrets[0]}, {secrets[1]}, password: {secrets[2]}"}],
    }
    mask(warm, body, replacement=Tags())
    mask(warm, body)
    kept = warm._masker.cache._entries._kept
    seen: set[int] = set()
    left: list[Any] = [entry for entry, _ in kept.values()]
    texts: list[str] = []
    while left:
        item = left.pop()
        if id(item) in seen or isinstance(item, type):
            continue
        seen.add(id(item))
        texts += [item] if isinstance(item, str) else []
        left += gc.get_referents(item)
    assert any(text.startswith("[[NAME") for text in texts)
    assert not [text for text in texts if any(secret in text for secret in secrets)]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('{"messages":[{"a":1},{"b":2}]}', {"messages": ['{"a":1}', '{"b":2}']}),
        (' {"m" : 1 , "messages" : [ {"a":"]},"} ] } ', {"messages": ['{"a":"]},"}']}),
        ('{"tools":[{"x":"' + "y" * 500 + '"}],"messages":[]}', {"tools": '[{"x":"' + "y" * 500 + '"}]'}),
        ('{"messages":[{"a":1}]} x', None),
        ('{"messages":[{"a":1}],}', None),
        ('{"messages":[{"a":1},]}', None),
        ('[{"messages":[{"a":1}]}]', None),
        ('{"messages":["a"]}', None),
        ('{"type":"tool_result","messages":[{"a":1}]}', None),
        ('{"messages":[{"a":' + "9" * 5000 + "}]}", None),
        ("", None),
        ("{", None),
    ],
)
def test_parts(source: str, found: dict[str, Any] | None) -> None:
    parts = split(source)
    if parts is None:
        assert found is None
        return
    assert {
        key: [source[one.start : one.end] for one in part] if isinstance(part, list) else source[part.start : part.end]
        for key, part in parts.stretches.items()
    } == found
    json.loads(parts.rest)
    places = [at for at, char in enumerate(parts.rest) if char in ':,"']
    edits = parts.in_source([(at, at + 1, "") for at in places])
    assert [source[start:end] for start, end, _ in edits] == [parts.rest[at] for at in places]


def test_a_protected_value_is_refused_each_time() -> None:
    refusing = engine(read_document({"policies": {"default": {"protected": "refuse"}}}).redaction)
    body = {"messages": [{"role": "tool", "tool_call_id": "123-45-6789", "content": "hi"}]}
    for _ in range(3):
        with pytest.raises(NotRedactable, match="protected"):
            mask(refusing, body)


def test_values_that_come_again_and_again_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A place of a value that was shown takes memory as a finding does; a part that is remembered counts as before."""
    for module in ("redaction.body.parsed_body", "redaction.known.shown_values"):
        monkeypatch.setattr(f"{module}.MOST_REPLACED", 10)
    warm, value = engine(), "kT9#vQ2$mX7p"
    turns = [{"role": "tool", "content": text} for text in (f"password: {value}", f"it is {value} " * 7)]
    last = [{"role": "tool", "content": f"now {value} " * 6}]
    mask(warm, {"messages": turns})
    for _ in range(2):
        longer = mask(warm, {"messages": turns + last})
        assert_same(longer, mask(engine(), {"messages": turns + last}))
        assert (longer.report.masked["PASSWORD"], longer.report.masked["BLOCKED_TEXT"]) == (8, 1)
        assert value.encode() not in longer.data
    with pytest.raises(NotRedactable, match="takes far more work"):
        mask(warm, {"messages": [*turns, {"role": "user", "content": f"{value} " * 6}]})


def test_the_same_bytes_in_another_charset_are_read_again() -> None:
    data = json.dumps(
        {"messages": [{"role": "user", "content": "Gr\u00fc\u00dfe, Jane Doe, 123-45-6789"}]}, ensure_ascii=False
    ).encode()
    warm = engine()

    def answer(by: Redactor, charset: str) -> bytes | str:
        payload = Payload(data, "chat", "default", content_type=f"application/json; charset={charset}")
        try:
            return asyncio.run(by.body(payload)).data
        except RedactionError as refused:
            return refused.code

    for charset in ("utf-8", "utf-16", "latin-1", "utf-7", "utf-8"):
        assert answer(warm, charset) == answer(engine(), charset)
