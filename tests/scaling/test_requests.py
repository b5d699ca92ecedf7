"""Every shape of request costs in proportion to its size: reading, judging, masking and writing back.

No absolute times: the CPU time at four times the size must be less than eight times as long. The Profiler is the
embedded one without its tagger.
"""

from __future__ import annotations

import asyncio
import base64
import json
import random
from collections.abc import Callable
from urllib.parse import quote

import pytest

from redaction.errors import RedactionError
from redaction.payload import Payload
from tests.scaling.cost import MOST, ratio
from tests.support.redacting import redactor

type Shape = Callable[[int], tuple[bytes, str]]

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=b0"


def chat(content: object, **more: object) -> tuple[bytes, str]:
    return json.dumps({"model": "m", "messages": [{"role": "user", "content": content}], **more}).encode(), JSON


def tool(content: str) -> tuple[bytes, str]:
    turns = [{"role": "user", "content": "x"}, {"role": "tool", "tool_call_id": "c", "content": content}]
    return json.dumps({"model": "m", "messages": turns}).encode(), JSON


def mail(number: int) -> str:
    return f"user{number}@mail{number}.northwind.com"


def word(rng: random.Random) -> str:
    return "".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=12))


def words(count: int) -> list[str]:
    rng = random.Random(count)
    return [word(rng) for _ in range(count)]


def part(head: str, body: str) -> bytes:
    return f"--b0\r\nContent-Disposition: form-data; {head}\r\n\r\n{body}\r\n".encode()


def parts(*each: bytes) -> tuple[bytes, str]:
    return b"".join(each) + b"--b0--\r\n", MULTIPART


def data_url(text: str) -> str:
    return f"data:text/plain;base64,{base64.b64encode(text.encode()).decode()}"


# name -> the body of a size (n is some hundred to some thousand) and its content type
SHAPES: dict[str, tuple[int, Shape]] = {
    "one long text": (700, lambda n: chat(" ".join(words(n)))),
    "one long text full of values": (300, lambda n: chat(" ".join(map(mail, range(n))))),
    "many turns": (500, lambda n: (json.dumps({"messages": [{"role": "user", "content": w} for w in words(n)]}).encode(), JSON)),
    "tool arguments": (300, lambda n: chat("x", tools=[], metadata={"a": json.dumps({w: mail(i) for i, w in enumerate(words(n))})})),
    "addresses as keys": (400, lambda n: chat("x", metadata={mail(i): i for i in range(n)})),
    "addresses as keys of a tool result": (400, lambda n: tool(json.dumps({mail(i): i for i in range(n)}))),
    "one address as many keys": (400, lambda n: chat("x", metadata={f"a{i}.b@northwind.com": i for i in range(n)})),
    "many keys": (3000, lambda n: chat("x", metadata=dict.fromkeys(words(n), 1))),
    "spellings of one protected key": (
        1000,
        lambda n: chat("x", block={"_" * (i % 40) + "data" + "_" * (i // 40): 1 for i in range(n)}),
    ),
    "long numbers": (1500, lambda n: tool(json.dumps([4_000_000_000_000_000 + i * 7919 for i in range(n)]))),
    "positions beside many keys": (600, lambda n: tool(json.dumps({"lat": [1.234567] * n, **dict.fromkeys(words(n), 1)}))),
    "short numbers": (20_000, lambda n: chat("x", metadata={"a": list(range(n))})),
    "rows of a table": (800, lambda n: tool(json.dumps([{"id": i, "name": w, "at": 10**9 + i} for i, w in enumerate(words(n))]))),
    "short strings": (800, lambda n: tool(json.dumps(words(n)))),
    "empty strings": (8000, lambda n: tool(json.dumps([""] * n))),
    "protected ids": (1500, lambda n: (json.dumps({"messages": [{"id": f"call_{w}99", "content": ""} for w in words(n)]}).encode(), JSON)),
    "nested arrays": (8000, lambda n: chat("x", metadata={"a": [[[]] for _ in range(n)]})),
    "brackets in a text": (20_000, lambda n: tool("[" * n + "]" * n)),
    "json in json in json": (250, lambda n: tool(json.dumps({"a": json.dumps({"b": json.dumps([mail(i) for i in range(n)])})}))),
    "backslashes": (20_000, lambda n: chat("\\" * n)),
    "escapes": (3000, lambda n: chat("\u00e9\n" * n + mail(1))),
    "escaped values": (300, lambda n: (json.dumps({"messages": [{"role": "user", "content": "é ".join(map(mail, range(n)))}]}).encode(), JSON)),
    "lines of JSON": (800, lambda n: (b"".join(json.dumps({"a": w}).encode() + b"\n" for w in words(n)), "application/x-ndjson")),
    "a run of blanks in a line of JSON": (20_000, lambda n: (b'{"a":"' + b" " * n + b'"}\n{"b":1}\n', "application/x-ndjson")),
    "blanks between records": (20_000, lambda n: (b'{"a":1}\n' + b" \t\r" * n + b'\n{"b":1}\n', "application/x-ndjson")),
    "blanks between sequences": (20_000, lambda n: (b'\x1e{"a":1}\n' + b" \n" * n + b'\x1e{"b":1}\n', "application/json-seq")),
    "a form": (400, lambda n: ("&".join(f"f{i}={quote(mail(i))}" for i in range(n)).encode(), FORM)),
    "one long field": (300, lambda n: (("a=" + quote(" ".join(map(mail, range(n))))).encode(), FORM)),
    "percent signs": (10_000, lambda n: (b"a=" + b"%25" * n, FORM)),
    "many parts": (60, lambda n: parts(*(part(f'name="f{i}"', mail(i)) for i in range(n)))),
    "blanks in a header of a part": (100, lambda n: parts(*(part(f'name="a"\r\nX-A: x{" " * 100 * n}x', "x") for _ in range(1))) if n * 100 < 15_000 else
                                     parts(*(part(f'name="a"\r\nX-A: x{" " * 12_000}x', "x") for _ in range(n // 100)))),
    "parameters of a part": (100, lambda n: parts(*(part("; ".join(f"p{j}=x" for j in range(1000)), "x") for _ in range(max(1, n // 100))))),
    "a csv upload": (400, lambda n: parts(part('name="file"; filename="a.csv"', "\n".join(f"{w},{mail(i)}" for i, w in enumerate(words(n)))))),
    "data urls": (120, lambda n: chat([{"type": "file", "file": {"file_data": data_url(mail(i))}} for i in range(n)])),
    "json data urls": (120, lambda n: chat([{"file_data": data_url(json.dumps({"a": mail(i)}))} for i in range(n)])),
    "data urls in one object": (120, lambda n: chat("x", files={f"f{i}": data_url(mail(i)) for i in range(n)})),
    "one coded text": (300, lambda n: chat([{"file_data": data_url(" ".join(map(mail, range(n))))}])),
    "a text": (300, lambda n: (" ".join(map(mail, range(n))).encode(), "text/plain")),
    "server-sent events": (300, lambda n: ("\n\n".join(f'data: {{"a": "{mail(i)}"}}' for i in range(n)).encode(), "text/event-stream")),
}  # fmt: skip


def work(shape: Shape, size: int) -> Callable[[], object]:
    data, content_type = shape(size)
    engine = redactor(limits={"strings": 10**6})
    dialect = "files" if content_type.startswith("multipart") else "chat"

    def go() -> None:
        try:
            asyncio.run(engine.body(Payload(data, dialect, "default", content_type=content_type)))
        except RedactionError as error:
            raise AssertionError(f"{error.code}: {error.message}") from None

    return go


@pytest.mark.parametrize("name", SHAPES)
def test_four_times_the_request_takes_about_four_times_as_long(name: str) -> None:
    size, shape = SHAPES[name]
    assert ratio(lambda n: work(shape, n), size) < MOST


MESSAGES: dict[str, tuple[int, Callable[[int], str]]] = {
    "words": (1000, lambda n: json.dumps({"type": "x", "text": " ".join(words(n))})),
    "records": (500, lambda n: "\x1e".join(json.dumps({"a": w}) for w in words(n))),
    "lines": (500, lambda n: "\n".join(json.dumps({"a": w}) for w in words(n))),
    "blanks": (20_000, lambda n: '{"a":1}\n' + " \t" * n + '\n{"b":1}'),
    "digits": (20_000, lambda n: "4" * n + '["x"]'),
    "a packet": (300, lambda n: "42" + json.dumps(["x", *map(mail, range(n))])),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_websocket_messages(name: str) -> None:
    size, make = MESSAGES[name]

    def message(n: int) -> Callable[[], object]:
        text, engine = make(n), redactor(limits={"strings": 10**6})
        return lambda: asyncio.run(engine.frame(text, "realtime", "default"))

    assert ratio(message, size) < MOST


def test_queries() -> None:
    def query(n: int) -> Callable[[], object]:
        text, engine = "&".join(f"q{i}={quote(mail(i))}" for i in range(n)), redactor(limits={"strings": 10**6})
        return lambda: asyncio.run(engine.query(text, "default", frozenset()))

    assert ratio(query, 300) < MOST
