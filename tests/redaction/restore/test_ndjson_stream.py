"""JSON lines: blank lines, line ends and a last line without one stay."""

from __future__ import annotations

import pytest

from redaction.restore.choose_restorer import make_restorer
from tests.support.restore_wires import VALUES


def restored(body: bytes, size: int = 1 << 20, limit: int = 1 << 20) -> bytes:
    restorer = make_restorer("ollama", "application/x-ndjson; charset=utf-8", VALUES.get, event_limit=limit)
    return b"".join(restorer.feed(body[at : at + size]) for at in range(0, len(body), size)) + restorer.finish()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"response":"[[NAME_abcdefg]]"}\r\n\n \n', b'{"response":"Bob"}\r\n\n \n'),
        (b' {"response":"[[NAME_"}\n{"response":"abcdefg]]"}', b' {"response":""}\n{"response":"Bob"}'),
        (b'{"response":"a ["}', b'{"response":"a "}\n{"response":"["}\n'),
        (b'{"response":"a ["}\n', b'{"response":"a "}\n{"response":"["}\n'),
        (b'{"response":"a ["}\n{"error":"x"}\n', b'{"response":"a "}\n{"response":"["}\n{"error":"x"}\n'),
        (b"no json [[NAME_abcdefg]]\n", b"no json [[NAME_abcdefg]]\n"),
    ],
)
def test_lines(body: bytes, expected: bytes) -> None:
    for size in range(1, len(body) + 1):
        assert restored(body, size) == expected


@pytest.mark.parametrize("size", [1, 50, 1000])
def test_behind_a_line_over_the_limit_it_goes_on(size: int) -> None:
    big = b'{"response":"[[NAME_abcdefg]]' + b"x" * 200 + b'"}\n'
    small = b'{"response":"[[NAME_abcdefg]]"}\n'
    assert restored(small + big + small, size, limit=100) == b'{"response":"Bob"}\n' + big + b'{"response":"Bob"}\n'
