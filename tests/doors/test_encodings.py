"""Content encodings, charsets and lying labels at both doors: read exactly, or refused with nothing sent."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable

import brotli
import httpx
import pytest
import zstandard

from tests.doors.conftest import World
from tests.support.bombs import CODINGS, bomb

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
    **{f"{coding} bomb": (coding, bomb(coding, 64), 413) for coding in CODINGS},
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


PLACES = json.dumps({
    "model": "gpt-5", "user": "jane.doe@acme.org", "metadata": {"user": "Jane Doe", "id": "123-45-6789"},
    "tools": [{"type": "function", "function": {"name": "f", "description": "Mails Jane Doe", "parameters": {}}}],
    "messages": [
        {"role": "system", "content": "You serve Jane Doe."},
        {"role": "user", "content": "Call me: +14155552671. My SSN is 123-45-6789."},
        {"role": "user", "content": "Jane Doe"},
        {"role": "user", "content": [{"type": "text", "text": "It is for Jane Doe"}]},
        {"role": "assistant", "tool_calls": [{"id": "c", "type": "function", "function": {
            "name": "f", "arguments": json.dumps({"name": "Jane Doe", "ssn": 123456789})}}]},
        {"role": "tool", "tool_call_id": "c", "content": json.dumps({"mailed": "Jane Doe", "jane.doe@acme.org": True})},
    ],
}).encode()  # fmt: skip


@pytest.mark.parametrize("name", ["identity", "gzip", "zstd stream"])
def test_personal_data_in_eleven_places_and_nothing_arrives(world: World, door: str, name: str) -> None:
    label, encode = CODERS[name]
    assert post(world, door, encode(PLACES), content_type="application/json", content_encoding=label) == (200, "")
    sent = DECODERS[label](world.llm.requests[0].body)
    for word in (b"Jane", b"Doe", b"jane.doe", b"123-45-6789", b"123456789", b"4155552671"):
        assert word not in sent
        assert word not in world.raw
    assert list(json.loads(sent)) == list(json.loads(PLACES))


def test_http2_at_the_interception_door(world: World) -> None:
    trust = world.proxy.trust()
    trust.set_alpn_protocols(["h2"])
    trust.set_alpn_protocols = lambda _: None  # type: ignore[method-assign]  # httpx offers HTTP/1.1 first
    with httpx.Client(trust_env=False, proxy=world.proxy.url, verify=trust, http2=True) as client:
        response = client.post("https://api.openai.com/v1/chat/completions", content=BODY)
    assert response.http_version == "HTTP/2"
    assert world.llm.requests[0].body == MASKED_BODY


ODD = [
    "\\ud83d lone",
    {"Jane Doe": 9007199254740993},
    json.dumps({"jane.doe@acme.org": 1e-3, "a": {"b": "[" * 150}}),
    "9" * 5000,
]


def test_a_session_of_fifty_turns_with_odd_ones_goes_on(world: World, door: str) -> None:
    turns = [{"role": "user", "content": "I am Jane Doe"}, {"role": "assistant", "content": "Hello"}]
    turns += [{"role": "tool", "tool_call_id": "c", "content": odd if isinstance(odd, str) else [odd]} for odd in ODD]
    with world.client(door) as client:
        for turn in range(50):
            turns.append({"role": "user", "content": f"Turn {turn}: my SSN is 123-45-6789"})
            body = json.dumps({"model": "m", "messages": turns})
            assert client.post(world.base(door) + "/v1/chat/completions", content=body).status_code == 200
    assert b"123-45-6789" not in world.raw
    last = world.llm.requests[-1].body
    assert b"9007199254740993" in last
    assert b"jane.doe" not in last
    assert [r.body[:-30] in later.body for r, later in zip(world.llm.requests, world.llm.requests[1:], strict=False)]
