"""One growing JSON array: each element as soon as it is closed, separators as they came."""

from __future__ import annotations

import json

import pytest

from redaction.restore.choose_restorer import make_restorer
from tests.support.restore_wires import VALUES


def restored(body: bytes, size: int = 1 << 20, limit: int = 1 << 20) -> bytes:
    restorer = make_restorer("gemini", "application/json", VALUES.get, event_limit=limit)
    return b"".join(restorer.feed(body[at : at + size]) for at in range(0, len(body), size)) + restorer.finish()


def element(text: str) -> str:
    return json.dumps({"candidates": [{"content": {"parts": [{"text": text}]}, "index": 0}]}, separators=(",", ":"))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f" [{element('[[NAME_')}\r\n,\n{element('abcdefg]]')}]\n", f" [{element('')}\r\n,\n{element('Bob')}]\n"),
        (f"[{element('a [')}\n]", f"[{element('a ')}\n,\n{element('[')}]"),
        (f"[{element('a [')},", f"[{element('a ')},{element('[')}"),
        (f"[{element('a [')} , {{", f"[{element('a ')} , {element('[')},\n{{"),
        (f"[{element('a [')}", f"[{element('a ')},\n{element('[')}"),
        (f'[{{"x":"}}] \\" \\\\"}},{element("[[NAME_abcdefg]]")}]', f'[{{"x":"}}] \\" \\\\"}},{element("Bob")}]'),
        (
            f'[1,"[[NAME_abcdefg]]",[{{}}],{element("[[NAME_abcdefg]]")}]',
            f'[1,"[[NAME_abcdefg]]",[{{}}],{element("Bob")}]',
        ),
        (f"[{element('x')}] [{element('[[NAME_abcdefg]]')}]", None),  # behind the array
        ("[]", None),
        ("[{", None),
        ('[{"a":"\\', None),
        ("]}", None),
    ],
)
def test_elements(body: str, expected: str | None) -> None:
    raw = body.encode()
    for size in range(1, len(raw) + 1):
        assert restored(raw, size) == (body if expected is None else expected).encode()


def test_an_element_is_out_as_soon_as_it_is_closed() -> None:
    restorer = make_restorer("gemini", "application/json", VALUES.get)
    assert restorer.feed(f"[{element('[[NAME_abcdefg]]')}".encode()) == f"[{element('Bob')}".encode()


@pytest.mark.parametrize("size", [1, 33, 1000])
def test_behind_an_element_over_the_limit_it_goes_on(size: int) -> None:
    big, small, bob = element("[[NAME_abcdefg]]" + 'x"\\' * 100), element("[[NAME_abcdefg]]"), element("Bob")
    assert restored(f"[{small},{big},{small}]".encode(), size, limit=200) == f"[{bob},{big},{bob}]".encode()
