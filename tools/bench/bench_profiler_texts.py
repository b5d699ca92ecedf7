"""Texts that the profiler has not seen, for its speed: English and source code of this Python's own library, JSON and
logs made here.

Every text is another one. People's names and numbers stand in it every few hundred characters, as in real requests.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from pydoc_data import topics

KINDS = ("prose", "code", "JSON", "log")
_FIRST = "Jane John Maria Peter Anna Robert Fatima Chen Olga Pierre Ingrid Paulo Aisha Tomasz Lucia Hiroshi".split()
_LAST = "Doe Smith Garcia Miller Schmidt Okafor Dubois Rossi Silva Kowalski Novak Haddad Larsen Tanaka Brown".split()
_LEVELS = ("INFO ", "DEBUG", "WARN ", "ERROR")


def unseen(kind: str, size: int, seed: int) -> str:
    """A text of `size` code points. `kind` is one of KINDS."""
    rng = random.Random(f"{kind} {size} {seed}")
    return "".join(_upto(_MAKERS[kind](rng), size))[:size]


def _upto(parts: Iterator[str], size: int) -> Iterator[str]:
    have = 0
    for part in parts:
        yield part
        have += len(part)
        if have >= size:
            return


def _person(rng: random.Random) -> str:
    return f"{rng.choice(_FIRST)} {rng.choice(_LAST)}"


def _prose(rng: random.Random) -> Iterator[str]:
    pages = [text for text in topics.topics.values() if len(text) > 500]
    while True:
        paragraphs = rng.choice(pages).split("\n\n")
        for paragraph in rng.sample(paragraphs, min(3, len(paragraphs))):
            yield paragraph + "\n\n"
        mail = f"{rng.choice(_FIRST).lower()}{rng.randrange(999)}@corp{rng.randrange(99)}.com"
        yield f"{_person(rng)} wrote to {mail} about it.\n\n"


def _code(rng: random.Random) -> Iterator[str]:
    files = sorted(Path(json.__file__).parents[1].glob("*.py"))
    while True:
        lines = rng.choice(files).read_text("utf-8", "replace").splitlines(keepends=True)
        at = rng.randrange(max(1, len(lines) - 60))
        yield from lines[at : at + 60]
        yield f"# TODO({rng.choice(_FIRST).lower()}): ask {_person(rng)}\n"


def _json(rng: random.Random) -> Iterator[str]:
    yield "[\n"
    words = " ".join(topics.topics["assignment"].split()).split(" ")
    while True:
        at = rng.randrange(len(words) - 12)
        record = {
            "id": rng.randrange(10**6),
            "uuid": f"{rng.getrandbits(128):032x}",
            "owner": {"name": _person(rng), "email": f"user{rng.randrange(9999)}@corp{rng.randrange(99)}.com"},
            "tags": rng.choices(("alpha", "beta", "open", "billing"), k=3),
            "created_at": f"2025-0{rng.randrange(1, 10)}-1{rng.randrange(10)}T10:{rng.randrange(60):02}:00Z",
            "amount": rng.randrange(100_000) / 100,
            "note": " ".join(words[at : at + 12]),
        }
        yield json.dumps(record, indent=rng.choice((None, 2))) + ",\n"


def _log(rng: random.Random) -> Iterator[str]:
    while True:
        clock = f"{rng.randrange(24):02}:{rng.randrange(60):02}:{rng.randrange(60):02}.{rng.randrange(1000):03}"
        time = f"2025-05-{rng.randrange(1, 29):02}T{clock}Z"
        what = rng.choice(
            (
                f"GET /api/v1/items/{rng.randrange(10**6)} 200 {rng.randrange(900)} ms",
                f"c.e.billing.InvoiceService - retry {rng.randrange(9)} of job {rng.getrandbits(64):016x}",
                f"user {_person(rng)} signed in from 81.2.{rng.randrange(256)}.{rng.randrange(256)}",
                f"connection pool size={rng.randrange(64)} idle={rng.randrange(64)} wait={rng.randrange(9000)}us",
            )
        )
        yield f"{time} {rng.choice(_LEVELS)} [worker-{rng.randrange(32)}] {what}\n"


_MAKERS: dict[str, Callable[[random.Random], Iterator[str]]] = {
    "prose": _prose,
    "code": _code,
    "JSON": _json,
    "log": _log,
}
