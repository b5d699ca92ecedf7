"""Content that cannot be read, or is no picture after all: a session goes on, an upload is refused in words."""

from __future__ import annotations

import base64
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.sync.client import connect

from tests.doors.conftest import World, bases
from tests.support.fake_llm import FakeLLM
from tests.support.proxy import Proxy

CANARIES = (b"Jane", b"123-45-6789", b"jane.doe@acme.org")
TEXT = b"Jane Doe, 123-45-6789, jane.doe@acme.org\n"
NOISE = bytes(range(256)) * 20


@pytest.fixture(scope="module")
def shared() -> Iterator[World]:
    with FakeLLM() as llm, Proxy(environ=bases(llm), config="limits: {strings: 1000}\n") as proxy:
        yield World(proxy, llm)


def data_url(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as found:
        found.writestr("a.bin", NOISE)
    return file.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


HEADER = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
PNG = b"\x89PNG\r\n\x1a\n" + HEADER + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")
MANY: Any = [{"type": "text", "text": f"{number} for Jane Doe"} for number in range(1100)]
ZIP: Any = [{"type": "file", "file": {"filename": "a.zip", "file_data": data_url("application/zip", archive())}}]
CALL = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}


def answered(content: Any) -> list[Any]:
    """A tool's result, before the newest turn of the user."""
    tool = {"role": "tool", "tool_call_id": "c", "content": content}
    return [{"role": "assistant", "content": None, "tool_calls": [CALL]}, tool, {"role": "user", "content": "go on"}]


# The messages -> what stands in the place of what is not read; "" where the request is refused.
TURNS: dict[str, tuple[list[Any], str]] = {
    "font in a tool's result": (answered(data_url("font/woff2", b"wOF2\x00\x01\x00\x00" + NOISE)), "[[BLOCKED_FILE]]"),
    "octets in a tool's result": (answered(data_url("application/octet-stream", NOISE)), "[[BLOCKED_FILE]]"),
    "zip in a tool's JSON": (answered(json.dumps({"f": ZIP[0]["file"]["file_data"]})), "[[BLOCKED_FILE]]"),
    "strings in a tool's result": (answered(MANY), "[[BLOCKED_TEXT]]"),
    "zip in an earlier turn": ([{"role": "user", "content": ZIP}, *answered("fine")], "[[BLOCKED_FILE]]"),
    "strings in an earlier turn": ([{"role": "user", "content": MANY}, *answered("fine")], "[[BLOCKED_TEXT]]"),
    "zip in the newest turn": ([{"role": "user", "content": ZIP}], ""),
    "strings in the newest turn": ([{"role": "user", "content": MANY}], ""),
}


@pytest.mark.parametrize("name", TURNS)
def test_an_odd_turn_is_replaced_and_the_newest_is_refused(world: World, door: str, name: str) -> None:
    messages, replaced = TURNS[name]
    with world.client(door) as client:
        response = client.post(world.base(door) + "/v1/chat/completions", json={"model": "m", "messages": messages})
    if replaced:
        assert response.status_code == 200
        assert replaced in world.llm.requests[0].body.decode()
        assert world.proxy.wait_for(replaced.strip("[]"))
    else:
        assert response.status_code == 422
        assert "limits.strings" in response.text or "uploads.other" in response.text
        assert world.llm.requests == []
    assert b"Jane" not in world.raw


def form(head: bytes, data: bytes = b"x", boundary: str = "B") -> tuple[bytes, str]:
    mark = b"--" + boundary.encode()
    body = mark + b'\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nuser_data\r\n'
    body += mark + b"\r\n" + head + b"\r\n\r\n" + data + b"\r\n" + mark + b"--\r\n"
    return body, f"multipart/form-data; boundary={boundary}"


FILE = b'Content-Disposition: form-data; name="file"; filename="a.csv"'
LATIN = b"BM;caf\xe9\r\n" + TEXT * 40
# Body and label -> path, and whether it goes on (masked).
BODIES: dict[str, tuple[tuple[bytes, str], str, bool]] = {
    "a picture as a chat": ((PNG + TEXT, "image/png"), "/v1/chat/completions", False),
    "a picture's first bytes": ((PNG[:8] + TEXT, "application/json"), "/v1/chat/completions", False),
    "BM and a table": ((b"BMI;name\r\n" + TEXT, "text/csv"), "/v1/chat/completions", True),
    "BM and a table that is no UTF-8": ((LATIN, "text/csv"), "/v1/x", False),
    "ID3 and a table": ((b"ID3;caf\xe9\x1a\r\n" + TEXT, "text/csv"), "/v1/x", False),
    "gRPC of an icon's length": ((b"\x00\x00\x01\x00\x10" + (TEXT * 2000)[:65552], "application/grpc"), "/v1/x", False),
    "Connect of that length": ((b"\x00\x00\x01\x00\x10" + (TEXT * 2000)[:65552], "application/connect+proto"), "/v1/x", False),
    "a parameter of a part's type": (form(FILE + b'\r\nContent-Type: text/plain; name="123-45-6789"'), "/v1/files", True),
    "the description of a part": (form(FILE + b"\r\nContent-Description: of 123-45-6789"), "/v1/files", True),
    "another parameter of a part": (form(FILE + b'; note="123-45-6789"'), "/v1/files", True),
    "the boundary": (form(FILE, boundary="123-45-6789"), "/v1/files", False),
    "a table as a bitmap": (form(FILE, LATIN), "/v1/files", False),
    "text behind a picture": (form(FILE, PNG + TEXT), "/v1/files", False),
}  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
def test_what_is_no_picture_is_read_or_refused(world: World, door: str, name: str) -> None:
    (body, label), path, goes_on = BODIES[name]
    with world.client(door) as client:
        response = client.post(world.base(door) + path, content=body, headers={"content-type": label})
    assert response.status_code == (200 if goes_on else 422)
    assert bool(world.llm.requests) is goes_on
    for canary in CANARIES:
        assert canary not in world.raw


@pytest.mark.parametrize(
    ("message", "arrives"),
    [
        ('\ufeff{"input":"I am \\u004aane Doe"}', '\ufeff{"input":"I am [[NAME]]"}'),
        ('\ufeff42/ns,["ask","Jane Doe"]', '\ufeff42/ns,["ask","[[NAME]]"]'),
        (PNG + TEXT, None),
    ],
    ids=["a mark before JSON", "a mark before Socket.IO", "a picture"],
)
def test_messages_of_a_websocket(world: World, message: str | bytes, arrives: str | None) -> None:
    with connect(f"ws://127.0.0.1:{world.proxy.port}/v1/responses", proxy=None) as wire:
        wire.send(message)
        told = wire.recv(timeout=10)
    assert world.llm.messages == ([arrives] if arrives else [])
    assert told == arrives or "faasera_upload_refused" in str(told)
