"""Server-sent events: every field but the data that changes keeps its bytes."""

from __future__ import annotations

import pytest

from redaction.restore.choose_restorer import make_restorer
from tests.support.restore_wires import VALUES


def restored(body: bytes, size: int = 1 << 20, limit: int = 1 << 20) -> bytes:
    restorer = make_restorer("chat", "text/event-stream", VALUES.get, event_limit=limit)
    return b"".join(restorer.feed(body[at : at + size]) for at in range(0, len(body), size)) + restorer.finish()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'data:{"a":"[[NAME_abcdefg]]"}\n\n', b'data:{"a":"Bob"}\n\n'),
        (
            b'id: 7\nevent: x\n: note\ndata: {"a":"[[NAME_abcdefg]]"}\nretry: 5\n\n',
            b'id: 7\nevent: x\n: note\ndata: {"a":"Bob"}\nretry: 5\n\n',
        ),
        (b'data: {"a":\ndata:  "[[NAME_abcdefg]]",\ndata: "b":1}\n\n', b'data: {"a":\ndata:  "Bob",\ndata: "b":1}\n\n'),
        (b'\xef\xbb\xbfdata: {"a":"[[NAME_abcdefg]]"}\r\n\r\n', b'\xef\xbb\xbfdata: {"a":"Bob"}\r\n\r\n'),
        (b'data: {"a":"[[NAME_abcdefg]]"}\r\n\n', b'data: {"a":"Bob"}\r\n\n'),
        (b'database: {"a":"[[NAME_abcdefg]]"}\n\n', None),
        (b": [[NAME_abcdefg]]\n\n", None),
        (b"data\n\n", None),
        (b"data: [[NAME_abcdefg]]\n\n", None),
        (b'data: {"a":"[[NAME_abcdefg]] \xff"}\n\n', None),
        (b"\n\n\n\n\r\n\r\n", None),
        (b'data: {"a":"[[NAME_abcdefg]]"}', b'data: {"a":"Bob"}'),
    ],
)
def test_fields(body: bytes, expected: bytes | None) -> None:
    for size in range(1, len(body) + 1):
        assert restored(body, size) == (body if expected is None else expected)


DELTA = b'event: d\r\nid: 9\r\ndata: {"choices":[{"index":0,"delta":{"content":"["}}]}\r\n\r\n'


def test_held_text_comes_before_done_in_the_same_framing() -> None:
    assert restored(DELTA + b"data: [DONE]\r\n\r\n") == (
        DELTA.replace(b'"["', b'""')
        + b'event: d\r\ndata: {"choices":[{"index":0,"delta":{"content":"["}}]}\r\n\r\n'
        + b"data: [DONE]\r\n\r\n"
    )


@pytest.mark.parametrize("end", [b"", b"\r\n", b"\r\n\r\n"])
def test_held_text_comes_at_the_end_of_a_stream_cut_short(end: bytes) -> None:
    found = restored(DELTA.removesuffix(b"\r\n\r\n") + end)
    assert found.endswith(b'event: d\r\ndata: {"choices":[{"index":0,"delta":{"content":"["}}]}\r\n\r\n')
    assert b"}\r\n\r\nevent: d" in found.replace(b"\r\n\r\n\r\n", b"\r\n\r\n")


def test_line_separators_in_values_are_escaped() -> None:
    values = {"abcdefg": "a\u2028b\u2029c\x85d"}
    restorer = make_restorer("chat", "text/event-stream", values.get)
    found = restorer.feed('data: {"a":"é [[NAME_abcdefg]]"}\n\n'.encode())
    assert found == 'data: {"a":"é a\\u2028b\\u2029c\\u0085d"}\n\n'.encode()


@pytest.mark.parametrize("size", [1, 7, 64, 300])
def test_behind_an_event_over_the_limit_it_goes_on(size: int) -> None:
    big = b'data: {"a":"[[NAME_abcdefg]]' + b"x" * 400 + b'"}\r\n\r\n'
    small = b'data: {"a":"[[NAME_abcdefg]]"}\r\n\r\n'
    assert restored(small + big + small, size, limit=100) == (small + big + small).replace(
        small, b'data: {"a":"Bob"}\r\n\r\n'
    )
