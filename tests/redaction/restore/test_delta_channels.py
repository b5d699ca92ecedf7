"""Channels: bounded, and what they cannot read comes back as it was."""

from __future__ import annotations

import json

from redaction.restore.delta_channels import MAX_CHANNELS, Channels
from redaction.restore.placeholder_matcher import RestoreCounts
from redaction.restore.readers import ALL, CHAT, Reader, Reading

VALUES = {"abcdefg": "Bob"}


def test_numbers_keep_their_spelling_in_an_additional_event() -> None:
    channels = Channels(CHAT, VALUES.get, RestoreCounts())
    channels.event(
        '{"created":1.50e3,"n":12345678901234567890,"t":true,"choices":[{"index":0,"delta":{"content":"["}}]}'
    )
    assert (
        channels.flush()[0].source
        == '{"created":1.50e3,"n":12345678901234567890,"t":true,"choices":[{"index":0,"delta":{"content":"["}}]}'
    )


def test_what_cannot_be_read_comes_back_and_is_counted() -> None:
    counts = RestoreCounts()
    channels = Channels(CHAT, VALUES.get, counts)
    for source in ("{", '{"a":1,"a":"[[NAME_abcdefg]]"}', '{"a":NaN}', "[" * 100_000):
        assert channels.event(source) == ([], source)
    assert counts.unreadable == 4


def test_channels_are_bounded() -> None:
    channels = Channels(CHAT, VALUES.get, RestoreCounts())
    for index in range(MAX_CHANNELS + 5):
        _, source = channels.event(
            json.dumps({"choices": [{"index": index, "delta": {"content": "[[NAME_abcdefg]] ["}}]})
        )
        assert json.loads(source)["choices"][0]["delta"]["content"] == ("Bob " if index < MAX_CHANNELS else "Bob [")
    assert len(channels.flush()) == MAX_CHANNELS
    assert not channels.open


def test_a_reader_that_is_wrong_breaks_no_answer() -> None:
    wrong = Reader(lambda root: Reading([(("a", 0, "b"), ("x",)), (("n",), ("y",))], [ALL]), frozenset())
    channels = Channels(wrong, VALUES.get, RestoreCounts())
    assert channels.event('{"a":"[[NAME_abcdefg]]","n":1}') == ([], '{"a":"Bob","n":1}')
