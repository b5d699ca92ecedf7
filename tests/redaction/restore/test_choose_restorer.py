"""Whole answers in every framing: the client sees the values, wherever upstream cut the bytes or the deltas."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable
from itertools import pairwise
from json import loads
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialects.registry import DIALECTS
from redaction.restore.choose_restorer import make_restorer
from redaction.restore.placeholder_matcher import restored
from redaction.restore.vault import Vault
from redaction.restore.whole_body import IdentityRestorer
from tests.support.depth import depth
from tests.support.restore_framing import dumps, ndjson, sse, sse_values
from tests.support.restore_wires import ARGUMENTS, TEXT, VALUE, VALUES, WIRES, Texts, Wire, chat_delta


def run(wire: Wire, chunks: Iterable[bytes], values: dict[str, str] = VALUES) -> bytes:
    restorer = make_restorer(wire.dialect, wire.content_type, values.get)
    return b"".join(restorer.feed(chunk) for chunk in chunks) + restorer.finish()


def source(channel: str) -> str:
    return ARGUMENTS if "/" in channel else TEXT


def cut(text: str, cuts: Iterable[int]) -> list[str]:
    return [text[start:end] for start, end in pairwise([0, *sorted(cuts), len(text)])]


def interleaved(wire: Wire, seed: int, *, channels: int = 9, cuts: int = 4) -> tuple[list[tuple[str, str]], Texts]:
    """Channels cut at random, the deltas of all of them shuffled together; and what a client must add up."""
    dice = random.Random(seed)
    queues = {
        channel: cut(source(channel), [dice.randrange(len(source(channel))) for _ in range(cuts)])
        for channel in wire.channels[:channels]
    }
    deltas = []
    while queues:
        channel = dice.choice(sorted(queues))
        deltas.append((channel, queues[channel].pop(0)))
        if not queues[channel]:
            del queues[channel]
    order = dict.fromkeys(channel for channel, _ in deltas)
    names = {channel: str(at) if wire.dialect == "messages" else channel for at, channel in enumerate(order)}
    return deltas, {names[channel]: restored(source(channel), VALUES.get) for channel in order}


@pytest.mark.parametrize("name", WIRES)
def test_every_split_of_the_bytes(name: str) -> None:
    wire = WIRES[name]
    deltas, expected = interleaved(wire, seed=7, channels=2 if name == "chat" else 1, cuts=1)
    body = wire.body(deltas)
    whole = run(wire, [body])
    assert wire.result(whole) == expected
    for split in range(0, len(body) + 1, depth(7, 1)):  # streams are kept short for that
        assert run(wire, [body[:split], body[split:]]) == whole
    assert run(wire, [body[at : at + 1] for at in range(len(body))]) == whole


@pytest.mark.parametrize("name", WIRES)
def test_every_split_of_the_text(name: str) -> None:
    wire = WIRES[name]
    for channel in wire.channels[:2]:
        text = source(channel)
        names = {"0"} if wire.dialect == "messages" else {channel}
        for split in range(0, len(text) + 1, depth(3, 1)):
            found = wire.result(run(wire, [wire.body([(channel, text[:split]), (channel, text[split:])])]))
            assert found == {name: restored(text, VALUES.get) for name in names}


@pytest.mark.parametrize("name", WIRES)
@given(seed=st.integers(0, 10**6), size=st.integers(1, 400))
@settings(max_examples=10)
def test_random_interleaving(name: str, seed: int, size: int) -> None:
    wire = WIRES[name]
    deltas, expected = interleaved(wire, seed)
    body = wire.body(deltas)
    assert wire.result(run(wire, [body[at : at + size] for at in range(0, len(body), size)])) == expected


@pytest.mark.parametrize("name", WIRES)
def test_arguments_are_json_with_the_values(name: str) -> None:
    wire = WIRES[name]
    deltas, _ = interleaved(wire, seed=3)
    found = wire.result(run(wire, [wire.body(deltas)]))
    for text in found.values():
        if text.startswith("{"):
            assert loads(text) == {"to": VALUE, "cc": ["Bob"], "é": 1e-3}


@pytest.mark.parametrize("name", WIRES)
def test_nothing_to_restore_is_byte_identical(name: str) -> None:
    wire = WIRES[name]
    plain = wire.events(
        [(channel, text) for channel in wire.channels for text in ("Hello, [[NAME]] é ", "x [1] \\n [[SSN_zzzzzzz]].")]
    )
    body = wire.frame(plain)
    for values in ({"aaaaaaa": "x"}, {}):
        if "gemini" in name or name == "ollama":
            values = {"aaaaaaa": "x"}
        assert run(wire, [body[at : at + 50] for at in range(0, len(body), 50)], values) == body


@pytest.mark.parametrize("name", WIRES)
def test_untouched_events_keep_their_bytes(name: str) -> None:
    wire = WIRES[name]
    deltas, _ = interleaved(wire, seed=11)
    body = wire.body(deltas)
    found = run(wire, [body])
    for event in re.split(rb"(?<=\n\n)|(?<=\r\n\r\n)|(?<=\r\r)", body) if wire.values is sse_values else ():
        if (
            b"NAME" not in event
            and b"[" not in event.replace(b'"choices":[', b"").replace(b'"logprobs":[', b"")
            and b"delta" not in event
        ):
            assert event in found


@pytest.mark.parametrize("name", [name for name in WIRES if WIRES[name].values is sse_values])
def test_an_event_is_out_as_soon_as_it_is_whole(name: str) -> None:
    wire = WIRES[name]
    restorer = make_restorer(wire.dialect, wire.content_type, VALUES.get)
    body = wire.body([("0", "Hello [[NA"), ("0", "ME_abcdefg]], bye")])
    blank = re.search(rb"\r\n\r\n|\n\n|\r\r", body[body.index(b"Hello") :])
    assert blank is not None
    first = restorer.feed(body[: body.index(b"Hello") + blank.end()])
    assert (
        wire.values(first)[-1:]
        == wire.values(body[: body.index(b"Hello") + blank.end()].replace(b"Hello [[NA", b"Hello "))[-1:]
    )


@pytest.mark.parametrize("name", WIRES)
def test_an_answer_cut_short_loses_nothing(name: str) -> None:
    wire = WIRES[name]
    channel = wire.channels[0]
    body = wire.body([(channel, "Hello [[NAME_abcdefg")])
    for end in range(0, len(body), 7):
        found = run(wire, [body[:end]])
        assert len(found) >= len(body[:end]) - len("[[NAME_abcdefg")
        assert (b"Hello" in found) == (b"Hello" in body[:end])


@pytest.mark.parametrize("name", WIRES)
def test_an_event_over_the_limit_passes_as_it_is(name: str) -> None:
    wire = WIRES[name]
    body = wire.body([("0", "[[NAME_abcdefg]] " + "x" * 5000), ("0", "[[NAME_abcdefg]]")])
    for size in (1, 100, len(body)):
        restorer = make_restorer(wire.dialect, wire.content_type, VALUES.get, event_limit=1500)
        found = b"".join(restorer.feed(body[at : at + size]) for at in range(0, len(body), size)) + restorer.finish()
        assert b"[[NAME_abcdefg]] xxx" in found
        assert b"Bob" in found
        assert wire.values(found)


_NAMES = """
    type choices delta content index tool_calls function arguments text candidates parts functionCall partialArgs
    message completion response done item_id output_index content_block partial_json serverContent modelTurn finish_reason thought
"""
_KINDS = ["response.x.delta", "content_block_delta", "text_delta", "content-delta", "completion", "[[NAME_abcdefg"]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.sampled_from(_KINDS),
    lambda kids: st.lists(kids, max_size=3) | st.dictionaries(st.sampled_from(_NAMES.split()), kids, max_size=4),
    max_leaves=12,
)
json_events = st.dictionaries(st.sampled_from(_NAMES.split()), json_values, max_size=5) | json_values


# One dialect for each way of reading events.
READERS = {id(one.events): name for name, one in DIALECTS.items()}


@pytest.mark.parametrize("dialect", sorted(READERS.values()))
@given(st.lists(json_events, max_size=4), st.integers(1, 60))
def test_odd_events_never_raise_and_keep_their_order(dialect: str, events: list[Any], size: int) -> None:
    for content_type, body in (
        ("text/event-stream", sse(("", event) for event in events)),
        ("application/x-ndjson", ndjson(("", event) for event in events)),
        ("application/json", dumps(events).encode()),
    ):
        for values in (VALUES, {"zzzzzzz": "x"}):
            restorer = make_restorer(dialect, content_type, values.get)
            found = (
                b"".join(restorer.feed(body[at : at + size]) for at in range(0, len(body), size)) + restorer.finish()
            )
            if b"[" not in body.replace(b"[]", b""):
                assert found == body


@pytest.mark.parametrize(
    "content_type",
    ["text/event-stream", "application/x-ndjson", "application/json", "text/plain", "", "image/png", "text/html"],
)
@pytest.mark.parametrize("dialect", ["chat", "gemini"])
@given(
    st.lists(
        st.binary(max_size=30)
        | st.sampled_from(
            [b"\n\n", b"data: ", b"\r\n", b"{", b"[", b'"', b"\\", b"\xef\xbb\xbf", b"[DONE]", b"}", b"]", b"{}"]
        ),
        max_size=12,
    )
)
@settings(max_examples=10)
def test_bytes_that_are_no_answer_pass(content_type: str, dialect: str, chunks: list[bytes]) -> None:
    restorer = make_restorer(dialect, content_type, VALUES.get)
    assert b"".join(restorer.feed(chunk) for chunk in chunks) + restorer.finish() == b"".join(chunks)


def test_an_empty_scope_is_the_identity() -> None:
    vault = Vault()
    assert isinstance(make_restorer("chat", "text/event-stream", vault.scope(b"me")), IdentityRestorer)
    vault.put(b"me", "abcdefg", "Bob")
    assert not isinstance(make_restorer("chat", "text/event-stream", vault.scope(b"me")), IdentityRestorer)


@pytest.mark.parametrize(
    "content_type", ["image/png", "text/html", "application/vnd.amazon.eventstream", "application/pdf", "audio/mpeg"]
)
def test_what_holds_no_text_is_the_identity(content_type: str) -> None:
    assert isinstance(make_restorer("chat", content_type, VALUES.get), IdentityRestorer)


def test_memory_stays_flat_over_a_long_stream() -> None:
    restorer = make_restorer("chat", "text/event-stream", VALUES.get)
    event = sse([chat_delta("0", "a [[NAME_abcdefg]] b [")])
    size = 0
    for _ in range(3000):
        size += len(restorer.feed(event))
    assert size > 3000 * 100
    assert len(restorer._buffer) == 0  # type: ignore[attr-defined]
    assert len(restorer._channels._states) == 1  # type: ignore[attr-defined]


def test_claude_ai_streams_the_events_of_the_api() -> None:
    events = [
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}}
        for text in ("Dear [[NA", "ME_abc", "defg]] x")
    ]
    body = "".join(f"data: {dumps(event)}\n\n" for event in events).encode()
    restorer = make_restorer("web-claude", "text/event-stream", VALUES.get)
    values = sse_values(restorer.feed(body) + restorer.finish())
    assert "".join(value["delta"]["text"] for value in values) == "Dear Bob x"


# A batch's results and other downloads: the content type says nothing, or the wrong thing.
ROW = '{"custom_id":"1","response":{"body":{"choices":[{"message":{"content":"[[NAME_abcdefg]]"}}]}}}'
DOWNLOADS = [
    (f"{ROW}\n{ROW}\n", True),
    (f"{ROW}\r\n\r\n{ROW}", True),
    (f"{ROW}\n", True),
    (json.dumps(json.loads(ROW), indent=2), True),
    ("name,mail\n[[NAME_abcdefg]],x\n" * 40, True),
    ("Dear [[NAME_abcdefg]],", True),
    ("%PDF-1.7\n%\x80\x00 [[NAME_abcdefg]]" + "\x00\x01" * 400, False),
]


@pytest.mark.parametrize("media", ["", "application/octet-stream", "application/binary", "application/jsonl"])
@pytest.mark.parametrize("size", [1, 100, 10_000])
@pytest.mark.parametrize(("text", "back"), DOWNLOADS, ids=[str(at) for at in range(len(DOWNLOADS))])
def test_downloads_are_told_by_their_bytes(text: str, back: bool, size: int, media: str) -> None:
    if media == "application/jsonl" and not text.startswith(ROW):
        return
    restorer = make_restorer("files", media, VALUES.get)
    body = text.encode()
    found = b"".join(restorer.feed(body[at : at + size]) for at in range(0, len(body), size)) + restorer.finish()
    assert found.decode() == (text.replace("[[NAME_abcdefg]]", "Bob") if back else text)


def test_octets_of_an_unknown_format_are_not_text() -> None:
    restorer = make_restorer("unknown", "application/octet-stream", VALUES.get)
    assert restorer.feed(b"[[NAME_abcdefg]] " * 50) + restorer.finish() == b"[[NAME_abcdefg]] " * 50


def test_a_first_line_that_never_ends_is_a_document() -> None:
    restorer = make_restorer("files", "", VALUES.get, event_limit=50, body_limit=1000)
    body = b'{"a": "[[NAME_abcdefg]]", "b": "' + b"x" * 200 + b'"}'
    found = b"".join(restorer.feed(body[at : at + 9]) for at in range(0, len(body), 9)) + restorer.finish()
    assert found == body.replace(b"[[NAME_abcdefg]]", b"Bob")
