"""WebSocket messages: restored one by one, with what was held in messages of their own."""

from __future__ import annotations

import json
from typing import Any

from redaction.restore.choose_restorer import make_frame_restorer
from redaction.restore.vault import Vault
from tests.support.restore_wires import VALUE, VALUES


def delta(text: str) -> bytes:
    return json.dumps({"type": "response.output_text.delta", "output_index": 0, "item_id": "i", "delta": text}).encode()


def done(text: str) -> bytes:
    return json.dumps({"type": "response.output_text.done", "output_index": 0, "item_id": "i", "text": text}).encode()


def texts(messages: list[bytes]) -> list[Any]:
    return [value.get("delta", value.get("text")) for value in map(json.loads, messages)]


def test_every_split() -> None:
    text = "x [[NAME_k3f7w2c]] [NAME_abcdefg"
    for split in range(len(text) + 1):
        frames = make_frame_restorer("responses", VALUES.get)
        found = texts(frames.message(delta(text[:split])) + frames.message(delta(text[split:])))
        last = texts(frames.message(done(text)))
        assert "".join(found + last[:-1]) == last[-1] == f"x {VALUE} Bob"
        assert not frames.held
        assert frames.release() == []


def test_held_text_is_released_when_nothing_follows() -> None:
    frames = make_frame_restorer("realtime", VALUES.get)
    assert frames.message(delta("["))[0] == delta("")
    assert frames.held
    assert texts(frames.release()) == ["["]
    assert not frames.held
    assert texts(frames.message(delta("[NAME_abcdefg]] [[NAME_abcdefg]] ["))) == ["Bob Bob "]  # the channel lives on
    assert texts(frames.release()) == ["["]
    assert frames.release() == []


def test_a_scope_that_empties_lets_go_of_held_text() -> None:
    vault = Vault()
    vault.put(b"me", "abcdefg", "Bob")
    frames = make_frame_restorer("responses", vault.scope(b"me"))
    assert texts(frames.message(delta("a [[NAME"))) == ["a "]
    vault.forget()
    assert texts(frames.message(delta("_abcdefg]] b"))) == ["[[NAME_abcdefg]] b"]


def test_what_is_no_event_passes() -> None:
    frames = make_frame_restorer("nowhere", VALUES.get, limit=50)
    for content in (b"", b"ping", b"\xff\x00", b'["x"]', b'{"a":"[[NAME_abcdefg]]"' + b" " * 50 + b"}"):
        assert frames.message(content) == [content]
    assert frames.message(b'{"a":"[[NAME_abcdefg]]"}') == [b'{"a":"Bob"}']


def test_an_empty_scope_passes_bytes_until_it_fills() -> None:
    vault = Vault()
    frames = make_frame_restorer("responses", vault.scope(b"me"))
    assert frames.message(delta("a [")) == [delta("a [")]
    vault.put(b"me", "abcdefg", "Bob")
    assert texts(frames.message(delta("[[NAME_abcdefg]]"))) == ["Bob"]
