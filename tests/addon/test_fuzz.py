"""Anything a client can send, through the pipeline: one of the error family or masked bytes, never another exception.

Seconds here; `python -m pytest tests/addon/test_fuzz.py --hypothesis-profile=...` with more examples takes longer.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import zlib
from pathlib import Path
from typing import Any

import brotli
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from addon.flow_edit import ascii_query
from addon.pipeline import Pipeline
from config.configuration import load_config
from redaction.errors import RedactionError
from redaction.payload import Payload, Redacted

SSN = "219-09-9998"
CANARY = SSN.encode()
DIALECTS = [
    "chat",
    "responses",
    "messages",
    "gemini",
    "ollama",
    "unknown",
    "files",
    "images",
    "realtime",
    "web-chatgpt",
]
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def build() -> Pipeline:
    path = Path("/nowhere/mitm-config.yaml")
    config = load_config({}, {}, path)
    return Pipeline(config)


@pytest.fixture(scope="module")
def engine() -> Pipeline:
    return build()


def body(engine: Pipeline, payload: Payload) -> Redacted | None:
    """The redacted body, or None where the request is refused. Nothing else may come out."""
    try:
        return asyncio.run(engine.redactor.body(payload))
    except RedactionError as error:
        assert 400 <= error.status < 600
        assert error.code.startswith("faasera_")
        assert SSN not in error.message
        return None


ENCODERS: dict[str, Any] = {
    "": lambda data: data,
    "identity": lambda data: data,
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.compress,
}
DECODERS: dict[str, Any] = {
    **ENCODERS,
    "gzip": gzip.decompress,
    "deflate": zlib.decompress,
    "br": brotli.decompress,
    "zstd": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
}


KINDS = [
    *("", "application/json", "text/plain", "multipart/form-data; boundary=b", "application/x-www-form-urlencoded"),
    *("application/octet-stream", "application/x-ndjson", "text/plain; charset=utf-16", "application/xml", ";;;"),
]


@QUICK
@given(
    st.binary(max_size=300) | st.builds(lambda a, b: a + CANARY + b, st.binary(max_size=50), st.binary(max_size=50)),
    st.sampled_from(["", "gzip", "deflate", "br", "zstd", "gzip, gzip", "x", "identity", "utf-16", "\x00"]),
    st.sampled_from(KINDS),
    st.sampled_from(DIALECTS),
)
def test_any_bytes_under_any_label(engine: Pipeline, data: bytes, encoding: str, kind: str, dialect: str) -> None:
    body(engine, Payload(data, dialect, "default", content_type=kind, content_encoding=encoding))


# Without `role`, `type` and `id`: the envelope protects those names (design section 2), a finding is counted only.
KEYS = st.sampled_from(["content", "text", "input", "parts", "messages", "metadata", "arguments", "x"])
LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just(f"my SSN is {SSN}") | st.just(SSN)
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(KEYS | st.text("äz_-", max_size=5), inner, max_size=4)
        | inner.map(json.dumps)
    ),
    max_leaves=12,
)


@QUICK
@given(TREES, st.sampled_from(sorted(ENCODERS)), st.sampled_from(DIALECTS), st.booleans())
def test_a_number_hidden_anywhere_in_json_does_not_come_out(
    engine: Pipeline, tree: Any, encoding: str, dialect: str, ascii_: bool
) -> None:
    document = {"model": "m", "messages": [{"role": "user", "content": tree}], "input": tree}
    data = ENCODERS[encoding](json.dumps(document, ensure_ascii=ascii_).encode("utf-8", "surrogatepass"))
    found = body(engine, Payload(data, dialect, "default", "application/json", encoding))
    if found is not None:
        decoded = DECODERS[encoding](found.data)
        assert CANARY not in decoded
        json.loads(decoded)


@QUICK
@given(
    st.lists(st.tuples(st.text('ab"=;\r\n é', max_size=6), st.just(f"SSN {SSN}") | st.text(max_size=20)), max_size=4),
    st.sampled_from(["b", "----x", "b b", '"', ""]),
    st.integers(0, 40),
)
def test_multipart_with_odd_names_and_cut_ends(
    engine: Pipeline, parts: list[tuple[str, str]], boundary: str, cut: int
) -> None:
    data = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in parts
    )
    raw = (data + f"--{boundary}--\r\n").encode()
    kind = f'multipart/form-data; boundary="{boundary}"'
    found = body(engine, Payload(raw[: len(raw) - cut], "files", "default", content_type=kind))
    if found is not None:
        assert CANARY not in found.data


@QUICK
@given(st.text(max_size=60) | st.binary(max_size=60) | TREES.map(json.dumps))
def test_any_websocket_message(engine: Pipeline, message: str | bytes) -> None:
    try:
        masked, _ = asyncio.run(engine.redactor.frame(message, "realtime", "default"))
    except RedactionError as error:
        assert SSN not in error.message
    else:
        assert SSN not in str(masked)


@QUICK
@given(st.text(max_size=80) | st.text("abc=&%+0123456789", max_size=40) | st.just(f"q=my+SSN+is+{SSN}&key=1"))
def test_any_query(engine: Pipeline, query: str) -> None:
    try:
        masked, _ = asyncio.run(engine.redactor.query(ascii_query(query), "default", frozenset({"key"})))
    except RedactionError as error:
        assert SSN not in error.message
    else:
        assert SSN not in masked
