"""Content encodings, charsets and lying labels at both doors: read exactly, or refused with nothing sent."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard

from tests.doors.conftest import World

TEXT = "What is Jane Doe's SSN 123-45-6789?"
MASKED = "What is [[NAME]]'s SSN [[SSN]]?"
BODY = json.dumps({"model": "m", "messages": [{"role": "user", "content": TEXT}]}).encode()
MASKED_BODY = BODY.replace(TEXT.encode(), MASKED.encode())
CLEAN = b'{ "model": "m",  "messages": [] }'


def zstd_stream(data: bytes) -> bytes:
    """As Codex sends it: a frame without its size in front."""
    compressor = zstandard.ZstdCompressor().compressobj()
    return compressor.compress(data) + compressor.flush()


def raw_deflate(data: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-15)
    return compressor.compress(data) + compressor.flush()


CODERS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "upper case": ("GZIP", gzip.compress),
    "x-gzip": ("x-gzip", gzip.compress),
    "deflate": ("deflate", zlib.compress),
    "raw deflate": ("deflate", raw_deflate),
    "br": ("br", brotli.compress),
    "zstd": ("zstd", zstandard.compress),
    "zstd stream": ("zstd", zstd_stream),
    "identity": ("identity", bytes),
}
DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.decompress,
    "deflate": zlib.decompress,
    "br": brotli.decompress,
    "zstd": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
    "identity": bytes,
}


def post(world: World, door: str, body: bytes, **headers: str) -> tuple[int, str]:
    """Status and error code of a chat request with these bytes."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    with world.client(door) as client:
        response = client.post(world.base(door) + "/v1/chat/completions", content=body, headers=names)
    error = response.json().get("error") if response.status_code != 200 else None
    return response.status_code, error["code"] if error else ""


@pytest.mark.parametrize("name", CODERS)
def test_a_compressed_body_is_masked(world: World, door: str, name: str) -> None:
    label, encode = CODERS[name]
    assert post(world, door, encode(BODY), content_type="application/json", content_encoding=label) == (200, "")
    [request] = world.llm.requests
    sent = (request.header("content-encoding") or "identity").lower().removeprefix("x-")
    assert DECODERS[sent](request.body) == MASKED_BODY
    assert request.header("content-length") == str(len(request.body))


@pytest.mark.parametrize("name", [name for name in CODERS if name != "br"])  # br can hide text: it is encoded anew
def test_a_clean_compressed_body_goes_on_to_the_byte(world: World, door: str, name: str) -> None:
    label, encode = CODERS[name]
    raw = encode(CLEAN)
    assert post(world, door, raw, content_type="application/json", content_encoding=label) == (200, "")
    assert world.llm.requests[0].body == raw
    assert world.llm.requests[0].header("content-encoding") == label


BOMB = gzip.compress(bytes(64 << 20))
REFUSED: dict[str, tuple[str, bytes, int]] = {
    "two members": ("gzip", gzip.compress(CLEAN) + gzip.compress(BODY), 415),
    "bytes behind gzip": ("gzip", gzip.compress(CLEAN) + BODY, 415),
    "bytes behind deflate": ("deflate", zlib.compress(CLEAN) + BODY, 415),
    "bytes behind zstd": ("zstd", zstandard.compress(CLEAN) + zstandard.compress(BODY), 415),
    "bytes behind br": ("br", brotli.compress(CLEAN) + BODY, 415),
    "cut": ("gzip", gzip.compress(BODY)[:-6], 415),
    "plain under a label": ("gzip", BODY, 415),
    "wrong label": ("br", gzip.compress(BODY), 415),
    "stacked": ("gzip, gzip", gzip.compress(gzip.compress(BODY)), 415),
    "unknown": ("compress", BODY, 415),
    "python codec": ("rot13", BODY, 415),
    "utf-16 as encoding": ("utf-16", BODY, 415),
    "gzip bomb": ("gzip", BOMB, 413),
    "zstd bomb": ("zstd", zstandard.compress(bytes(64 << 20)), 413),
    "br bomb": ("br", brotli.compress(bytes(64 << 20), quality=1), 413),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_decoded_exactly_is_refused(world: World, door: str, name: str) -> None:
    label, raw, status = REFUSED[name]
    found, code = post(world, door, raw, content_type="application/json", content_encoding=label)
    assert (found, code.startswith("faasera_")) == (status, True)
    assert world.llm.requests == []
    assert b"Jane" not in world.raw


LABELS = ["", "text/plain", "application/octet-stream", "application/x-www-form-urlencoded", "application/json; charset=UTF-8",
          "application/vnd.api+json", "image/png", "multipart/form-data; boundary=x", "text/event-stream", "nonsense"]  # fmt: skip


@pytest.mark.parametrize("label", LABELS)
def test_the_content_type_may_lie(world: World, door: str, label: str) -> None:
    assert post(world, door, BODY, **({"content_type": label} if label else {})) == (200, "")
    assert world.llm.requests[0].body == MASKED_BODY
    assert world.llm.requests[0].header("content-type") == (label or None)


@pytest.mark.parametrize("spelling", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_other_spellings_of_unicode_are_kept(world: World, door: str, spelling: str) -> None:
    assert post(world, door, BODY.decode().encode(spelling), content_type="application/json") == (200, "")
    assert world.llm.requests[0].body == MASKED_BODY.decode().encode(spelling)


def test_escapes_are_read_and_lone_surrogates_kept(world: World, door: str) -> None:
    body = rb'{"a":"\ud83d \u004aane Doe\u2019s SSN \u0031\u0032\u0033-45-6789 \ude00 caf\u00e9 \/"}'
    assert post(world, door, body, content_type="application/json") == (200, "")
    sent = world.llm.requests[0].body
    assert sent == rb'{"a":"\ud83d [[NAME]]\u2019s SSN [[SSN]] \ude00 caf\u00e9 \/"}'


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"a": "Jane Doe", "a": "x"}', 400, "faasera_duplicate_key"),
        (b'{"a": NaN, "b": "Jane Doe"}', 400, "faasera_bad_json"),
        (b'{"a": "Jane Doe"', 400, "faasera_bad_json"),
        (b'{"a": "Jane Doe"} {"b": 1}', 400, "faasera_bad_json"),
        (b'{"a": "\xff Jane Doe"}', 415, "faasera_bad_charset"),
        (b'{"a": ' + b"[" * 400 + b'"Jane Doe"' + b"]" * 400 + b"}", 400, "faasera_too_deep"),
        (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400, "faasera_too_deep"),
    ],
    ids=["duplicate", "nan", "cut", "two values", "not utf-8", "deep", "deeper"],
)
def test_ambiguous_json_is_refused(world: World, door: str, body: bytes, status: int, code: str) -> None:
    assert post(world, door, body, content_type="application/json") == (status, code)
    assert world.llm.requests == []


def test_huge_numbers_keep_their_spelling(world: World, door: str) -> None:
    body = b'{"a":' + b"9" * 5000 + b',"b":1E400,"c":-0.0,"d":"Jane Doe"}'
    assert post(world, door, body, content_type="application/json") == (200, "")
    assert world.llm.requests[0].body == body.replace(b"Jane Doe", b"[[NAME]]")


def test_ndjson_is_masked_line_by_line(world: World, door: str) -> None:
    body = b'{"a": "Jane Doe"}\r\n\r\n{"b": 1.0}\n{"id": "kept"}\n'
    assert post(world, door, body, content_type="application/x-ndjson") == (200, "")
    assert world.llm.requests[0].body == body.replace(b"Jane Doe", b"[[NAME]]")


def test_a_get_with_a_body_is_masked(world: World, door: str) -> None:
    with world.client(door) as client:
        client.request(
            "GET", world.base(door) + "/v1/models", content=BODY, headers={"content-type": "application/json"}
        )
    assert world.llm.requests[0].body == MASKED_BODY


def test_a_chunked_body_is_masked(world: World, door: str) -> None:
    with world.client(door) as client:
        client.post(
            world.base(door) + "/v1/chat/completions",
            content=iter([BODY[:40], BODY[40:]]),
            headers={"content-type": "application/json"},
        )
    assert world.llm.requests[0].body == MASKED_BODY


def test_a_body_over_the_limit_is_refused(world: World, door: str) -> None:
    assert post(world, door, b" " * (33 << 20), content_type="application/json") == (413, "faasera_body_too_large")
    assert world.llm.requests == []
