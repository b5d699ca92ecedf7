"""Bodies of every shape as documents, texts and files, and back."""

from __future__ import annotations

import asyncio

import pytest

from dialects.base import Mode
from redaction.body.json_leaves import JsonLeaves
from redaction.body.leaves import Kind, Leaf
from redaction.body.parse import read_body, read_query, read_text
from redaction.body.parsed_body import ParsedBody
from redaction.body.walk_bounds import Bounds
from redaction.errors import BadDocument, NotRedactable
from tests.support.redacting import masked, redact, redactor

BOUNDS = Bounds()
FORM = "application/x-www-form-urlencoded"


def shape(data: bytes, content_type: str = "", dialect: str = "unknown") -> tuple[int, int, int]:
    """Numbers of documents, texts and files."""
    reading = read_body(data, content_type, dialect, BOUNDS)
    texts = [part for part in reading.parts if isinstance(part, Leaf) and part.kind is Kind.TEXT]
    return len(documents(reading)), len(texts), len(reading.files)


def documents(reading: ParsedBody) -> list[JsonLeaves]:
    return [part for part in reading.parts if isinstance(part, JsonLeaves)]


def texts(reading: ParsedBody) -> list[str]:
    return [leaf.text for leaf in reading.leaves if leaf.kind is Kind.TEXT]


@pytest.mark.parametrize(
    ("data", "content_type", "expected"),
    [
        (b"", "", (0, 0, 0)),
        (b" \r\n", "application/json", (0, 0, 0)),
        (b'{"a": 1}', "application/json", (1, 0, 0)),
        (b'{"a": 1}', "application/json; charset=utf-8", (1, 0, 0)),
        (b'{"a": 1}', "text/plain", (1, 0, 0)),
        (b'"Jane"', "", (1, 0, 0)),
        (b'{"a": 1}\n{"b": 2}\n', "application/json", (2, 0, 0)),
        (b'\x1e{"a": 1}\n\x1e{"b": 2}\n', "application/json-seq", (2, 0, 0)),
        (b"I am Jane", "text/plain", (0, 1, 0)),
        (b"a=Jane&b=&c=%7B%22d%22%3A1%7D", FORM, (1, 1, 0)),
        (b'data: {"a": "Jane"}\n\n', "text/event-stream", (0, 1, 0)),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "image/png", (0, 0, 1)),
        (b"\x00\x01\x02\x03", "", (0, 0, 1)),
    ],
    ids=range(13),
)
def test_shapes(data: bytes, content_type: str, expected: tuple[int, int, int]) -> None:
    assert shape(data, content_type) == expected


def test_what_looks_like_json_and_is_none_is_refused() -> None:
    with pytest.raises(BadDocument):
        shape(b"[Jane] said hello", "text/plain")


def test_nothing_shows_text_in_a_repr() -> None:
    reading = read_body(b'{"a": "Jane"}', "application/json", "chat", BOUNDS)
    assert "Jane" not in repr(reading)
    assert "Jane" not in repr(reading.parts) + repr(list(reading.leaves))


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        ("a=I+am+Jane+Doe&b=%31&Jane-Doe", "a=I+am+%5B%5BNAME%5D%5D&b=%31&Jane-Doe"),
        ("I am Jane Doe", "I am %5B%5BNAME%5D%5D"),  # curl -d with a prompt
        ("I+am+Jane+Doe+%26+x&y=1", "I+am+%5B%5BNAME%5D%5D+%26+x&y=1"),
        ("I am Jane Doe, 1+1=2", "I am %5B%5BNAME%5D%5D, 1+1=2"),
        ("f.req=%5Bnull%2C%22%5B%5C%22I+am+Jane+Doe%5C%22%5D%22%5D&", "f.req=%5Bnull%2C%22%5B%5C%22I+am+%5B%5BNAME%5D%5D%5C%22%5D%22%5D&"),
        ("at=I+am+Jane+Doe&hl=I+am+Jane+Doe", "at=I+am+%5B%5BNAME%5D%5D&hl=I+am+%5B%5BNAME%5D%5D"),
        ("123-45-6789=x", "%5B%5BSSN%5D%5D=x"),
    ],
)  # fmt: skip
def test_forms(source: str, answer: str) -> None:
    assert masked(source, "unknown", FORM) == answer


def test_protocol_fields_are_kept_where_googles_web_applications_are_spoken_to() -> None:
    assert masked("at=I+am+Jane+Doe&x=I+am+Jane+Doe", "web-gemini", FORM) == "at=I+am+Jane+Doe&x=I+am+%5B%5BNAME%5D%5D"
    kept = read_query("bl=Jane&q=Jane", frozenset(), BOUNDS, "web-gemini")
    assert texts(kept) == ["Jane"]
    assert texts(read_query("bl=Jane&KEY=x&q=Jane", frozenset({"key"}), BOUNDS)) == ["Jane", "Jane"]


def test_a_file_is_the_users_own() -> None:
    source = '{"id": "pwd=Qx7kHunter2", "model": "pwd=Qx7kHunter2", "n": 1.0}'
    assert masked(source, "files") == source.replace("Qx7kHunter2", "[[PASSWORD]]")
    assert masked(source, "chat") == source
    assert texts(read_body(source.encode(), "", "chat", BOUNDS, Mode.DATA)) == ["pwd=Qx7kHunter2"] * 2


@pytest.mark.parametrize(
    "text", ["I am Jane Doe", "{I am Jane Doe", '{"a": "I am Jane Doe",}', "[1, 2] // I am Jane Doe"]
)
@pytest.mark.parametrize("label", ["application/json", "application/x-ndjson", "text/plain", ""])
def test_a_file_that_is_no_json_is_text_whatever_its_label(text: str, label: str) -> None:
    assert masked(text, "files", label) == text.replace("Jane Doe", "[[NAME]]")
    if label == "application/json":
        with pytest.raises(BadDocument):
            masked(text, "chat", label)


def test_a_binary_file_under_a_json_label_is_judged_as_one() -> None:
    with pytest.raises(NotRedactable, match=r"uploads\.other"):
        redact(b"\x00\x01I am Jane Doe", "files", "application/json")
    with pytest.raises(BadDocument, match="duplicate"):
        redact('{"a": 1, "a": "I am Jane Doe"}', "files", "application/json")


@pytest.mark.parametrize(
    ("message", "answer"),
    [
        ('{"a":"I am Jane Doe"}', '{"a":"I am [[NAME]]"}'),
        (' {"a":"I am Jane Doe"}\n', ' {"a":"I am [[NAME]]"}\n'),
        ('{"a":"I am Jane Doe"}\x1e{"b":1}\x1e', '{"a":"I am [[NAME]]"}\x1e{"b":1}\x1e'),
        ('\x1e{"a":"I am Jane Doe"}', '\x1e{"a":"I am [[NAME]]"}'),
        ('{"a":"I am Jane Doe"}\n{"b":1}', '{"a":"I am [[NAME]]"}\n{"b":1}'),
        ('42["x","I am \\u004aane Doe"]', '42["x","I am [[NAME]]"]'),
        ('42/chat,7["x","I am Jane Doe"]', '42/chat,7["x","I am [[NAME]]"]'),
        ('451-["x",{"id":"I am Jane Doe"}]', '451-["x",{"id":"I am [[NAME]]"}]'),
        ('42/123-45-6789,["\\u0078"]', '42/[[SSN]],["\\u0078"]'),
        ('\ufeff42/123-45-6789,7["I am Jane Doe"]', '\ufeff42/[[SSN]],7["I am [[NAME]]"]'),
        ('424111111111111111["x"]', '42[[CREDITCARD_NUMBER]]["x"]'),
        ("3[I am Jane Doe", "3[I am [[NAME]]"),
        ("2probe", "2probe"),
        ("I am Jane Doe", "I am [[NAME]]"),
        ('"I am \\u004aane Doe"', '"I am [[NAME]]"'),
        ('"I am Jane Doe" said she', '"I am [[NAME]]" said she'),
        ("", ""),
        ('\ufeff{"a":"I am \\u004aane Doe"}', '\ufeff{"a":"I am [[NAME]]"}'),
        ('{"a":"\\ud83d I am Jane Doe"}', '{"a":"\\ud83d I am [[NAME]]"}'),
    ],
    ids=range(19),
)
def test_websocket_messages(message: str, answer: str) -> None:
    told, report = asyncio.run(redactor().frame(message, "unknown", "default"))
    assert told == answer
    assert report.changed == (message != answer)
    assert told is message or report.changed


@pytest.mark.parametrize("message", ['{"a":1', '{"a":1,"a":2}', '{"a":1} {"b":2}', '{"a":1}\n{"b"'])
def test_websocket_messages_that_cannot_be_read_in_one_way(message: str) -> None:
    with pytest.raises(BadDocument):
        read_text(message, "unknown", BOUNDS)


def test_a_lone_surrogate_in_a_websocket_message_is_kept() -> None:
    reading = read_text('{"a":"\ud83d"}', "unknown", BOUNDS)
    assert [document.document.source for document in documents(reading)] == ['{"a":"\ud83d"}']


TYPE = "multipart/form-data; boundary=b0"


def part(head: str, body: str) -> str:
    return f"--b0\r\nContent-Disposition: form-data; {head}\r\n\r\n{body}\r\n"


@pytest.mark.parametrize(
    ("parts", "answer"),
    [
        (part('name="prompt"', "I am Jane Doe"), part('name="prompt"', "I am [[NAME]]")),
        (part('name="model"', "Jane-Doe"), None),
        (part('name="purpose"', "I am Jane Doe"), part('name="purpose"', "I am [[NAME]]")),
        (part('name="model"; filename="x"', "I am Jane Doe"), part('name="model"; filename="x"', "I am [[NAME]]")),
        (part('name="metadata"', '{"id": "I am Jane Doe"}'), part('name="metadata"', '{"id": "I am [[NAME]]"}')),
        (part('name="file"; filename="Mail of Jane Doe.txt"', "x"), part('name="file"; filename="Mail of [[NAME]].txt"', "x")),
        (part('name="purpose"', "batch") + part('name="f"; filename="a"', '{"custom_id": "pwd=Qx7kHunter2"}'), None),
        (part('name="f"; filename="a"', '{"custom_id": "pwd=Qx7kHunter2"}') + part('name="purpose"', "fine-tune"), None),
        (part('name="purpose"', "evals") + part('name="f"; filename="a"', '{"id": "I am Jane Doe"}'),
         part('name="purpose"', "evals") + part('name="f"; filename="a"', '{"id": "I am [[NAME]]"}')),
        (part('name="f"; filename="a"', ""), None),
        (part('name="answer of 123-45-6789"', "x"), part('name="answer of [[SSN]]"', "x")),
        (part('name="a"; note="I am Jane Doe"', "x"), part('name="a"; note="I am [[NAME]]"', "x")),
        (part('name="a"\r\nContent-Description: I am Jane Doe', "x"), part('name="a"\r\nContent-Description: I am [[NAME]]', "x")),
        (part('name="a"\r\nContent-Type: text/plain; name="I am Jane Doe.txt"', "x"),
         part('name="a"\r\nContent-Type: text/plain; name="I am [[NAME]].txt"', "x")),
        (part('name="a"\r\nContent-Type: text/plain; x=123-45-6789', "x"), part('name="a"\r\nContent-Type: text/plain; x="[[SSN]]"', "x")),
        (part('name="model"', "jane.roe@northwind-corp.com"), part('name="model"', "[[EMAIL_ADDRESS]]")),
    ],
    ids=range(16),
)  # fmt: skip
def test_multipart(parts: str, answer: str | None) -> None:
    assert masked(f"{parts}--b0--\r\n", "files", TYPE) == f"{answer or parts}--b0--\r\n"


def test_text_around_the_parts_is_left_out_when_it_would_travel() -> None:
    body = f"I am Jane Doe\r\n{part('name="a"', 'x')}--b0--\r\nI am Jane Doe"
    assert masked(body, "files", TYPE) == f"{part('name="a"', 'x')}--b0--"


def test_a_boundary_that_holds_a_value_is_refused() -> None:
    body = part('name="a"', "x").replace("--b0", "--b 123-45-6789") + "--b 123-45-6789--\r\n"
    with pytest.raises(NotRedactable, match="content-type"):
        masked(body, "files", 'multipart/form-data; boundary="b 123-45-6789"')


def test_limits() -> None:
    few = redactor(limits={"strings": 3})
    with pytest.raises(NotRedactable, match=r"limits\.strings"):
        redact('["a", "b", "c", "d"]', with_=few)
    with pytest.raises(NotRedactable, match=r"limits\.strings"):
        redact("a=1&b=2&c=3&d=4", "unknown", FORM, with_=few)
    with pytest.raises(NotRedactable, match=r"limits\.strings"):
        redact("{}\n{}\n{}\n{}", "unknown", "application/x-ndjson", with_=few)
