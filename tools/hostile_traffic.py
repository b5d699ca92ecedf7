"""Requests of an attacker, for the soak: values in other dresses and places, and inputs that cost more than they weigh.

Every kind of fault that was found in the proxy once has a maker here. `planted()` are all forms in which a value may
have been hidden; none of them may arrive anywhere.
"""

from __future__ import annotations

import base64
import gzip
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field

SSN, MAIL, CARD = "219-09-4377", "jane.soak@acme-mail.com", "4539148803436467"
VALUES = (SSN, MAIL, CARD)
CHAT, UNKNOWN, FILES = "/v1/chat/completions", "/v1/brand-new/things", "/v1/files"
_FORM = "multipart/form-data; boundary=soak-boundary"


@dataclass(frozen=True, slots=True)
class Hostile:
    """One request by its parts."""

    body: bytes = field(repr=False)
    path: str = CHAT
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict, repr=False)


def _wide(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


def _coded(text: str) -> str:
    return base64.b64encode(f"My number is {text}, thank you very much.".encode()).decode()


# Each gives another spelling of a value; where it is told from ordinary text by nothing but that value.
DRESSES: tuple[Callable[[str], str], ...] = (
    lambda v: v,
    _wide,
    lambda v: "\u200b".join(v),
    lambda v: "\u0332".join(v),
    lambda v: f"\x1b[31m{v}\x1b[0m",
    lambda v: f"name\\n{v}\\nnext",
    lambda v: "".join(f"&#{ord(char)};" for char in v),
    lambda v: "".join(f"%{ord(char):02x}" for char in v),
    lambda v: "".join(f"\\x{ord(char):02x}" for char in v),
    lambda v: f"__{v}__",
    _coded,
)


def planted() -> list[bytes]:
    """All forms of the values as they would stand in a body: as UTF-8, and with JSON's escapes."""
    forms = {dress(value) for value in VALUES for dress in DRESSES}
    return sorted({form.encode() for form in forms} | {json.dumps(form)[1:-1].encode() for form in forms})


def _chat(text: object, **more: object) -> bytes:
    return json.dumps({"model": "m", "messages": [{"role": "user", "content": text}], **more}).encode()


def _result(content: object) -> bytes:
    called = {"id": "c", "type": "function", "function": {"name": "f", "arguments": json.dumps({"of": content})}}
    messages = [
        {"role": "user", "content": "go on"},
        {"role": "assistant", "tool_calls": [called]},
        {"role": "tool", "tool_call_id": "c", "content": content if isinstance(content, str) else json.dumps(content)},
    ]
    return json.dumps({"model": "m", "messages": messages}).encode()


def _part(head: str, body: bytes) -> bytes:
    return b"--soak-boundary\r\n" + head.encode() + b"\r\n\r\n" + body + b"\r\n--soak-boundary--\r\n"


def _dressed(dice: random.Random) -> str:
    return f"it is {dice.choice(DRESSES)(dice.choice(VALUES))} I think {dice.randrange(10_000)}"


def _words(dice: random.Random, count: int) -> list[str]:
    return ["".join(dice.choices("abcdefghijklmnopqrstuvwxyz", k=10)) for _ in range(count)]


def _upload(dice: random.Random) -> Hostile:
    head = 'Content-Disposition: form-data; name="file"; filename="a.txt"'
    told = [
        f'{head}; note="{SSN} {MAIL}"',
        f"{head}\r\nContent-Description: of {MAIL}, {SSN}",
        f'{head}\r\nContent-Type: text/plain; title="{CARD}"',
        f"Content-Disposition: form-data; name=\"file\"; filename*=UTF-8''{SSN}.txt",
    ]
    card = f"BEGIN:VCARD\r\nVERSION:3.0\r\nEMAIL:{MAIL[:9]}\r\n {MAIL[9:]}\r\nEND:VCARD\r\n".encode()
    magics = [b"\x89PNG\r\n\x1a\n", b"BM", b"ID3", b"OggS", b"\x00\x00\x01\x00", b"\x00\x00\x00\x18ftypmp42"]
    body = dice.choice([b"hello", card, dice.choice(magics) + f"\xfe\x00 {SSN} of {MAIL}".encode("latin-1")])
    return Hostile(_part(dice.choice(told), body), FILES, _FORM)


def _head(dice: random.Random) -> Hostile:
    name = dice.choice(["X-User-Email", "X-Title", "Helicone-User-Id", "User-Agent", "X-Meta"])
    path = dice.choice([CHAT, f"/v1/users/{MAIL}/notes", f"/v1/records/{SSN}"])
    return Hostile(_chat("hello"), path, headers={name: f"of {dice.choice(VALUES)}"})


def _costly(dice: random.Random) -> bytes:
    kinds: list[Callable[[], object]] = [
        lambda: "".join(f"%{dice.randrange(256):02x}" for _ in range(8_000)),
        lambda: "".join(f"api_key={word.capitalize()}" for word in _words(dice, 800)),
        lambda: "a b " * 40_000 + "%20x",
        lambda: "[" * 3_000 + "]" * 3_000,
        lambda: "\u0332a" * 10_000,
        lambda: " ".join(f"{word}@{word}.com" for word in _words(dice, 1_500)),
    ]
    return _chat(dice.choice(kinds)())


MAKERS: dict[str, Callable[[random.Random], Hostile]] = {
    "dressed": lambda dice: Hostile(_chat(_dressed(dice))),
    "dressed result": lambda dice: Hostile(_result({"text": _dressed(dice), "n": dice.randrange(10_000)})),
    "keys and numbers": lambda dice: Hostile(
        json.dumps({MAIL: {"card": int(CARD), SSN: float(CARD)}, "turn": dice.randrange(10_000)}).encode(), UNKNOWN
    ),
    "metadata": lambda dice: Hostile(_chat("hi", metadata={"card": float(CARD), MAIL: dice.randrange(10_000)})),
    "protected": lambda dice: Hostile(_chat("hi", status=f"of {MAIL}", signature=f"of {SSN}", object={"x": CARD})),
    "upload": _upload,
    "head": _head,
    "odd blob": lambda dice: Hostile(_result({"font": "data:font/woff2;base64," + _coded(SSN), "n": dice.random()})),
    "costly": lambda dice: Hostile(_costly(dice)),
    "many strings": lambda dice: Hostile(_result(_words(dice, 4_000))),
    "personal keys": lambda dice: Hostile(
        _chat("hi", metadata={f"{word}@acme-mail.com": 1 for word in _words(dice, 500)})
    ),
    "blank records": lambda dice: Hostile(
        b'{"a":"' + b" " * dice.randrange(60_000) + b'"}\n{"b":1}\n', UNKNOWN, "application/x-ndjson"
    ),
    "small gzip": lambda _: Hostile(
        gzip.compress(b'{"model":"m","metadata":[' + b"0," * 2_000_000 + b"0]}", 9),
        headers={"Content-Encoding": "gzip"},
    ),
    "too long": lambda dice: Hostile(b"x" * ((1 << 20) + dice.randrange(1 << 21))),
}
