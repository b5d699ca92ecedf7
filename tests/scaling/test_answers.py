"""Every shape of answer costs in proportion to its size when it is restored, whatever it is cut into; so do paths."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from dialects.endpoints import find_endpoint, is_llm_path
from redaction.restore.choose_restorer import make_frame_restorer, make_restorer
from tests.scaling.cost import MOST, ratio

MARK = "[[NAME_abcdefg]]"
BATCH_LINE = json.dumps({"custom_id": "1", "response": {"body": {"choices": [{"message": {"content": MARK}}]}}})


class Client:
    """Has values of two types."""

    types = frozenset({"NAME", "EMAIL_ADDRESS"})

    def __call__(self, tag: str) -> str | None:
        return "Jane Doe" if tag == "abcdefg" else None


def events(*each: object) -> str:
    return "".join(f"data: {json.dumps(one)}\n\n" for one in each)


def chat(content: str) -> object:
    return {"choices": [{"index": 0, "delta": {"content": content}}]}


def call(arguments: str, number: int = 0) -> object:
    function = {"name": "web_fetch", "arguments": arguments}
    return {"choices": [{"index": 0, "delta": {"tool_calls": [{"index": number, "function": function}]}}]}


def answer(text: str) -> str:
    return json.dumps({"choices": [{"message": {"content": text}}]})


def gemini(text: str) -> object:
    return {"candidates": [{"content": {"parts": [{"text": text}]}, "index": 0}]}


# dialect, content type, body of a size
SHAPES: dict[str, tuple[str, str, Callable[[int], str]]] = {
    "stream of words": ("chat", "text/event-stream", lambda n: events(*(chat("a word ") for _ in range(n)))),
    "stream of placeholders": ("chat", "text/event-stream", lambda n: events(*(chat(MARK) for _ in range(n)))),
    "stream of halves": ("chat", "text/event-stream", lambda n: events(*(chat(MARK[:9]) for _ in range(n)))),
    "stream of arguments": ("chat", "text/event-stream", lambda n: events(*(call('{"a":"x') for _ in range(n)))),
    "many calls": ("chat", "text/event-stream", lambda n: events(*(call(MARK, at) for at in range(n)))),
    "one long event": ("chat", "text/event-stream", lambda n: events(chat(f"{MARK} word " * n))),
    "event that never ends": ("chat", "text/event-stream", lambda n: "data: " + "x" * 40 * n),
    "blank lines": ("chat", "text/event-stream", lambda n: ":\n\n" * n),
    "document of text": ("chat", "application/json", lambda n: answer(f"{MARK} word " * n)),
    "document of strings": ("chat", "application/json", lambda n: json.dumps([MARK] * n)),
    "document of keys": ("chat", "application/json", lambda n: json.dumps({f"{MARK}{at}": at for at in range(n)})),
    "brackets": ("chat", "application/json", lambda n: answer("[" * 10 * n)),
    "unseen characters": ("chat", "application/json", lambda n: answer("[A\u200b\u200bA" * 3 * n)),
    "types": ("chat", "application/json", lambda n: answer("NAME_NAME EMAIL_ADDRESS " * n)),
    "links": ("chat", "application/json", lambda n: answer(f"![x](https://x.example/{MARK}(" * n)),
    "slashes": ("chat", "application/json", lambda n: answer("://" * 5 * n)),
    "json in text": ("chat", "application/json", lambda n: answer(json.dumps([MARK] * n))),
    "growing array": ("gemini", "application/json", lambda n: json.dumps([gemini(MARK)] * n)),
    "lines": ("ollama", "application/x-ndjson", lambda n: '{"message":{"content":"a [["}}\n' * n),
    "batch results": ("files", "application/octet-stream", lambda n: f"{BATCH_LINE}\n" * n),
    "first line that never ends": ("files", "", lambda n: '{"a":"' + "x" * 20 * n),
    "plain text": ("audio", "text/plain", lambda n: f"{MARK} word\n" * n),
}
PATHS: dict[str, Callable[[int], str]] = {
    "versions": lambda n: "/" + "v1/" * n + "x",
    "versions between": lambda n: "/" + "a/v1/" * n,
    "endpoints": lambda n: "/" + "chat/" * n,
    "deployments": lambda n: "/" + "deployments/" * n,
    "coded": lambda n: "/" + "%2e%2e%2f" * n,
}


def _fed(dialect: str, media: str, body: bytes, size: int = 1000) -> bytes:
    restorer = make_restorer(dialect, media, Client())
    return b"".join(restorer.feed(body[at : at + size]) for at in range(0, len(body), size)) + restorer.finish()


@pytest.mark.parametrize("name", SHAPES)
def test_an_answer_costs_in_proportion(name: str) -> None:
    dialect, media, make = SHAPES[name]

    def work(size: int) -> Callable[[], object]:
        body = make(size).encode()
        return lambda: _fed(dialect, media, body)

    assert ratio(work, 200) < MOST


def test_messages_of_a_websocket_cost_in_proportion() -> None:
    event = json.dumps({"type": "response.output_text.delta", "output_index": 0, "delta": f"{MARK} ["}).encode()

    def work(size: int) -> Callable[[], object]:
        def run() -> None:
            restorer = make_frame_restorer("responses", Client())
            for _ in range(size):
                restorer.message(event)

        return run

    assert ratio(work, 200) < MOST


@pytest.mark.parametrize("name", PATHS)
def test_a_path_costs_in_proportion(name: str) -> None:
    def work(size: int) -> Callable[[], object]:
        path = PATHS[name](size)
        return lambda: (find_endpoint(f"POST{id(path)}", path), is_llm_path("POST", path))

    assert ratio(work, 500) < MOST
