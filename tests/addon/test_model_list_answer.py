"""Model lists: added to when they are whole, whatever their head says of their size, and bounded."""

from __future__ import annotations

import json

import pytest

from addon.model_list_answer import ModelList

LIST = json.dumps({"data": [{"id": "a"}]}).encode()


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_list_in_pieces(size: int) -> None:
    listed = ModelList(["gpt-4"])
    out = b"".join(listed.feed(LIST[at : at + size]) for at in range(0, len(LIST), size))
    assert out == b""
    assert [entry["id"] for entry in json.loads(listed.finish())["data"]] == ["a", "gpt-4"]


def test_an_endless_list_passes_as_it_comes() -> None:
    listed = ModelList(["gpt-4"])
    chunk = b'{"data": [' + b" " * (1 << 20)
    sent = [listed.feed(chunk) for _ in range(8)]
    assert [len(part) // len(chunk) for part in sent] == [0, 0, 0, 4, 1, 1, 1, 1]
    assert listed.finish() == b""
